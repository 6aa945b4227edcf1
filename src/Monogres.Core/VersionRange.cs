using System.Collections.Immutable;

namespace Monogres.Core;

/// <summary>
/// Which versions of PostgreSQL something is for: comparisons joined by commas, all of which must hold:
/// <c>&gt;=15, &lt;18</c>; <c>15</c>; <c>!=17.3</c>; <c>*</c> for every version. A bare major stands for the whole major, its betas
/// and release candidates included, so <c>&lt;=17</c> includes 17.11, <c>&gt;17</c> starts at 18beta1 and <c>&gt;=15</c> includes
/// 15beta1. A full version is compared as it is, so <c>&gt;=15.0</c> excludes 15beta1. See <c>docs/reference/versions.md</c>.
/// </summary>
public sealed class VersionRange : IEquatable<VersionRange>
{
    // Longer operators first, so that ">=" is not read as ">".
    private static readonly string[] Operators = [">=", "<=", "!=", ">", "<", "="];

    private readonly ImmutableArray<Comparison> _comparisons;
    private readonly string _text;

    private VersionRange(ImmutableArray<Comparison> comparisons)
    {
        _comparisons = comparisons;
        _text = comparisons.IsEmpty ? "*" : string.Join(", ", comparisons);
    }

    /// <summary>Every version, <c>*</c>.</summary>
    public static VersionRange Any { get; } = new([]);

    /// <summary>Reads a range; spaces around comparisons and operands are ignored.</summary>
    public static bool TryParse(string text, out VersionRange range)
    {
        range = Any;
        if (text.AsSpan().Trim() is "*")
            return true;

        var comparisons = ImmutableArray.CreateBuilder<Comparison>();
        foreach (var part in text.AsSpan().Split(','))
        {
            if (ParseComparison(text.AsSpan()[part].Trim()) is not { } comparison)
                return false;

            comparisons.Add(comparison);
        }

        range = new VersionRange(comparisons.ToImmutable());
        return true;
    }

    /// <summary>Reads a range.</summary>
    /// <exception cref="FormatException">The text is not a list of comparisons.</exception>
    public static VersionRange Parse(string text) => TryParse(text, out var range)
        ? range
        : throw new FormatException($"'{text}' is not a version range such as '>=15, <18', '15' or '!=17.3'.");

    /// <summary>Whether the version is in the range.</summary>
    public bool Contains(PgVersion version)
    {
        foreach (var comparison in _comparisons)
        {
            if (!comparison.Holds(version))
                return false;
        }

        return true;
    }

    /// <summary>The comparisons in the order they were written, separated by a comma and a space, equality without sign.</summary>
    public override string ToString() => _text;

    /// <summary>Whether both have the same text; ranges that are written differently but mean the same are not equal.</summary>
    public bool Equals(VersionRange? other) => other is not null && string.Equals(_text, other._text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as VersionRange);

    /// <inheritdoc/>
    public override int GetHashCode() => StringComparer.Ordinal.GetHashCode(_text);

    private static Comparison? ParseComparison(ReadOnlySpan<char> text)
    {
        var sign = "=";
        foreach (var candidate in Operators)
        {
            if (text.StartsWith(candidate, StringComparison.Ordinal))
            {
                sign = candidate;
                text = text[candidate.Length..].TrimStart();
                break;
            }
        }

        // Those before 10 were numbered in another way, in which 9.6 is a major.
        if (PgVersion.TryParse(text, out var version) && version.IsOfPostgres)
            return new Comparison(sign, version.Major, version);

        return PgVersion.TryParseMajor(text, out var major) && major >= PgVersion.FirstMajor ? new Comparison(sign, major, Version: null) : null;
    }

    private sealed record Comparison(string Sign, int Major, PgVersion? Version)
    {
        public bool Holds(PgVersion version)
        {
            var order = Version is { } exact ? version.CompareTo(exact) : version.Major.CompareTo(Major);
            return Sign switch
            {
                ">=" => order >= 0,
                "<=" => order <= 0,
                ">" => order > 0,
                "<" => order < 0,
                "!=" => order != 0,
                _ => order == 0,
            };
        }

        public override string ToString() => $"{(Sign is "=" ? "" : Sign)}{Version?.ToString() ?? $"{Major}"}";
    }
}
