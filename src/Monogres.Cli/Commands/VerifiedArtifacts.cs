using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Plans;
using Monogres.Plans.Targets;
using Monogres.Proof.Verification;

namespace Monogres.Cli.Commands;

/// <summary>From artifacts to the plans of their targets: this index must plan the same.</summary>
/// <param name="workspace">Has the index.</param>
internal sealed class VerifiedArtifacts(Workspace workspace)
{
    /// <summary>Plans their targets by the index of today, in groups that one command rebuilds.</summary>
    /// <exception cref="UserErrorException">The index does not have one, or describes another build of it.</exception>
    public IEnumerable<VerifiedGroup> Plan(ImmutableArray<GivenArtifact> artifacts)
    {
        foreach (var group in artifacts.GroupBy(one => (one.Identity.Target.Platform, one.Identity.Target.Toolchain, one.Identity.IsPortable, one.Identity.ImageFormat, With: string.Join(',', one.Identity.With))))
        {
            Planner? planner = null;
            yield return new VerifiedGroup(
                [.. group.GroupBy(one => one.Identity.Target).Select(files => TargetOf([.. files], ref planner))],
                string.Join(',', group.Select(one => one.Format).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)))
            {
                IsPortable = group.Key.IsPortable,
                With = group.Key.With.Length == 0 ? null : group.Key.With,
            };
        }
    }

    private VerifiedTarget TargetOf(ImmutableArray<GivenArtifact> artifacts, ref Planner? planner)
    {
        var (first, id) = (artifacts[0], artifacts[0].Identity.Target);
        Target target;
        try
        {
            planner ??= new Planner(workspace.Index, workspace.Index.Platform(id.Platform), id.Toolchain, workspace.LockOf);
            target = planner.Plan(id.Name);
        }
        catch (UserErrorException gone)
        {
            throw OtherRecipe(first, planned: null, [gone.Message]);
        }

        if (artifacts.FirstOrDefault(one => one.Identity.Recipe != target.Payload.Key) is { } other)
            throw OtherRecipe(other, target.Payload.Key, other.Manifest is { } then ? workspace.Recipes.DeclaredDifferences(target, then.Recipe, earlierPackages: null) : []);

        // A manifest knows more than a package.
        return new VerifiedTarget(target, (artifacts.FirstOrDefault(one => one.Manifest is not null) ?? first).First, artifacts);
    }

    private UserErrorException OtherRecipe(GivenArtifact given, Digest? planned, IEnumerable<string> differences) =>
        VerificationErrors.OtherRecipe(given, planned, workspace.Index.Digest, Terminal.VersionText.Line, differences);
}
