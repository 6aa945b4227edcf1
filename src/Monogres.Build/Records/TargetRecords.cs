using System.Text.Json;
using Monogres.Store.Disk;

namespace Monogres.Build.Records;

/// <summary>The manifest of each target's last build in this store, so that <c>explain</c> can say what changed since.</summary>
/// <param name="directory">Where they are kept, one file a target.</param>
public sealed class TargetRecords(string directory)
{
    /// <summary>The manifest of the last build, or null; one that cannot be read counts as none.</summary>
    public async Task<TargetManifest?> FindAsync(string target, CancellationToken cancel)
    {
        try
        {
            return TargetManifest.Parse(await File.ReadAllTextAsync(PathOf(target), cancel));
        }
        catch (Exception nothing) when (nothing is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Keeps a manifest as the last one of its target.</summary>
    public Task KeepAsync(string target, TargetManifest manifest, CancellationToken cancel) => WholeFile.WriteTextAsync(PathOf(target), manifest.ToText(), cancel);

    private string PathOf(string target) => Path.Combine(directory, $"{target}.json");
}
