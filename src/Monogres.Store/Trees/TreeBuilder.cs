using System.Text;
using Monogres.Core;
using Wire = Monogres.Protocol;

namespace Monogres.Store.Trees;

/// <summary>
/// Builds a tree in memory and writes it as REAPI <c>Directory</c> messages in canonical form: entries sorted by the
/// UTF-8 bytes of their names; only files, executable files, directories and symbolic links; no times, owners, modes.
/// Not thread-safe.
/// </summary>
public sealed class TreeBuilder
{
    private readonly Node _root = new();

    /// <summary>Adds a file, and the directories above it. An entry already at the path is replaced, unless it is a directory.</summary>
    /// <exception cref="TreeConflictException">The path is a directory, or lies below something that is not one.</exception>
    public void AddFile(RelativePath path, Digest content, bool executable) =>
        Set(path, new Node { File = new Wire.FileNode { Name = path.Name, Digest = content.ToWire(), IsExecutable = executable } });

    /// <summary>Adds a symbolic link, and the directories above it. An entry already at the path is replaced, unless it is a directory.</summary>
    /// <exception cref="TreeConflictException">The path is a directory, or lies below something that is not one.</exception>
    public void AddSymlink(RelativePath path, string target) =>
        Set(path, new Node { Symlink = new Wire.SymlinkNode { Name = path.Name, Target = target } });

    /// <summary>Adds an empty directory, and the directories above it; nothing changes when it is there.</summary>
    /// <exception cref="TreeConflictException">Something on the way is not a directory.</exception>
    public void AddDirectory(RelativePath path) => Directory(path);

    /// <summary>Puts a whole stored tree at a path that holds nothing yet.</summary>
    /// <exception cref="TreeConflictException">There is something at the path already.</exception>
    public void AddTree(RelativePath path, Digest tree)
    {
        if (path.IsRoot)
            throw new ArgumentException("A tree at the root is that tree: use TreeUnion.", nameof(path));

        var parent = Directory(path.Parent);
        if (!parent.Children!.TryAdd(path.Name, new Node { Tree = tree }))
            throw new TreeConflictException(path, "is there already");
    }

    /// <summary>Whether anything stands at the path.</summary>
    public bool Contains(RelativePath path)
    {
        var node = _root;
        foreach (var segment in path.Segments)
        {
            if (node.Children is null || !node.Children.TryGetValue(segment, out node!))
                return false;
        }

        return true;
    }

    /// <summary>The file at the path, or null.</summary>
    public (Digest Content, bool Executable)? FindFile(RelativePath path)
    {
        var node = _root;
        foreach (var segment in path.Segments)
        {
            if (node.Children is null || !node.Children.TryGetValue(segment, out node!))
                return null;
        }

        return node.File is { } file ? (file.Digest.ToDigest(), file.IsExecutable) : null;
    }

    /// <summary>Stores every directory and returns the digest of the root.</summary>
    public ValueTask<Digest> WriteAsync(IBlobStore store, CancellationToken cancel) => WriteAsync(_root, store, cancel);

    private static async ValueTask<Digest> WriteAsync(Node directory, IBlobStore store, CancellationToken cancel)
    {
        var message = new Wire.Directory();
        foreach (var (name, node) in directory.Children!.OrderBy(pair => pair.Key, Utf8Order.Comparer))
        {
            if (node.File is { } file)
                message.Files.Add(file);
            else if (node.Symlink is { } link)
                message.Symlinks.Add(link);
            else
                message.Directories.Add(new Wire.DirectoryNode { Name = name, Digest = (node.Tree ?? await WriteAsync(node, store, cancel)).ToWire() });
        }

        return await store.PutMessageAsync(message, cancel);
    }

    private void Set(RelativePath path, Node node)
    {
        if (path.IsRoot)
            throw new TreeConflictException(path, "is the root directory");

        var parent = Directory(path.Parent);
        if (parent.Children!.TryGetValue(path.Name, out var existing) && existing.IsDirectory)
            throw new TreeConflictException(path, "is a directory");

        parent.Children[path.Name] = node;
    }

    private Node Directory(RelativePath path)
    {
        var node = _root;
        foreach (var segment in path.Segments)
        {
            if (!node.Children!.TryGetValue(segment, out var child))
                node.Children[segment] = child = new Node();
            else if (child.Children is null || child.File is not null || child.Symlink is not null || child.Tree is not null)
                throw new TreeConflictException(path, $"lies below `{segment}`, which is not a directory that can be added to");

            node = child;
        }

        return node;
    }

    private sealed class Node
    {
        public Wire.FileNode? File { get; init; }

        public Wire.SymlinkNode? Symlink { get; init; }

        public Digest? Tree { get; init; }

        public bool IsDirectory => File is null && Symlink is null;

        public Dictionary<string, Node>? Children => IsDirectory && Tree is null ? field ??= new(StringComparer.Ordinal) : null;
    }
}

/// <summary>Two things that cannot stand at one path.</summary>
/// <param name="path">The path.</param>
/// <param name="reason">What is in the way.</param>
public sealed class TreeConflictException(RelativePath path, string reason) : Exception($"`{path}` {reason}")
{
    /// <summary>The path.</summary>
    public RelativePath Path { get; } = path;

    /// <summary>What is in the way, as it follows the path in a sentence.</summary>
    public string Reason { get; } = reason;

    /// <summary>In a union of trees, the numbers of the two layers, from 0, the lower one first; null elsewhere.</summary>
    public (int Lower, int Upper)? Layers { get; init; }
}

/// <summary>Orders names by their UTF-8 bytes, as REAPI wants; <c>StringComparer.Ordinal</c> orders by UTF-16 and differs above U+FFFF.</summary>
public sealed class Utf8Order : IComparer<string>
{
    /// <summary>The one instance.</summary>
    public static Utf8Order Comparer { get; } = new();

    /// <inheritdoc/>
    public int Compare(string? x, string? y)
    {
        x ??= "";
        y ??= "";
        for (var i = 0; i < x.Length && i < y.Length; i++)
        {
            if (x[i] == y[i])
                continue;

            // Surrogates encode what sorts after every other UTF-16 unit.
            return char.IsSurrogate(x[i]) == char.IsSurrogate(y[i]) ? x[i].CompareTo(y[i]) : char.IsSurrogate(x[i]) ? 1 : -1;
        }

        return x.Length.CompareTo(y.Length);
    }
}
