using System.CommandLine;
using System.CommandLine.Parsing;
using Monogres.Core;

namespace Monogres.Cli.Commands;

/// <summary>A wrong command line: two or three lines on stderr, with what may have been meant.</summary>
public static class UsageErrors
{
    /// <summary>Whether the command line is wrong; asking for help never is.</summary>
    public static bool Has(ParseResult parsed) => parsed.Action is not HelpText.Action && (parsed.Errors.Count > 0 || Unknown(parsed) is not null);

    /// <summary>Words what the parser found.</summary>
    public static ExitCode Write(ParseResult parsed, TextWriter error)
    {
        if (Unknown(parsed) is { } unknown)
        {
            var near = NearNames.Of(unknown, unknown.StartsWith('-')
                ? Ancestors(parsed).SelectMany(one => one.Options).Select(option => option.Name)
                : parsed.CommandResult.Command.Subcommands.Select(one => one.Name));
            return Write($"`{unknown}` is not a known command or option", near.Count > 0 ? $"did you mean `{near[0]}`?" : Help(parsed), error);
        }

        return Write(parsed.Errors[0].Message.TrimEnd('.'), Help(parsed), error);
    }

    /// <summary>The first word that means nothing, or null. Where a command has arguments, the parser takes a misspelt option for one.</summary>
    private static string? Unknown(ParseResult parsed) => parsed.UnmatchedTokens
        .Concat(parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(argument => argument.Tokens).Select(token => token.Value).Where(word => word is ['-', _, ..]))
        .FirstOrDefault();

    /// <summary>Writes a message and a hint.</summary>
    public static ExitCode Write(string message, string hint, TextWriter error)
    {
        error.WriteLine($"error: {message}");
        error.WriteLine();
        error.WriteLine($"hint: {hint}");
        return ExitCode.Usage;
    }

    private static IEnumerable<Command> Ancestors(ParseResult parsed)
    {
        for (var result = parsed.CommandResult; result is not null; result = result.Parent as CommandResult)
            yield return result.Command;
    }

    private static string Help(ParseResult parsed) => $"see `{HelpText.PathOf(parsed.CommandResult.Command)} --help`";
}
