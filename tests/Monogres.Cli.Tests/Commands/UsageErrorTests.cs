using System.Text;
using Monogres.Core;
using Monogres.Testing;

namespace Monogres.Cli.Tests.Commands;

public class UsageErrorTests
{
    private static readonly string[][] Wrong =
    [
        [],
        ["biuld", "postgres@15"],
        ["frobnicate"],
        ["build"],
        ["build", "postgres@15", "--no-cahce"],
        ["build", "postgres@15", "--option-set"],
        ["build", "postgres@15", "--format", "zap"],
        ["build", "postgres@15", "-x"],
        ["build", "postgres@"],
        ["build", "postgres@15", "--", "ls"],
        ["store"],
        ["store", "clean"],
        ["store", "gc"],
        ["store", "gc", "--older-than", "soon"],
        ["store", "gc", "--max-size", "NaNGB"],
        ["store", "stats", "--jsn"],
        ["list", "postgres", "extra"],
        ["run", "postgres@15", "--port", "many"],
        ["platform", "lock"],
        ["run"],
        ["test"],
        ["doctor"],
        ["matrix"],
        ["plan"],
        ["explain"],
        ["shell"],
        ["shell", "--", "ls"],
        ["store", "cat"],
        ["index"],
        ["index", "add"],
        ["index", "add", "hypopg"],
        ["help", "nosuch"],
        ["help", "biuld"],
        ["help", "store", "chekc"],
        ["help", "store", "frobnicate"],
        ["help", "build", "postgres"],
        ["--versoin"],
    ];

    [Fact]
    public async Task A_wrong_command_line_is_said_in_a_few_lines()
    {
        var text = new StringBuilder();
        foreach (var args in Wrong)
        {
            var (exitCode, output, error) = await CommandLine.RunAsync(args);
            text.Append($"$ monogres {string.Join(' ', args)}\n{error}exit code {(int)exitCode}\n\n");
            if (args is not ["build", "postgres@"])
                Assert.InRange(error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length, 2, 3);
            Assert.Equal((ExitCode.Usage, ""), (exitCode, output));
            foreach (var command in CommandLine.CommandsIn(error[error.IndexOf("hint: ", StringComparison.Ordinal)..]))
                CommandLine.CanBeTyped(command);
        }

        Golden.Match(text.ToString(), "usage-errors.txt");
    }

    [Theory]
    [InlineData("did you mean `build`?", "biuld")]
    [InlineData("did you mean `--no-cache`?", "build", "postgres@15", "--no-cahce")]
    [InlineData("did you mean `--json`?", "list", "--jsno")]
    [InlineData("did you mean `gc`?", "store", "gd")]
    [InlineData("did you mean `build`?", "help", "biuld")]
    [InlineData("did you mean `check`?", "help", "store", "chekc")]
    public async Task What_is_misspelt_is_answered_with_what_is_near(string hint, params string[] args) =>
        Assert.Contains($"hint: {hint}\n", (await CommandLine.RunAsync(args)).Error, StringComparison.Ordinal);
}
