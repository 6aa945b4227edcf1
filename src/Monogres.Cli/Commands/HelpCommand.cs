using System.CommandLine;
using Monogres.Core;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres help [COMMAND…]</c>: what <c>monogres COMMAND --help</c> prints.</summary>
internal static class HelpCommand
{
    public static Command Create(GlobalOptions global, RootCommand root)
    {
        var command = new Verb("help", "Show the help of a command", JsonOutput.None,
            "monogres help build",
            "monogres help store gc");
        var words = new Argument<string[]>("COMMAND") { Description = "The command, as it is typed; by default, all commands are listed", Arity = ArgumentArity.ZeroOrMore };
        command.Arguments.Add(words);
        command.SetAction(parsed =>
        {
            Command one = root;
            foreach (var word in parsed.GetValue(words) ?? [])
            {
                if (one.Subcommands.FirstOrDefault(below => string.Equals(below.Name, word, StringComparison.Ordinal)) is not { } found)
                    return (int)UsageErrors.UnknownCommand(word, one, global.Console.Error);
                one = found;
            }

            HelpText.Write(one, global.Console.Out);
            return (int)ExitCode.Done;
        });
        return command;
    }
}
