using System.Collections.Concurrent;
using System.Collections.Immutable;
using Monogres.Actions;
using Monogres.Build.Planning;
using Monogres.Core;
using Monogres.Store.Trees;

namespace Monogres.Build.Execution;

/// <content>What is done with a target once it is built: its tests, its proofs, a server of it.</content>
public sealed partial class TargetBuilder
{
    /// <summary>Runs the project's own tests against what was built, in a fresh source tree, in a scratch copy of the real prefix.</summary>
    /// <returns>The action and how it ended; tests that fail make it fail.</returns>
    public Task<(ActionRequest Request, ActionEnd End)> TestAsync(BuiltTarget built, string script, bool useCache, CancellationToken cancel) =>
        WithRepairAsync(built.Plan.Target.ToString(), async freshness =>
        {
            var plan = built.Plan;
            var source = await _requests.SourceLayerAsync((await sources.TreeOfAsync(plan.Source, freshness, cancel)).Tree, cancel);
            var layers = plan is ExtensionPlan extension
                ?
                [
                    .. (await roots.ComposeLayersAsync(RootRequest.ToTest(extension.Server), plan.TestPackages, freshness, cancel)).Layers,
                    .. await InstalledAsync(extension, built, extension.TestRequires, freshness, cancel), source, await TestModulesAsync(extension.Server, freshness, cancel),
                ]
                : ImmutableArray.Create((await roots.ComposeAsync(RootRequest.ToTest(plan), freshness, cancel)).Root, await RunnableAsync(built, cancel), source);
            return await TryAsync("test", plan, layers.Add(await _requests.ScriptLayerAsync(script, cancel)), useCache, cancel);
        });

    /// <summary>Runs the proofs: a server of the built payload in its run-time root, and each of its options and extensions.</summary>
    /// <returns>The action and how it ended; proofs that fail make it fail.</returns>
    public Task<(ActionRequest Request, ActionEnd End)> ProveAsync(BuiltTarget built, string script, bool useCache, CancellationToken cancel) =>
        WithRepairAsync(built.Plan.Target.ToString(), async freshness =>
        {
            var plan = built.Plan;
            if (plan is ExtensionPlan extension)
            {
                var root = await roots.ComposeLayersAsync(RootRequest.ToRun(extension.Server), plan.RuntimePackages, freshness, cancel);
                var files = ImmutableDictionary.CreateRange([KeyValuePair.Create(RelativePath.Parse(BuildPaths.LibrariesText), await LibrariesAsync(built, cancel))]);
                return await TryAsync(
                    "proofs", plan, [.. root.Layers, .. await InstalledAsync(extension, built, [], freshness, cancel), await _requests.ScriptLayerAsync(script, files, cancel)], useCache, cancel);
            }

            var source = await _requests.SourceLayerAsync((await sources.TreeOfAsync(plan.Source, freshness, cancel)).Tree, cancel);
            var runtime = await roots.ComposeAsync(RootRequest.ToRun(plan), freshness, cancel);
            return await TryAsync("proofs", plan, [runtime.Root, await RunnableAsync(built, cancel), source, await _requests.ScriptLayerAsync(script, cancel)], useCache, cancel);
        });

    /// <summary>The layers in which a server of the built target can run: run-time libraries, the payload, extensions, and a fresh database cluster made by <c>initdb</c>.</summary>
    /// <param name="built">The PostgreSQL.</param>
    /// <param name="extensions">What is installed into it.</param>
    /// <param name="debugger">Whether a debugger is there too, with the debug information where it looks and the source where that says it is.</param>
    /// <param name="cancel">Stops.</param>
    public Task<ServerLayers> ServerAsync(BuiltTarget built, IReadOnlyList<BuiltTarget> extensions, bool debugger, CancellationToken cancel) =>
        WithRepairAsync(built.Plan.Target.ToString(), async freshness =>
        {
            var plan = (ServerPlan)built.Plan;
            var cluster = await ClusterAsync(built, freshness, cancel);
            var above = new TreeBuilder();
            above.AddTree(ServerScripts.DataDirectory, cluster);
            if (debugger)
            {
                above.AddTree(BuildPaths.Source, built.Prepared.Source.Tree);
                if (built.Payload.Symbols is { } symbols)
                    above.AddTree(Payload.SymbolsDirectory, symbols);
            }

            var below = debugger ? plan.DebuggerPackages : plan.RuntimePackages;
            var packages = extensions.Aggregate(below, (all, one) => all.And(one.Plan.RuntimePackages));
            var root = await roots.ComposeLayersAsync(RootRequest.ToRun(plan) with { Packages = below }, packages, freshness, cancel);
            return new ServerLayers([.. root.Layers, await RunnableAsync(built, cancel), .. Prefix(built, extensions).Skip(1), await above.WriteAsync(blobs, cancel)]);
        });

