using System.Collections.Concurrent;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Actions.Outputs;

/// <summary>
/// Searches the files of an output for canaries, each content once. A text that also stands in an input was there before
/// and is no leak; the first layer is the toolchain, and what that holds is no excuse. Inputs are read only when there
/// was a hit, and only until every hit is excused.
/// </summary>
/// <param name="blobs">Has the output and the layers.</param>
/// <param name="canaries">What no file may hold.</param>
internal sealed class OutputLeaks(IBlobStore blobs, CanaryScan canaries)
{
    /// <summary>The leaks, a line each, in the order of the paths.</summary>
    /// <exception cref="BlobMissingException">A part of the output, or of a layer, is not in the store.</exception>
    public async Task<IReadOnlyList<string>> FindAsync(IReadOnlyList<TreeEntry.File> files, IReadOnlyList<Digest> layers, CancellationToken cancel)
    {
        if (canaries.IsEmpty)
            return [];

        var found = new ConcurrentDictionary<Digest, IReadOnlyList<CanaryHit>>();
        await Parallel.ForEachAsync(files.Select(file => file.Content).Distinct(), cancel, async (content, stop) => found[content] = await ScanAsync(content, stop));

        var hits = files.SelectMany(file => found[file.Content].Select(hit => (file.Path, hit))).ToArray();
        if (hits.Length == 0)
            return [];

        var leaking = await WithoutKnownAsync([.. hits.Select(pair => pair.hit.Canary)], layers, found, cancel);
        return
        [
            .. hits.Where(pair => leaking.Contains(pair.hit.Canary))
                .OrderBy(pair => pair.Path.Value, StringComparer.Ordinal).ThenBy(pair => pair.hit.Offset)
                .Select(pair => OutputProblems.Leak(pair.Path, pair.hit)),
        ];
    }

    private async Task<HashSet<Canary>> WithoutKnownAsync(
        HashSet<Canary> left, IReadOnlyList<Digest> layers, ConcurrentDictionary<Digest, IReadOnlyList<CanaryHit>> scanned, CancellationToken cancel)
    {
        var seen = new HashSet<Digest>();
        foreach (var layer in layers.Skip(1).Where(layer => layer != layers[0]).Distinct())
        {
            await foreach (var entry in TreeWalk.EntriesAsync(blobs, layer, cancel))
            {
                if (entry is not TreeEntry.File { Content: var content } || !seen.Add(content))
                    continue;

                left.ExceptWith((scanned.TryGetValue(content, out var known) ? known : await ScanAsync(content, cancel)).Select(hit => hit.Canary));
                if (left.Count == 0)
                    return left;
            }
        }

        return left;
    }

    private async ValueTask<IReadOnlyList<CanaryHit>> ScanAsync(Digest blob, CancellationToken cancel)
    {
        var content = await blobs.OpenAsync(blob, cancel);
        await using (content)
            return await canaries.FindAsync(content, cancel);
    }
}
