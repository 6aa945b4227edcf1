namespace Monogres.Core;

/// <summary>An extension and its version as its authors number it: <c>pgvector@0.8.0</c>.</summary>
/// <param name="Name">The project.</param>
/// <param name="Version">The version: letters, digits, <c>.</c>, <c>-</c>, <c>_</c>, <c>~</c> and <c>+</c>, a letter or digit first.</param>
public sealed record ExtensionVersion(ProjectName Name, string Version)
{
    /// <summary>Whether the text can be the version of an extension.</summary>
    public static bool IsVersion(ReadOnlySpan<char> text)
    {
        if (text.IsEmpty || !char.IsAsciiLetterOrDigit(text[0]))
            return false;

        foreach (var c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '-' or '_' or '~' or '+'))
                return false;
        }

        return true;
    }

    /// <summary>Orders two versions of one extension by <see cref="VersionText"/>; equal ones by their text.</summary>
    public static int Compare(string one, string other) =>
        VersionText.Compare(one, other) is not 0 and var order ? order : string.CompareOrdinal(one, other);

    /// <summary><c>pgvector@0.8.0</c></summary>
    public override string ToString() => $"{Name}@{Version}";
}

/// <summary>
/// One thing to build: a PostgreSQL (<c>postgres@15.18</c>, <c>postgres@15.18+minimal</c>), or an extension built against one
/// (<c>pgvector@0.8.0/postgres@17.11</c>). Platform and toolchain are chosen beside it.
/// </summary>
/// <param name="Server">The PostgreSQL project: <c>postgres</c> or a fork.</param>
/// <param name="Version">Its version.</param>
public sealed record TargetName(ProjectName Server, PgVersion Version) : IComparable<TargetName>
{
    /// <summary>The extension, or null when PostgreSQL itself is the target.</summary>
    public ExtensionVersion? Extension { get; init; }

    /// <summary>The option set, or null for the default one; a selection from the index always fills it in.</summary>
    public OptionSetName? OptionSet { get; init; }

    /// <summary>Reads exactly what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string text, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out TargetName? name)
    {
        name = TargetPattern.TryParse(text, out var pattern, out _) ? pattern.AsName() : null;
        return name is not null;
    }

    /// <summary>Reads exactly what <see cref="ToString"/> writes.</summary>
    /// <exception cref="FormatException">The text is not one fully named target.</exception>
    public static TargetName Parse(string text) => TryParse(text, out var name)
        ? name
        : throw new FormatException($"'{text}' does not name one target, such as 'postgres@15.18+minimal' or 'pgvector@0.8.0/postgres@17.11'.");

    /// <summary>Orders by server, its version, extension (none first), option set (none first).</summary>
    public int CompareTo(TargetName? other)
    {
        if (other is null)
            return 1;

        var order = Server.CompareTo(other.Server);
        if (order == 0) order = Version.CompareTo(other.Version);
        if (order == 0) order = string.CompareOrdinal(Extension?.ToString(), other.Extension?.ToString());
        return order != 0 ? order : string.CompareOrdinal(OptionSet?.Value, other.OptionSet?.Value);
    }

    /// <summary><c>postgres@15.18</c>, <c>postgres@15.18+minimal</c>, <c>pgvector@0.8.0/postgres@17.11</c></summary>
    public override string ToString() =>
        $"{(Extension is null ? "" : $"{Extension}/")}{Server}@{Version}{(OptionSet is { } set ? $"+{set}" : "")}";

    /// <summary>Orders as <see cref="CompareTo"/>.</summary>
    public static bool operator <(TargetName left, TargetName right) => left.CompareTo(right) < 0;

    /// <summary>Orders as <see cref="CompareTo"/>.</summary>
    public static bool operator >(TargetName left, TargetName right) => left.CompareTo(right) > 0;

    /// <summary>Orders as <see cref="CompareTo"/>.</summary>
    public static bool operator <=(TargetName left, TargetName right) => left.CompareTo(right) <= 0;

    /// <summary>Orders as <see cref="CompareTo"/>.</summary>
    public static bool operator >=(TargetName left, TargetName right) => left.CompareTo(right) >= 0;
}
