using System.Globalization;
using System.Text.RegularExpressions;
using Monogres.Sources.Inspection;
using Monogres.Core;

namespace Monogres.Sources.Drafts;

/// <summary>Finds the version of a release: in the names of its tag and its archive, and in what the source says of itself.</summary>
public static partial class DraftVersion
{
    /// <summary>
    /// The version that two of these agree on: tag (or else the name of the archive), control file, <c>META.json</c>; or the only one.
    /// They agree when one has all numbers of the other, <c>1.6</c> and <c>1.6.2</c>, and then the longer one is meant. Many projects
    /// number their scripts apart from their releases, so a control file alone is no reason to doubt a tag. Null when tag and
    /// <c>META.json</c> differ and nothing decides between them, or none has one.
    /// </summary>
    public static string? Find(DraftPlace place, SourceFacts facts)
    {
        string[] all = [.. Candidates(place, facts).Select(one => one.Version)];
        var agreed = all.FirstOrDefault(one => all.Any(other => !ReferenceEquals(one, other) && Agree(one, other)));
        return agreed is not null ? all.Where(other => Agree(agreed, other)).MaxBy(other => Numbers(other).Length)
            : all.Length < 2 || (facts.Meta?.Version is null && Named(place).Version is not null) ? all.FirstOrDefault()
            : null;
    }

    /// <summary>The version in the name of the tag, or else of the archive, and which of them.</summary>
    private static (string? Version, string Where) Named(DraftPlace place) => place.Tag is { } tag && OfTag(tag) is { } tagged ? (tagged, $"the tag `{tag}`") : (OfFileName(place.FileName), $"the name `{place.FileName}`");

    /// <summary>Every version that is named somewhere, and where, the most reliable first.</summary>
    public static IEnumerable<(string Version, string Where)> Candidates(DraftPlace place, SourceFacts facts) =>
        ((string? Version, string Where)[])
        [
            Named(place),
            (facts.Extensions.FirstOrDefault()?.DefaultVersion, facts.Extensions.FirstOrDefault()?.File ?? ""), (facts.Meta?.Version, "META.json"),
        ] is var named ? named.Where(one => one.Version is { } version && ExtensionVersion.IsVersion(version)).Select(one => (one.Version!, one.Where)) : [];

    /// <summary>The major of PostgreSQL that a tag says it is for, <c>PG15/v1.6.0</c>, <c>REL17_1_7_0</c>; null when it says none.</summary>
    public static int? MajorOfTag(string tag) => ForPostgres().Match(tag) is { Success: true } match ? int.Parse(match.Groups["major"].Value, CultureInfo.InvariantCulture) : null;

    // What follows a dash counts the revisions of scripts, `13.2-1`, or the days before a release, `1.6.0-rc0`.
    private static bool Agree(string one, string other)
    {
        var (left, right) = (Numbers(one), Numbers(other));
        var common = Math.Min(left.Length, right.Length);
        return common > 0 && left.AsSpan(0, common).SequenceEqual(right.AsSpan(0, common));
    }

    private static string[] Numbers(string version) => [.. version.Split('-', '~', '+')[0].Split('.').Select(number => number.TrimStart('0') is { Length: > 0 } digits ? digits : "0")];

    /// <summary>The version that a tag names: <c>v0.8.0</c>, <c>REL_2_9_3</c>, <c>ver_1.2</c>, <c>pg_cron-1.6</c>; null when it names none.</summary>
    public static string? OfTag(string tag)
    {
        if (Number().Match(tag) is not { Success: true } match)
            return null;

        var number = match.Groups["number"].Value;
        return number.Contains('.', StringComparison.Ordinal) ? number : number.Replace('_', '.');
    }

    /// <summary>The version in the name of an archive: <c>hypopg-1.4.2.tar.gz</c>, <c>hypopg_1.4.2.orig.tar.gz</c>. The suffix that Debian adds when it repacks is not part of it.</summary>
    public static string? OfFileName(string name) => ArchiveName().Match(name) is { Success: true } match ? match.Groups["version"].Value : null;

    [GeneratedRegex(@"^(.*/)?(?i:pg|rel|postgres)_?(?<major>1\d|2\d)([/_-]v?\d)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ForPostgres();

    // A tag such as `REL17_1_7_0` names the PostgreSQL that the version is for, then the version.
    [GeneratedRegex(@"^REL1\d_(?<number>\d+_\d[\w.]*)$|(^|[-_/]|[vV]|REL|rel|ver|release)[-_.]?(?<number>\d+([._]\d+)*([-_.~]?(rc|beta|alpha)[-_.]?\d*)?)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Number();

    [GeneratedRegex(@"^.+[_-]v?(?<version>\d[\w.~]*?)([+-](dfsg|ds|repack|debpgdg|git)[\w.+~]*)?(\.orig)?\.(tar(\.\w+)?|tgz)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ArchiveName();
}
