using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Proof.Comparison.Containers;

/// <summary>What an entry is.</summary>
internal enum EntryKind
{
    File,
    Directory,
    Symlink,

    /// <summary>Another name for an earlier file.</summary>
    HardLink,
    CharacterDevice,
    BlockDevice,
    Pipe,
    Socket,
    Other,
}

/// <summary>A named value of a header, as text.</summary>
internal readonly record struct Field(string Name, string Value);

/// <summary>One entry of a directory or archive. What its format does not have is null.</summary>
internal sealed record Entry
{
    /// <summary>The name in normal form, by which entries of two archives are paired: no <c>./</c> in front, no slash at the end.</summary>
    public required string Path { get; init; }

    /// <summary>The name as the archive writes it.</summary>
    public required string Name { get; init; }

    /// <summary>Its place among the entries, from 0.</summary>
    public required int Ordinal { get; init; }

    public EntryKind Kind { get; init; } = EntryKind.File;

    /// <summary>Permissions, with set-id and sticky bits.</summary>
    public int? Mode { get; init; }

    /// <summary>User and group: <c>0:0</c>, <c>root:root (0:0)</c>.</summary>
    public string? Owner { get; init; }

    public DateTimeOffset? Time { get; init; }

    /// <summary>Where a link points.</summary>
    public string? Target { get; init; }

    /// <summary>Bytes of content, of a file.</summary>
    public long Size { get; init; }

    /// <summary>The hash of the content; null in a directory, where reading it twice costs less than hashing it.</summary>
    public Sha256Hash? Hash { get; init; }

    /// <summary>What else its header says.</summary>
    public ImmutableArray<Field> Fields { get; init; } = [];

    /// <summary>Whether its name is the digest of its content, and the path here says what it is for.</summary>
    public bool IsNamedByContent { get; init; }

    public bool HasContent => Kind == EntryKind.File;

    /// <summary>The kind, for people.</summary>
    public string KindWords => Kind switch
    {
        EntryKind.File => "a file",
        EntryKind.Directory => "a directory",
        EntryKind.Symlink => "a symbolic link",
        EntryKind.HardLink => "a hard link",
        EntryKind.CharacterDevice => "a character device",
        EntryKind.BlockDevice => "a block device",
        EntryKind.Pipe => "a named pipe",
        EntryKind.Socket => "a socket",
        _ => "of an unknown kind",
    };

    /// <summary>The normal form of a name. Names with <c>..</c> stay as they are: nothing is ever written where they point.</summary>
    public static string Normal(string name)
    {
        var start = 0;
        while (name.AsSpan(start).StartsWith("./", StringComparison.Ordinal))
        {
            start += 2;
            while (start < name.Length && name[start] == '/')
                start++;
        }

        var path = name[start..].TrimEnd('/');
        return path.Length == 0 ? "." : path;
    }
}
