using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Platforms.Composer;

/// <summary>
/// What a root is composed of. Later parts see the result of the earlier ones: packages, then <see cref="Archives"/>, then
/// <see cref="Directories"/>, <see cref="Files"/> and <see cref="Links"/>, then the shims: <see cref="Moves"/>,
/// <see cref="ShimFiles"/> and <see cref="ShimLinks"/>. All paths may be written as before the rules' moves (<c>bin/sh</c>).
/// </summary>
public sealed record RootRecipe
{
    /// <summary>The packages, in any order: the result does not depend on it.</summary>
    public required ImmutableArray<RootPackage> Packages { get; init; }

    /// <summary>What becomes of their files.</summary>
    public required CompositionRules Rules { get; init; }

    /// <summary>Packages of another machine that lie beneath: where both have something else at one path, <see cref="Packages"/> win. Null for a root of one kind.</summary>
    public LowerPackages? LowerLayer { get; init; }

    /// <summary>Archives whose content is laid over the packages, in any order. A different file at one of its paths is an error.</summary>
    public ImmutableArray<RootArchive> Archives { get; init; } = [];

    /// <summary>Directories that exist, also when nothing is in them: <c>proc</c>, <c>dev</c>, <c>tmp</c>, <c>run</c>, <c>build</c>.</summary>
    public ImmutableArray<RelativePath> Directories { get; init; } = [];

    /// <summary>Files that belong to every root, such as <c>etc/passwd</c>. A different file at the path is an error.</summary>
    public ImmutableArray<RootFile> Files { get; init; } = [];

    /// <summary>Links that maintainer scripts would have made. One whose target is not in the root is left out; something else at its path is an error.</summary>
    public ImmutableArray<RootLink> Links { get; init; } = [];

    /// <summary>Programs that make room for a shim, which can call them at their new place. One that is not in the root is passed over, and with it the shim at its old place.</summary>
    public ImmutableArray<RootMove> Moves { get; init; } = [];

    /// <summary>Stand-ins and compiler wrappers. They replace the file or link at their path.</summary>
    public ImmutableArray<RootFile> ShimFiles { get; init; } = [];

    /// <summary>Links to shims. One whose target is not in the root is left out; they replace the file or link at their path.</summary>
    public ImmutableArray<RootLink> ShimLinks { get; init; } = [];

    /// <summary>Equal for equal recipes: the key under which the root is remembered.</summary>
    public Digest Digest => Describe().Digest;

    /// <summary>A text that is equal for equal recipes, whatever the order of their lists.</summary>
    internal CanonicalText Describe()
    {
        var text = new CanonicalText("monogres root v1");
        text.Add("rules", Rules.Describe().Digest.ToString());
        AddSorted(text, "package", Packages, package => [package.Deb.ToString()]);
        if (LowerLayer is { } beneath)
        {
            text.Add("rules-beneath", beneath.Rules.Describe().Digest.ToString());
            AddSorted(text, "package-beneath", beneath.Packages, package => [package.Deb.ToString()]);
        }

        AddSorted(text, "archive", Archives, archive => [archive.Tree.Key.ToString(), archive.To.Value]);
        AddSorted(text, "directory", Directories, path => [path.Value]);
        AddSorted(text, "file", Files, Fields);
        AddSorted(text, "link", Links, link => [link.Path.Value, link.Target.Value]);
        AddSorted(text, "move", Moves, move => [move.From.Value, move.To.Value]);
        AddSorted(text, "shim-file", ShimFiles, Fields);
        AddSorted(text, "shim-link", ShimLinks, link => [link.Path.Value, link.Target.Value]);
        return text;
    }

    private static string[] Fields(RootFile file) => [file.Path.Value, file.Executable ? "x" : "-", Digest.Of(System.Text.Encoding.UTF8.GetBytes(file.Content)).ToString()];

    private static void AddSorted<T>(CanonicalText text, string label, ImmutableArray<T> items, Func<T, string[]> fields)
    {
        foreach (var item in items.Select(fields).OrderBy(item => string.Join('\0', item), StringComparer.Ordinal))
            text.Add(label, item);
    }
}

/// <summary>Packages that lie beneath others, with rules of their own.</summary>
/// <param name="Packages">The packages, in any order.</param>
/// <param name="Rules">What becomes of their files.</param>
public sealed record LowerPackages(ImmutableArray<RootPackage> Packages, CompositionRules Rules);

/// <summary>A package of a root.</summary>
/// <param name="Name">Its name, for messages; no part of the result.</param>
/// <param name="Deb">The file, which must be in the store.</param>
public sealed record RootPackage(string Name, Digest Deb);

/// <summary>An archive of a root.</summary>
/// <param name="Name">Its name, for messages; no part of the result.</param>
/// <param name="File">The file, which must be in the store.</param>
/// <param name="StripPrefix">The directory inside the archive whose content is laid.</param>
/// <param name="To">Where it is laid.</param>
public sealed record RootArchive(string Name, Digest File, RelativePath StripPrefix, RelativePath To)
{
    internal ArchiveTree Tree => new(File.Hash, StripPrefix, []);
}

/// <summary>A file that the index brings along.</summary>
/// <param name="Path">Where it stands.</param>
/// <param name="Content">Its text, UTF-8.</param>
/// <param name="Executable">Whether it is a program.</param>
public sealed record RootFile(RelativePath Path, string Content, bool Executable);

/// <summary>A symbolic link.</summary>
/// <param name="Path">Where it stands.</param>
/// <param name="Target">Where it leads, from the root; written relative to its place.</param>
public sealed record RootLink(RelativePath Path, RelativePath Target);

/// <summary>A program that makes room for a shim.</summary>
/// <param name="From">Where its package has it.</param>
/// <param name="To">Where it goes.</param>
public sealed record RootMove(RelativePath From, RelativePath To);
