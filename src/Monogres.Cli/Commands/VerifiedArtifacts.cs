using System.Collections.Immutable;
using System.Text.Json;
using Monogres.Core;
using Monogres.Packaging;
using Monogres.Plans;
using Monogres.Plans.Targets;
using Monogres.Proof.Verification;
using Monogres.Results.Records;
using Monogres.Store;

namespace Monogres.Cli.Commands;

/// <summary>Files that <c>build</c> wrote, each with the manifest beside it that says what it was made of.</summary>
internal sealed class VerifiedArtifacts
{
    private const string Portable = "-portable";

    private readonly ImmutableArray<(string File, string ManifestFile, TargetManifest Manifest)> _artifacts;

    private VerifiedArtifacts(ImmutableArray<(string, string, TargetManifest)> artifacts) => _artifacts = artifacts;

    /// <summary>Reads the manifests, and compares each file with what its manifest says.</summary>
    /// <exception cref="UserErrorException">No manifest names a file, one cannot be read, or a file is not what it says.</exception>
    public static async Task<VerifiedArtifacts> ReadAsync(IReadOnlyList<string> files, CancellationToken cancel)
    {
        var manifests = new Dictionary<string, List<(string File, TargetManifest Manifest)>>(StringComparer.Ordinal);
        var artifacts = ImmutableArray.CreateBuilder<(string, string, TargetManifest)>();
        foreach (var file in files.Select(Path.GetFullPath).Distinct(StringComparer.Ordinal))
        {
            var (directory, name) = (Path.GetDirectoryName(file)!, Path.GetFileName(file));
            if (!manifests.TryGetValue(directory, out var beside))
                manifests[directory] = beside = await ManifestsInAsync(directory, cancel);
            if (beside.Any(one => string.Equals(one.File, file, StringComparison.Ordinal)))
                continue;

            var (manifestFile, manifest) = beside.FirstOrDefault(one => one.Manifest.Files.Any(described => string.Equals(described.Name, name, StringComparison.Ordinal)));
            if (manifest is null)
                throw VerificationErrors.Unknown(file);

            var said = manifest.Files.Single(described => string.Equals(described.Name, name, StringComparison.Ordinal));
            await using var content = File.OpenRead(file);
            if (!string.Equals((await StreamDigest.OfAsync(content, cancel)).Hash.ToString(), said.Sha256, StringComparison.Ordinal))
                throw VerificationErrors.Changed(file, manifestFile);
            artifacts.Add((file, manifestFile, manifest));
        }

        return new VerifiedArtifacts(artifacts.ToImmutable());
    }

    /// <summary>Plans their targets by the index of today, in groups that one command rebuilds.</summary>
    /// <exception cref="UserErrorException">The index does not have one, or describes another build of it.</exception>
    public IEnumerable<VerifiedGroup> Plan(Workspace workspace)
    {
        foreach (var group in _artifacts.GroupBy(one => (one.Manifest.Recipe.Platform, one.Manifest.Recipe.Toolchain, IsPortable: one.File.Contains(Portable, StringComparison.Ordinal), With: WithOf(one.Manifest, one.File))))
        {
            var planner = new Planner(workspace.Index, workspace.Index.Platform(TargetOptions.PlatformOf(group.Key.Platform)), group.Key.Toolchain, Workspace.LocksOf(workspace.Settings));
            yield return new VerifiedGroup(
                [
                    .. group.GroupBy(one => one.Manifest.Recipe.Target, StringComparer.Ordinal).Select(files => TargetOf(planner.Plan(TargetName.Parse(files.Key)), [.. files], workspace)),
                ],
                string.Join(',', group.Select(one => FormatOf(one.File)).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)))
            {
                IsPortable = group.Key.IsPortable,
                With = group.Key.With,
            };
        }
    }

    private static VerifiedTarget TargetOf(Target target, ImmutableArray<(string File, string ManifestFile, TargetManifest Manifest)> files, Workspace workspace)
    {
        var (file, _, manifest) = files[0];
        if (manifest.Recipe.Key != target.Payload.Key)
            throw VerificationErrors.OtherRecipe(file, manifest.Recipe.Target, manifest.Recipe.Index.ToString(), manifest.Recipe.Tool, workspace.Recipes.DeclaredDifferences(target, manifest.Recipe, earlierPackages: null));

        var names = files.Select(one => Path.GetFileName(one.File)).ToHashSet(StringComparer.Ordinal);
        return new VerifiedTarget(target, manifest with { Files = [.. manifest.Files.Where(described => names.Contains(described.Name))] }, [.. files.Select(one => one.File)]);
    }

    /// <summary>The format of a file, by its name.</summary>
    /// <exception cref="UserErrorException">There is none.</exception>
    private static string FormatOf(string file) =>
        file.Contains("-cnpg", StringComparison.Ordinal) && file.EndsWith(".oci.tar", StringComparison.Ordinal) ? "cnpg"
        : file.EndsWith(".oci.tar", StringComparison.Ordinal) ? "oci"
        : PackageFormats.Names.Where(name => file.EndsWith($".{name}", StringComparison.Ordinal)).MaxBy(name => name.Length) ?? throw VerificationErrors.Unknown(file);

    /// <summary>The extensions in an image, as <c>--with</c> takes them; null for none.</summary>
    private static string? WithOf(TargetManifest manifest, string file) =>
        manifest.Files.Single(described => string.Equals(described.Name, Path.GetFileName(file), StringComparison.Ordinal)).With is { } with ? string.Join(',', with) : null;

    private static async Task<List<(string, TargetManifest)>> ManifestsInAsync(string directory, CancellationToken cancel)
    {
        List<(string, TargetManifest)> manifests = [];
        foreach (var file in Directory.EnumerateFiles(directory, "*.json").Order(StringComparer.Ordinal))
        {
            try
            {
                manifests.Add((file, TargetManifest.Parse(await File.ReadAllTextAsync(file, cancel))));
            }
            catch (JsonException)
            {
                // Another document: a list of packages, an attestation.
            }
        }

        return manifests;
    }
}
