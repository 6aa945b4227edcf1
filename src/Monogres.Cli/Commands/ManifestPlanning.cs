using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Plans;
using Monogres.Plans.Targets;
using Monogres.Proof.Provenance;

namespace Monogres.Cli.Commands;

/// <summary>From manifests to the plans that they were made by: this index must plan the same.</summary>
/// <param name="workspace">Has the index.</param>
internal sealed class ManifestPlanning(Workspace workspace)
{
    private readonly Dictionary<(PlatformName, string), Planner> _planners = [];

    /// <summary>The plan of the target that a manifest is of.</summary>
    /// <exception cref="UserErrorException">It was built from another index, by a tool that plans in another way, or from a source of that machine.</exception>
    public Target Plan(ArtifactSet set)
    {
        var recipe = set.Manifest.Recipe;
        if (recipe.Index != workspace.Index.Digest)
            throw ArtifactErrors.OtherIndex(set.Name, set.Target.ToArguments(), recipe.Index, workspace.Index.Digest);

        var target = PlannerOf(set.Target).Plan(set.Target.Name);
        return target.Payload.Key == recipe.Key ? target : throw ArtifactErrors.OtherPlan(set.Name, set.Target.ToArguments(), recipe.Tool);
    }

    /// <summary>The extensions in the images of a set, by their names in the manifest.</summary>
    /// <exception cref="UserErrorException">One is not in this index.</exception>
    public ImmutableDictionary<string, Target> PlanIncluded(ArtifactSet set) => set.Manifest.Files.SelectMany(file => file.With ?? []).Distinct(StringComparer.Ordinal)
        .ToImmutableDictionary(name => name, name => PlannerOf(set.Target).Plan(TargetName.Parse($"{name}/{set.Target.Name}")), StringComparer.Ordinal);

    private Planner PlannerOf(TargetId id)
    {
        if (!_planners.TryGetValue((id.Platform, id.Toolchain), out var planner))
            _planners.Add((id.Platform, id.Toolchain), planner = new Planner(workspace.Index, workspace.Index.Platform(id.Platform), id.Toolchain, workspace.LockOf));
        return planner;
    }
}
