using Monogres.Packaging.Deb;
using Monogres.Packaging.Portable;
using Monogres.Plans.Targets;
using Monogres.Proof.Provenance;
using Monogres.Proof.Sbom;
using Monogres.Results.Records;

namespace Monogres.Cli.Commands;

/// <summary>Bills of materials: which package of the platform has which library is asked of the engine, which remembers it.</summary>
internal static class TargetBills
{
    /// <summary>The bill of a built target.</summary>
    public static async Task<BillOfMaterials> OfAsync(Workspace workspace, Target target, TargetManifest manifest, CancellationToken cancel)
    {
        var request = PackageRequests.Of(workspace, target);
        var platform = request.Platform();
        var libraries = await workspace.Engine.UseAsync(
            [LibraryPackages.StepOf(platform.Name, platform.Lock, platform.Runtime, platform.Rules)], facts => LibraryPackages.ReadAsync(workspace.Blobs, facts[0].Tree, cancel), cancel);
        var carried = !manifest.Files.Any(file => ArtifactKinds.IsPortable(file.Name)) ? null : await workspace.Engine.UseAsync(
            [PortableTree.StepOf(request)], trees => PortableList.ReadAsync(workspace.Blobs, trees[0].Tree, request.Prefix, request.Project.Name, cancel), cancel);
        return new TargetMaterials(target, manifest, platform).Of(libraries, carried);
    }
}
