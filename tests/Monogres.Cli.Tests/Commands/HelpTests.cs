using System.CommandLine;
using System.Text;
using Monogres.Cli.Commands;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Testing;

namespace Monogres.Cli.Tests.Commands;

public class HelpTests
{
    [Fact]
    public async Task The_help_of_every_command_is_known()
    {
        var text = new StringBuilder();
        foreach (var command in CommandLine.Commands)
        {
            string[] words = [.. HelpText.PathOf(command).Split(' ').Skip(1), "--help"];
            var (exitCode, output, error) = await CommandLine.RunAsync(words);
            Assert.Equal((ExitCode.Done, ""), (exitCode, error));
            text.Append($"$ monogres {string.Join(' ', words)}\n{output}\n");
        }

        Golden.Match(text.ToString(), "help.txt");
    }

    [Fact]
    public void Every_command_argument_and_option_says_what_it_is() => Assert.Every(CommandLine.Commands, command =>
    {
        foreach (var symbol in command.Arguments.Cast<Symbol>().Concat(command.Options).Prepend(command))
        {
            Assert.False(string.IsNullOrWhiteSpace(symbol.Description), $"`{symbol.Name}` of `{HelpText.PathOf(command)}` has no description");
            Assert.True(char.IsUpper(symbol.Description![0]) || symbol is Argument, $"the description of `{symbol.Name}` of `{HelpText.PathOf(command)}` is no sentence");
        }
    });

    [Fact]
    public void Every_option_that_takes_a_value_says_how_the_value_is_called() => Assert.Every(
        CommandLine.Commands.SelectMany(command => command.Options).Where(option => option.ValueType != typeof(bool) && option.Arity.MaximumNumberOfValues > 0),
        option => Assert.Matches("^[A-Z|=]+$", option.HelpName));

    [Fact]
    public void Every_command_that_does_something_has_two_or_three_examples_and_each_can_be_typed() => Assert.Every(
        CommandLine.Commands.Where(command => command.Subcommands.Count == 0), command =>
        {
            var examples = Assert.IsType<Verb>(command).Examples;
            Assert.InRange(examples.Count, 2, 3);
            foreach (var example in examples)
            {
                Assert.StartsWith(HelpText.PathOf(command), example, StringComparison.Ordinal);
                var parsed = CommandLine.Tree.Parse(example.Split(" -- ")[0].Split(' ')[1..]);
                Assert.Empty(parsed.Errors);
                Assert.False(UsageErrors.Has(parsed));
                Assert.Same(command, parsed.CommandResult.Command);
            }
        });

    [Fact]
    public void An_option_means_one_thing_wherever_it_is() => Assert.Every(
        CommandLine.Commands.SelectMany(command => command.Options).GroupBy(option => option.Name, StringComparer.Ordinal),
        same => Assert.Single(same.Select(option => option.ValueType).Distinct()));

    [Fact]
    public async Task Help_of_a_command_is_what_the_command_says_of_itself()
    {
        Assert.Equal(await CommandLine.RunAsync("--help"), await CommandLine.RunAsync("help"));
        foreach (var command in CommandLine.Commands.Skip(1))
        {
            string[] words = HelpText.PathOf(command).Split(' ')[1..];
            Assert.Equal(await CommandLine.RunAsync([.. words, "--help"]), await CommandLine.RunAsync(["help", .. words]));
        }
    }

    [Fact]
    public async Task The_version_is_one_line() =>
        Assert.Equal((ExitCode.Done, "monogres 0.1.0\n", ""), await CommandLine.RunAsync("--version"));
}
