using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Monogres.Core;
using Monogres.Sandbox.Linux;
using Monogres.Store;
using Monogres.Store.Disk;
using Monogres.Store.Local;
using Monogres.Store.Trees;
using Wire = Monogres.Protocol;

namespace Monogres.Sandbox.Roots;

/// <summary>
/// Puts trees of the store on disk, once per digest: <c>roots/&lt;hash&gt;-&lt;size&gt;</c>, files as hard links to the
/// blobs. Nobody may write there: a root is only ever the lower layer of an overlay, or bound read-only. A root is made
/// under a temporary name and renamed, so it is there whole or not at all. The access time of its directory is the time of
/// its last use. Safe for several threads and processes.
/// <para>
/// Files below the working directory of a command are its own: each is a file of its own, so that equal ones are not names of
/// one file, and its mode allows writing, as if they had just been unpacked. A tree that has any of these is a root of another
/// name, with <c>.&lt;working directory&gt;</c> at its end.
/// </para>
/// </summary>
/// <param name="store">Holds the blobs, and the roots.</param>
/// <param name="clock">For the time of last use.</param>
public sealed class RootMaterializer(LocalStore store, TimeProvider clock)
{
    private const uint DirectoryMode = 0x1ED; // 0755
    private const uint FileMode = 0x124; // 0444
    private const uint ExecutableMode = 0x16D; // 0555
    private const uint OwnFileMode = 0x1A4; // 0644
    private const uint OwnExecutableMode = 0x1ED; // 0755
    private const int Busy = 20;

    private readonly ConcurrentDictionary<string, SemaphoreSlim> _making = new(StringComparer.Ordinal);

