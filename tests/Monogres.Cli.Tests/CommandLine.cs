using System.CommandLine;
using Monogres.Cli.Commands;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Testing;

namespace Monogres.Cli.Tests;

/// <summary>The command line of the tool, in this process.</summary>
internal static class CommandLine
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

    private static IEnumerable<Command> Below(Command command) => command.Subcommands.SelectMany(Below).Prepend(command);
}
