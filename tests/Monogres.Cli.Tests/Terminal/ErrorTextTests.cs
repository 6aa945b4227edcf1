using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Testing;

namespace Monogres.Cli.Tests.Terminal;

public class ErrorTextTests
{
    private static readonly UserErrorException[] Errors =
    [
        new("no release `99` of `postgres`"),
        new("no release `99` of `postgres`", "see `monogres list postgres`"),
        new("`gcc.deb` cannot be had", "give another mirror with `--mirror URL`", ["https://one.example.org: 404", "https://two.example.org: no answer"]),
        new UserErrorException("it is not JSON", "see docs/reference/index.md").While("reading index/servers/postgres/repo.json"),
    ];

    [Fact]
    public void An_error_is_its_message_its_details_and_the_hint_after_an_empty_line() => Golden.Match(Text(color: false), "errors.txt");

    [Fact]
    public void With_colour_only_the_first_word_is_painted()
    {
        Assert.Equal(Text(color: false), Text(color: true)
            .Replace("\e[31;1merror:\e[0m", "error:", StringComparison.Ordinal).Replace("\e[36;1mhint:\e[0m", "hint:", StringComparison.Ordinal));
        Assert.Contains("\e[31;1merror:\e[0m no release", Text(color: true), StringComparison.Ordinal);
    }

    private static string Text(bool color)
    {
        using var output = new StringWriter { NewLine = "\n" };
        foreach (var error in Errors)
        {
            ErrorText.Write(error, output, color);
            output.WriteLine("----");
        }

        return output.ToString();
    }

    [Fact]
    public void Our_bug_is_kept_in_a_file_and_said_to_be_ours()
    {
        using var home = new TemporaryDirectory();
        using var error = new StringWriter { NewLine = "\n" };
        CrashReport.Write(new InvalidOperationException("no such thing"), ["build", "postgres@15"], error, name => name == "XDG_STATE_HOME" ? home.Path : null);
        var file = Assert.Single(Directory.EnumerateFiles(home["monogres/crashes"]));
        Assert.Equal($"error: this is a bug in monogres: InvalidOperationException: no such thing\n  the full report is in {file}\n\nhint: please report it, with that file\n", error.ToString());
        Assert.StartsWith("monogres 0.1.0\nbuild postgres@15\n\nSystem.InvalidOperationException: no such thing", File.ReadAllText(file), StringComparison.Ordinal);
    }

    [Fact]
    public void Our_bug_is_said_even_where_nothing_can_be_written()
    {
        using var error = new StringWriter { NewLine = "\n" };
        CrashReport.Write(new InvalidOperationException("no such thing"), [], error, _ => null);
        Assert.Contains("System.InvalidOperationException: no such thing", error.ToString(), StringComparison.Ordinal);
    }
}
