using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Monogres.Actions;
using Monogres.Build.Binaries;
using Monogres.Build.Planning;
using Monogres.Build.Records;
using Monogres.Core;
using Monogres.Index;
using Monogres.Platforms.Composer;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Build.Execution;

/// <summary>
/// Builds planned targets: brings in the source, composes the root, runs the action. Everything is named by digest, so
/// whatever is known already is not done again; and whatever turns out to be lost is had again.
/// </summary>
public sealed class TargetBuilder(IBlobStore blobs, SourceTrees sources, Roots roots, ActionExecutor executor, RememberedNeeds needs, IBuildObserver observer)
{
    // Classes, not estimates: the time limit is part of an action's key.
    private static readonly TimeSpan BuildTimeout = TimeSpan.FromHours(4), TestTimeout = TimeSpan.FromHours(2);

    /// <summary>Makes a target's inputs ready, and says which action builds it; does not run it.</summary>
    /// <exception cref="UserErrorException">A source or a package cannot be had.</exception>
    public async Task<PreparedTarget> PrepareAsync(TargetPlan plan, Freshness freshness, CancellationToken cancel) => await PrepareAsync(
        plan,
        await sources.TreeOfAsync(plan.Release, plan.SourceLeftOut, $"{plan.Target.Server}-{plan.Target.Version}", freshness, cancel),
        await roots.ComposeAsync(RootRequest.ToBuild(plan), freshness, cancel),
        cancel);

    /// <summary>What building a target would do now: which of its actions would run, and why. Downloads and runs nothing.</summary>
    /// <exception cref="UserErrorException">A package is not in the lock.</exception>
    public async Task<TargetOutlook> LookAheadAsync(TargetPlan plan, CancellationToken cancel)
    {
        var source = await sources.FindAsync(plan.Release, plan.SourceLeftOut, cancel);
        var root = await roots.FindAsync(RootRequest.ToBuild(plan), cancel);
        if (source is null || root is null)
            return new TargetOutlook(source, root, null, null);

        var prepared = await PrepareAsync(plan, source, root, cancel);
        return new TargetOutlook(source, root, prepared, await executor.FindAsync(prepared.Request, cancel));
    }

    /// <summary>
    /// Equal when everything that goes into a target is equal: known from the index and the lock alone, in well under a
    /// millisecond, so that thousands of targets can be asked whether anything changed.
    /// </summary>
    /// <exception cref="UserErrorException">A package is not in the lock.</exception>
    public async Task<Digest> KeyAsync(TargetPlan plan, CancellationToken cancel)
    {
        var text = new CanonicalText("monogres target v1");
        text.Add("target", plan.Target.ToString(), plan.Platform.Name.ToString(), plan.Toolchain.Name);
        text.Add("source", SourceTrees.KeyOf(plan.Release, plan.SourceLeftOut).ToString());
        text.Add("root", (await roots.KeyAsync(RootRequest.ToBuild(plan), cancel)).ToString());
        text.Add("script", plan.BuildScript);
        foreach (var (name, value) in EnvironmentOf(plan.SourceDate))
            text.Add("environment", name, value);
        return text.Digest;
    }

    private async Task<PreparedTarget> PrepareAsync(TargetPlan plan, SourceTree source, ComposedRoot root, CancellationToken cancel)
    {
        var layers = ImmutableArray.Create(root.Root, await SourceLayerAsync(source.Tree, cancel), await ScriptLayerAsync(plan.BuildScript, cancel));
        var request = await RequestAsync($"{plan.Target} build", plan, layers, BuildTimeout, cancel);
        return new PreparedTarget(plan, source, root, request);
    }

    /// <summary>Builds a target, or finds that it is built.</summary>
    /// <exception cref="UserErrorException">An input cannot be had, the build failed, or what it gave needs more than the platform promises.</exception>
    public async Task<BuiltTarget> BuildAsync(TargetPlan plan, bool useCache, CancellationToken cancel)
    {
        return await WithRepairAsync(plan.Target.ToString(), async freshness =>
        {
            var prepared = await PrepareAsync(plan, freshness, cancel);
            var executed = await executor.ExecuteAsync(prepared.Request, useCache, cancel);
            var payload = await Payload.SplitAsync(blobs, executed.Output, plan, cancel);
            var needed = await needs.OfAsync(payload.Tree, cancel);
            return needed.Beyond(plan.Platform) is { Count: > 0 } beyond
                ? throw BuildErrors.BeyondPlatform(plan.Target, plan.Platform, beyond)
                : new BuiltTarget(prepared, executed, payload, needed);
        });
    }

