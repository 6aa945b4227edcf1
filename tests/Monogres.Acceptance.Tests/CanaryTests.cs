using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using Monogres.Acceptance.Tests.Canaries;
using Monogres.Testing;

namespace Monogres.Acceptance.Tests;

/// <summary>
/// Every source of difference is impossible in the sandbox, refused, or caught by <c>verify</c>, and the table says which; what does
/// the same harmlessly raises no alarm. An alarm that nobody has seen ring is none.
/// </summary>
public sealed class CanaryTests
{
    private const string Twins = "canary_twins";
    private const string Server = "postgres@15.18+minimal";

    [Fact]
    public async Task Every_source_of_difference_is_impossible_or_refused_or_caught_and_no_twin_raises_an_alarm()
    {
        Assert.True(CanaryTable.All.Length >= 25);
        using var directory = new TemporaryDirectory();
        // The twins are one extension: each build costs a second.
        var canaries = CanaryTable.All.Select(canary => (canary.Extension, canary.Script)).Append((Twins, CanaryTable.Twins)).ToArray();
        var index = CanaryIndex.Create(directory.Path, canaries);
        string[] place = ["--index", index.Index, "--source-mirror", index.Sources];

        var built = await new Tool().RunAsync(["build", .. canaries.Select(canary => TargetOf(canary.Item1)), .. place, "--keep-going", "--json", "--output", directory["dist"]]);
        var good = Events(built, "built").Select(ExtensionOf).ToHashSet(StringComparer.Ordinal);
        var bad = Events(built, "failed").ToDictionary(ExtensionOf, line => (string)line["reason"]!, StringComparer.Ordinal);
        // What fails a check is built too, and then refused.
        good.ExceptWith(bad.Keys);

        var verified = await new Tool().RunAsync(["verify", .. good.Order(StringComparer.Ordinal).Select(TargetOf), .. place, "--vary", "usual", "--json"]);
        var same = Events(verified, "verified").ToDictionary(ExtensionOf, line => (bool)line["same"]!, StringComparer.Ordinal);
        Assert.Equal(good.Order(StringComparer.Ordinal), same.Keys.Order(StringComparer.Ordinal));

        var wrong = CanaryTable.All.Where(canary => EndOf(canary.Extension) != canary.End)
            .Select(canary => $"{canary.Name} is {EndOf(canary.Extension)}, not {canary.End}: {bad.GetValueOrDefault(canary.Extension)}").ToArray();
        Assert.True(wrong.Length == 0, string.Join('\n', wrong));
        Assert.True(EndOf(Twins) is CanaryEnd.Impossible, string.Join('\n', Events(verified, "verified").Where(line => ExtensionOf(line) is Twins).Select(line => line.ToJsonString())));
        verified.ExitedWith(3);

        // What is caught is shown: the file, and what differs in it.
        Assert.Every(Events(verified, "verified").Where(line => !(bool)line["same"]!), line =>
            Assert.Contains(line["differences"]!.AsArray(), report => report!["differences"]!.AsArray().Any(one => ((string)one!["path"]!).EndsWith("/canary.txt", StringComparison.Ordinal))));

        CanaryEnd? EndOf(string extension) => bad.ContainsKey(extension) ? CanaryEnd.Refused
            : !same.TryGetValue(extension, out var equal) ? null
            : equal ? CanaryEnd.Impossible
            : CanaryEnd.Caught;
    }

    [Fact]
    public void The_page_of_canaries_is_that_of_the_table()
    {
        var text = new StringBuilder("""
            # Canaries

            <!-- Generated from the code by Monogres.Acceptance.Tests: UPDATE_GOLDEN=1 ./test Acceptance -->

            Each canary is a small extension that lets one source of difference into its result. A test builds all of them, then rebuilds them with
            [`verify`](variations.md). Each is impossible, since the sandbox gives the same answer everywhere; or refused, by the build or a check; or
            caught, since the rebuild differs. Its twin does the same harmlessly, and must raise no alarm.

            What no canary shows: the model of the processor as its own instruction tells it, which does not change between two builds on one machine.

            | canary | what becomes of it | by |
            | --- | --- | --- |

            """);
        foreach (var canary in CanaryTable.All.OrderBy(canary => canary.End).ThenBy(canary => canary.Name, StringComparer.Ordinal))
            text.Append(CultureInfo.InvariantCulture, $"| {canary.Name} | {canary.End.ToString().ToLowerInvariant()} | {canary.By} |\n");
        Golden.Match(text.ToString(), RepositoryFiles.At("docs/reference/canaries.md"));
    }

    private static string TargetOf(string extension) => $"{extension}/{Server}";

    private static string ExtensionOf(JsonNode line) => ((string)line["target"]!).Split('@')[0];

    private static JsonNode[] Events(Outcome outcome, string kind) =>
    [
        .. outcome.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!).Where(line => (string?)line["event"] == kind),
    ];
}
