using System.Text.Json.Nodes;
using Monogres.Cli.Terminal;
using Monogres.Sources.Origins;

namespace Monogres.Cli.Commands;

/// <summary>A release that was looked at.</summary>
/// <param name="Name">Its server and version, <c>postgres@15.14</c>.</param>
/// <param name="Proof">What was found.</param>
internal sealed record ProvedRelease(string Name, ReleaseProof Proof);

/// <summary>What <c>index prove</c> found: of few releases everything, of many a table and what differs; and who vouches for their files.</summary>
internal static class ProofText
{
    private const int Few = 3, EnoughAuthorities = 2;

    /// <summary>For people.</summary>
    public static string Text(IReadOnlyList<ProvedRelease> releases) =>
        (releases.Count <= Few ? string.Concat(releases.Select(Whole)) : $"{Table(releases)}\n{Differences(releases)}") + Summary(releases);

    /// <summary>For programs.</summary>
    public static JsonObject Json(IReadOnlyList<ProvedRelease> releases) => new()
    {
        ["version"] = 1,
        ["differing"] = releases.Count(release => release.Proof.Differs),
        ["releases"] = new JsonArray([.. releases.Select(release => (JsonNode)new JsonObject
        {
            ["release"] = release.Name,
            ["commit"] = release.Proof.Release.Commit,
            ["findings"] = new JsonArray([.. release.Proof.Findings.Select(finding => (JsonNode)new JsonObject
            {
                ["subject"] = finding.Subject,
                ["verdict"] = finding.Verdict switch { ProofVerdict.Proven => "proven", ProofVerdict.NotChecked => "notChecked", _ => "differs" },
                ["text"] = finding.Text,
            })]),
            ["authorities"] = new JsonObject(release.Proof.Release.Files.Select(file => KeyValuePair.Create(file.Source, (JsonNode?)JsonText.Strings(file.Authorities)))),
        })]),
    };

    private static string Whole(ProvedRelease release) =>
        $"{release.Name}\n{ListCommand.Table(release.Proof.Findings.Select(finding => new[] { $"  {finding.Subject}", Word(finding.Verdict), finding.Text }))}";

    private static string Table(IReadOnlyList<ProvedRelease> releases)
    {
        var subjects = releases.SelectMany(release => release.Proof.Findings.Select(finding => finding.Subject)).Distinct(StringComparer.Ordinal).ToArray();
        return ListCommand.Table(releases
            .Select(release => (string[])[release.Name, .. subjects.Select(subject => release.Proof.Findings.FirstOrDefault(finding => string.Equals(finding.Subject, subject, StringComparison.Ordinal)) is { } found ? Word(found.Verdict) : "-")])
            .Prepend(["release", .. subjects]));
    }

    private static string Differences(IReadOnlyList<ProvedRelease> releases) => string.Concat(
        from release in releases
        from finding in release.Proof.Findings
        where finding.Verdict is ProofVerdict.Differs
        select $"{release.Name} {finding.Subject}: {finding.Text}\n");

    // How many vouch for each kind of file, and for which releases one is alone.
    private static string Summary(IReadOnlyList<ProvedRelease> releases) =>
        $"{releases.Count(release => release.Proof.Differs)} of {releases.Count} releases differ\n"
        + string.Concat(releases.SelectMany(release => release.Proof.Release.Files.Select(file => (release.Name, File: file))).GroupBy(one => one.File.Source, StringComparer.Ordinal).Select(kind =>
        {
            var few = kind.Where(one => one.File.Authorities.Length < EnoughAuthorities).Select(one => $"{one.Name} ({(one.File.Authorities.IsEmpty ? "nobody" : one.File.Authorities[0])})").ToArray();
            return $"{kind.Key}: {kind.Count() - few.Length} of {kind.Count()} have two authorities or more{(few.Length == 0 ? "" : $"; fewer: {string.Join(", ", few)}")}\n";
        }));

    private static string Word(ProofVerdict verdict) => verdict switch
    {
        ProofVerdict.Proven => "proven",
        ProofVerdict.NotChecked => "not checked",
        _ => "DIFFERS",
    };
}
