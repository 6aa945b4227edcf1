using System.Text;
using Monogres.Core;
using Monogres.Store.Disk;
using Monogres.Store.Locks;

namespace Monogres.Store.Local;

/// <summary>The store of this machine, in one directory; several processes can use it at once. Its layout is described in <c>docs/reference/store.md</c>.</summary>
public sealed class LocalStore : IDisposable
{
    /// <summary>The version of the layout, in the file <c>format</c>.</summary>
    public const int Format = 3;

    // The layout is the same, and the checksums of entries are others: they are written anew when the store is opened.
    private const int Upgraded = 2;

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode Readable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private static readonly string[] Directories = ["", "tmp", "blobs", "actions", "memo", "roots", "work", "downloads", "logs", "locks", "records"];

    private readonly ProcessMark _mark;
    private readonly TemporaryNames _temporary;
    private readonly TemporaryNames _work;
    private readonly TimeProvider _time;

    private LocalStore(string directory, TimeProvider time)
    {
        Directory = directory;
        _time = time;
        _mark = ProcessMark.Set(LocksDirectory);
        _temporary = new TemporaryNames(TemporaryDirectory, _mark.Owner);
        _work = new TemporaryNames(WorkDirectory, _mark.Owner);
        Blobs = new DiskBlobStore($"{directory}/blobs", _temporary, time);
        // Other processes are waited for in real time, whatever the day of last use is.
        Locks = new StoreLocks(LocksDirectory, TimeProvider.System);
        Actions = new DiskActionCache($"{directory}/actions", _temporary, time);
        Memo = new DiskMemo($"{directory}/memo", _temporary, time);
    }

    /// <summary>The directory of the whole store; absolute.</summary>
    public string Directory { get; }

    /// <summary>The blobs, as they are on disk; not verified while reading.</summary>
    public DiskBlobStore Blobs { get; }

    /// <summary>The action results.</summary>
    public DiskActionCache Actions { get; }

    /// <summary>What steps gave on this machine.</summary>
    public DiskMemo Memo { get; }

    /// <summary>Locks between the processes that share the store.</summary>
    public StoreLocks Locks { get; }

    /// <summary>Materialised trees, one directory each, at <see cref="RootPathOf"/>.</summary>
    public string RootsDirectory => $"{Directory}/roots";

    /// <summary>What runs now: overlay directories, sources being built. Named by <see cref="NewWorkPath"/>.</summary>
    public string WorkDirectory => $"{Directory}/work";

    /// <summary>Logs of the tool itself.</summary>
    public string LogsDirectory => $"{Directory}/logs";

    /// <summary>Downloads that are not complete.</summary>
    public string DownloadsDirectory => $"{Directory}/downloads";

    /// <summary>Files that are being written.</summary>
    public string TemporaryDirectory => $"{Directory}/tmp";

    /// <summary>The files of <see cref="Locks"/>.</summary>
    public string LocksDirectory => $"{Directory}/locks";

    /// <summary>What was built last, one file a target.</summary>
    public string RecordsDirectory => $"{Directory}/records";

    /// <summary>Opens the store, and makes it when the directory is empty or not there. Clears what processes that are gone have left.</summary>
    /// <param name="directory">Absolute.</param>
    /// <param name="time">For the day of last use.</param>
    /// <exception cref="UserErrorException">The directory cannot be used, holds something else, or a store of another format.</exception>
    public static LocalStore Open(string directory, TimeProvider time)
    {
        try
        {
            var found = CheckFormat(directory);
            foreach (var name in Directories)
                System.IO.Directory.CreateDirectory($"{directory}/{name}", Private);

            var store = new LocalStore(directory, time);
            if (found == Upgraded)
            {
                store.Actions.UpgradeFromFormat2();
                store.Memo.UpgradeFromFormat2();
            }

            if (found != Format)
                store.WriteFormat();
            store._mark.ClearLeftovers(store.TemporaryDirectory);
            store._mark.ClearLeftovers(store.WorkDirectory);
            return store;
        }
        catch (Exception e) when (StoreErrors.IsOfDisk(e))
        {
            throw StoreErrors.OfDisk(e, directory);
        }
    }

    /// <summary>
    /// Where a materialised tree stands. It is made in <see cref="WorkDirectory"/> and renamed, under the lock of its
    /// digest; each use sets the access time of the directory (<see cref="MarkRootUsed"/>).
    /// </summary>
    public string RootPathOf(Digest tree) => $"{RootsDirectory}/{tree.Hash}-{tree.Size}";

    /// <summary>Says that a materialised tree is used now, so that garbage collection leaves it and its blobs.</summary>
    public void MarkRootUsed(Digest tree) => LibC.SetAccessTime(RootPathOf(tree), _time.GetUtcNow());

    /// <summary>A path in <see cref="WorkDirectory"/> that nothing has; what is left there is removed by a later <see cref="Open"/>.</summary>
    public string NewWorkPath() => _work.Next();

    /// <summary>Says that this process has finished with the store. What it has left in <see cref="WorkDirectory"/> may then be removed.</summary>
    public void Dispose() => _mark.Dispose();

    // Null for an empty or a missing directory, and for a store whose making was interrupted.
    private static int? CheckFormat(string directory)
    {
        var format = $"{directory}/format";
        if (File.Exists(format))
        {
            var found = File.ReadAllText(format).Trim();
            return found is "2" ? Upgraded : string.Equals(found, $"{Format}", StringComparison.Ordinal) ? Format : throw StoreErrors.OtherFormat(directory, found, Format);
        }

        if (System.IO.Directory.Exists(directory) && System.IO.Directory.EnumerateFileSystemEntries(directory).Any(entry => !IsOurs(entry)))
            throw StoreErrors.NotAStore(directory);

        return null;
    }

    // Last, so that a store with this file is complete. Two processes write the same.
    private void WriteFormat()
    {
        using var file = NewFile.Create(_temporary);
        file.Append(Encoding.ASCII.GetBytes($"{Format}\n"));
        file.Finish($"{Directory}/format", Readable, _time.GetUtcNow(), lastWrite: null);
    }

    private static bool IsOurs(string entry) => Directories.Append("format").Contains(Path.GetFileName(entry), StringComparer.Ordinal);
}