    /// <summary>Forgets what a build gave, because something of it is lost, and builds again.</summary>
    public async Task<BuiltTarget> RebuildAsync(BuiltTarget lost, BlobMissingException reason, CancellationToken cancel)
    {
        observer.On(new BuildEvent.Repairing(lost.Prepared.Request.Name, reason.Message));
        await executor.ForgetAsync(lost.Executed.Action, cancel);
        return await BuildAsync(lost.Prepared.Plan, useCache: true, cancel);
    }

    /// <summary>Runs PostgreSQL's own regression tests against the built payload, in a fresh source tree.</summary>
    /// <returns>The action and how it ended; tests that fail make it fail.</returns>
    public Task<(ActionRequest Request, ActionEnd End)> TestAsync(BuiltTarget built, string script, bool useCache, CancellationToken cancel) =>
        TestAsync(built, "test", RootRequest.ToBuild(built.Prepared.Plan) with { Packages = built.Prepared.Plan.TestPackages }, script, useCache, cancel);

    /// <summary>Runs the proofs: a server of the built payload in its run-time root, and each of its options and extensions.</summary>
    /// <returns>The action and how it ended; proofs that fail make it fail.</returns>
    public Task<(ActionRequest Request, ActionEnd End)> ProveAsync(BuiltTarget built, string script, bool useCache, CancellationToken cancel) =>
        TestAsync(built, "proofs", RootRequest.ToRun(built.Prepared.Plan), script, useCache, cancel);

    private async Task<(ActionRequest Request, ActionEnd End)> TestAsync(
        BuiltTarget built, string name, RootRequest wanted, string script, bool useCache, CancellationToken cancel)
    {
        var plan = built.Prepared.Plan;
        return await WithRepairAsync(plan.Target.ToString(), async freshness =>
        {
            var source = await sources.TreeOfAsync(plan.Release, plan.SourceLeftOut, $"{plan.Target.Server}-{plan.Target.Version}", freshness, cancel);
            var root = await roots.ComposeAsync(wanted, freshness, cancel);
            var layers = ImmutableArray.Create(root.Root, await RunnableAsync(built, cancel), await SourceLayerAsync(source.Tree, cancel), await ScriptLayerAsync(script, cancel));
            var request = await RequestAsync($"{plan.Target} {name}", plan, layers, TestTimeout, cancel);
            return (request, await executor.TryExecuteAsync(request, useCache, cancel));
        });
    }

    /// <summary>The layers in which a server of the built target can run: run-time libraries, the payload, and a fresh database cluster made by <c>initdb</c>.</summary>
    /// <param name="built">The target.</param>
    /// <param name="debugger">Whether a debugger is there too, with the debug information where it looks and the source where that says it is.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<ServerLayers> ServerAsync(BuiltTarget built, bool debugger, CancellationToken cancel)
    {
        var plan = built.Prepared.Plan;
        return await WithRepairAsync(plan.Target.ToString(), async freshness =>
        {
            // The cluster is made without the debugger, whether one is wanted or not: it is the same cluster.
            var runtime = await roots.ComposeAsync(RootRequest.ToRun(plan), freshness, cancel);
            var runnable = await RunnableAsync(built, cancel);
            var layers = ImmutableArray.Create(runtime.Root, runnable, await ScriptLayerAsync(ServerScripts.InitDb(plan.Prefix), cancel));
            var cluster = await executor.ExecuteAsync(await RequestAsync($"{plan.Target} initdb", plan, layers, TestTimeout, cancel), useCache: true, cancel);

            var above = new TreeBuilder();
            above.AddTree(ServerScripts.DataDirectory, cluster.Output);
            if (!debugger)
                return new ServerLayers([runtime.Root, runnable, await above.WriteAsync(blobs, cancel)]);

            above.AddTree(BuildPaths.Source, built.Prepared.Source.Tree);
            if (built.Payload.Symbols is { } symbols)
                above.AddTree(Payload.SymbolsDirectory, symbols);
            var root = await roots.ComposeAsync(RootRequest.ToRun(plan) with { Packages = plan.DebuggerPackages }, freshness, cancel);
            return new ServerLayers([root.Root, runnable, await above.WriteAsync(blobs, cancel)]);
        });
    }

    private async Task<Digest> RunnableAsync(BuiltTarget built, CancellationToken cancel) => built.Prepared.Plan.Platform.Cross is { } cross
        ? await EmulatedPayload.OfAsync(blobs, built.Payload.Tree, cross.Emulator, cancel)
        : built.Payload.Tree;

    /// <summary>The first time with what the store remembers; when a blob turns out to be lost, once more from the packages and sources themselves.</summary>
    private async Task<T> WithRepairAsync<T>(string step, Func<Freshness, Task<T>> work)
    {
        try
        {
            return await work(Freshness.Remembered);
        }
        catch (BlobMissingException lost)
        {
            observer.On(new BuildEvent.Repairing(step, lost.Message));
        }

        return await work(Freshness.MadeAgain);
    }

