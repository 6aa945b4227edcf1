using System.CommandLine;

namespace Monogres.Cli.Commands;

/// <summary>A command that does something, with the examples that its help begins with.</summary>
/// <param name="name">What is typed.</param>
/// <param name="description">One sentence, without full stop.</param>
/// <param name="examples">Two or three whole command lines.</param>
internal sealed class Verb(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>Whole command lines.</summary>
    public IReadOnlyList<string> Examples { get; } = examples;
}