    /// <summary>What tests that are written in Perl use, out of the server's source: a server installs it only when it is configured for such tests itself.</summary>
    private async Task<Digest> TestModulesAsync(ServerPlan server, Freshness freshness, CancellationToken cancel)
    {
        var source = await sources.TreeOfAsync(server.Source, freshness, cancel);
        var layer = new TreeBuilder();
        if (await TreeWalk.FindDirectoryAsync(blobs, source.Tree, RelativePath.Parse("src/test/perl"), cancel) is { } modules)
            layer.AddTree(BuildPaths.TestModules, modules);
        return await layer.WriteAsync(blobs, cancel);
    }

    /// <summary>The server, all that the extension needs, itself, and a database cluster.</summary>
    private async Task<IEnumerable<Digest>> InstalledAsync(ExtensionPlan plan, BuiltTarget built, IEnumerable<ExtensionPlan> more, Freshness freshness, CancellationToken cancel)
    {
        var server = await DependencyAsync(plan.Server, freshness, cancel);
        var others = await DependenciesAsync(plan.Requires.Concat(more), freshness, cancel);
        var cluster = new TreeBuilder();
        cluster.AddTree(ServerScripts.DataDirectory, await ClusterAsync(server, freshness, cancel));
        return Prefix(server, others.Add(built)).Append(await cluster.WriteAsync(blobs, cancel));
    }

    /// <summary>A fresh database cluster. It is the same whatever is installed beside the server, so it is made of the server alone, and asked for once.</summary>
    private Task<Digest> ClusterAsync(BuiltTarget server, Freshness freshness, CancellationToken cancel)
    {
        Lazy<Task<Digest>> New() => new(() => MakeClusterAsync(server, freshness, cancel));
        return (freshness == Freshness.MadeAgain ? _clusters.AddOrUpdate(server.Plan, _ => New(), (_, _) => New()) : _clusters.GetOrAdd(server.Plan, _ => New())).Value;
    }

    private readonly ConcurrentDictionary<TargetPlan, Lazy<Task<Digest>>> _clusters = new(ReferenceEqualityComparer.Instance);

    private async Task<Digest> MakeClusterAsync(BuiltTarget server, Freshness freshness, CancellationToken cancel)
    {
        var plan = server.Plan;
        var runtime = await roots.ComposeAsync(RootRequest.ToRun(plan), freshness, cancel);
        var layers = ImmutableArray.Create(runtime.Root, await RunnableAsync(server, cancel), await _requests.ScriptLayerAsync(ServerScripts.InitDb(plan.Prefix), cancel));
        return (await executor.ExecuteAsync(await RequestAsync($"{plan.Target} initdb", plan, layers, TestTimeout, cancel), useCache: true, cancel)).Output;
    }

    private async Task<Digest> RunnableAsync(BuiltTarget built, CancellationToken cancel) => built.Plan.Platform.Cross is { } cross
        ? await EmulatedPayload.OfAsync(blobs, built.Payload.Tree, cross.Emulator, cancel)
        : built.Payload.Tree;

    private async Task<(ActionRequest Request, ActionEnd End)> TryAsync(string name, TargetPlan plan, ImmutableArray<Digest> layers, bool useCache, CancellationToken cancel)
    {
        var request = await RequestAsync($"{plan.Target} {name}", plan, layers, plan is ExtensionPlan ? ExtensionTestTimeout : TestTimeout, cancel);
        return (request, await executor.TryExecuteAsync(request, useCache, cancel));
    }

    /// <summary>The names by which PostgreSQL loads what was installed into its library directory, one a line.</summary>
    private async Task<string> LibrariesAsync(BuiltTarget built, CancellationToken cancel)
    {
        List<string> names = [];
        var directory = RelativePath.Parse("lib");
        await foreach (var entry in TreeWalk.EntriesAsync(blobs, built.Payload.Installation, cancel))
        {
            if (entry is TreeEntry.File file && file.Path.Parent == directory && file.Path.Name.EndsWith(".so", StringComparison.Ordinal))
                names.Add(file.Path.Name[..^3] + "\n");
        }

        return string.Concat(names);
    }
}