    private async ValueTask<ActionRequest> RequestAsync(string name, TargetPlan plan, ImmutableArray<Digest> layers, TimeSpan timeout, CancellationToken cancel)
    {
        Digest root;
        try
        {
            // The source comes from outside, the payload from us: only the script may stand over anything.
            root = await TreeUnion.MergeAsync(blobs, [.. layers.Select((layer, i) => new UnionLayer(layer, Overrides: i == layers.Length - 1))], cancel);
        }
        catch (TreeConflictException conflict)
        {
            throw new InvalidOperationException($"the layers of `{name}` do not fit together: {conflict.Message}", conflict);
        }

        return new ActionRequest
        {
            Name = name,
            Layers = layers,
            Action = new CanonicalAction
            {
                InputRoot = root,
                Arguments = ["/bin/sh", "/" + BuildPaths.Script],
                Environment = EnvironmentOf(plan.SourceDate),
                WorkingDirectory = BuildPaths.Work,
                Timeout = timeout,
            },
        };
    }

    /// <summary>The whole environment of an action. What it cannot hide (clock, core count, hash seeds) it fixes as far as programs ask the environment.</summary>
    public static ImmutableSortedDictionary<string, string> EnvironmentOf(DateTimeOffset sourceDate) => ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
    [
        KeyValuePair.Create("GIT_CEILING_DIRECTORIES", "/" + BuildPaths.Work),
        KeyValuePair.Create("HOME", "/" + BuildPaths.Work),
        KeyValuePair.Create("LC_ALL", "C.UTF-8"),
        KeyValuePair.Create("PATH", "/usr/bin:/usr/sbin"),
        KeyValuePair.Create("PERL_HASH_SEED", "0"),
        KeyValuePair.Create("PYTHONHASHSEED", "0"),
        KeyValuePair.Create("SOURCE_DATE_EPOCH", sourceDate.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture)),
        KeyValuePair.Create("TMPDIR", "/tmp"),
        KeyValuePair.Create("TZ", "UTC"),
    ]);

    private async ValueTask<Digest> SourceLayerAsync(Digest source, CancellationToken cancel)
    {
        var builder = new TreeBuilder();
        builder.AddTree(BuildPaths.Source, source);
        return await builder.WriteAsync(blobs, cancel);
    }

    private async ValueTask<Digest> ScriptLayerAsync(string script, CancellationToken cancel)
    {
        var builder = new TreeBuilder();
        builder.AddFile(BuildPaths.Script, await blobs.PutAsync(Encoding.UTF8.GetBytes(script), cancel), executable: false);
        builder.AddDirectory(BuildPaths.Output);
        return await builder.WriteAsync(blobs, cancel);
    }
}

/// <summary>Whether what the store remembers of unpacking and composing is believed.</summary>
public enum Freshness
{
    /// <summary>It is.</summary>
    Remembered,

    /// <summary>It is not: something of it is lost. Packages and sources are unpacked again, and downloaded again where they too are lost.</summary>
    MadeAgain,
}

/// <summary>A target whose inputs are ready.</summary>
/// <param name="Plan">What was planned.</param>
/// <param name="Source">The source tree.</param>
/// <param name="Root">The root with the toolchain.</param>
/// <param name="Request">The action that builds it.</param>
public sealed record PreparedTarget(TargetPlan Plan, SourceTree Source, ComposedRoot Root, ActionRequest Request);

/// <summary>What building a target would do.</summary>
/// <param name="Source">The source tree, when it was taken in before.</param>
/// <param name="Root">The root with the toolchain, when it was composed before.</param>
/// <param name="Prepared">The target, when both inputs are there; without them its action is not known.</param>
/// <param name="Known">The result of its action, when it is in the store.</param>
public sealed record TargetOutlook(SourceTree? Source, ComposedRoot? Root, PreparedTarget? Prepared, ExecutedAction? Known);

/// <summary>A target that is built.</summary>
/// <param name="Prepared">What it was built from.</param>
/// <param name="Executed">The action that built it.</param>
/// <param name="Payload">What it gave.</param>
/// <param name="Needs">What that needs of the machine it runs on.</param>
public sealed record BuiltTarget(PreparedTarget Prepared, ExecutedAction Executed, Payload Payload, BinaryNeeds Needs)
{
    /// <summary>What it is made of.</summary>
    public TargetManifest Manifest => TargetManifest.Of(Prepared) with
    {
        Payload = Payload.Tree,
        Symbols = Payload.Symbols,
        Libraries = Needs.Libraries,
        SymbolVersions = Needs.SymbolVersions,
    };
}

/// <summary>The trees in which a server runs, lowest first; the database cluster is at <see cref="ServerScripts.DataDirectory"/>.</summary>
public sealed record ServerLayers(ImmutableArray<Digest> Layers);
