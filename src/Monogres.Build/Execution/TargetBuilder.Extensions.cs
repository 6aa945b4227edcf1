using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Text;
using Monogres.Actions;
using Monogres.Build.Extensions;
using Monogres.Build.Planning;
using Monogres.Core;
using Monogres.Platforms.Composer;
using Monogres.Store;
using Monogres.Store.Archives;
using Monogres.Store.Trees;

namespace Monogres.Build.Execution;

/// <content>Extensions: built against a built PostgreSQL, or split off it.</content>
public sealed partial class TargetBuilder
{
    // What many extensions are built against is looked up once, and fails once. Plans are shared, so their identity is enough.
    private readonly ConcurrentDictionary<TargetPlan, Lazy<Task<BuiltTarget>>> _dependencies = new(ReferenceEqualityComparer.Instance);

    /// <summary>Built as PostgreSQL was: in its root, with the extension's own packages laid over, the server and all required extensions at their real prefix.</summary>
    private async Task<(PreparedTarget Prepared, BuiltTarget Server)> PrepareExtensionAsync(ExtensionPlan plan, Freshness freshness, CancellationToken cancel)
    {
        var server = await DependencyAsync(plan.Server, freshness, cancel);
        var requires = await DependenciesAsync(plan.Requires, freshness, cancel);
        var source = await sources.TreeOfAsync(plan.Source, freshness, cancel);
        var root = await roots.ComposeLayersAsync(RootRequest.ToBuild(plan.Server), plan.BuildPackages, freshness, cancel);
        return (await PrepareExtensionAsync(plan, server, requires, source, root, cancel), server);
    }

    private async Task<PreparedTarget> PrepareExtensionAsync(
        ExtensionPlan plan, BuiltTarget server, ImmutableArray<BuiltTarget> requires, SourceTree source, LayeredRoot root, CancellationToken cancel)
    {
        ImmutableArray<Digest> layers =
        [
            .. root.Layers, .. Prefix(server, requires), await _requests.SourceLayerAsync(source.Tree, cancel), await _requests.ScriptLayerAsync(plan.BuildScript, cancel),
        ];
        return new PreparedTarget(plan, source, root, await RequestAsync($"{plan.Target} build", plan, layers, BuildTimeout, cancel)) { Server = server, Requires = requires };
    }

    private async Task<BuiltTarget> BuildExtensionAsync(ExtensionPlan plan, bool useCache, Freshness freshness, CancellationToken cancel)
    {
        var (prepared, _) = await PrepareExtensionAsync(plan, freshness, cancel);
        return await FinishAsync(plan, prepared, await executor.ExecuteAsync(prepared.Request, useCache, cancel), cancel);
    }

    /// <summary>What the server installed for one of its modules.</summary>
    private async Task<BuiltTarget> SplitAsync(ExtensionPlan plan, ImmutableArray<string> files, bool useCache, Freshness freshness, CancellationToken cancel)
    {
        var server = useCache ? await DependencyAsync(plan.Server, freshness, cancel) : await BuildServerAsync(plan.Server, useCache, freshness, cancel);
        var mine = GlobSet.Parse(files);
        var tree = new TreeBuilder();
        await foreach (var entry in TreeWalk.EntriesAsync(blobs, server.Payload.Installation, cancel))
        {
            if (entry is TreeEntry.Directory || !mine.IsMatch(entry.Path.Value))
                continue;
            if (entry is TreeEntry.File file)
                tree.AddFile(plan.Prefix.Combine(file.Path), file.Content, file.Executable);
            else if (entry is TreeEntry.Symlink link)
                tree.AddSymlink(plan.Prefix.Combine(link.Path), link.Target);
        }

        var root = await tree.WriteAsync(blobs, cancel);
        var installation = await TreeWalk.FindDirectoryAsync(blobs, root, plan.Prefix, cancel)
            ?? throw BuildErrors.NothingInstalled(plan.Target, plan.Prefix);
        return await MeasureAsync(
            plan, server.Prepared with { Server = server, Requires = await DependenciesAsync(plan.Requires, freshness, cancel) }, server.Executed, new Payload(root, installation, Symbols: null), cancel);
    }

    /// <summary>Looks at what was built, as the loader of the run-time root would.</summary>
    private async Task<ExtensionInspection> InspectAsync(ExtensionPlan plan, PreparedTarget prepared, ExecutedAction executed, Payload payload, CancellationToken cancel)
    {
        var runtime = await roots.ComposeLayersAsync(RootRequest.ToRun(plan.Server), plan.RuntimePackages, Freshness.Remembered, cancel);
        return await inspector.InspectAsync(
            new InspectionRequest
            {
                Project = plan.Project,
                ServerVersion = plan.Target.Version,
                Prefix = plan.Prefix,
                Payload = payload.Tree,
                Server = prepared.Server!.Payload.Tree,
                Required = [.. prepared.Requires.Select(required => required.Payload.Tree)],
                RuntimeRoot = await TreeUnion.MergeAsync(blobs, [.. runtime.Layers.Select(layer => new UnionLayer(layer, Overrides: false))], cancel),
                Source = prepared.Source.Tree,
                BuildLog = plan.SplitFrom is null ? await LogAsync(executed, cancel) : "",
            },
            cancel);
    }

