using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Store.Trees;

namespace Monogres.Store.Archives;

/// <summary>What stands where, as the entries come; refuses what contradicts itself.</summary>
internal sealed class TarLayout
{
    private readonly Dictionary<RelativePath, Placed> _entries = [];

    /// <summary>The entries that cannot be in the tree, in the order of the paths.</summary>
    public ImmutableArray<OmittedEntry> Omitted =>
        [.. _entries.Where(pair => pair.Value is Placed.Refused).Select(pair => new OmittedEntry(pair.Key, ((Placed.Refused)pair.Value).Reason)).OrderBy(entry => entry.Path.Value, StringComparer.Ordinal)];

    /// <summary>A directory, and those above it. One that is there already stays.</summary>
    /// <exception cref="ArchiveException">A file or link is in the way.</exception>
    public void AddDirectory(RelativePath path, string entry, bool leftOut)
    {
        AddParents(path, entry);
        if (_entries.TryGetValue(path, out var there) && there is not Placed.Directory)
            throw new ArchiveException($"is a directory where entry `{there.Entry}` has something else", entry);
        if (there is null || (there.Omitted && !leftOut))
            _entries[path] = new Placed.Directory(entry, leftOut);
    }

    /// <summary>A file; replaces an earlier entry of the same name and kind.</summary>
    /// <exception cref="ArchiveException">Something else is at the path, or above it.</exception>
    public void AddFile(RelativePath path, string entry, PendingFile? content, bool executable) =>
        Place(path, new Placed.File(entry, content, executable));

    /// <summary>A symbolic link; replaces an earlier entry of the same name and kind.</summary>
    /// <exception cref="ArchiveException">Something else is at the path, or above it.</exception>
    public void AddSymlink(RelativePath path, string entry, string target, bool leftOut) =>
        Place(path, new Placed.Symlink(entry, target, leftOut));

    /// <summary>Something that cannot be in the tree, and is reported.</summary>
    /// <exception cref="ArchiveException">Something else is at the path, or above it.</exception>
    public void Omit(RelativePath path, string entry, string reason) => Place(path, new Placed.Refused(entry, reason));

    /// <summary>Another name for a file that came before.</summary>
    /// <exception cref="ArchiveException">There is no such file, or its content was left out.</exception>
    public void AddHardLink(RelativePath path, string entry, RelativePath target, bool leftOut)
    {
        _entries.TryGetValue(target, out var there);
        if (there is Placed.Refused refused)
        {
            Omit(path, entry, refused.Reason);
            return;
        }

        if (there is not Placed.File file)
            throw new ArchiveException($"is a hard link to `{target}`, which is no earlier file of the archive", entry);
        if (file.Omitted && !leftOut)
            throw new ArchiveException($"is a hard link to `{target}`, which the rules leave out: leave out both or none", entry);

        Place(path, new Placed.File(entry, leftOut ? null : file.Content, file.Executable));
    }

    /// <summary>Writes the tree, when the content of every file is stored.</summary>
    public async Task<Digest> WriteAsync(IBlobStore store, CancellationToken cancel)
    {
        var tree = new TreeBuilder();
        foreach (var (path, placed) in _entries)
        {
            switch (placed)
            {
                case { Omitted: true }:
                    break;
                case Placed.Directory:
                    tree.AddDirectory(path);
                    break;
                case Placed.File { Content: { } content, Executable: var executable }:
                    tree.AddFile(path, content.Digest, executable);
                    break;
                case Placed.Symlink link:
                    tree.AddSymlink(path, link.Target);
                    break;
            }
        }

        return await tree.WriteAsync(store, cancel);
    }

    private void Place(RelativePath path, Placed placed)
    {
        AddParents(path, placed.Entry);
        if (_entries.TryGetValue(path, out var there))
        {
            if (there.GetType() != placed.GetType())
                throw new ArchiveException($"stands where entry `{there.Entry}` has something of another kind", placed.Entry);
            if (!string.Equals(there.Entry, placed.Entry, StringComparison.Ordinal))
                throw new ArchiveException($"stands at the same place as entry `{there.Entry}`", placed.Entry);
        }

        _entries[path] = placed;
    }

    private void AddParents(RelativePath path, string entry)
    {
        for (var parent = path.Parent; !parent.IsRoot; parent = parent.Parent)
        {
            if (!_entries.TryGetValue(parent, out var there))
            {
                // Made by the entry below it, so left out unless something that stays needs it.
                _entries[parent] = new Placed.Directory(entry, Omitted: true);
                continue;
            }

            if (there is Placed.Directory)
                return;

            throw new ArchiveException(
                there is Placed.Symlink or Placed.Refused ? $"lies below entry `{there.Entry}`, which is a symbolic link" : $"lies below entry `{there.Entry}`, which is a file", entry);
        }
    }

    private abstract record Placed(string Entry, bool Omitted)
    {
        public sealed record Directory(string Entry, bool Omitted) : Placed(Entry, Omitted);

        public sealed record File(string Entry, PendingFile? Content, bool Executable) : Placed(Entry, Content is null);

        public sealed record Refused(string Entry, string Reason) : Placed(Entry, Omitted: true);

        public sealed record Symlink(string Entry, string Target, bool Omitted) : Placed(Entry, Omitted);
    }
}
