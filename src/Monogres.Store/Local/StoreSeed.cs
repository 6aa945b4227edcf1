using System.Globalization;
using Monogres.Core;
using Monogres.Store.Trees;

namespace Monogres.Store.Local;

/// <summary>
/// Results of steps in a directory, to begin another store with: a rebuild is given what its targets are built against, by
/// digest, as it is given their sources. A file <c>memo</c> has a line for each, the key of the step and its tree; <c>blobs</c>
/// has the content, named <c>HASH-SIZE</c>. Blobs are verified when they are taken over.
/// </summary>
public static class StoreSeed
{
    private const string MemoFile = "memo", BlobsDirectory = "blobs";

    /// <summary>Adds a result, with its whole tree.</summary>
    /// <param name="directory">The seed; absolute.</param>
    /// <param name="store">Has the tree.</param>
    /// <param name="key">The key of the step.</param>
    /// <param name="tree">What it gave.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="BlobMissingException">A part of the tree is lost.</exception>
    public static async Task AddAsync(string directory, LocalStore store, Digest key, Digest tree, CancellationToken cancel)
    {
        Directory.CreateDirectory($"{directory}/{BlobsDirectory}");
        Copy(tree);
        await foreach (var entry in TreeWalk.EntriesAsync(store.Blobs, tree, cancel))
        {
            if (entry is TreeEntry.Directory child)
                Copy(child.Digest);
            else if (entry is TreeEntry.File file)
                Copy(file.Content);
        }

        await File.AppendAllTextAsync($"{directory}/{MemoFile}", $"{key} {tree}\n", cancel);

        void Copy(Digest blob)
        {
            var to = $"{directory}/{BlobsDirectory}/{blob.Hash}-{blob.Size.ToString(CultureInfo.InvariantCulture)}";
            if (!File.Exists(to))
                File.Copy(store.Blobs.PathOf(blob, executable: false), to);
        }
    }

    /// <summary>Takes everything over into a store.</summary>
    /// <exception cref="UserErrorException">The directory is no seed, or a blob is not what its name says.</exception>
    public static async Task TakeAsync(string directory, LocalStore store, CancellationToken cancel)
    {
        try
        {
            foreach (var file in Directory.EnumerateFiles($"{directory}/{BlobsDirectory}"))
            {
                var digest = Digest.Parse(Path.GetFileName(file).Replace('-', '/'));
                await using var content = File.OpenRead(file);
                await store.Blobs.PutAsync(digest, content, cancel);
            }

            foreach (var line in await File.ReadAllLinesAsync($"{directory}/{MemoFile}", cancel))
            {
                var space = line.IndexOf(' ', StringComparison.Ordinal);
                await store.Memo.PutAsync(Digest.Parse(line[..space]), new MemoEntry(Digest.Parse(line[(space + 1)..])), cancel);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or ArgumentException or DigestMismatchException)
        {
            throw new UserErrorException($"{directory} holds no results to begin a store with: {e.Message}", "only `monogres verify` names such a directory, for the build that it starts");
        }
    }
}
