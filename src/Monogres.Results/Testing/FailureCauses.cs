using System.Text.RegularExpressions;

namespace Monogres.Results.Testing;

/// <summary>
/// Collects from the output of tests, line by line, what says most about why each one failed: the error that the server or
/// psql gave. That of a smoke test follows it as a comment; that of a regression test is in the differences from what is
/// expected (<c>regression.diffs</c>), which the output has at its end; a program of tests in Perl says which test failed.
/// </summary>
internal sealed partial class FailureCauses
{
    private const int Longest = 300;

    private static readonly string[] Marks = ["ERROR:", "FATAL:", "PANIC:", "server closed the connection"];

    private readonly Dictionary<string, Cause> _causes = new(StringComparer.Ordinal);
    private string? _smokeTest, _compared, _program;

    /// <summary>Reads the next line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="test">The test that it reports, or null.</param>
    public void Read(string line, TestResult? test)
    {
        if (test is not null)
        {
            _smokeTest = test is { IsSmokeTest: true, Outcome: TestOutcome.Failed } ? test.Name : null;
            _compared = _program = null;
            return;
        }

        if (Compared().Match(line) is { Success: true } compared)
            (_smokeTest, _compared) = (null, compared.Groups["name"].Value);
        else if (Program().Match(line) is { Success: true } program)
            _program = program.Groups["name"].Value;
        else if (_smokeTest is not null)
            ReadSmokeTest(line);
        else if (_compared is not null)
            ReadDifference(line);
        else if (_program is not null && FailedInProgram().IsMatch(line))
            Of(_program).First ??= Comment(line);
    }

    /// <summary>Why a test failed; null when nothing is known.</summary>
    public string? Of(TestResult test) => _causes.GetValueOrDefault(test.Name)?.ToString() is { } text
        ? Printable(text.Length > Longest ? text[..Longest] + "…" : text)
        : null;

    private Cause Of(string test) => _causes.TryGetValue(test, out var cause) ? cause : _causes[test] = new Cause();

    private void ReadSmokeTest(string line)
    {
        // The server's own log is at the end of a run in which something failed, and is about all tests.
        if (!line.StartsWith('#') || ServerLog().IsMatch(line))
        {
            _smokeTest = null;
            return;
        }

        // What the command said last counts: an error may be a consequence of an earlier notice, but seldom of an earlier error.
        if (Comment(line) is { Length: > 0 } text)
        {
            var cause = Of(_smokeTest!);
            cause.Error = IsError(text) ? text : cause.Error;
            cause.First ??= text;
        }
    }

    private void ReadDifference(string line)
    {
        // Some styles put the differences into comments.
        var text = line.StartsWith("# ", StringComparison.Ordinal) ? line[2..] : line;
        if (text.Length < 2 || text.StartsWith("+++", StringComparison.Ordinal) || text.StartsWith("---", StringComparison.Ordinal) || text[0] is not ('+' or '-'))
            return;

        var cause = Of(_compared!);
        if (text[0] is '+' && IsError(text))
            cause.Error ??= text[1..].Trim();
        else if (text[0] is '+')
            cause.Got ??= text[1..].Trim();
        else
            cause.Expected ??= text[1..].Trim();
    }

    private static bool IsError(string text) => Marks.Any(mark => text.Contains(mark, StringComparison.Ordinal));

    private static string Comment(string line) => line.TrimStart('#').Trim();

    // What a program wrote must not move the cursor of a terminal.
    private static string Printable(string text) => string.Concat(text.Select(c => char.IsControl(c) ? c is '\t' ? ' ' : '\uFFFD' : c));

    private sealed class Cause
    {
        public string? Error { get; set; }

        public string? First { get; set; }

        public string? Expected { get; set; }

        public string? Got { get; set; }

        public override string? ToString() => Error ?? First ?? (Expected, Got) switch
        {
            (null, null) => null,
            (null, var got) => $"got `{got}`, which is not expected",
            (var expected, null) => $"expected `{expected}`, which is missing",
            var (expected, got) => $"expected `{expected}`, got `{got}`",
        };
    }

    [GeneratedRegex(@"^# \d{4}-\d\d-\d\d \d\d:\d\d:\d\d", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ServerLog();

    [GeneratedRegex(@"^(# )?diff (-\S+ )*\S+ \S*/(?<name>[^/\s]+)\.out$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Compared();

    [GeneratedRegex(@"^(?<name>\S+\.(pl|t)) \.+", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Program();

    [GeneratedRegex(@"^#\s+Failed test\b", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex FailedInProgram();
}
