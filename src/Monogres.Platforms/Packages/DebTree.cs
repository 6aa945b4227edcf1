using Monogres.Store;
using Monogres.Store.Archives;

namespace Monogres.Platforms.Packages;

/// <summary>The installed files of a Debian package as a tree.</summary>
public static class DebTree
{
    /// <summary>Reads a package to its end.</summary>
    /// <param name="deb">The file; not disposed.</param>
    /// <param name="rules">What becomes of its files.</param>
    /// <param name="store">Where they go.</param>
    /// <param name="options">Speed and memory.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="ArchiveException">The package is damaged, or holds what no tree may hold.</exception>
    public static async Task<TarTreeResult> ReadAsync(Stream deb, TarRules rules, IIngestingBlobStore store, IngestOptions options, CancellationToken cancel)
    {
        await using var reader = await DebReader.OpenAsync(deb, ArchiveLimits.Default, cancel);
        var result = await new TarTree(store, ArchiveLimits.Default, options).ReadAsync(reader.Data, rules, cancel);
        await reader.FinishAsync(cancel);
        return result;
    }
}
