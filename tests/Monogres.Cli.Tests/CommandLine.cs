using System.CommandLine;
using System.Text.RegularExpressions;
using Monogres.Cli.Commands;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Testing;

namespace Monogres.Cli.Tests;

/// <summary>The command line of the tool, in this process.</summary>
internal static partial class CommandLine
{
    /// <summary>An environment that says nothing but where the index is.</summary>
    public static readonly Func<string, string?> Bare = name => name == EnvironmentVariables.Index ? RepositoryFiles.Index : null;

    /// <summary>All commands; none of them is run.</summary>
    public static RootCommand Tree { get; } = CommandTree.Create(new Streams(TextWriter.Null, TextWriter.Null, ErrorIsTerminal: false, ErrorColor: false), Bare, new Interrupts(), []);

    /// <summary>Every command with those below it, the root first.</summary>
    public static IEnumerable<Command> Commands => Below(Tree);

    /// <summary>Runs a command line, and returns all that can be seen of it.</summary>
    public static async Task<(ExitCode ExitCode, string Out, string Error)> RunAsync(params string[] args)
    {
        using StringWriter output = new() { NewLine = "\n" }, error = new() { NewLine = "\n" };
        var exitCode = await Application.RunAsync(args, new Streams(output, error, ErrorIsTerminal: false, ErrorColor: false), Bare);
        return (exitCode, output.ToString(), error.ToString());
    }

    /// <summary>The commands in back-quotes of a text.</summary>
    public static IEnumerable<string> CommandsIn(string text) => Quoted().Matches(text).Select(match => match.Groups["command"].Value);

    /// <summary>The words of a command line, as a shell splits it.</summary>
    public static string[] WordsOf(string command) => [.. Words().Matches(command).Select(match => match.Value.Trim('\''))];

    /// <summary>Asserts that a command line is one that the tool takes.</summary>
    public static void CanBeTyped(string command)
    {
        var parsed = Tree.Parse(WordsOf(command.Split(" -- ")[0])[1..]);
        Assert.False(UsageErrors.Has(parsed), $"`{command}`: {string.Join(", ", parsed.Errors.Select(error => error.Message))}");
    }

    [GeneratedRegex(@"`(\./)?(?<command>monogres( [^`]+)?)`", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"'[^']*'|\S+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Words();

    private static IEnumerable<Command> Below(Command command) => command.Subcommands.SelectMany(Below).Prepend(command);
}
