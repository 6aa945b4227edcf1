using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Plans.Targets;
using Monogres.Proof.Verification;
using Monogres.Results.Building;
using Monogres.Results.Records;

namespace Monogres.Cli.Commands;

/// <summary>Targets that one command rebuilds: of one platform, with one toolchain, packed alike.</summary>
/// <param name="Targets">The targets, with what the first build of each gave.</param>
/// <param name="Formats">The formats of packages, as <c>--format</c> takes them.</param>
internal sealed record VerifiedGroup(ImmutableArray<VerifiedTarget> Targets, string Formats)
{
    /// <summary>Whether portable trees are packed.</summary>
    public bool IsPortable { get; init; }

    /// <summary>The extensions that the images include, as <c>--with</c> takes them; null for none.</summary>
    public string? With { get; init; }

    /// <summary>The platform and toolchain of all of them.</summary>
    public TargetId Id => Targets[0].Target.Id;

    /// <summary>The groups of targets, which are built first where they are not yet.</summary>
    /// <exception cref="UserErrorException">One cannot be built, or is a source of this machine.</exception>
    public static async Task<ImmutableArray<VerifiedGroup>> OfAsync(Workspace workspace, IReadOnlyList<Target> targets, CancellationToken cancel)
    {
        if (targets.Count == 0)
            return [];

        await workspace.Engine.AnnounceAsync(targets.SelectMany(TargetBuilds.StepsOf), cancel);
        var built = new VerifiedTarget[targets.Count];
        await Parallel.ForAsync(0, targets.Count, new ParallelOptions { CancellationToken = cancel, MaxDegreeOfParallelism = 4 * Environment.ProcessorCount }, async (i, stop) =>
        {
            var first = await workspace.Targets.BuildAsync(targets[i], useCache: true, stop);
            var damage = await StoredTrees.FindDamageAsync(workspace.Blobs, first.Symbols is { } symbols ? [first.Payload, symbols] : [first.Payload], stop);
            built[i] = new VerifiedTarget(targets[i], FirstBuild.Of(TargetResult.Of(first)), []) { Damage = damage };
        });
        return [.. built.GroupBy(one => (one.Target.Id.Platform, one.Target.Id.Toolchain)).Select(group => new VerifiedGroup([.. group], Packaging.PackageFormats.Default))];
    }
}

/// <summary>A target that is rebuilt.</summary>
/// <param name="Target">The target.</param>
/// <param name="First">What is known of the first build.</param>
/// <param name="Artifacts">What is compared besides; none when the target itself is verified.</param>
internal sealed record VerifiedTarget(Target Target, FirstBuild First, ImmutableArray<GivenArtifact> Artifacts)
{
    /// <summary>What of the first build is damaged in the store; null for nothing.</summary>
    public string? Damage { get; init; }
}
