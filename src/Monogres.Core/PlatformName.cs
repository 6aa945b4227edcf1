namespace Monogres.Core;

/// <summary>
/// Where a result runs: the release of an operating system and an architecture as Debian names it, <c>debian12-amd64</c>.
/// </summary>
public readonly record struct PlatformName : IComparable<PlatformName>
{
    private readonly string? _os, _architecture;

    private PlatformName(string os, string architecture) => (_os, _architecture) = (os, architecture);

    /// <summary>The operating system and its release, <c>debian12</c>.</summary>
    public string Os => _os ?? "";

    /// <summary>The architecture, <c>amd64</c>.</summary>
    public string Architecture => _architecture ?? "";

    /// <summary>Reads <c>os-architecture</c>: two words of lower-case letters and digits (the first may have dots, <c>ubuntu24.04</c>), a letter first.</summary>
    public static bool TryParse(string text, out PlatformName name)
    {
        name = default;
        var dash = text.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0 || !IsWord(text.AsSpan(0, dash), dots: true) || !IsWord(text.AsSpan(dash + 1), dots: false))
            return false;

        name = new PlatformName(text[..dash], text[(dash + 1)..]);
        return true;
    }

    /// <summary>Reads <c>os-architecture</c>.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static PlatformName Parse(string text) => TryParse(text, out var name)
        ? name
        : throw new FormatException($"'{text}' is not a platform such as 'debian12-amd64'.");

    /// <summary>Orders by the bytes of the text.</summary>
    public int CompareTo(PlatformName other) => string.CompareOrdinal(ToString(), other.ToString());

    /// <summary><c>debian12-amd64</c></summary>
    public override string ToString() => _os is null ? "" : $"{_os}-{_architecture}";

    private static bool IsWord(ReadOnlySpan<char> text, bool dots)
    {
        if (text.IsEmpty || !char.IsAsciiLetterLower(text[0]) || text[^1] == '.')
            return false;

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterLower(c) && !char.IsAsciiDigit(c) && !(dots && c == '.'))
                return false;
        }

        return true;
    }

    /// <summary>Orders by the bytes of the text.</summary>
    public static bool operator <(PlatformName left, PlatformName right) => left.CompareTo(right) < 0;

    /// <summary>Orders by the bytes of the text.</summary>
    public static bool operator >(PlatformName left, PlatformName right) => left.CompareTo(right) > 0;

    /// <summary>Orders by the bytes of the text.</summary>
    public static bool operator <=(PlatformName left, PlatformName right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by the bytes of the text.</summary>
    public static bool operator >=(PlatformName left, PlatformName right) => left.CompareTo(right) >= 0;
}
