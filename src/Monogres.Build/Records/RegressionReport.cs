using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;

namespace Monogres.Build.Records;

/// <summary>
/// What PostgreSQL's <c>pg_regress</c> said, read from its output. Two shapes exist: up to PostgreSQL 15
/// <c>test boolean ... ok 12 ms</c>, from 16 on TAP: <c>ok 2 + boolean 12 ms</c>, <c>not ok 3 - char 9 ms</c>
/// (src/test/regress/pg_regress.c).
/// </summary>
/// <param name="Tests">Every test that was reported, in order.</param>
public sealed partial record RegressionReport(ImmutableArray<RegressionTest> Tests)
{
    /// <summary>How many passed.</summary>
    public int Passed => Tests.Count(test => test.Outcome is RegressionOutcome.Passed);

    /// <summary>The ones that failed.</summary>
    public IEnumerable<RegressionTest> Failures => Tests.Where(test => test.Outcome is RegressionOutcome.Failed);

    /// <summary>Reads the output; lines that report no test are passed over.</summary>
    public static RegressionReport Read(IEnumerable<string> lines)
    {
        var tests = ImmutableArray.CreateBuilder<RegressionTest>();
        foreach (var line in lines)
        {
            if (Tap().Match(line) is { Success: true } tap)
                tests.Add(Test(tap, tap.Groups["bad"].Success, ignored: tap.Groups["todo"].Success));
            else if (Classic().Match(line) is { Success: true } classic)
                tests.Add(Test(classic, !string.Equals(classic.Groups["word"].Value, "ok", StringComparison.Ordinal), classic.Groups["ignored"].Success));
        }

        return new RegressionReport(tests.ToImmutable());
    }

    private static RegressionTest Test(Match match, bool bad, bool ignored) => new(
        match.Groups["name"].Value,
        !bad ? RegressionOutcome.Passed : ignored ? RegressionOutcome.Ignored : RegressionOutcome.Failed,
        match.Groups["ms"].Success ? int.Parse(match.Groups["ms"].Value, CultureInfo.InvariantCulture) : null);

    [GeneratedRegex(@"^(?<bad>not )?ok \d+\s+[-+] (?<name>\S+)(\s+(?<ms>\d+) ms)?(?<todo>\s+# TODO.*)?", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Tap();

    [GeneratedRegex(@"^(test |\s+)(?<name>\S+)\s+\.\.\. (?<word>ok|FAILED|failed)(?<ignored> \(ignored\))?[^\d]*((?<ms>\d+) ms)?", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Classic();
}

/// <summary>One regression test.</summary>
/// <param name="Name">Its name, as in the schedule.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Milliseconds">How long it took, when the output tells.</param>
public sealed record RegressionTest(string Name, RegressionOutcome Outcome, int? Milliseconds);

/// <summary>How a regression test ended.</summary>
public enum RegressionOutcome
{
    /// <summary>Its output was the expected one.</summary>
    Passed,

    /// <summary>Its output differed, or its process died.</summary>
    Failed,

    /// <summary>It failed, and the schedule says that this does not matter.</summary>
    Ignored,
}