    // A log is no part of a result: one that is lost has nothing to say, and spoils nothing.
    private async Task<string> LogAsync(ExecutedAction executed, CancellationToken cancel)
    {
        try
        {
            return executed.Result.StdoutDigest is { } log ? Encoding.UTF8.GetString(await blobs.ReadAllAsync(log.ToDigest(), cancel)) : "";
        }
        catch (BlobMissingException)
        {
            return "";
        }
    }

    private async Task<TargetOutlook> LookAheadAsync(ExtensionPlan plan, CancellationToken cancel)
    {
        var source = await sources.FindAsync(plan.Source, cancel);
        var root = await roots.FindLayersAsync(RootRequest.ToBuild(plan.Server), plan.BuildPackages, cancel);
        var missing = ImmutableArray.CreateBuilder<string>();
        foreach (var needed in plan.Requires.Prepend<TargetPlan>(plan.Server))
        {
            if (await LookAheadAsync(needed, cancel) is not { Known: not null })
                missing.Add(needed.Target.ToString());
        }

        if (source is null || root is null || missing.Count > 0)
            return new TargetOutlook(source is not null, root is not null, null, null) { Missing = missing.ToImmutable() };

        // Everything is known, so nothing is run for this.
        var prepared = await PrepareExtensionAsync(
            plan, await DependencyAsync(plan.Server, Freshness.Remembered, cancel), await DependenciesAsync(plan.Requires, Freshness.Remembered, cancel), source, root, cancel);
        return new TargetOutlook(true, true, prepared, await executor.FindAsync(prepared.Request, cancel));
    }

    private async Task<Digest> ExtensionKeyAsync(ExtensionPlan plan, CancellationToken cancel)
    {
        var text = new CanonicalText("monogres extension target v1");
        text.Add("target", plan.Target.ToString(), plan.Platform.Name.ToString(), plan.Toolchain.Name);
        text.Add("server", (await DependencyKeyAsync(plan.Server, cancel)).ToString());
        foreach (var required in plan.Requires)
            text.Add("requires", (await DependencyKeyAsync(required, cancel)).ToString());
        foreach (var required in plan.TestRequires)
            text.Add("test-requires", (await DependencyKeyAsync(required, cancel)).ToString());
        text.Add("source", SourceTrees.KeyOf(plan.Source).ToString());
        foreach (var root in new[] { RootRequest.ToBuild(plan), RootRequest.ToTest(plan), RootRequest.ToRun(plan) })
            text.Add("root", (await roots.KeyAsync(root, cancel)).ToString());
        text.Add("script", plan.BuildScript, plan.TestScript ?? "", plan.ProofScript ?? "");
        foreach (var glob in plan.SplitFrom ?? [])
            text.Add("split", glob);
        text.Add("source-date", $"{plan.SourceDate.ToUnixTimeSeconds()}");
        return text.Digest;
    }

    private readonly ConcurrentDictionary<TargetPlan, Task<Digest>> _keys = new(ReferenceEqualityComparer.Instance);

    private Task<Digest> DependencyKeyAsync(TargetPlan plan, CancellationToken cancel) => _keys.GetOrAdd(plan, one => KeyAsync(one, cancel));

    /// <summary>Something that an extension is built against or needs: built, or found, once in the life of this builder.</summary>
    private Task<BuiltTarget> DependencyAsync(TargetPlan plan, Freshness freshness, CancellationToken cancel)
    {
        Lazy<Task<BuiltTarget>> New() => new(() => BuildAsync(plan, useCache: true, freshness, cancel));
        var built = freshness == Freshness.MadeAgain ? _dependencies.AddOrUpdate(plan, _ => New(), (_, _) => New()) : _dependencies.GetOrAdd(plan, _ => New());
        return built.Value;
    }

    private async Task<ImmutableArray<BuiltTarget>> DependenciesAsync(IEnumerable<ExtensionPlan> plans, Freshness freshness, CancellationToken cancel)
    {
        var built = ImmutableArray.CreateBuilder<BuiltTarget>();
        foreach (var plan in plans)
            built.Add(await DependencyAsync(plan, freshness, cancel));
        return built.ToImmutable();
    }

    private void Forget(TargetPlan plan)
    {
        _dependencies.TryRemove(plan, out _);
        if (plan is ExtensionPlan { Server: var server })
            _dependencies.TryRemove(server, out _);
    }

    /// <summary>The layers at the prefix; a module's are those of the server.</summary>
    private static IEnumerable<Digest> Prefix(BuiltTarget server, IEnumerable<BuiltTarget> extensions) =>
        extensions.Where(one => one.Plan is ExtensionPlan { SplitFrom: null }).Select(one => one.Payload.Tree).Prepend(server.Payload.Tree);

    private async ValueTask<ActionRequest> RequestAsync(string name, TargetPlan plan, ImmutableArray<Digest> layers, TimeSpan timeout, CancellationToken cancel)
    {
        try
        {
            return await _requests.OfAsync(name, plan.SourceDate, layers, timeout, cancel);
        }
        catch (TreeConflictException conflict)
        {
            throw BuildErrors.FilesClash(plan.Target, conflict);
        }
    }
}
