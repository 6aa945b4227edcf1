using System.Security.Cryptography;
using Monogres.Core;
using Monogres.Store;

namespace Monogres.Packaging.Repositories;

/// <summary>
/// New files of a repository. All of them are written to a directory of its file system first, and then renamed to their places in
/// order: what can fail has failed before anything changes, and a file is there whole or not at all. Used by one process at a time,
/// which may write several files at once.
/// </summary>
internal sealed class StagedFiles : IDisposable
{
    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    // Ten thousand small pieces make one file.
    private const int BufferSize = 128 * 1024;

    private readonly string _repository, _directory;
    private readonly List<(string Staged, string Place)> _moves = [];
    private int _counter = -1;

    /// <param name="repository">Where the files go.</param>
    /// <param name="directory">Where they are until then, on the same file system; what a killed process left there is removed.</param>
    public StagedFiles(string repository, string directory)
    {
        (_repository, _directory) = (repository, directory);
        Dispose();
        Directory.CreateDirectory(directory);
    }

    /// <summary>A name for a file to be written.</summary>
    public string Next() => Path.Combine(_directory, $"{Interlocked.Increment(ref _counter)}");

    /// <summary>Where a file of the repository is.</summary>
    public string PlaceOf(string path) => Path.Combine(_repository, path);

    /// <summary>A copy of a file, with its digest.</summary>
    public async Task<(string Staged, Digest Digest)> CopyAsync(string file, CancellationToken cancel)
    {
        var staged = Next();
        File.Copy(file, staged);
        File.SetUnixFileMode(staged, Readable);
        return (staged, await DigestAsync(staged, cancel));
    }

    /// <summary>A new file, with its digest.</summary>
    public async Task<(string Staged, Digest Digest)> WriteAsync(Func<Stream, Task> write, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var staged = Next();
        using var hash = SHA256.Create();
        var file = new FileStream(staged, FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        await using (var hashed = new CryptoStream(file, hash, CryptoStreamMode.Write))
        await using (var pieces = new BufferedStream(hashed, BufferSize))
            await write(pieces);
        return (staged, new Digest(new Sha256Hash(hash.Hash!), new FileInfo(staged).Length));
    }

    /// <summary>Says where a staged file goes, unless the same is there already. The order of these calls is that of the renames.</summary>
    public async Task<bool> PlaceAsync(string staged, Digest digest, string path, CancellationToken cancel)
    {
        if (await IsAtAsync(path, digest, cancel))
            return false;

        _moves.Add((staged, PlaceOf(path)));
        return true;
    }

    /// <summary>Copies a file that goes to a place; see <see cref="PlaceAsync"/>.</summary>
    public async Task PlaceCopyAsync(string file, Digest digest, string path, CancellationToken cancel)
    {
        if (await IsAtAsync(path, digest, cancel))
            return;

        var (staged, copied) = await CopyAsync(file, cancel);
        await PlaceAsync(staged, copied == digest ? digest : throw RepositoryErrors.Damaged(Path.GetRelativePath(_repository, file), $"its digest should be {digest}"), path, cancel);
    }

    /// <summary>Writes a text that goes to a place; see <see cref="PlaceAsync"/>.</summary>
    public async Task PlaceTextAsync(byte[] text, string path, CancellationToken cancel)
    {
        var (staged, digest) = await WriteAsync(file => file.WriteAsync(text, cancel).AsTask(), cancel);
        await PlaceAsync(staged, digest, path, cancel);
    }

    /// <summary>A link that goes to a place, unless something is there; its target is relative to that place.</summary>
    public void PlaceLink(string target, string path)
    {
        if (File.Exists(PlaceOf(path)))
            return;

        var link = Next();
        File.CreateSymbolicLink(link, target);
        _moves.Add((link, PlaceOf(path)));
    }

    /// <summary>Whether the repository has exactly these bytes at a path.</summary>
    public async Task<bool> IsAtAsync(string path, Digest digest, CancellationToken cancel) =>
        new FileInfo(PlaceOf(path)) is { Exists: true } there && there.Length == digest.Size && await DigestAsync(there.FullName, cancel) == digest;

    /// <summary>Renames everything to its place.</summary>
    /// <param name="cancel">Stops, and leaves what was renamed.</param>
    public async Task CommitAsync(CancellationToken cancel)
    {
        // A name that survives a power cut must not be that of an empty file. Together, since a disk takes many at once in the time of one.
        await Parallel.ForEachAsync(_moves.Where(move => new FileInfo(move.Staged).LinkTarget is null), new ParallelOptions { MaxDegreeOfParallelism = 16, CancellationToken = cancel }, (move, _) =>
        {
            using var file = File.OpenHandle(move.Staged, access: FileAccess.ReadWrite);
            RandomAccess.FlushToDisk(file);
            return ValueTask.CompletedTask;
        });

        foreach (var (staged, place) in _moves)
        {
            cancel.ThrowIfCancellationRequested();
            Directory.CreateDirectory(Path.GetDirectoryName(place)!);
            File.Move(staged, place, overwrite: true);
        }
    }

    public void Dispose()
    {
        if (Directory.Exists(_directory))
            Directory.Delete(_directory, recursive: true);
    }

    public static async Task<Digest> DigestAsync(string path, CancellationToken cancel)
    {
        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0, FileOptions.SequentialScan);
        return await StreamDigest.OfAsync(file, cancel);
    }
}
