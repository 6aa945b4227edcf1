using System.CommandLine;
using System.CommandLine.Parsing;
using Monogres.Core;

namespace Monogres.Cli.Terminal;

/// <summary>A wrong command line: two or three lines on stderr, with what may have been meant.</summary>
public static class UsageErrors
{
    /// <summary>Words what the parser found.</summary>
    public static ExitCode Write(ParseResult parsed, TextWriter error)
    {
        var command = parsed.CommandResult.Command;
        var unknown = parsed.UnmatchedTokens is [var first, ..]
            ? first
            : (parsed.Errors[0].SymbolResult as ArgumentResult)?.Tokens.Select(token => token.Value).FirstOrDefault(token => token.StartsWith('-'));
        if (unknown is not null)
        {
            var near = NearNames.Of(unknown, unknown.StartsWith('-')
                ? Ancestors(parsed).SelectMany(one => one.Options).Select(option => option.Name)
                : command.Subcommands.Select(one => one.Name));
            return Write($"`{unknown}` is not known here", near.Count > 0 ? $"did you mean `{near[0]}`?" : Help(parsed), error);
        }

        return Write(parsed.Errors[0].Message.TrimEnd('.'), Help(parsed), error);
    }

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

    private static string Help(ParseResult parsed) =>
        $"see `{string.Join(' ', Ancestors(parsed).Reverse().Select(one => one.Name))} --help`";
}
