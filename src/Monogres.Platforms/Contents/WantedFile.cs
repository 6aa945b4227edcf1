namespace Monogres.Platforms.Contents;

/// <summary>What kind of file is wanted of an archive's packages.</summary>
public enum WantedKind
{
    /// <summary>A header, as an <c>#include</c> names it: <c>sodium.h</c>, <c>uriparser/Uri.h</c>.</summary>
    Header,

    /// <summary>A library to link with, as <c>-l</c> names it: <c>sodium</c>.</summary>
    Library,

    /// <summary>A module of pkg-config: <c>libsodium</c>.</summary>
    Module,

    /// <summary>A program: <c>xxd</c>.</summary>
    Program,

    /// <summary>A shared library by the name that programs ask the loader for: <c>libsodium.so.23</c>.</summary>
    SharedLibrary,
}

/// <summary>A file that a source needs and that a package of the archive may have.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="Name">Its name, as sources write it.</param>
public sealed record WantedFile(WantedKind Kind, string Name)
{
    /// <summary>The last part of the paths at which it can be.</summary>
    internal string FileName => Kind switch
    {
        WantedKind.Header => Name[(Name.LastIndexOf('/') + 1)..],
        WantedKind.Library => $"lib{Name}.so",
        WantedKind.Module => $"{Name}.pc",
        _ => Name,
    };

    /// <summary>
    /// Reads what a person or a compiler writes: <c>sodium.h</c>, <c>-lsodium</c>, <c>libsodium.pc</c>, <c>libsodium.so.23</c>;
    /// anything else is the name of a program.
    /// </summary>
    public static WantedFile Parse(string text) => text switch
    {
        ['-', 'l', .. var library] when library.Length > 0 => new(WantedKind.Library, library),
        _ when text.EndsWith(".pc", StringComparison.Ordinal) => new(WantedKind.Module, text[..^3]),
        _ when text.EndsWith(".h", StringComparison.Ordinal) || text.EndsWith(".hpp", StringComparison.Ordinal) || text.Contains('/', StringComparison.Ordinal) => new(WantedKind.Header, text),
        _ when text.Contains(".so.", StringComparison.Ordinal) => new(WantedKind.SharedLibrary, text),
        _ => new(WantedKind.Program, text),
    };

    /// <summary>
    /// How well a path fits, 0 best: where the compiler, the linker or the shell looks unasked; null when it does not fit.
    /// A header may be one or two directories further down, since flags of pkg-config or of a <c>-config</c> program lead there.
    /// </summary>
    /// <param name="path">From the root, without leading slash.</param>
    /// <param name="triplet">The architecture in paths: <c>x86_64-linux-gnu</c>.</param>
    internal int? Rank(string path, string triplet) => Kind switch
    {
        WantedKind.Header => RankOfHeader(Strip(path, $"usr/include/{triplet}/") ?? Strip(path, "usr/include/")),
        WantedKind.Library => Is(path, $"usr/lib/{triplet}/{FileName}", $"usr/lib/{FileName}"),
        WantedKind.Module => Is(path, $"usr/lib/{triplet}/pkgconfig/{FileName}", $"usr/share/pkgconfig/{FileName}", $"usr/lib/pkgconfig/{FileName}"),
        WantedKind.Program => Is(path, $"usr/bin/{Name}", $"bin/{Name}", $"usr/sbin/{Name}", $"sbin/{Name}"),
        WantedKind.SharedLibrary => Is(path, $"usr/lib/{triplet}/{Name}", $"lib/{triplet}/{Name}"),
        _ => throw new InvalidOperationException($"unknown kind {Kind}"),
    };

    /// <summary>Whether the compiler, the linker or the shell finds it at a path unasked.</summary>
    /// <param name="path">From the root, without leading slash.</param>
    /// <param name="triplet">The architecture in paths: <c>x86_64-linux-gnu</c>.</param>
    public bool IsAt(string path, string triplet) => Rank(path, triplet) is 0;

    /// <summary>As a source writes it: <c>-lsodium</c>.</summary>
    public override string ToString() => Kind switch
    {
        WantedKind.Library => $"-l{Name}",
        WantedKind.Module => $"{Name}.pc",
        _ => Name,
    };

    private int? RankOfHeader(string? below)
    {
        if (below is null || !below.EndsWith(Name, StringComparison.Ordinal))
            return null;

        var above = below.AsSpan(0, below.Length - Name.Length);
        return above.IsEmpty ? 0 : above[^1] == '/' && above.Count('/') is var depth and <= 2 ? depth : null;
    }

    private static string? Strip(string path, string prefix) => path.StartsWith(prefix, StringComparison.Ordinal) ? path[prefix.Length..] : null;

    private static int? Is(string path, params ReadOnlySpan<string> places) => places.Contains(path) ? 0 : null;
}
