using System.Globalization;
using System.Text;
using Monogres.Packaging.Deb;

namespace Monogres.Packaging.Rpm;

/// <summary>
/// Version and release of packages: <c>15.18</c> and <c>1~mgr1.glibc2.31</c>. A tilde sorts below everything (rpm's
/// <c>rpmvercmp</c>), so PGDG's package of the same version (<c>15.18-1PGDG.rhel9</c>) and a distribution's (<c>15.18-1.el10</c>) are newer.
/// </summary>
/// <param name="Version">The version as rpm orders it.</param>
/// <param name="Release">The release.</param>
public sealed record RpmVersion(string Version, string Release)
{
    /// <summary>The version of a package.</summary>
    /// <param name="version">The version as its project numbers it; a stage before a release (<c>19beta2</c>) sorts before it.</param>
    /// <param name="glibc">The release of the C library that it was built with, as <c>2.31</c>: the oldest that runs it.</param>
    /// <param name="build">How many times that version was packaged, from 1 on.</param>
    /// <param name="variant">What tells it from other packages of the same name and version, <c>full</c>; null for none.</param>
    public static RpmVersion Of(string version, string glibc, int build, string? variant) => new(
        Clean(DebVersion.Upstream(version)),
        string.Create(CultureInfo.InvariantCulture, $"1~mgr{build}.glibc{glibc}{(variant is null ? "" : "." + Clean(variant))}"));

    /// <inheritdoc/>
    public override string ToString() => $"{Version}-{Release}";

    // A dash separates version and release, and nothing else.
    private static string Clean(string text)
    {
        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
            clean.Append(char.IsAsciiLetterOrDigit(c) || c is '.' or '+' or '_' or '~' or '^' ? c : '.');
        return clean.ToString();
    }
}
