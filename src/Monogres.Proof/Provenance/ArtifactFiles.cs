using System.Text;
using Monogres.Core;
using Monogres.Results.Records;

namespace Monogres.Proof.Provenance;

/// <summary>Which files lie beside packages, by the ends of their names; and the sets that some files belong to.</summary>
public static class ArtifactFiles
{
    /// <summary>The end of a manifest's name.</summary>
    public const string Manifest = ".json";

    /// <summary>The end of the name of a file with signed statements, one envelope a line (https://github.com/in-toto/attestation/blob/main/spec/v1/bundle.md).</summary>
    public const string Attestation = ".intoto.jsonl";

    /// <summary>The end of the name of a signed statement as a bundle of Sigstore.</summary>
    public const string Bundle = ".sigstore.json";

    /// <summary>The end of the name of a list of components as SPDX.</summary>
    public const string Spdx = ".spdx.json";

    /// <summary>The end of the name of a list of components as CycloneDX.</summary>
    public const string CycloneDx = ".cdx.json";

    private const string PackagesBegin = "packages-";

    /// <summary>The file with the packages of a recipe.</summary>
    public static string PackagesOf(TargetRecipe recipe) => $"{PackagesBegin}{recipe.Packages.Hash.ToString()[..16]}.json";

    /// <summary>Whether a name is that of a file that accompanies packages and manifests; many sets can share one.</summary>
    public static bool IsCompanion(string path) => Path.GetFileName(path) is var name
        && ((name.StartsWith(PackagesBegin, StringComparison.Ordinal) && name.EndsWith(Manifest, StringComparison.Ordinal))
            || new[] { Attestation, Bundle, Spdx, CycloneDx }.Any(end => name.EndsWith(end, StringComparison.Ordinal)));

    /// <summary>Whether a name is that of a manifest.</summary>
    public static bool IsManifest(string path) => path.EndsWith(Manifest, StringComparison.Ordinal) && !IsCompanion(path);

    /// <summary>The sets that files belong to, each once, in the order in which one of their files was named.</summary>
    /// <param name="files">Packages, manifests and what accompanies them, as <c>dist/*</c> names them; absolute.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">A file is not there, or no manifest beside it names it.</exception>
    public static async Task<IReadOnlyList<ArtifactSet>> SetsOfAsync(IReadOnlyList<string> files, CancellationToken cancel)
    {
        var beside = new Dictionary<string, BesideArtifacts>(StringComparer.Ordinal);
        var sets = new Dictionary<string, ArtifactSet>(StringComparer.Ordinal);
        foreach (var file in files.Where(IsManifest).Concat(files.Where(file => !IsManifest(file) && !IsCompanion(file))))
        {
            if (!File.Exists(file))
                throw ArtifactErrors.NoFile(file);

            var directory = Path.GetDirectoryName(file)!;
            if (!beside.TryGetValue(directory, out var known))
                beside.Add(directory, known = new BesideArtifacts(directory));
            var set = IsManifest(file) ? await known.ReadAsync(file, cancel) : await known.FindAsync(Path.GetFileName(file), cancel) ?? throw ArtifactErrors.Unknown(file);
            sets.TryAdd(set.AttestationPath, set);
        }

        return [.. sets.Values];
    }
}

/// <summary>The manifests of a directory. With a million of them, those of the files that were named are read, and the others only when these do not do.</summary>
/// <param name="directory">The directory.</param>
internal sealed class BesideArtifacts(string directory)
{
    private readonly Dictionary<string, ArtifactSet> _byManifest = new(StringComparer.Ordinal), _byFile = new(StringComparer.Ordinal);
    private bool _readAll;

    /// <summary>The set of a manifest.</summary>
    public async Task<ArtifactSet> ReadAsync(string path, CancellationToken cancel)
    {
        if (_byManifest.TryGetValue(path, out var known))
            return known;

        var set = ArtifactSet.Of(path, await File.ReadAllBytesAsync(path, cancel));
        _byManifest.Add(path, set);
        foreach (var file in set.Manifest.Files)
            _byFile.TryAdd(file.Name, set);
        return set;
    }

    /// <summary>The set that has a file of this name, or null.</summary>
    public async Task<ArtifactSet?> FindAsync(string name, CancellationToken cancel)
    {
        if (!_byFile.ContainsKey(name))
            await ReadNearAsync(name, cancel);
        if (!_byFile.ContainsKey(name) && !_readAll)
            await ReadAllAsync(name, cancel);
        return _byFile.GetValueOrDefault(name);
    }

    // Archives and images are called as their manifest is, and something behind it.
    private async Task ReadNearAsync(string name, CancellationToken cancel)
    {
        for (var end = name.Length; end > 0; end = name.LastIndexOfAny(['.', '-'], end - 1))
        {
            var path = Path.Combine(directory, name[..end] + ArtifactFiles.Manifest);
            if (ArtifactFiles.IsManifest(path) && File.Exists(path))
            {
                await ReadAsync(path, cancel);
                return;
            }
        }
    }

    private async Task ReadAllAsync(string name, CancellationToken cancel)
    {
        _readAll = true;
        foreach (var path in Directory.EnumerateFiles(directory, $"*{ArtifactFiles.Manifest}").Where(ArtifactFiles.IsManifest).Order(StringComparer.Ordinal))
        {
            // Other programs have files with this ending too: those that do not speak of the artifact are not looked into.
            if (!_byManifest.ContainsKey(path) && (await File.ReadAllBytesAsync(path, cancel)).AsSpan().IndexOf(Encoding.UTF8.GetBytes($"\"{name}\"")) >= 0)
                await ReadAsync(path, cancel);
        }
    }
}
