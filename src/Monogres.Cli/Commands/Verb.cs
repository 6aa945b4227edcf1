using System.CommandLine;

namespace Monogres.Cli.Commands;

/// <summary>A command that does something, with the examples that its help begins with.</summary>
/// <param name="name">What is typed.</param>
/// <param name="description">One sentence, without full stop.</param>
/// <param name="json">What <c>--json</c> makes of its stdout.</param>
/// <param name="examples">Two or three whole command lines.</param>
internal sealed class Verb(string name, string description, JsonOutput json, params string[] examples) : Command(name, description)
{
    /// <summary>What <c>--json</c> makes of its stdout.</summary>
    public JsonOutput Json { get; } = json;

    /// <summary>Whole command lines.</summary>
    public IReadOnlyList<string> Examples { get; } = examples;
}

/// <summary>What a command writes to stdout with <c>--json</c>; nothing else is there.</summary>
internal enum JsonOutput
{
    /// <summary>One document.</summary>
    Document,

    /// <summary>One object per line.</summary>
    Lines,

    /// <summary>One object per line, as things happen; each says in <c>event</c> what kind it is.</summary>
    Events,

    /// <summary>The option has no effect: stdout belongs to a program, a blob or a text for people.</summary>
    None,
}
