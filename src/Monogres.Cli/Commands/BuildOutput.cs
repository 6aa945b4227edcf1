using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging;
using Monogres.Packaging.Formats;
using Monogres.Packaging.Portable;
using Monogres.Plans.Targets;
using Monogres.Proof.Provenance;
using Monogres.Results.Building;
using Monogres.Results.Records;
using Monogres.Sources.Inspection.Makefiles;

namespace Monogres.Cli.Commands;

/// <summary>Builds targets into an output directory: packages, the manifest, and the list of packages that recipes refer to.</summary>
/// <param name="workspace">Builds.</param>
/// <param name="files">The output directory.</param>
/// <param name="packagers">The formats.</param>
/// <param name="with">The extensions that the image of a server includes.</param>
/// <param name="portable">Whether the portable trees of the targets are packed.</param>
internal sealed class BuildOutput(Workspace workspace, PackageFiles files, IReadOnlyList<IPackager> packagers, Func<Target, ImmutableArray<Target>> with, bool portable)
{
    /// <summary>Builds a target, writes its files, and says so.</summary>
    /// <exception cref="UserErrorException">The build failed, what it gave has errors, which are said after it was written, or the directory cannot be written.</exception>
    public async Task BuildAsync(Target target, bool useCache, CancellationToken cancel)
    {
        var started = TimeProvider.System.GetTimestamp();
        var built = await workspace.Targets.BuildAsync(target, useCache, StepsOf(target), cancel);
        var described = new TargetManifest { Recipe = await workspace.Recipes.GetAsync(target, cancel), Result = TargetResult.Of(built) };
        var closure = RecipeReader.PackagesOf(target);

        // A blob that turns out to be lost while it is copied is restored by the step that yields it.
        var written = await workspace.Engine.UseAsync<ImmutableArray<RecordedFile>>([.. StepsOf(target)], async packages =>
        {
            var all = ImmutableArray.CreateBuilder<RecordedFile>();
            foreach (var package in packages)
                all.AddRange((await files.WriteAsync(workspace.Blobs, package.Tree, cancel)).Select(file => new RecordedFile(file.Key, file.Value.Hash.ToString(), file.Value.Size) { With = WithIn(target, file.Key) }));
            return all.ToImmutable();
        }, cancel);
        var manifest = described with { Files = written };
        await files.WriteTextAsync(PackagesName(manifest), closure.ToText(), cancel);
        await files.WriteTextAsync(ManifestName(target), manifest.ToText(), cancel);
        await workspace.Records.KeepAsync(target, manifest, closure, cancel);
        if (!built.Cached)
            workspace.Records.Add(RunOf(built, started));
        if (portable)
            await SayWhatIsPortableAsync(target, cancel);
        workspace.ReportBuilt(built, [.. written.Select(file => files.PathOf(file.Name)), files.PathOf(ManifestName(target))]);
        if (built.Findings.Any(finding => finding.IsFailure))
            throw FindingErrors.Failed(built);
    }

    /// <summary>The steps that yield the packages of a target.</summary>
    public IEnumerable<Step> StepsOf(Target target)
    {
        var request = RequestOf(target);
        // The image of an extension is the same in both formats of images.
        return packagers.SelectMany(packager => packager.StepsOf(request)).DistinctBy(step => step.Key);
    }

    /// <summary>The extensions in a file: those of the server itself are in every one.</summary>
    private ImmutableArray<string>? WithIn(Target target, string file)
    {
        ImmutableArray<string> names = [.. with(target).Where(one => one.HasOwnBuild).Select(one => one.Id.Name.Extension!).Select(extension => $"{extension.Name}@{extension.Version}")];
        return names.IsEmpty || !ArtifactKinds.IsImage(file) ? null : names;
    }

    private PackageRequest RequestOf(Target target)
    {
        var request = PackageRequests.Of(workspace, target, with(target));
        return portable ? request with { Payload = PortableTree.StepOf(request), IsPortable = true } : request;
    }

    /// <summary>What the portable tree of a target needs and lacks, for those who will run it.</summary>
    private async Task SayWhatIsPortableAsync(Target target, CancellationToken cancel)
    {
        var request = RequestOf(target);
        var list = await workspace.Engine.UseAsync([request.Payload], trees => PortableList.ReadAsync(workspace.Blobs, trees[0].Tree, request.Prefix, request.Project.Name, cancel), cancel);
        workspace.WriteMessage($"{target}: {list.Summary}");
    }

    private static TargetRun RunOf(BuiltTarget built, long started) => new()
    {
        Target = built.Target.Id.ToString(),
        Payload = built.Payload.ToString(),
        Ended = TimeProvider.System.GetUtcNow(),
        Seconds = Math.Round(TimeProvider.System.GetElapsedTime(started).TotalSeconds, 1),
        Cached = built.Cached,
        Host = Environment.MachineName,
    };

    private static string ManifestName(Target target) => $"{target.FileName}.json";

    private static string PackagesName(TargetManifest manifest) => $"packages-{manifest.Recipe.Packages.Hash.ToString()[..16]}.json";
}
