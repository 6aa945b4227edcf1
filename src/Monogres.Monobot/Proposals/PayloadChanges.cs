using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Matrix;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Monobot.Proposals;

/// <summary>Compares what two versions install.</summary>
/// <param name="blobs">Has the payloads.</param>
public sealed class PayloadChanges(IBlobStore blobs)
{
    /// <summary>The difference on the newest server that both were built against; null when there is none.</summary>
    public async Task<PayloadChange?> OfAsync(IEnumerable<MatrixRow> before, IEnumerable<MatrixRow> after, CancellationToken cancel)
    {
        var earlier = before.Where(row => row.Payload is not null).ToDictionary(ServerOf);
        if (after.Where(row => row.Payload is not null && earlier.ContainsKey(ServerOf(row))).MaxBy(ServerOf) is not { } newest)
            return null;

        // What both have in front says nothing.
        var prefix = $"usr/lib/postgresql/{ServerOf(newest).Version.Major}/";
        var (old, now) = (await FilesAsync(earlier[ServerOf(newest)].Payload!.Value, prefix, cancel), await FilesAsync(newest.Payload!.Value, prefix, cancel));
        return new PayloadChange(ServerOf(newest).ToString(), [.. now.Keys.Except(old.Keys, StringComparer.Ordinal)], [.. old.Keys.Except(now.Keys, StringComparer.Ordinal)], (old.Values.Sum(), now.Values.Sum()));
    }

    private static TargetName ServerOf(MatrixRow row) => TargetName.Parse(row.Target) with { Extension = null };

    private async Task<SortedDictionary<string, long>> FilesAsync(Digest tree, string prefix, CancellationToken cancel)
    {
        var files = new SortedDictionary<string, long>(StringComparer.Ordinal);
        await foreach (var entry in TreeWalk.EntriesAsync(blobs, tree, cancel))
        {
            if (entry is TreeEntry.File file)
                files.Add(file.Path.Value.StartsWith(prefix, StringComparison.Ordinal) ? file.Path.Value[prefix.Length..] : file.Path.Value, file.Content.Size);
        }

        return files;
    }
}
