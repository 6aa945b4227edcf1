using System.CommandLine;
using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using Monogres.Cli.Commands;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Plans.Machine;
using Monogres.Proof.Comparison.Causes;
using Monogres.Proof.Variations;
using Monogres.Sources.Inspection;
using Monogres.Testing;

namespace Monogres.Cli.Tests;

/// <summary>The reference pages are what the code says. <c>UPDATE_GOLDEN=1</c> writes them.</summary>
public partial class ReferenceTests
{
    private const string Generated = "<!-- Generated from the code by Monogres.Cli.Tests: UPDATE_GOLDEN=1 ./test Cli -->\n";

    [Fact]
    public void The_page_of_commands_is_that_of_the_code()
    {
        var text = new StringBuilder($"# Commands\n\n{Generated}\n");
        text.Append("Only results go to stdout; messages and progress go to stderr. See [versions](versions.md) for the syntax of targets, and\n")
            .Append("[exit codes](exit-codes.md) for the exit codes, and [JSON](json.md) for what `--json` writes.\n");
        foreach (var command in CommandLine.Commands.Where(command => command.Subcommands.Count == 0))
            Command(text, command);
        text.Append("\n## Options of every command\n");
        Options(text, HelpText.RecursiveOptionsOf(CommandLine.Tree));
        text.Append("\nSome flags have [environment variables](environment.md). A flag takes precedence over its variable, and a variable over the default.\n");
        Match(text, "docs/reference/commands.md");
    }

    [Fact]
    public void The_page_of_environment_variables_is_that_of_the_code()
    {
        var text = new StringBuilder($"# Environment variables\n\n{Generated}\n");
        text.Append("The tool reads only these variables, and a flag overrides its variable. None of them reaches a build, whose environment is fixed.\n");
        Table(text, ["variable", "meaning"], EnvironmentVariables.All.Select(variable => new[] { $"`{variable.Name}`", variable.Meaning }));
        Match(text, "docs/reference/environment.md");
    }

    [Fact]
    public void The_page_of_sources_of_difference_is_that_of_the_code()
    {
        var text = new StringBuilder($"# Sources of difference\n\n{Generated}\n");
        text.Append("Builds differ because something differs between the machines, users or days that they run on. Of each such thing one of\n")
            .Append("three can be said. How it works is [explained](../explanation/reproducibility.md).\n");
        foreach (var (treatment, heading, meaning) in new[]
        {
            (Treatment.Hidden, "Hidden", "A program that asks gets the same answer everywhere."),
            (Treatment.Detected, "Detected", "A program can see it. A result that contains it is refused or reported."),
            (Treatment.Varied, "Varied", "A program can see it, and nothing recognises it in a result. Only a second build under other conditions shows it."),
        })
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {heading}\n{meaning}\n");
            Table(text, ["source", treatment == Treatment.Varied ? "where it shows" : "how"], SourceOfDifference.All.Where(source => source.Treatment == treatment).Select(source => new[] { source.Name, source.By }));
        }

