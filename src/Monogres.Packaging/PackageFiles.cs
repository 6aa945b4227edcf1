using Monogres.Core;
using Monogres.Packaging.Formats;
using Monogres.Store.Disk;

namespace Monogres.Packaging;

/// <summary>Packages as files of a directory. One that is there already, as it would be written, is not written again.</summary>
/// <param name="directory">Where they go; absolute.</param>
/// <param name="hashed">Says what is there.</param>
public sealed class PackageFiles(string directory, HashedFiles hashed)
{
    /// <summary>Where a file of the directory is.</summary>
    public string PathOf(string name) => Path.Combine(directory, name);

    /// <summary>Writes a package, and returns the digest of the file.</summary>
    /// <param name="packager">Its format.</param>
    /// <param name="request">What is packed.</param>
    /// <param name="written">The digest that an earlier run says it wrote for the same request, or null.</param>
    /// <param name="cancel">Stops; no half-written file is left.</param>
    /// <exception cref="UserErrorException">The directory cannot be written.</exception>
    public async Task<Digest> WriteAsync(IPackager packager, PackageRequest request, Digest? written, CancellationToken cancel)
    {
        var path = PathOf(packager.FileNameOf(request));
        try
        {
            if (written is { } expected && await hashed.HashAsync(path, expected.Size, cancel) == expected.Hash)
                return expected;

            Digest digest = default;
            await AtomicFile.WriteAsync(path, async (file, stop) =>
            {
                await using var hashing = new HashingStream(file);
                await packager.WriteAsync(request, hashing, stop);
                digest = hashing.ToDigest();
            }, cancel);
            return digest;
        }
        catch (Exception trouble) when (trouble is UnauthorizedAccessException or IOException and not EndOfStreamException)
        {
            throw CannotWrite(trouble);
        }
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

    private UserErrorException CannotWrite(Exception trouble) =>
        new($"cannot write to `{directory}`: {trouble.Message}", "choose another directory with `--output DIR`; build results remain in the store", inner: trouble);
}
