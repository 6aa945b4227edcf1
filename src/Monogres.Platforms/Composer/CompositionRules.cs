using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Store.Archives;

namespace Monogres.Platforms.Composer;

/// <summary>How the files of every package become part of a root; data of the platform.</summary>
public sealed record CompositionRules
{
    /// <summary>The directories of a merged <c>/usr</c>, as every Debian release since 12 has it.</summary>
    public static ImmutableArray<DirectoryMove> MergedUsr { get; } =
        [.. new[] { "bin", "lib", "lib64", "sbin" }.Select(name => new DirectoryMove(RelativePath.Parse(name), RelativePath.Parse($"usr/{name}")))];

    /// <summary>Paths that no build reads, as <see cref="GlobSet"/> patterns: documentation, manuals, translations, the package manager's state.</summary>
    public ImmutableArray<string> Omissions { get; init; } = [];

    /// <summary>Directories that stand elsewhere; the root has a link in their place.</summary>
    public ImmutableArray<DirectoryMove> Moves { get; init; } = MergedUsr;

    /// <summary>The rules for the archive in a package.</summary>
    /// <exception cref="FormatException">A pattern is wrong.</exception>
    internal TarRules ToTarRules() => new() { Moves = Moves, Omissions = GlobSet.Parse(Omissions) };

    /// <summary>A text that is equal for equal rules.</summary>
    internal CanonicalText Describe()
    {
        var text = new CanonicalText("monogres composition rules v1");
        foreach (var pattern in Omissions.Order(StringComparer.Ordinal))
            text.Add("leave-out", pattern);
        foreach (var move in Moves)
            text.Add("move", move.From.Value, move.To.Value);
        return text;
    }
}