    /// <summary>The directory of a tree; made when it is not there. It is not removed before the lease is disposed.</summary>
    /// <param name="tree">The tree.</param>
    /// <param name="workingDirectory">Of the command that sees it: what is below is the command's own. Null where nothing runs in it.</param>
    /// <param name="cancel">Stops; nothing is left behind.</param>
    /// <exception cref="BlobMissingException">A part of the tree is not in the store, or damaged there.</exception>
    /// <exception cref="IOException">The directory cannot be made: the disk is full, for one.</exception>
    /// <exception cref="UserErrorException">It is there, and belongs to another user or group.</exception>
    public async ValueTask<RootLease> MaterialiseAsync(Digest tree, RelativePath? workingDirectory, CancellationToken cancel)
    {
        var own = workingDirectory is { } at && await HasFilesAsync(tree, at, cancel) ? workingDirectory : null;
        var path = PathOf(tree, own);
        if (Use(path) is { } ready)
            return ready;

        // One at a time within this process; another process may do the same work, and the first to finish wins.
        var gate = _making.GetOrAdd(path, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancel);
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                if (Use(path) is { } lease)
                    return lease;

                if (attempt == Busy)
                    throw new IOException($"{path} is made and removed again and again by another process");

                await MakeAsync(tree, own, path, cancel);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Writes a tree to a directory that does not exist yet, as the command's own files.</summary>
    /// <exception cref="BlobMissingException">A part of the tree is not in the store, or damaged there.</exception>
    internal Task CopyAsync(Digest tree, string path, CancellationToken cancel) => FillAsync(tree, own: RelativePath.Root, path, cancel);

    /// <summary>Removes a root that nobody uses; false when somebody does, or when there is none.</summary>
    /// <param name="store">Holds the root.</param>
    /// <param name="path">A directory in <see cref="LocalStore.RootsDirectory"/>.</param>
    /// <exception cref="IOException">It cannot be removed.</exception>
    public static bool TryRemove(LocalStore store, string path)
    {
        var going = store.NewWorkPath();
        using (var lease = RootLease.TryExclude(path))
        {
            if (lease is null || Posix.Rename(path, going) != 0)
                return false;
        }

        ForcedDeletion.Delete(going);
        return true;
    }

    private string PathOf(Digest tree, RelativePath? own) => $"{store.RootPathOf(tree)}{(own is { } at ? $".{Uri.EscapeDataString(at.Value)}" : "")}";

    private async ValueTask<bool> HasFilesAsync(Digest tree, RelativePath directory, CancellationToken cancel)
    {
        if (await TreeWalk.FindDirectoryAsync(store.Blobs, tree, directory, cancel) is not { } found)
            return false;

        var entries = await store.Blobs.ReadMessageAsync(Wire.Directory.Parser, found, cancel);
        return entries.Files.Count + entries.Directories.Count > 0;
    }

    private RootLease? Use(string path)
    {
        var lease = RootLease.TryShare(path);
        if (lease is null)
            return null;

        if (FileStatus.Of(path) is { IsOurs: false } status)
        {
            lease.Dispose();
            throw RootErrors.Foreign(store.Directory, status.User, status.Group);
        }

        Posix.SetTimes(path, clock.GetUtcNow(), DiskBlobStore.ModificationTime);
        return lease;
    }

    private async Task MakeAsync(Digest tree, RelativePath? own, string path, CancellationToken cancel)
    {
        var temporary = store.NewWorkPath();
        try
        {
            await FillAsync(tree, own, temporary, cancel);
            if (Posix.Rename(temporary, path) != 0 && Marshal.GetLastPInvokeError() is not (Posix.EEXIST or Posix.ENOTEMPTY))
                throw Posix.LastError($"rename to {path}");
        }
        finally
        {
            ForcedDeletion.Delete(temporary);
        }
    }

    // Directories of one depth are independent of each other; their entries are made by one thread.
    private async Task FillAsync(Digest tree, RelativePath? own, string path, CancellationToken cancel)
    {
        Posix.MakeOwnDirectory(path, DirectoryMode);
        List<(Digest Digest, RelativePath At, string Path)> level = [(tree, RelativePath.Root, path)];
        while (level.Count > 0)
        {
            var next = new ConcurrentBag<(Digest, RelativePath, string)>();
            await Parallel.ForEachAsync(level, cancel, async (directory, stop) =>
            {
                var message = await store.Blobs.ReadMessageAsync(Wire.Directory.Parser, directory.Digest, stop);
                foreach (var child in message.Directories)
                {
                    var at = Child(directory, child.Name);
                    Check(Posix.MakeDirectory(at, DirectoryMode), at);
                    next.Add((child.Digest.ToDigest(), directory.At.Child(child.Name), at));
                }

                foreach (var link in message.Symlinks)
                {
                    var at = Child(directory, link.Name);
                    Check(Posix.Symlink(link.Target, at), at);
                    Posix.SetTimes(at, DiskBlobStore.ModificationTime, DiskBlobStore.ModificationTime);
                }

                var linked = own is not { } ownDirectory || !directory.At.IsWithin(ownDirectory);
                foreach (var file in message.Files)
                    AddFile(Child(directory, file.Name), file.Digest.ToDigest(), file.IsExecutable, linked);

                // The mode that mkdir gives depends on the umask of the caller.
                Check(Posix.ChangeMode(directory.Path, DirectoryMode), directory.Path);
                Posix.SetTimes(directory.Path, DiskBlobStore.ModificationTime, DiskBlobStore.ModificationTime);
            });
            level = [.. next];
        }
    }

    private void AddFile(string at, Digest content, bool executable, bool linked)
    {
        // Thousands of empty files share one digest, and a file system has a limit of names per file.
        var blob = content.Size == 0 ? null : store.Blobs.PathOf(content, executable);

        // A blob that another user or group has stored would be nobody's in the sandbox, and could not be changed there.
        var mayLink = linked && blob is not null && FileStatus.Of(blob) is { IsOurs: true };
        for (var attempt = 0; mayLink; attempt++)
        {
            if (Posix.Link(blob!, at) == 0)
                return;

            var error = Marshal.GetLastPInvokeError();
            if (error is Posix.EMLINK or Posix.EXDEV or Posix.EPERM)
                break;

            // Another process that stored the same blob has replaced the file between its name being read and its link being made.
            if (error != Posix.ENOENT || attempt == Busy)
                throw Posix.LastError($"link {blob} to {at}");

            blob = store.Blobs.PathOf(content, executable);
        }

        if (blob is null)
            File.Create(at).Dispose();
        else
            File.Copy(blob, at);

        Check(Posix.ChangeMode(at, linked ? (executable ? ExecutableMode : FileMode) : (executable ? OwnExecutableMode : OwnFileMode)), at);
        Posix.SetTimes(at, DiskBlobStore.ModificationTime, DiskBlobStore.ModificationTime);
    }

    // Trees can come from elsewhere: a name must not lead out of its directory.
    private static string Child((Digest Digest, RelativePath At, string Path) directory, string name) => RelativePath.IsSegment(name)
        ? $"{directory.Path}/{name}"
        : throw new BlobMissingException(directory.Digest, $"names an entry `{name}`, which cannot be");

    private static void Check(int result, string path)
    {
        if (result != 0)
            throw Posix.LastError($"make {path}");
    }
}
