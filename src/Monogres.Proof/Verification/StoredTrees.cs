using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Proof.Verification;

/// <summary>Whether what a store has of a tree is what its digest says: that of a first build is compared by its digest, and somebody may have changed its files.</summary>
public static class StoredTrees
{
    /// <summary>Reads all of some trees.</summary>
    /// <param name="blobs">Verifies what it reads (<see cref="VerifyingBlobStore"/>).</param>
    /// <param name="trees">The trees.</param>
    /// <param name="cancel">Stops.</param>
    /// <returns>What is wrong, in words; null when nothing is.</returns>
    public static async Task<string?> FindDamageAsync(IBlobStore blobs, IEnumerable<Digest> trees, CancellationToken cancel)
    {
        try
        {
            HashSet<Digest> read = [];
            foreach (var tree in trees)
            {
                await foreach (var entry in TreeWalk.EntriesAsync(blobs, tree, cancel))
                {
                    if (entry is not TreeEntry.File file || !read.Add(file.Content))
                        continue;
                    await using var content = await blobs.OpenAsync(file.Content, cancel);
                    await content.CopyToAsync(Stream.Null, cancel);
                }
            }

            return null;
        }
        catch (BlobMissingException damage)
        {
            return damage.Message;
        }
    }
}
