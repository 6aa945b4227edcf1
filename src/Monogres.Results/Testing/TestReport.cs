using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Payloads.Extensions.Checks;
using Monogres.Results.Building;

namespace Monogres.Results.Testing;

/// <summary>
/// What a target's own tests and its smoke tests said, read from its output. Those of regression tests have two shapes: up to PostgreSQL 15
/// <c>test boolean ... ok 12 ms</c>, from 16 on TAP: <c>ok 2 + boolean 12 ms</c>, <c>not ok 3 - char 9 ms</c>
/// (src/test/regress/pg_regress.c). A program of tests in Perl counts as one test, as <c>prove</c> sums it up:
/// <c>t/001_basic.pl .. ok</c>; one that is skipped is none.
/// </summary>
/// <param name="Tests">Every test that was reported, in order.</param>
public sealed partial record TestReport(ImmutableArray<TestResult> Tests)
{
    /// <summary>What is worth a look and is no failure.</summary>
    public ImmutableArray<string> Warnings { get; init; } = [];

    /// <summary>The whole output of each run in which something failed: for extensions the differences from what is expected are at its end.</summary>
    public ImmutableArray<Digest> Logs { get; init; } = [];

    /// <summary>Why none of the project's own tests was run, as far as it is known; null when some were.</summary>
    public string? NoOwnTests { get; init; }

    /// <summary>How far the target is tested by this.</summary>
    public TestLevel Level =>
        Tests.Any(test => test.Name is InstalledTest && test.Outcome is TestOutcome.Failed) ? TestLevel.Built
        : Tests.Any(test => test.IsSmokeTest && test.Outcome is TestOutcome.Failed && !test.IsUpdate && !test.IsCheck) ? TestLevel.Installed
        : Tests.Any(test => !test.IsSmokeTest) && !Failures.Any() ? TestLevel.Tested
        : TestLevel.Created;

    /// <summary>These tests and then others.</summary>
    public TestReport Then(TestReport next) => this with { Tests = [.. Tests, .. next.Tests], NoOwnTests = NoOwnTests ?? next.NoOwnTests };

    /// <summary>This with what is known to differ marked as such.</summary>
    public TestReport With(IEnumerable<KnownDrift> drift) => this with
    {
        Tests = [.. Tests.Select(test =>
            test.Outcome is TestOutcome.Failed && drift.FirstOrDefault(known => string.Equals(known.Test, test.Name, StringComparison.Ordinal)) is { } known
                ? test with { Outcome = TestOutcome.Drifted, Reason = known.Why }
                : test)],
    };

    /// <summary>The check that everything is there which is installed or promised.</summary>
    public const string InstalledTest = BuiltTarget.InstalledCheck;

    /// <summary>How many passed.</summary>
    public int Passed => Tests.Count(test => test.Outcome is TestOutcome.Passed);

    /// <summary>The ones that failed.</summary>
    public IEnumerable<TestResult> Failures => Tests.Where(test => test.Outcome is TestOutcome.Failed);

    /// <summary>The ones that are known to differ from what upstream expects.</summary>
    public IEnumerable<TestResult> Drifted => Tests.Where(test => test.Outcome is TestOutcome.Drifted);

    /// <summary>Reads the output; lines that report no test are passed over, but for what they say about why a test failed.</summary>
    public static TestReport Read(IEnumerable<string> lines)
    {
        var tests = ImmutableArray.CreateBuilder<TestResult>();
        var causes = new FailureCauses();
        string? noOwnTests = null;
        foreach (var line in lines)
        {
            TestResult? test = null;
            if (Tap().Match(line) is { Success: true } tap)
                test = Test(tap, tap.Groups["bad"].Success, ignored: tap.Groups["todo"].Success);
            else if (Prove().Match(line) is { Success: true } proved)
                test = Test(proved, bad: !proved.Groups["ok"].Success, ignored: false);
            else if (Classic().Match(line) is { Success: true } classic)
                test = Test(classic, !string.Equals(classic.Groups["word"].Value, "ok", StringComparison.Ordinal), classic.Groups["ignored"].Success);
            else if (line is SwitchedOff)
                noOwnTests = "NO_INSTALLCHECK in its makefile switches them off";

            causes.Read(line, test);
            if (test is not null)
                tests.Add(test);
        }

        return new TestReport([.. tests.Select(test => test.Outcome is TestOutcome.Failed ? test with { Reason = causes.Of(test) } : test)]) { NoOwnTests = noOwnTests };
    }

