using Monogres.Core;
using Monogres.Payloads.Binaries;

namespace Monogres.Packaging.Rpm;

/// <summary>A package while its files are collected.</summary>
internal sealed record RpmContent(RpmPart Part)
{
    private const string Owner = "root,root", ServerUser = "postgres,postgres";

    /// <summary>The files by where they are installed, and what the spec says of each before its path.</summary>
    public SortedDictionary<RelativePath, string> Files { get; } = new(Comparer<RelativePath>.Create((a, b) => string.CompareOrdinal(a.Value, b.Value)));

    /// <summary>The relations that follow from its files, sorted.</summary>
    public SortedSet<string> Needs { get; } = new(StringComparer.Ordinal);

    /// <summary>What its programs and libraries need.</summary>
    public List<FileNeeds> Binaries { get; } = [];

    /// <summary>Whether anything in it is for one kind of processor.</summary>
    public bool HasCode { get; set; }

    /// <summary>Whether it has something of the payload; if not, it is no package.</summary>
    public bool IsEmpty => Files.Count == 0;

    /// <summary>Adds a file, and the directories of ours that lead to it: a package that is removed leaves none behind.</summary>
    /// <param name="path">Where it is installed.</param>
    /// <param name="executable">Whether it may be run.</param>
    /// <param name="mark">What it is to rpm: <c>%doc</c>, <c>%lang(de)</c>; empty for nothing.</param>
    /// <param name="own">The directory from which on all are ours.</param>
    public void Add(RelativePath path, bool executable, string mark, RelativePath own)
    {
        Files[path] = $"{mark}{(mark.Length > 0 ? " " : "")}%attr({(executable ? "0755" : "0644")},{Owner})";
        AddDirectories(path, own);
    }

    /// <summary>Adds a symbolic link; see <see cref="Add"/>.</summary>
    public void AddLink(RelativePath path, RelativePath own)
    {
        Files[path] = $"%attr(-,{Owner})";
        AddDirectories(path, own);
    }

    /// <summary>Adds a directory that only the user of the server may enter.</summary>
    public void AddDataDirectory(RelativePath path) => Files[path] = $"%dir %attr(0700,{ServerUser})";

    private void AddDirectories(RelativePath path, RelativePath own)
    {
        for (var directory = path.Parent; directory.IsWithin(own); directory = directory.Parent)
            Files.TryAdd(directory, $"%dir %attr(0755,{Owner})");
    }
}
