using System.Text;
using System.Text.RegularExpressions;

namespace Monogres.Packaging.Deb;

/// <summary>
/// Versions of packages: <c>15.18-1~mgr.deb12+1</c>. The same release from a distribution's security archive
/// (<c>15.18-0+deb12u1</c>) is older; from its main archive (<c>15.18-1</c>) or PGDG's (<c>15.18-1.pgdg12+1</c>) it is newer; one
/// for the next release of the distribution (<c>~mgr.deb13</c>) is newer.
/// </summary>
public static partial class DebVersion
{
    /// <summary>The version of a package.</summary>
    /// <param name="version">The version as its project numbers it.</param>
    /// <param name="mark">The release of the distribution: <c>deb12</c>.</param>
    /// <param name="build">How many times that release was packaged for it, from 1 on.</param>
    /// <param name="variant">What tells it from other packages of the same name and release, <c>full</c>; null for none.</param>
    public static string Of(string version, string mark, int build, string? variant) =>
        $"{Upstream(version)}-1~mgr.{mark}+{build}{(variant is null ? "" : "+" + Clean(variant))}";

    /// <summary>
    /// The version of a project as Debian orders it: what comes before a release (<c>19beta2</c>) sorts before it (<c>19~beta2</c>),
    /// it begins with a digit, and has no characters that Debian does not know (policy 5.6.12).
    /// </summary>
    public static string Upstream(string version)
    {
        var text = PreRelease().Replace(Clean(version), "~${stage}");
        if (text.Length > 1 && text[0] is 'v' or 'V' && char.IsAsciiDigit(text[1]))
            text = text[1..];
        return text.Length > 0 && char.IsAsciiDigit(text[0]) ? text : $"0+{text}";
    }

    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
            clean.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '+' or '-' or '~' ? c : '.');
        return clean.ToString();
    }

    [GeneratedRegex(@"(?<=\d)[-.+]?(?<stage>alpha|beta|rc|pre|dev)(?![a-z])", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex PreRelease();
}
