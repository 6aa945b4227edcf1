using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Monogres.Core;
using Monogres.Sources.Drafts;

namespace Monogres.Sources.Upstreams;

/// <summary>A version that a tag names.</summary>
/// <param name="Version">The version, its numbers separated by dots.</param>
/// <param name="IsPreRelease">Whether it is an alpha, a beta, a release candidate or a snapshot of development.</param>
public sealed record TaggedVersion(string Version, bool IsPreRelease);

/// <summary>
/// How the tags of a project name versions, learned from versions of which the tag is known: what stands before and after the numbers, and
/// what separates them. A number in what stands before (<c>PG15/v1.5.0</c>, <c>REL17_1_7_0</c>) may be another one in the next tag.
/// </summary>
public sealed partial class TagPatterns
{
    private const string NumberGroup = "number", PreGroup = "pre";

    private readonly ImmutableArray<Regex> _learned;

    private TagPatterns(ImmutableArray<Regex> learned) => _learned = learned;

    /// <summary>Learns from what is known.</summary>
    /// <param name="known">Versions with their tags.</param>
    public static TagPatterns Of(IEnumerable<(string Version, string Tag)> known) => new(
        [.. known.Select(one => Pattern(one.Version, one.Tag)).OfType<string>().Distinct(StringComparer.Ordinal)
            .Select(pattern => new Regex(pattern, RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1)))]);

    /// <summary>The version that a tag names; null for a tag that names none.</summary>
    public TaggedVersion? VersionOf(string tag)
    {
        foreach (var pattern in _learned)
        {
            if (pattern.Match(tag) is { Success: true } match)
                return Found(match.Groups[NumberGroup].Value, match.Groups[PreGroup].Value);
        }

        // Of a project whose tags are known, only what nobody can misunderstand.
        return (_learned.IsEmpty || Plain().IsMatch(tag)) && DraftVersion.OfTag(tag) is { } version && WithPre().Match(version) is { Success: true } read
            ? Found(read.Groups[NumberGroup].Value, read.Groups[PreGroup].Value)
            : null;
    }

    private static TaggedVersion? Found(string number, string pre) =>
        number.Replace('_', '.').Replace('-', '.') + pre is var version && ExtensionVersion.IsVersion(version) ? new TaggedVersion(version, pre.Length > 0) : null;

    // The numbers of the version as the tag separates them, and what is around them; null when the tag does not have them.
    private static string? Pattern(string version, string tag)
    {
        var numbers = version.Split('.', '_', '-');
        var inTag = new Regex($@"^(?<prefix>(.*\D)?){string.Join("(?<separator>[._-])", numbers.Select(Regex.Escape))}(?<suffix>\D.*)?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(1));
        if (inTag.Match(tag) is not { Success: true } match)
            return null;

        var separators = match.Groups["separator"].Captures.Select(capture => capture.Value).Distinct(StringComparer.Ordinal).ToArray();
        var separator = separators.Length == 0 ? "[._]" : $"[{string.Concat(separators.Select(Regex.Escape)).Replace("-", @"\-", StringComparison.Ordinal)}]";
        var prefix = string.Concat(Digits().Split(match.Groups["prefix"].Value).Select(part => part.Length > 0 && char.IsAsciiDigit(part[0]) ? @"\d+" : Regex.Escape(part)));
        return $@"^{prefix}(?<{NumberGroup}>\d+({separator}\d+)*)(?<{PreGroup}>{PreRelease})?{Regex.Escape(match.Groups["suffix"].Value)}$";
    }

    private const string PreRelease = @"[-_.~]?(?i:rc|beta|alpha|dev|devel|pre|snapshot|b|a)[-_.]?\d*";

    [GeneratedRegex(@"^[vV]?\d+(\.\d+)+$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Plain();

    [GeneratedRegex($@"^(?<{NumberGroup}>\d+([._]\d+)*)(?<{PreGroup}>{PreRelease})?$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex WithPre();

    [GeneratedRegex(@"(?<digits>\d+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Digits();
}
