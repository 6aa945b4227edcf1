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
        var command = parsed.CommandResult.Command;
        if (Unknown(parsed) is { } unknown)
        {
            if (!unknown.StartsWith('-') && command.Subcommands.Count > 0)
                return UnknownCommand(unknown, command, error);

            var near = unknown.StartsWith('-') ? NearNames.Of(unknown, Ancestors(parsed).SelectMany(one => one.Options).Select(option => option.Name)) : [];
            return Write(unknown.StartsWith('-') ? $"`{unknown}` is not a known option" : $"`{unknown}` is one word too many", near.Count > 0 ? $"did you mean `{near[0]}`?" : Help(command), error);
        }

        var path = HelpText.PathOf(command);
        if (command.Subcommands.Count > 0)
            return Write($"`{path}` needs a command", $"{(command is RootCommand ? $"such as {Examples(command.Subcommands[0])}" : $"it has {Names(command)}")}; {Help(command)}", error);
        if (command.Arguments.FirstOrDefault(argument => argument.Arity.MinimumNumberOfValues > 0 && parsed.GetResult(argument) is null or { Tokens.Count: 0 }) is { } missing)
            return Write($"`{path}` needs a {missing.Name}", $"such as {Examples(command)}; {Help(command)}", error);
        if (command.Options.FirstOrDefault(option => option.Required && parsed.GetResult(option) is null) is { } required)
            return Write($"`{path}` needs `{HelpText.NamesOf(required)}`", $"such as {Examples(command)}; {Help(command)}", error);
        if (parsed.Errors[0].SymbolResult is OptionResult { Tokens.Count: 0, Option: { HelpName: { } value } option1 })
            return Write($"`{option1.Name}` needs a value: {value}", Help(command), error);

        return Write(parsed.Errors[0].Message.TrimEnd('.'), Help(command), error);
    }

    /// <summary>A word that is no command, with those that are near.</summary>
    public static ExitCode UnknownCommand(string word, Command above, TextWriter error)
    {
        var near = NearNames.Of(word, above.Subcommands.Select(one => one.Name));
        return Write(
            $"`{word}` is not a command of `{HelpText.PathOf(above)}`",
            near.Count > 0 ? $"did you mean {string.Join(" or ", near.Select(name => $"`{name}`"))}?"
            : above.Subcommands.Count > 0 && above is not RootCommand ? $"it has {Names(above)}; {Help(above)}"
            : Help(above),
            error);
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

    // They work as they stand: what is only an example of a name comes after them.
    private static string Examples(Command command) => string.Join(" or ", ((Verb)command).Examples.Take(2).Select(example => $"`{example}`"));

    private static string Names(Command command) => string.Join(", ", command.Subcommands.Select(one => $"`{one.Name}`"));

    private static string Help(Command command) => $"see `{HelpText.PathOf(command)} --help`";
}
