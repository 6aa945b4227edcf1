using Monogres.Build.Binaries;
using Monogres.Build.Extensions;
using Monogres.Build.Planning;
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
public sealed partial class TargetBuilder(
    IBlobStore blobs, SourceTrees sources, Roots roots, ActionExecutor executor, RememberedNeeds needs, ExtensionInspector inspector, IBuildObserver observer)
{
    // Classes, not estimates: the time limit is part of an action's key.
    // Tests of extensions take minutes, and some wait for ever for what this PostgreSQL does not do.
    private static readonly TimeSpan BuildTimeout = TimeSpan.FromHours(4), TestTimeout = TimeSpan.FromHours(2), ExtensionTestTimeout = TimeSpan.FromMinutes(30);

    private readonly ActionRequests _requests = new(blobs);

    /// <summary>Makes a target's inputs ready, and says which action builds it; does not run it. For an extension that means to build what it is built against.</summary>
    /// <exception cref="UserErrorException">A source or a package cannot be had.</exception>
    public async Task<PreparedTarget> PrepareAsync(TargetPlan plan, Freshness freshness, CancellationToken cancel) => plan switch
    {
        ServerPlan server => await PrepareServerAsync(server, freshness, cancel),
        ExtensionPlan { SplitFrom: not null, Server: var server } => await PrepareServerAsync(server, freshness, cancel),
        ExtensionPlan extension => (await PrepareExtensionAsync(extension, freshness, cancel)).Prepared,
        _ => throw new InvalidOperationException($"no way to prepare a {plan.GetType().Name}"),
    };

    /// <summary>What building a target would do now: which of its actions would run, and why. Downloads and runs nothing.</summary>
    /// <exception cref="UserErrorException">A package is not in the lock.</exception>
    public async Task<TargetOutlook> LookAheadAsync(TargetPlan plan, CancellationToken cancel)
    {
        if (plan is ExtensionPlan { SplitFrom: null } extension)
            return await LookAheadAsync(extension, cancel);

        var server = plan as ServerPlan ?? ((ExtensionPlan)plan).Server;
        var source = await sources.FindAsync(server.Source, cancel);
        var root = await roots.FindAsync(RootRequest.ToBuild(server), cancel);
        if (source is null || root is null)
            return new TargetOutlook(source is not null, root is not null, null, null);

        var prepared = await PrepareServerAsync(server, source, root, cancel);
        return new TargetOutlook(true, true, prepared, await executor.FindAsync(prepared.Request, cancel));
    }

    /// <summary>
    /// Equal when everything that goes into a target is equal: known from the index and the lock alone, in well under a
    /// millisecond, so that thousands of targets can be asked whether anything changed.
    /// </summary>
    /// <exception cref="UserErrorException">A package is not in the lock.</exception>
    public async Task<Digest> KeyAsync(TargetPlan plan, CancellationToken cancel)
    {
        if (plan is ExtensionPlan extension)
            return await ExtensionKeyAsync(extension, cancel);

        var text = new CanonicalText("monogres target v1");
        text.Add("target", plan.Target.ToString(), plan.Platform.Name.ToString(), plan.Toolchain.Name);
        text.Add("source", SourceTrees.KeyOf(plan.Source).ToString());
        text.Add("root", (await roots.KeyAsync(RootRequest.ToBuild(plan), cancel)).ToString());
        text.Add("script", plan.BuildScript);
        foreach (var (name, value) in ActionRequests.EnvironmentOf(plan.SourceDate))
            text.Add("environment", name, value);
        return text.Digest;
    }

    /// <summary>Builds a target, or finds that it is built.</summary>
    /// <exception cref="UserErrorException">An input cannot be had, the build failed, or what it gave needs more than the platform promises.</exception>
    public Task<BuiltTarget> BuildAsync(TargetPlan plan, bool useCache, CancellationToken cancel) =>
        WithRepairAsync(plan.Target.ToString(), freshness => BuildAsync(plan, useCache, freshness, cancel));

    /// <summary>Builds extensions that are to be in one prefix, in their order; or finds that they are built.</summary>
    /// <exception cref="UserErrorException">As <see cref="BuildAsync(TargetPlan, bool, CancellationToken)"/>.</exception>
    public async Task<IReadOnlyList<BuiltTarget>> BuildAllAsync(IEnumerable<ExtensionPlan> plans, CancellationToken cancel)
    {
        List<BuiltTarget> built = [];
        foreach (var plan in plans)
            built.Add(await BuildAsync(plan, useCache: true, cancel));
        return built;
    }

    /// <summary>Forgets what a build gave, because something of it is lost, and builds again.</summary>
    public async Task<BuiltTarget> RebuildAsync(BuiltTarget lost, BlobMissingException reason, CancellationToken cancel)
    {
        observer.On(new BuildEvent.Repairing(lost.Prepared.Request.Name, reason.Message));
        await executor.ForgetAsync(lost.Executed.Action, cancel);
        Forget(lost.Plan);
        return await BuildAsync(lost.Plan, useCache: true, cancel);
    }

    private async Task<BuiltTarget> BuildAsync(TargetPlan plan, bool useCache, Freshness freshness, CancellationToken cancel) => plan switch
    {
        ServerPlan server => await BuildServerAsync(server, useCache, freshness, cancel),
        ExtensionPlan { SplitFrom: { } files } module => await SplitAsync(module, files, useCache, freshness, cancel),
        ExtensionPlan extension => await BuildExtensionAsync(extension, useCache, freshness, cancel),
        _ => throw new InvalidOperationException($"no way to build a {plan.GetType().Name}"),
    };

    private async Task<PreparedTarget> PrepareServerAsync(ServerPlan plan, Freshness freshness, CancellationToken cancel) => await PrepareServerAsync(
        plan,
        await sources.TreeOfAsync(plan.Source, freshness, cancel),
        await roots.ComposeAsync(RootRequest.ToBuild(plan), freshness, cancel),
        cancel);

    private async Task<PreparedTarget> PrepareServerAsync(ServerPlan plan, SourceTree source, ComposedRoot root, CancellationToken cancel)
    {
        var request = await _requests.OfAsync(
            $"{plan.Target} build", plan.SourceDate, [root.Root, await _requests.SourceLayerAsync(source.Tree, cancel), await _requests.ScriptLayerAsync(plan.BuildScript, cancel)], BuildTimeout, cancel);
        return new PreparedTarget(plan, source, new LayeredRoot(root, null), request);
    }

    private async Task<BuiltTarget> BuildServerAsync(ServerPlan plan, bool useCache, Freshness freshness, CancellationToken cancel)
    {
        var prepared = await PrepareServerAsync(plan, freshness, cancel);
        return await FinishAsync(plan, prepared, await executor.ExecuteAsync(prepared.Request, useCache, cancel), cancel);
    }

    private async Task<BuiltTarget> FinishAsync(TargetPlan plan, PreparedTarget prepared, ExecutedAction executed, CancellationToken cancel) =>
        await MeasureAsync(plan, prepared, executed, await Payload.SplitAsync(blobs, executed.Output, plan, cancel), cancel);

    private async Task<BuiltTarget> MeasureAsync(TargetPlan plan, PreparedTarget prepared, ExecutedAction executed, Payload payload, CancellationToken cancel)
    {
        var needed = await needs.OfAsync(payload.Tree, cancel);
        return needed.Beyond(plan.Platform) is { Count: > 0 } beyond
            ? throw BuildErrors.BeyondPlatform(plan.Target, plan.Platform, beyond)
            : new BuiltTarget(plan, prepared, executed, payload, needed) { Inspection = plan is ExtensionPlan extension ? await InspectAsync(extension, prepared, executed, payload, cancel) : null };
    }

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
}

/// <summary>Whether what the store remembers of unpacking and composing is believed.</summary>
public enum Freshness
{
    /// <summary>It is.</summary>
    Remembered,

    /// <summary>It is not: something of it is lost. Packages and sources are unpacked again, and downloaded again where they too are lost.</summary>
    MadeAgain,
}
