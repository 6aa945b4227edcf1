using System.Collections.Concurrent;
using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Sandbox.Linux;
using Monogres.Store.Disk;
using Monogres.Store.Trees;

namespace Monogres.Sandbox.Outputs;

/// <summary>What a directory turned into: a tree, or the reasons why it cannot be one.</summary>
/// <param name="Root">The digest of the tree; without meaning when there are problems.</param>
/// <param name="Problems">What is in the way, a line each, in the order of the paths.</param>
public readonly record struct CapturedOutput(Digest Root, ImmutableArray<string> Problems);

/// <summary>
/// Takes an output directory into the store: walks it without following links, searches its files for canaries, moves
/// them into the store, and writes the tree. Of an output only names, contents, the owner's execute bit and relative links
/// remain. Sockets, pipes, devices, names that are not UTF-8 and links that lead out are problems.
/// </summary>
/// <param name="blobs">Where files and tree go.</param>
/// <param name="canaries">What no file may hold.</param>
public sealed class OutputCapture(DiskBlobStore blobs, CanaryScan canaries)
{
    private const uint OwnerReadsAndEnters = 0x1C0; // 0700
    private const uint OwnerReads = 0x180; // 0600

    /// <summary>Takes a directory. The files are gone from it afterwards.</summary>
    /// <param name="directory">On disk; absolute.</param>
    /// <param name="seenAt">Where the command saw it, below its <c>/</c>.</param>
    /// <param name="excusing">Directories on disk whose files may hold a canary too: then it is no leak but was there before.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<CapturedOutput> TakeAsync(string directory, RelativePath seenAt, IReadOnlyList<string> excusing, CancellationToken cancel)
    {
        var found = new Found();
        Walk(directory, RelativePath.Root, found);
        var tree = new TreeBuilder();
        foreach (var path in found.Directories)
            tree.AddDirectory(path);
        foreach (var (path, target) in found.Links)
            AddLink(tree, found, seenAt, path, target);

        if (found.Problems.Count > 0)
            return new CapturedOutput(default, [.. found.Problems.Order(StringComparer.Ordinal)]);

        var digests = new Digest[found.Files.Count];
        var hits = new ConcurrentBag<(RelativePath Path, CanaryHit Hit)>();
        await Parallel.ForAsync(0, found.Files.Count, cancel, async (i, stop) =>
        {
            var (path, onDisk, _) = found.Files[i];
            foreach (var hit in canaries.Find(onDisk))
                hits.Add((path, hit));
            digests[i] = await blobs.PutFileAsync(onDisk, stop);
        });

        var leaks = Leaks([.. hits], excusing, cancel);
        if (leaks.Length > 0)
            return new CapturedOutput(default, leaks);

        for (var i = 0; i < digests.Length; i++)
            tree.AddFile(found.Files[i].Path, digests[i], found.Files[i].Executable);
        return new CapturedOutput(await tree.WriteAsync(blobs, cancel), []);
    }

    private static void Walk(string directory, RelativePath at, Found found)
    {
        foreach (var onDisk in Directory.EnumerateFileSystemEntries(directory, "*", new EnumerationOptions { AttributesToSkip = FileAttributes.None, IgnoreInaccessible = false }))
        {
            var name = System.IO.Path.GetFileName(onDisk);
            if (name.Contains('\uFFFD', StringComparison.Ordinal) || !RelativePath.IsSegment(name) || FileStatus.Of(onDisk) is not { } status)
            {
                found.Problems.Add($"{at}/{name}: the name is not UTF-8");
                continue;
            }

            var path = at.Child(name);
            found.All.Add(path.Value);
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
                found.Problems.Add($"{path} is {status.Kind}");
            }
        }
    }

    private static void MakeAccessible(string path, uint mode, uint needed)
    {
        if ((mode & needed) != needed && Posix.ChangeMode(path, (mode & 0x1FF) | needed) != 0)
            throw Posix.LastError($"make {path} readable");
    }

    private static void AddLink(TreeBuilder tree, Found found, RelativePath seenAt, RelativePath path, string target)
    {
        if (target.Contains('\uFFFD', StringComparison.Ordinal))
        {
            found.Problems.Add($"{path}: the target of the link is not UTF-8");
        }
        else if (!target.StartsWith('/'))
        {
            if (RelativePath.TryResolve(path.Parent, target, out _))
                tree.AddSymlink(path, target);
            else
                found.Problems.Add($"{path} is a link that leads out of the output: {target}");
        }
        else if (Inside(found, seenAt, target) is { } inside)
        {
            tree.AddSymlink(path, path.Parent.LinkTo(inside));
        }
        else
        {
            found.Problems.Add($"{path} is an absolute link to something that is not in the output: {target}");
        }
    }

    // An absolute link means its place in the sandbox, or, where the output is a root to be installed (`make install
    // DESTDIR=…`), its place below that.
    private static RelativePath? Inside(Found found, RelativePath seenAt, string target)
    {
        if (!RelativePath.TryResolve(RelativePath.Root, target, out var absolute))
            return null;

        if (absolute.IsWithin(seenAt))
            return absolute == seenAt ? RelativePath.Root : RelativePath.Parse(absolute.Value[(seenAt.Value.Length + 1)..]);

        return found.All.Contains(absolute.Value) ? absolute : null;
    }

    private ImmutableArray<string> Leaks(IReadOnlyList<(RelativePath Path, CanaryHit Hit)> hits, IReadOnlyList<string> excusing, CancellationToken cancel)
    {
        if (hits.Count == 0)
            return [];

        var known = new HashSet<Canary>();
        foreach (var file in excusing.SelectMany(FilesIn))
        {
            cancel.ThrowIfCancellationRequested();
            known.UnionWith(canaries.Find(file).Select(hit => hit.Canary));
        }

        return
        [
            .. hits.Where(pair => !known.Contains(pair.Hit.Canary))
                .OrderBy(pair => pair.Path.Value, StringComparer.Ordinal).ThenBy(pair => pair.Hit.Offset)
                .Select(pair => $"{pair.Path} holds the {pair.Hit.Canary.Kind} `{pair.Hit.Canary.Text}` at byte {pair.Hit.Offset}"),
        ];
    }

    private static IEnumerable<string> FilesIn(string directory) => Directory
        .EnumerateFiles(directory, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint })
        .Order(StringComparer.Ordinal);

    private sealed class Found
    {
        public List<RelativePath> Directories { get; } = [];

        public List<(RelativePath Path, string OnDisk, bool Executable)> Files { get; } = [];

        public List<(RelativePath Path, string Target)> Links { get; } = [];

        public HashSet<string> All { get; } = new(StringComparer.Ordinal);

        public List<string> Problems { get; } = [];
    }
}
