using System.Globalization;
using Monogres.Core;

namespace Monogres.Platforms.Lock;

/// <summary>
/// A version of a Debian package, <c>[epoch:]upstream[-revision]</c>, ordered as Debian policy 5.6.12 says. Two spellings of
/// one version (<c>1.0</c> and <c>1.00-0</c>) are equal.
/// </summary>
public sealed class DebianVersion : IComparable<DebianVersion>, IEquatable<DebianVersion>
{
    private readonly string _upstream;
    private readonly string _revision;

    private DebianVersion(string text, uint epoch, string upstream, string revision)
    {
        Text = text;
        Epoch = epoch;
        _upstream = upstream;
        _revision = revision;
    }

    /// <summary>The version as it was written.</summary>
    public string Text { get; }

    /// <summary>The number before the colon; 0 when there is none.</summary>
    public uint Epoch { get; }

    /// <summary>Reads a version: a digit first, then letters, digits and <c>. + - ~</c> (and <c>:</c> after an epoch).</summary>
    public static bool TryParse(string text, out DebianVersion? version)
    {
        version = null;
        var colon = text.IndexOf(':', StringComparison.Ordinal);
        uint epoch = 0;
        if (colon >= 0 && !uint.TryParse(text.AsSpan(0, colon), NumberStyles.None, CultureInfo.InvariantCulture, out epoch))
            return false;

        var rest = text[(colon + 1)..];
        var dash = rest.LastIndexOf('-');
        var upstream = dash < 0 ? rest : rest[..dash];
        var revision = dash < 0 ? "" : rest[(dash + 1)..];

        // Policy says "should start with a digit"; dpkg warns, and every package of the archive obeys.
        if (upstream.Length == 0 || !char.IsAsciiDigit(upstream[0]) || (dash >= 0 && revision.Length == 0))
            return false;

        if (!upstream.All(c => IsVersionCharacter(c) || c is '-' || (c is ':' && colon >= 0)) || !revision.All(IsVersionCharacter))
            return false;

        version = new DebianVersion(text, epoch, upstream, revision);
        return true;
    }

    /// <summary>Reads a version.</summary>
    /// <exception cref="FormatException">The text is not a version.</exception>
    public static DebianVersion Parse(string text) => TryParse(text, out var version)
        ? version!
        : throw new FormatException($"'{text}' is not the version of a Debian package.");

    /// <summary>Orders by epoch, then upstream version, then revision.</summary>
    public int CompareTo(DebianVersion? other)
    {
        if (other is null)
            return 1;

        var order = Epoch.CompareTo(other.Epoch);
        if (order == 0) order = VersionText.Compare(_upstream, other._upstream);
        return order != 0 ? order : VersionText.Compare(_revision, other._revision);
    }

    /// <summary>Whether this version has a relation of policy 7.1 (<c>&lt;&lt; &lt;= = &gt;= &gt;&gt;</c>) to another.</summary>
    /// <exception cref="FormatException">There is no such relation.</exception>
    public bool Satisfies(string relation, DebianVersion other)
    {
        var order = CompareTo(other);
        return relation switch
        {
            "<<" => order < 0,
            "<=" => order <= 0,
            "=" => order == 0,
            ">=" => order >= 0,
            ">>" => order > 0,
            _ => throw new FormatException($"'{relation}' does not relate two versions."),
        };
    }

    /// <summary>Whether neither is later than the other.</summary>
    public bool Equals(DebianVersion? other) => other is not null && CompareTo(other) == 0;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as DebianVersion);

    /// <summary>Ignores zeros, in which equal versions may differ.</summary>
    public override int GetHashCode() => HashCode.Combine(
        Epoch, _upstream.Replace("0", "", StringComparison.Ordinal), _revision.Replace("0", "", StringComparison.Ordinal));

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static bool IsVersionCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '.' or '+' or '~';

    /// <summary>Orders as <see cref="CompareTo"/>.</summary>
    public static bool operator <(DebianVersion left, DebianVersion right) => left.CompareTo(right) < 0;

    /// <summary>Orders as <see cref="CompareTo"/>.</summary>
    public static bool operator >(DebianVersion left, DebianVersion right) => left.CompareTo(right) > 0;

    /// <summary>Orders as <see cref="CompareTo"/>.</summary>
    public static bool operator <=(DebianVersion left, DebianVersion right) => left.CompareTo(right) <= 0;

    /// <summary>Orders as <see cref="CompareTo"/>.</summary>
    public static bool operator >=(DebianVersion left, DebianVersion right) => left.CompareTo(right) >= 0;

    /// <summary>Whether neither is later than the other.</summary>
    public static bool operator ==(DebianVersion? left, DebianVersion? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether one is later than the other.</summary>
    public static bool operator !=(DebianVersion? left, DebianVersion? right) => !(left == right);
}
