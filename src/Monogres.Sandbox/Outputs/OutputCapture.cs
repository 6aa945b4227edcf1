using System.Collections.Immutable;
using Monogres.Actions.Outputs;
using Monogres.Core;
using Monogres.Sandbox.Linux;
using Monogres.Store.Disk;
using Monogres.Store.Trees;

namespace Monogres.Sandbox.Outputs;

/// <summary>What a directory turned into.</summary>
/// <param name="Root">The digest of the tree of what can be kept.</param>
/// <param name="Problems">What no tree can hold, a line each, in the order of the paths.</param>
public readonly record struct CapturedOutput(Digest Root, ImmutableArray<string> Problems);

/// <summary>
/// Takes an output directory into the store: walks it without following links, moves its files, and writes the tree. Of an
/// output only names, contents, the owner's execute bit and links, as they are, remain. Sockets, pipes, devices and names
/// that are not UTF-8 cannot be in a tree and are problems; what else an output must not have is decided by
/// <see cref="OutputRules"/>, for every runner.
/// </summary>
/// <param name="blobs">Where files and tree go.</param>
public sealed class OutputCapture(DiskBlobStore blobs)
{
    private const uint OwnerReadsAndEnters = 0x1C0; // 0700
    private const uint OwnerReads = 0x180; // 0600

    /// <summary>Takes a directory. The files are gone from it afterwards.</summary>
    /// <param name="directory">On disk; absolute.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<CapturedOutput> TakeAsync(string directory, CancellationToken cancel)
    {
        var found = new Found();
        Walk(directory, RelativePath.Root, found);
        var digests = new Digest[found.Files.Count];
        await Parallel.ForAsync(0, digests.Length, cancel, async (i, stop) => digests[i] = await blobs.PutFileAsync(found.Files[i].OnDisk, stop));

        var tree = new TreeBuilder();
        foreach (var path in found.Directories)
            tree.AddDirectory(path);
        foreach (var (path, target) in found.Links)
            tree.AddSymlink(path, target);
        for (var i = 0; i < digests.Length; i++)
            tree.AddFile(found.Files[i].Path, digests[i], found.Files[i].Executable);
        return new CapturedOutput(await tree.WriteAsync(blobs, cancel), [.. found.Problems.Order(StringComparer.Ordinal)]);
    }

    private static void Walk(string directory, RelativePath at, Found found)
    {
        foreach (var onDisk in Directory.EnumerateFileSystemEntries(directory, "*", new EnumerationOptions { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false }))
        {
            var name = System.IO.Path.GetFileName(onDisk);
            if (name.Contains('\uFFFD', StringComparison.Ordinal) || !RelativePath.IsSegment(name) || FileStatus.Of(onDisk) is not { } status)
            {
                found.Problems.Add(OutputProblems.NameNotUtf8(at, name));
                continue;
            }

            var path = at.Child(name);
            if (status.IsDirectory)
            {
                MakeAccessible(onDisk, status.Mode, OwnerReadsAndEnters);
                found.Directories.Add(path);
                Walk(onDisk, path, found);
            }
            else if (status.IsFile)
            {
                MakeAccessible(onDisk, status.Mode, OwnerReads);
                found.Files.Add((path, onDisk, status.IsExecutable));
            }
            else if (status.IsSymlink)
            {
                found.Links.Add((path, new FileInfo(onDisk).LinkTarget!));
            }
            else
            {
                found.Problems.Add(OutputProblems.Kind(path, status.Kind));
            }
        }
    }

    private static void MakeAccessible(string path, uint mode, uint needed)
    {
        if ((mode & needed) != needed && Posix.ChangeMode(path, (mode & 0x1FF) | needed) != 0)
            throw Posix.LastError($"make {path} readable");
    }

    private sealed class Found
    {
        public List<RelativePath> Directories { get; } = [];

        public List<(RelativePath Path, string OnDisk, bool Executable)> Files { get; } = [];

        public List<(RelativePath Path, string Target)> Links { get; } = [];

        public List<string> Problems { get; } = [];
    }
}
