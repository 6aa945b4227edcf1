using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using Monogres.Core;
using Monogres.Sandbox.Linux;
using Monogres.Store;
using Monogres.Store.Disk;
using Monogres.Store.Local;
using Wire = Monogres.Protocol;

namespace Monogres.Sandbox.Roots;

/// <summary>
/// Puts trees of the store on disk, once per digest: <c>roots/&lt;hash&gt;-&lt;size&gt;</c>, files as hard links to the
/// blobs. Nobody may write there: a root is only ever the lower layer of an overlay, or bound read-only. A root is made
/// under a temporary name and renamed, so it is there whole or not at all. The access time of its directory is the time of
/// its last use. Safe for several threads and processes.
/// </summary>
/// <param name="store">Holds the blobs, and the roots.</param>
/// <param name="clock">For the time of last use.</param>
public sealed class RootMaterializer(LocalStore store, TimeProvider clock)
{
    private const uint DirectoryMode = 0x1ED; // 0755
    private const uint FileMode = 0x124; // 0444
    private const uint ExecutableMode = 0x16D; // 0555
    private const int Busy = 20;

    private readonly ConcurrentDictionary<Digest, SemaphoreSlim> _making = new();

    /// <summary>The directory of a tree; made when it is not there. It is not removed before the lease is disposed.</summary>
    /// <exception cref="BlobMissingException">A part of the tree is not in the store, or damaged there.</exception>
    /// <exception cref="IOException">The directory cannot be made: the disk is full, for one.</exception>
    public async ValueTask<RootLease> MaterialiseAsync(Digest tree, CancellationToken cancel)
    {
        var path = PathOf(tree);
        if (Use(path) is { } ready)
            return ready;

        // One at a time within this process; another process may do the same work, and the first to finish wins.
        var gate = _making.GetOrAdd(tree, _ => new SemaphoreSlim(1));
        await gate.WaitAsync(cancel);
        try
        {
            for (var attempt = 0; ; attempt++)
            {
                if (Use(path) is { } lease)
                    return lease;

                if (attempt == Busy)
                    throw new IOException($"{path} is made and removed again and again by another process");

                await MakeAsync(tree, path, cancel);
            }
        }
        finally
        {
            gate.Release();
        }
    }

    /// <summary>Writes a tree to a directory that does not exist yet, as files of its own: what is written to them reaches no blob.</summary>
    /// <exception cref="BlobMissingException">A part of the tree is not in the store, or damaged there.</exception>
    internal Task CopyAsync(Digest tree, string path, CancellationToken cancel) => FillAsync(tree, path, linked: false, cancel);

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

    private string PathOf(Digest tree) => $"{store.RootsDirectory}/{tree.Hash}-{tree.Size}";

    private RootLease? Use(string path)
    {
        var lease = RootLease.TryShare(path);
        if (lease is not null)
            Posix.SetTimes(path, clock.GetUtcNow(), DiskBlobStore.ModificationTime);
        return lease;
    }

    private async Task MakeAsync(Digest tree, string path, CancellationToken cancel)
    {
        var temporary = store.NewWorkPath();
        try
        {
            await FillAsync(tree, temporary, linked: true, cancel);
            if (Posix.Rename(temporary, path) != 0 && Marshal.GetLastPInvokeError() is not (Posix.EEXIST or Posix.ENOTEMPTY))
                throw Posix.LastError($"rename to {path}");
        }
        finally
        {
            ForcedDeletion.Delete(temporary);
        }
    }

    // Directories of one depth are independent of each other; their entries are made by one thread.
    private async Task FillAsync(Digest tree, string path, bool linked, CancellationToken cancel)
    {
        Check(Posix.MakeDirectory(path, DirectoryMode), path);
        List<(Digest Digest, string Path)> level = [(tree, path)];
        while (level.Count > 0)
        {
            var next = new ConcurrentBag<(Digest, string)>();
            await Parallel.ForEachAsync(level, cancel, async (directory, stop) =>
            {
                var message = await store.Blobs.ReadMessageAsync(Wire.Directory.Parser, directory.Digest, stop);
                foreach (var child in message.Directories)
                {
                    var at = Child(directory, child.Name);
                    Check(Posix.MakeDirectory(at, DirectoryMode), at);
                    next.Add((child.Digest.ToDigest(), at));
                }

                foreach (var link in message.Symlinks)
                {
                    var at = Child(directory, link.Name);
                    Check(Posix.Symlink(link.Target, at), at);
                    Posix.SetTimes(at, DiskBlobStore.ModificationTime, DiskBlobStore.ModificationTime);
                }

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
        for (var attempt = 0; blob is not null && linked; attempt++)
        {
            if (Posix.Link(blob, at) == 0)
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

        Check(Posix.ChangeMode(at, executable ? ExecutableMode : FileMode), at);
        Posix.SetTimes(at, DiskBlobStore.ModificationTime, DiskBlobStore.ModificationTime);
    }

    // Trees can come from elsewhere: a name must not lead out of its directory.
    private static string Child((Digest Digest, string Path) directory, string name) => RelativePath.IsSegment(name)
        ? $"{directory.Path}/{name}"
        : throw new BlobMissingException(directory.Digest, $"names an entry `{name}`, which cannot be");

    private static void Check(int result, string path)
    {
        if (result != 0)
            throw Posix.LastError($"make {path}");
    }
}
