using Monogres.Core;
using Monogres.Engine;
using Monogres.Plans.Targets;

namespace Monogres.Results.Records;

/// <summary>Says why a target would be built: which of its inputs changed since its last build in this store. Downloads and runs nothing.</summary>
/// <param name="engine">Knows what steps gave.</param>
/// <param name="recipes">Writes down what targets are made of.</param>
/// <param name="records">Has the last build of each target.</param>
public sealed class BuildReasons(StepEngine engine, RecipeReader recipes, TargetRecords records)
{
    /// <summary>
    /// The reasons, in words. When everything that goes into the target is known, its recipe is compared with that of its last
    /// build; else what is declared is compared, and what it is built against says its own reasons.
    /// </summary>
    /// <param name="target">A target whose payload is not in the store.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<IReadOnlyList<string>> OfAsync(Target target, CancellationToken cancel)
    {
        var last = await records.FindAsync(target, cancel);
        var lastPackages = last is null ? null : await records.FindPackagesAsync(last.Recipe.Packages, cancel);
        if (await recipes.FindAsync(target, cancel) is { } recipe)
            return recipe.ReasonsToBuild(last?.Recipe, RecipeReader.PackagesOf(target), lastPackages);

        List<string> reasons = last is null ? [] : [.. recipes.DeclaredDifferences(target, last.Recipe, lastPackages)];
        foreach (var below in target.Ingredients.BuiltAgainst)
        {
            // A module is declared to be made of what its server is made of: that was compared.
            var compared = reasons.Count > 0 && ReferenceEquals(below.Build, target.Build);
            if (!compared && await engine.FindAsync(below.Payload, cancel) is null)
                reasons.AddRange((await OfAsync(below, cancel)).Select(reason => $"{below.Id.Name}: {reason}"));
        }

        if (reasons.Count > 0)
            return reasons;

        var pending = await engine.LookAsync([target.Build], cancel);
        return [.. pending.Where(one => one.IsWork && !ReferenceEquals(one.Step, target.Build)).Select(one => $"{one.Step} has to run first")];
    }
}
