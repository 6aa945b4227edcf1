using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Disk;
using Monogres.Store.Trees;

namespace Monogres.Packaging;

/// <summary>Packages as files of a directory. One that is there already, as it would be written, is not written again.</summary>
/// <param name="directory">Where they go; absolute.</param>
/// <param name="hashed">Says what is there.</param>
public sealed class PackageFiles(string directory, HashedFiles hashed)
{
    /// <summary>Where a file of the directory is.</summary>
    public string PathOf(string name) => Path.Combine(directory, name);

    /// <summary>Writes the files at the top of a tree, and returns their names and digests, sorted by name.</summary>
    /// <param name="blobs">Has the tree.</param>
    /// <param name="tree">The tree.</param>
    /// <param name="cancel">Stops; no half-written file is left.</param>
    /// <exception cref="UserErrorException">The directory cannot be written.</exception>
    /// <exception cref="BlobMissingException">A part of the tree is lost.</exception>
    public async Task<ImmutableArray<KeyValuePair<string, Digest>>> WriteAsync(IBlobStore blobs, Digest tree, CancellationToken cancel)
    {
        var written = ImmutableArray.CreateBuilder<KeyValuePair<string, Digest>>();
        await foreach (var entry in TreeWalk.EntriesAsync(blobs, tree, cancel))
        {
            if (entry is not TreeEntry.File { Path: var path, Content: var content } || path.Parent != RelativePath.Root)
                throw new InvalidOperationException($"a package is files without a directory, and this one has `{entry.Path}`");

            await WriteAsync(blobs, path.Name, content, cancel);
            written.Add(new(path.Name, content));
        }

        return written.ToImmutable();
    }

    /// <summary>Writes a text file whole, unless it is there with this text.</summary>
    /// <exception cref="UserErrorException">The directory cannot be written.</exception>
    public async Task WriteTextAsync(string name, string text, CancellationToken cancel)
    {
        try
        {
            if (!File.Exists(PathOf(name)) || !string.Equals(await File.ReadAllTextAsync(PathOf(name), cancel), text, StringComparison.Ordinal))
                await AtomicFile.WriteTextAsync(PathOf(name), text, cancel);
        }
        catch (Exception trouble) when (trouble is UnauthorizedAccessException or IOException)
        {
            throw CannotWrite(trouble);
        }
    }

    private async Task WriteAsync(IBlobStore blobs, string name, Digest content, CancellationToken cancel)
    {
        try
        {
            if (await hashed.HashAsync(PathOf(name), content.Size, cancel) == content.Hash)
                return;

            await AtomicFile.WriteAsync(PathOf(name), async (file, stop) =>
            {
                var blob = await blobs.OpenAsync(content, stop);
                await using (blob)
                    await blob.CopyToAsync(file, stop);
            }, cancel);
        }
        catch (Exception trouble) when (trouble is UnauthorizedAccessException or IOException and not EndOfStreamException)
        {
            throw CannotWrite(trouble);
        }
    }

    private UserErrorException CannotWrite(Exception trouble) =>
        new($"cannot write to `{directory}`: {trouble.Message}", "choose another directory with `--output DIR`; build results remain in the store", inner: trouble);
}
