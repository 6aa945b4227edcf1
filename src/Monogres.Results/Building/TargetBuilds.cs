using Monogres.Core;
using Monogres.Engine;
using Monogres.Engine.Events;
using Monogres.Engine.Steps;
using Monogres.Payloads.Binaries;
using Monogres.Payloads.Extensions;
using Monogres.Payloads.Inspection;
using Monogres.Plans.Targets;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Results.Building;

/// <summary>Builds targets: asks the engine for the facets that everyone wants.</summary>
/// <param name="engine">Runs steps.</param>
/// <param name="blobs">Has what they give.</param>
/// <param name="observer">Told of what is built already.</param>
public sealed class TargetBuilds(StepEngine engine, IBlobStore blobs, IEngineObserver observer)
{
    /// <summary>The steps that <see cref="BuildAsync(Target, bool, CancellationToken)"/> asks for.</summary>
    public static IEnumerable<Step> StepsOf(Target target) => new[] { target.Payload, target.Symbols, target.Needs, target.Inspection }.OfType<Step>();

    /// <summary>Tells the observer how much there is to do for targets, and the engine what is urgent.</summary>
    /// <param name="targets">What will be built.</param>
    /// <param name="cancel">Stops.</param>
    public Task AnnounceAsync(IEnumerable<Target> targets, CancellationToken cancel) => engine.AnnounceAsync(targets.SelectMany(StepsOf), cancel);

    /// <summary>Builds a target of which nothing is packed, or finds that it is built.</summary>
    /// <param name="target">The target.</param>
    /// <param name="useCache">False runs the command that builds it even when its result is known.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">An input is unavailable, the build failed, or what it gave exceeds the platform.</exception>
    public Task<BuiltTarget> BuildAsync(Target target, bool useCache, CancellationToken cancel) => BuildAsync(target, useCache, [], cancel);

    /// <summary>Builds a target, or finds that it is built.</summary>
    /// <param name="target">The target.</param>
    /// <param name="useCache">False runs the command that builds it even when its result is known.</param>
    /// <param name="packages">What is made of it afterwards, and forgotten when it is built anew.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">An input is unavailable, the build failed, or what it gave exceeds the platform.</exception>
    public async Task<BuiltTarget> BuildAsync(Target target, bool useCache, IEnumerable<Step> packages, CancellationToken cancel)
    {
        if (!useCache)
            await engine.RerunAsync(StepsOf(target).Concat(packages), target.Build, cancel);

        // What is built is not asked what it was built from.
        var isBuilt = await engine.FindAsync(target.Payload, cancel) is not null;
        if (isBuilt)
            observer.On(new EngineEvent.StepCached(target.Build.ToString()));
        var cached = isBuilt || (await engine.GetAsync(target.Build, cancel)).Cached;
        Step[] steps = [.. StepsOf(target)];
        return await engine.UseAsync(steps, async results =>
        {
            var trees = steps.Zip(results).ToDictionary(pair => pair.First, pair => pair.Second.Tree, (IEqualityComparer<Step>)ReferenceEqualityComparer.Instance);
            return new BuiltTarget(target, trees[target.Payload], await PayloadNeeds.ReadAsync(blobs, trees[target.Needs], cancel))
            {
                Symbols = target.Symbols is { } symbols && trees[symbols] != EmptyTree ? trees[symbols] : null,
                Inspection = target.Inspection is { } inspection ? await InspectionFacts.ReadAsync(blobs, trees[inspection], cancel) : null,
                Cached = cached,
            };
        }, cancel);
    }

    // A directory without entries is a message without bytes.
    private static Digest EmptyTree => Digest.Empty;
}