    /// <summary>The line that a style's tests write when the makefile of the project has <c>NO_INSTALLCHECK</c>, and so runs nothing.</summary>
    public const string SwitchedOff = "# NO_INSTALLCHECK";

    private static TestResult Test(Match match, bool bad, bool ignored) => new(
        match.Groups["name"].Value,
        !bad ? TestOutcome.Passed : ignored ? TestOutcome.Ignored : TestOutcome.Failed,
        match.Groups["ms"].Success ? int.Parse(match.Groups["ms"].Value, CultureInfo.InvariantCulture) : null);

    [GeneratedRegex(@"^(?<bad>not )?ok \d+\s+[-+] (?<name>\S+)(\s+(?<ms>\d+) ms)?(?<todo>\s+# TODO.*)?", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Tap();

    // What a program that fails prints may stand between its name and the word; the summary has it whole.
    [GeneratedRegex(@"^(?<name>\S+\.(pl|t))(?<ok> \.+ ok\b)?(?(ok)|\s+\(Wstat: )", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Prove();

    [GeneratedRegex(@"^(test |\s+)(?<name>\S+)\s+\.\.\. (?<word>ok|FAILED|failed)(?<ignored> \(ignored\))?[^\d]*((?<ms>\d+) ms)?", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Classic();
}

/// <summary>One test of the project, or one smoke test.</summary>
/// <param name="Name">Its name, as in the schedule; that of a smoke test has a colon (<c>create:vector</c>), or is <c>installed</c> or <c>start</c>.</param>
/// <param name="Outcome">How it ended.</param>
/// <param name="Milliseconds">How long it took, when the output tells.</param>
public sealed record TestResult(string Name, TestOutcome Outcome, int? Milliseconds)
{
    /// <summary>Why it does not count, or what went wrong, where more is known than that it failed.</summary>
    public string? Reason { get; init; }

    /// <summary>Whether it is one of the smoke tests that every target has, and none of the project's own tests.</summary>
    public bool IsSmokeTest => Name is TestReport.InstalledTest or "start" || Name.Contains(':', StringComparison.Ordinal);

    /// <summary>Whether it is a check of the files, see <see cref="PackageChecks"/>.</summary>
    public bool IsCheck => Name.StartsWith("check:", StringComparison.Ordinal);

    /// <summary>Whether it is the test of an update from an older version.</summary>
    public bool IsUpdate => Name.StartsWith("update:", StringComparison.Ordinal);
}

/// <summary>How far a target is tested.</summary>
public enum TestLevel
{
    /// <summary>It could be built.</summary>
    Built,

    /// <summary>And everything is there that is installed or promised: control files that can be read, scripts that lead to the default version, libraries.</summary>
    Installed,

    /// <summary>And a server starts with it, and each of its extensions can be created, or each of its libraries loaded.</summary>
    Created,

    /// <summary>And it passes its own tests.</summary>
    Tested,
}

/// <summary>How a test ended.</summary>
public enum TestOutcome
{
    /// <summary>Its output was the expected one.</summary>
    Passed,

    /// <summary>Its output differed, or its process died.</summary>
    Failed,

    /// <summary>It failed, and the schedule says that this does not matter.</summary>
    Ignored,

    /// <summary>It failed, and the index says that it does with this server, for a reason that is not the build's.</summary>
    Drifted,
}