        Match(text, "docs/reference/sources-of-difference.md");
    }

    [Fact]
    public void The_page_of_variations_is_that_of_the_code()
    {
        var text = new StringBuilder($"# Variations\n\n{Generated}\n");
        text.Append("What [`monogres verify`](../how-to/check-reproducibility.md) has otherwise in the rebuild. `--vary` takes names of axes, `usual` for all but those that cost\n")
            .Append("much, and `all`; `-NAME` leaves one out. What cannot be varied on a machine is said before the rebuild, with the reason.\n");
        foreach (var (place, heading, meaning) in new[]
        {
            (AxisPlace.Around, "Around the build", "What the tool and its sandbox get from the machine, and hide from a build."),
            (AxisPlace.Inside, "Inside the sandbox", "What a build can see, and must not let into its result."),
        })
        {
            text.Append(CultureInfo.InvariantCulture, $"\n## {heading}\n{meaning}\n");
            Table(text, ["axis", "what", "in the rebuild"], AxisTable.All.Where(axis => axis.Place == place).Select(axis => new[] { $"`{axis.Name}`", axis.What, axis.There + (axis.IsUsual ? "" : " (not in `usual`)") }));
        }

        Match(text, "docs/reference/variations.md");
    }

    [Fact]
    public void The_page_of_exit_codes_is_that_of_the_code()
    {
        var source = File.ReadAllText(RepositoryFiles.At("src/Monogres.Core/ExitCode.cs"));
        var codes = ExitCodes().Matches(source).Select(match => (Number: match.Groups["number"].Value, Name: match.Groups["name"].Value, Meaning: match.Groups["meaning"].Value)).ToArray();
        Assert.Equal(Enum.GetValues<ExitCode>().Select(code => ($"{(int)code}", $"{code}")), codes.Select(code => (code.Number, code.Name)));

        var text = new StringBuilder($"# Exit codes\n\n{Generated}\n");
        text.Append("Exit codes are stable. `run` and `shell` with a program return the exit code of that program.\n");
        Table(text, ["code", "meaning"], codes.Select(code => new[] { code.Number, code.Meaning }));
        Match(text, "docs/reference/exit-codes.md");
    }

    [Fact]
    public void The_page_of_the_doctor_is_that_of_the_code()
    {
        var text = new StringBuilder($"# What doctor looks for\n\n{Generated}\n");
        text.Append("`monogres doctor` reads the source of an extension and plans its build, without running anything. An error is certain: the\n")
            .Append("build, or `CREATE EXTENSION`, would fail. A warning is something that may go wrong. A note is information. Other\n")
            .Append("[checks](checks.md) inspect a built extension.\n");
        Assert.Equal(SourceRules.All.Select(rule => rule.Id).Order(StringComparer.Ordinal), SourceRules.All.Select(rule => rule.Id));
        foreach (var rule in SourceRules.All)
            text.Append($"\n## {rule.Id}\n\n{rule.Summary}.\n\n{rule.Explain}\n");
        Match(text, "docs/reference/doctor.md");
    }

    [Fact]
    public void The_page_of_causes_is_that_of_the_code()
    {
        var text = new StringBuilder($"# Causes of differences\n\n{Generated}\n");
        text.Append("`monogres compare` says of a difference what [probably](../how-to/compare-two-builds.md) made it. Each cause is recognised by what it leaves\n")
            .Append("behind, and only when it accounts for the whole of a difference: with what is recognised blotted out, both sides are equal. The rows\n")
            .Append("are tried in this order; a line that no row explains alone is explained by several, or by none. The names are those of `--json`.\n");
        Table(text, ["cause", "likely", "recognised by", "what to do"], CauseTable.All.Select(rule => new[] { $"`{rule.Id}`", rule.Words, rule.Sign, rule.Remedy }));
        Match(text, "docs/reference/causes.md");
    }

    private static void Command(StringBuilder text, Command command)
    {
        text.Append($"\n## {HelpText.PathOf(command)}\n\n{HelpText.Sentence(command)}.\n\n```\n{HelpText.UsageOf(command)}\n```\n\n```sh parsed\n");
        // No `console` block: what stands in one is run by the acceptance tests, and these build whole ranges.
        foreach (var example in ((Verb)command).Examples)
            text.Append($"./{example}\n");
        text.Append("```\n");
        text.Append(((Verb)command).Json switch
        {
            JsonOutput.Document => "\nWith `--json`: one document.\n",
            JsonOutput.Lines => "\nWith `--json`: one object per line.\n",
            JsonOutput.Events => "\nWith `--json`: [events](events.md), one object per line.\n",
            _ => "",
        });
        if (command.Arguments.Count > 0)
            Table(text, ["argument", "meaning"], command.Arguments.Select(one => new[] { $"`{one.Name}`", HelpText.Sentence(one) }));
        Options(text, HelpText.OptionsOf(command));
    }

    private static void Options(StringBuilder text, IEnumerable<Option> options)
    {
        var rows = options.Select(one => new[] { $"`{HelpText.NamesOf(one)}`", HelpText.Sentence(one), HelpText.DefaultOf(one) is { } value ? $"`{value}`" : "" }).ToArray();
        if (rows.Length > 0)
            Table(text, ["option", "meaning", "default"], rows);
    }

    private static void Table(StringBuilder text, string[] head, IEnumerable<string[]> rows)
    {
        static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal)))} |\n";

        text.Append('\n').Append(Row(head)).Append(Row(head.Select(_ => "---")));
        foreach (var row in rows)
            text.Append(Row(row));
    }

    private static void Match(StringBuilder text, string page)
    {
        var file = RepositoryFiles.At(page);
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") == "1")
            File.WriteAllText(file, text.ToString());
        Assert.Equal(text.ToString(), File.Exists(file) ? File.ReadAllText(file) : $"(there is no {page})");
    }

    [GeneratedRegex(@"/// <summary>(?<meaning>[^<]*)</summary>\s+(?<name>\w+) = (?<number>\d+)", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex ExitCodes();
}
