using System.Text.RegularExpressions;
using Monogres.Sources.Inspection;
using Monogres.Core;

namespace Monogres.Sources.Drafts;

/// <summary>Finds the version of a release in the names of its tag and its archive.</summary>
public static partial class DraftVersion
{
    /// <summary>The version: from the tag, else from the name of the file, else from the source. Null when none of these has one.</summary>
    public static string? Find(DraftPlace place, SourceFacts facts) =>
        ((string?[])[place.Tag is { } tag ? OfTag(tag) : null, OfFileName(place.FileName), facts.Meta?.Version, facts.Extensions.FirstOrDefault()?.DefaultVersion])
            .FirstOrDefault(text => text is not null && ExtensionVersion.IsVersion(text));

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

    // A tag such as `REL17_1_7_0` names the PostgreSQL that the version is for, then the version.
    [GeneratedRegex(@"^REL1\d_(?<number>\d+_\d[\w.]*)$|(^|[-_/]|[vV]|REL|rel|ver|release)[-_.]?(?<number>\d+([._]\d+)*([-_.~]?(rc|beta|alpha)[-_.]?\d*)?)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Number();

    [GeneratedRegex(@"^.+[_-]v?(?<version>\d[\w.~]*?)([+-](dfsg|ds|repack|debpgdg|git)[\w.+~]*)?(\.orig)?\.(tar(\.\w+)?|tgz)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ArchiveName();
}
