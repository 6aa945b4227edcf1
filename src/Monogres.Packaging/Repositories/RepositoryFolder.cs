using System.Text.RegularExpressions;
using Monogres.Core;
using Monogres.Store.Locks;

namespace Monogres.Packaging.Repositories;

/// <summary>
/// The directory of a repository while it is written: ours alone, by one process at a time, with a folder in it for what is not
/// ready. That folder stays and marks the directory as a repository of this kind.
/// </summary>
internal sealed partial class RepositoryFolder : IDisposable
{
    private readonly StoreLock _held;
    private readonly StagedFiles _files;

    private RepositoryFolder(StoreLock held, StagedFiles files) => (_held, _files) = (held, files);

    /// <summary>Refuses what can be seen to be wrong: before long work is begun.</summary>
    /// <param name="directory">The repository; absolute.</param>
    /// <param name="kind">The kind, as the command calls it: <c>apt</c>.</param>
    /// <param name="publication">What is published.</param>
    /// <exception cref="UserErrorException">A name is none, a file is not there, or the directory is not ours.</exception>
    public static void Check(string directory, string kind, Publication publication)
    {
        if (publication.Snapshot is { } snapshot && !SnapshotForm().IsMatch(snapshot))
            throw RepositoryErrors.BadName("snapshot", snapshot, "it begins as a date does, with a digit; letters, digits, `.`, `+` and `-` follow: `2026-11-28`");
        if (publication.Files.FirstOrDefault(file => !File.Exists(file)) is { } missing)
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

    /// <summary>Changes a repository, or begins one in a directory that <see cref="Check"/> did not refuse. Runs in one directory wait for each other.</summary>
    /// <param name="directory">The repository; absolute.</param>
    /// <param name="kind">The kind, as the command calls it: <c>apt</c>.</param>
    /// <param name="change">Stages files, and puts them into their places.</param>
    /// <param name="waiting">Told when another run is waited for, or null.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">The directory cannot be locked or written.</exception>
    public static async Task<T> ChangeAsync<T>(string directory, string kind, Func<StagedFiles, Task<T>> change, IProgress<LockHolder>? waiting, CancellationToken cancel)
    {
        try
        {
            using var folder = await OpenAsync(directory, kind, waiting, cancel);
            return await change(folder._files);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw RepositoryErrors.CannotWrite(directory, trouble);
        }
    }

    public void Dispose()
    {
        _files.Dispose();
        _held.Dispose();
    }

    private static async Task<RepositoryFolder> OpenAsync(string directory, string kind, IProgress<LockHolder>? waiting, CancellationToken cancel)
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

    [GeneratedRegex(@"\A[0-9][A-Za-z0-9.+-]*\z", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SnapshotForm();
}
