using System.Globalization;

namespace Monogres.Core;

/// <summary>How far a version of a major is: the order is that of the members.</summary>
public enum PgVersionStage
{
    /// <summary>A beta, <c>19beta2</c>.</summary>
    Beta,

    /// <summary>A release candidate, <c>19rc1</c>.</summary>
    ReleaseCandidate,

    /// <summary>A release, <c>19.0</c>.</summary>
    Release,
}

/// <summary>
/// A version of a server, where one number is the major: <c>15.18</c>, <c>19beta2</c>, <c>19rc1</c>. PostgreSQL is numbered
/// like this since 10; servers that are based on it can have smaller majors of their own. The betas of a major come before
/// its release candidates, and these before its <c>.0</c>.
/// </summary>
public readonly record struct PgVersion : IComparable<PgVersion>
{
    /// <summary>The first major of PostgreSQL with a two-part version number: before it, <c>9.6</c> was one.</summary>
    public const int FirstMajor = 10;

    private const int MaxDigits = 4;

    private PgVersion(int major, PgVersionStage stage, int number) => (Major, Stage, Number) = (major, stage, number);

    /// <summary>The major, 15 in <c>15.18</c>.</summary>
    public int Major { get; }

    /// <summary>Whether this is a release or something before the first one of its major.</summary>
    public PgVersionStage Stage { get; }

    /// <summary>The minor of a release (18 in <c>15.18</c>), or the number of the beta or release candidate.</summary>
    public int Number { get; }

    /// <summary>The minor of a release; null for a beta or release candidate.</summary>
    public int? Minor => IsPreRelease ? null : Number;

    /// <summary>Whether PostgreSQL itself can have this version: the major is 10 or later.</summary>
    public bool IsOfPostgres => Major >= FirstMajor;

    /// <summary>Whether this is a beta or a release candidate.</summary>
    public bool IsPreRelease => Stage != PgVersionStage.Release;

    /// <summary>The release <c>major.minor</c>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number is negative, has more than four digits, or the major is 0.</exception>
    public static PgVersion Of(int major, int minor) => Of(major, PgVersionStage.Release, minor);

    /// <summary>The version of that major, stage and number.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A number has more than four digits, the major is below 1, or a beta or release candidate is numbered below 1.</exception>
    public static PgVersion Of(int major, PgVersionStage stage, int number)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(major, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(major, 9999);
        ArgumentOutOfRangeException.ThrowIfLessThan(number, stage == PgVersionStage.Release ? 0 : 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, 9999);
        return new PgVersion(major, stage, number);
    }

    /// <summary>Reads exactly what <see cref="ToString"/> writes: no spaces, no leading zeros, no bare major.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out PgVersion version)
    {
        version = default;
        var digits = text.IndexOfAnyExceptInRange('0', '9');
        if (digits < 0 || !TryParseMajor(text[..digits], out var major))
            return false;

        var rest = text[digits..];
        var (stage, mark) = rest switch
        {
            ['.', ..] => (PgVersionStage.Release, "."),
            ['b', ..] => (PgVersionStage.Beta, "beta"),
            _ => (PgVersionStage.ReleaseCandidate, "rc"),
        };
        if (!rest.StartsWith(mark, StringComparison.Ordinal) || !TryParseNumber(rest[mark.Length..], out var number)
            || (number == 0 && stage != PgVersionStage.Release))
            return false;

        version = new PgVersion(major, stage, number);
        return true;
    }

    /// <summary>Reads exactly what <see cref="ToString"/> writes: no spaces, no leading zeros, no bare major.</summary>
    /// <exception cref="FormatException">The text is anything else.</exception>
    public static PgVersion Parse(string text) => TryParse(text, out var version)
        ? version
        : throw new FormatException($"'{text}' is not a PostgreSQL version such as 15.18, 19beta2 or 19rc1.");

    /// <summary>Reads a bare major, <c>15</c>: 1 or later, no leading zero.</summary>
    public static bool TryParseMajor(ReadOnlySpan<char> text, out int major) => TryParseNumber(text, out major) && major > 0;

    /// <summary>Orders by major, then stage, then number.</summary>
    public int CompareTo(PgVersion other)
    {
        var order = Major.CompareTo(other.Major);
        if (order == 0) order = Stage.CompareTo(other.Stage);
        return order != 0 ? order : Number.CompareTo(other.Number);
    }

    /// <summary><c>15.18</c>, <c>19beta2</c>, <c>19rc1</c>: as PostgreSQL names its own files.</summary>
    public override string ToString() => Stage switch
    {
        PgVersionStage.Beta => $"{Major}beta{Number}",
        PgVersionStage.ReleaseCandidate => $"{Major}rc{Number}",
        _ => $"{Major}.{Number}",
    };

    private static bool TryParseNumber(ReadOnlySpan<char> text, out int number)
    {
        number = 0;
        return text.Length is > 0 and <= MaxDigits && (text.Length == 1 || text[0] != '0')
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
    }

    /// <summary>Orders by major, then stage, then number.</summary>
    public static bool operator <(PgVersion left, PgVersion right) => left.CompareTo(right) < 0;

    /// <summary>Orders by major, then stage, then number.</summary>
    public static bool operator >(PgVersion left, PgVersion right) => left.CompareTo(right) > 0;

    /// <summary>Orders by major, then stage, then number.</summary>
    public static bool operator <=(PgVersion left, PgVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Orders by major, then stage, then number.</summary>
    public static bool operator >=(PgVersion left, PgVersion right) => left.CompareTo(right) >= 0;
}
