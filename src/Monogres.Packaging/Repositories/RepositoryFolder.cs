using Monogres.Core;
using Monogres.Store.Locks;

namespace Monogres.Packaging.Repositories;

/// <summary>
/// The directory of a repository while it is written: ours alone, by one process at a time, with a folder in it for what is not
/// ready. That folder stays and marks the directory as a repository of this kind.
/// </summary>
internal sealed class RepositoryFolder : IDisposable
{
    private readonly StoreLock _held;

    private RepositoryFolder(StoreLock held, StagedFiles files) => (_held, Files) = (held, files);

    /// <summary>What is about to be published.</summary>
    public StagedFiles Files { get; }

    /// <summary>Refuses files that are not there, and a directory that is something else: before long work is begun.</summary>
    /// <param name="directory">The repository; absolute.</param>
    /// <param name="kind">The kind, as the command calls it: <c>apt</c>.</param>
    /// <param name="files">The packages.</param>
    /// <exception cref="UserErrorException">One is not there, or the directory is not ours.</exception>
    public static void Check(string directory, string kind, IEnumerable<string> files)
    {
        if (files.FirstOrDefault(file => !File.Exists(file)) is { } missing)
            throw RepositoryErrors.NoFile(missing);

        try
        {
            if (File.Exists(directory) || (Directory.Exists(directory) && !Directory.Exists(WorkOf(directory, kind)) && Directory.EnumerateFileSystemEntries(directory).Any()))
                throw RepositoryErrors.NotOurs(directory, kind);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw RepositoryErrors.CannotWrite(directory, trouble);
        }
    }

    /// <summary>Opens a repository, or begins one in a directory that <see cref="Check"/> did not refuse.</summary>
    /// <param name="directory">The repository; absolute.</param>
    /// <param name="kind">The kind, as the command calls it: <c>apt</c>.</param>
    /// <param name="waiting">Told when another run is waited for, or null.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">The directory cannot be locked.</exception>
    /// <exception cref="IOException">The directory cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The directory cannot be written.</exception>
    public static async Task<RepositoryFolder> OpenAsync(string directory, string kind, IProgress<LockHolder>? waiting, CancellationToken cancel)
    {
        var work = WorkOf(directory, kind);
        Directory.CreateDirectory(work);
        var held = await LockAsync(directory, work, waiting, cancel);
        try
        {
            return new RepositoryFolder(held, new StagedFiles(directory, Path.Combine(work, "new")));
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        Files.Dispose();
        _held.Dispose();
    }

    private static string WorkOf(string directory, string kind) => Path.Combine(directory, $".monogres-{kind}");

    private static async Task<StoreLock> LockAsync(string directory, string work, IProgress<LockHolder>? waiting, CancellationToken cancel)
    {
        try
        {
            // Another process is waited for in real time, whatever the time of the repository is.
            return await new StoreLocks(work, TimeProvider.System).LockExclusiveAsync("publishing", waiting, cancel);
        }
        catch (UserErrorException error) when (error.InnerException is { } trouble)
        {
            // Its words are about a store.
            throw RepositoryErrors.CannotWrite(directory, trouble);
        }
    }
}
