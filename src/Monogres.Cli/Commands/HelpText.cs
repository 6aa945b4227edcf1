using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;
using Monogres.Core;

namespace Monogres.Cli.Commands;

/// <summary>
/// What <c>--help</c> prints: one sentence, usage, examples, then the words in full. Ours, because the library's has no
/// examples and wraps by the width of the terminal.
/// </summary>
internal static class HelpText
{
    private const string Documents = "docs/reference/commands.md";

    /// <summary>Writes the help of a command.</summary>
    public static void Write(Command command, TextWriter output)
    {
        output.Write($"{command.Description!.TrimEnd('.')}.\n\nusage: {UsageOf(command)}\n");
        if (command is Verb verb)
            Section(output, "examples", verb.Examples.Select(example => (example, "")));
        Section(output, "commands", command.Subcommands.Select(one => (one.Name, Sentence(one))));
        Section(output, "arguments", command.Arguments.Select(one => (one.Name, Sentence(one))));
        Section(output, "options", OptionsOf(command).Select(one => (NamesOf(one), $"{Sentence(one)}{(DefaultOf(one) is { } value ? $" [default: {value}]" : "")}")));
        Section(output, command is RootCommand ? "options" : "options of every command", RecursiveOptionsOf(command).Select(one => (NamesOf(one), Sentence(one))));
        output.Write($"\nmore: {Documents}\n");
    }

    /// <summary>The command as it is typed: <c>monogres store gc</c>.</summary>
    public static string PathOf(Command command) => command.Parents.OfType<Command>().FirstOrDefault() is { } parent
        ? $"{PathOf(parent)} {command.Name}"
        : "monogres";

    /// <summary>The command with what follows it.</summary>
    public static string UsageOf(Command command)
    {
        var words = command.Arguments.Select(one => one.Arity switch
        {
            { MinimumNumberOfValues: 0, MaximumNumberOfValues: > 1 } => $"[{one.Name}...]",
            { MinimumNumberOfValues: 0 } => $"[{one.Name}]",
            { MaximumNumberOfValues: > 1 } => $"{one.Name}...",
            _ => one.Name,
        });
        return string.Join(' ', words
            .Prepend(command.Subcommands.Count > 0 ? "COMMAND" : "").Prepend(PathOf(command))
            .Append("[options]")
            .Append(CommandTree.TakesProgram(command) ? "[-- PROGRAM...]" : "")
            .Where(word => word.Length > 0));
    }

    /// <summary>The options that are this command's own.</summary>
    public static IEnumerable<Option> OptionsOf(Command command) => command is RootCommand ? [] : command.Options.Where(option => !option.Hidden);

    /// <summary>The options that it shares with every command.</summary>
    public static IEnumerable<Option> RecursiveOptionsOf(Command command)
    {
        var root = command;
        while (root.Parents.OfType<Command>().FirstOrDefault() is { } parent)
            root = parent;
        return root.Options.Where(option => !option.Hidden && (option is not VersionOption || root == command)).OrderBy(option => option is HelpOption or VersionOption);
    }

    /// <summary><c>-o, --output DIR</c></summary>
    public static string NamesOf(Option option)
    {
        var names = option is HelpOption ? ["-h", "--help"] : option.Aliases.Order(StringComparer.Ordinal).Append(option.Name);
        return $"{string.Join(", ", names)}{(option.HelpName is { } value ? $" {value}" : "")}";
    }

    /// <summary>The value of an option that is not given, or null when there is none worth saying.</summary>
    public static string? DefaultOf(Option option) => option is { HasDefaultValue: true, Arity.MaximumNumberOfValues: > 0, HelpName: not null } ? option.GetDefaultValue()?.ToString() : null;

    /// <summary>What it is, as a sentence without full stop.</summary>
    public static string Sentence(Symbol symbol) => symbol switch
    {
        HelpOption => "Show this help",
        VersionOption => "Show the version",
        _ => (symbol.Description ?? "").TrimEnd('.'),
    };

    private static void Section(TextWriter output, string title, IEnumerable<(string Left, string Right)> lines)
    {
        var all = lines.ToArray();
        if (all.Length == 0)
            return;

        var width = all.Max(line => line.Left.Length);
        output.Write($"\n{title}:\n");
        foreach (var (left, right) in all)
            output.Write($"  {left.PadRight(width)}  {right}".TrimEnd() + "\n");
    }

    /// <summary>Writes the help in place of what the command does.</summary>
    internal sealed class Action : SynchronousCommandLineAction
    {
        /// <inheritdoc/>
        public override bool ClearsParseErrors => true;

        /// <inheritdoc/>
        public override int Invoke(ParseResult parseResult)
        {
            Write(parseResult.CommandResult.Command, parseResult.InvocationConfiguration.Output);
            return (int)ExitCode.Done;
        }
    }
}
