using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging;
using Monogres.Packaging.Formats;
using Monogres.Plans.Targets;
using Monogres.Results.Building;
using Monogres.Results.Records;
using Monogres.Sources.Inspection.Makefiles;

namespace Monogres.Cli.Commands;

/// <summary>Builds targets into an output directory: packages, the manifest, and the list of packages that recipes refer to.</summary>
/// <param name="workspace">Builds.</param>
/// <param name="files">The output directory.</param>
/// <param name="packagers">The formats.</param>
internal sealed class BuildOutput(Workspace workspace, PackageFiles files, IReadOnlyList<IPackager> packagers)
{
    /// <summary>Builds a target, writes its files, and says so.</summary>
    /// <exception cref="UserErrorException">The build failed, what it gave has errors, which are said after it was written, or the directory cannot be written.</exception>
    public async Task BuildAsync(Target target, bool useCache, CancellationToken cancel)
    {
        var started = TimeProvider.System.GetTimestamp();
        var built = await workspace.Targets.BuildAsync(target, useCache, cancel);
        var described = new TargetManifest { Recipe = await workspace.Recipes.GetAsync(target, cancel), Result = TargetResult.Of(built) };
        var closure = RecipeReader.PackagesOf(target);
        var earlier = await EarlierAsync(target, described, cancel);

        // A blob that turns out to be lost while it is packed is restored by the build.
        var written = await workspace.Engine.UseAsync<ImmutableArray<RecordedFile>>(
            [.. new[] { target.Payload, target.Symbols }.OfType<Step>()], async _ => await WriteAsync(built, earlier, cancel), cancel);
        var manifest = described with { Files = written };
        await files.WriteTextAsync(PackagesName(manifest), closure.ToText(), cancel);
        await files.WriteTextAsync(ManifestName(target), manifest.ToText(), cancel);
        await workspace.Records.KeepAsync(target, manifest, closure, cancel);
        if (!built.Cached)
            workspace.Records.Add(RunOf(built, started));
        workspace.ReportBuilt(built, [.. written.Select(file => files.PathOf(file.Name)), files.PathOf(ManifestName(target))]);
        if (built.Findings.Any(finding => finding.IsFailure))
            throw FindingErrors.Failed(built);
    }

    private async Task<ImmutableArray<RecordedFile>> WriteAsync(BuiltTarget built, TargetManifest? earlier, CancellationToken cancel)
    {
        var written = ImmutableArray.CreateBuilder<RecordedFile>();
        foreach (var packager in packagers)
        {
            foreach (var request in RequestsOf(built))
            {
                var name = packager.FileNameOf(request);
                var known = earlier?.Files.FirstOrDefault(file => string.Equals(file.Name, name, StringComparison.Ordinal));
                var digest = await files.WriteAsync(packager, request, known is null ? null : new Digest(Sha256Hash.Parse(known.Sha256), known.Size), cancel);
                written.Add(new RecordedFile(name, digest.Hash.ToString(), digest.Size));
            }
        }

        return written.ToImmutable();
    }

    private static IEnumerable<PackageRequest> RequestsOf(BuiltTarget built)
    {
        var target = built.Target;
        yield return new PackageRequest { Target = target.Id, Part = PackagePart.Payload, Tree = built.Payload, Prefix = target.Prefix, SourceDate = target.SourceDate };
        if (built.Symbols is { } symbols)
            yield return new PackageRequest { Target = target.Id, Part = PackagePart.Symbols, Tree = symbols, Prefix = RelativePath.Root, SourceDate = target.SourceDate };
    }

    /// <summary>The manifest that is there already, when it is about the same build; the packages of another one are no use, whatever their names.</summary>
    private async Task<TargetManifest?> EarlierAsync(Target target, TargetManifest described, CancellationToken cancel)
    {
        try
        {
            var earlier = TargetManifest.Parse(await File.ReadAllTextAsync(files.PathOf(ManifestName(target)), cancel));
            return earlier.Result.Payload == described.Result.Payload && earlier.Result.Symbols == described.Result.Symbols && earlier.Recipe.SourceDateEpoch == described.Recipe.SourceDateEpoch ? earlier : null;
        }
        catch (Exception nothing) when (nothing is IOException or UnauthorizedAccessException or System.Text.Json.JsonException)
        {
            return null;
        }
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
