using System.Collections.Immutable;
using Monogres.Engine.Steps;
using Monogres.Packaging.Deb;
using Monogres.Packaging.Portable;
using Monogres.Plans.Targets;
using Monogres.Proof.Provenance;
using Monogres.Proof.Sbom;
using Monogres.Results.Records;

namespace Monogres.Cli.Commands;

/// <summary>Bills of materials: which package of the platform has which library and licence is asked of the engine, which remembers it.</summary>
internal static class TargetBills
{
    /// <summary>The bill of a built target.</summary>
    /// <param name="workspace">Has the packages.</param>
    /// <param name="target">The target.</param>
    /// <param name="manifest">What became of it.</param>
    /// <param name="included">The extensions in its images, by their names in the manifest.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task<BillOfMaterials> OfAsync(Workspace workspace, Target target, TargetManifest manifest, ImmutableDictionary<string, Target> included, CancellationToken cancel)
    {
        var request = PackageRequests.Of(workspace, target);
        var platform = request.Platform();
        var others = included.ToImmutableDictionary(one => one.Key, one => (Target: one.Value, Platform: PackageRequests.Of(workspace, one.Value).Platform()), StringComparer.Ordinal);
        ImmutableArray<Step> steps =
        [
            LibraryPackages.StepOf(platform.Name, platform.Lock, platform.Runtime, platform.Rules), PackageLicences.StepOf(platform),
            .. others.Values.Select(one => PackageLicences.StepOf(one.Platform)), .. manifest.Files.Any(file => ArtifactKinds.IsPortable(file.Name)) ? (Step[])[PortableTree.StepOf(request)] : [],
        ];
        var facts = await workspace.Engine.UseAsync(steps, async trees =>
        {
            var licences = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var tree in trees.Skip(1).Take(1 + others.Count))
            {
                foreach (var (package, license) in await PackageLicences.ReadAsync(workspace.Blobs, tree.Tree, cancel))
                    licences[package] = license;
            }

            return new MaterialFacts
            {
                Libraries = await LibraryPackages.ReadAsync(workspace.Blobs, trees[0].Tree, cancel),
                Licences = licences,
                Carried = trees.Length > 2 + others.Count ? await PortableList.ReadAsync(workspace.Blobs, trees[^1].Tree, request.Prefix, request.Project.Name, cancel) : null,
                Included = others.ToImmutableDictionary(one => one.Key, one => (one.Value.Target, one.Value.Platform.Runtime), StringComparer.Ordinal),
            };
        }, cancel);
        return new TargetMaterials(target, manifest, platform, facts).ToBill();
    }
}
