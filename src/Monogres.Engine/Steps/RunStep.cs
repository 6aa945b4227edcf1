using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Engine.Steps;

/// <summary>Runs a command over layers: the only step that becomes an action, and so can be run elsewhere and shared.</summary>
/// <param name="name">For people: <c>postgres@15.18+minimal build</c>.</param>
/// <param name="layers">The trees of its input root, lowest first. Only the last one may stand over files of others.</param>
/// <param name="command">What is run.</param>
public sealed class RunStep(StepName name, ImmutableArray<Step> layers, StepCommand command) : Step(name, layers)
{
    /// <summary>What is run.</summary>
    public StepCommand Command { get; } = command;

    /// <summary>Whether it uses every core, as a build with <c>make -j</c>; otherwise it counts as one core. Only for scheduling.</summary>
    public bool UsesAllCores { get; init; }

    /// <summary>What to do when it fails, as a hint for people, from the lines that are shown of its log; null when there is nothing to say.</summary>
    public Func<IReadOnlyList<string>, string>? Hint { get; init; }

    private protected override void Describe(KeyWriter key) => key.Add("run 1").Add(Command.Described);
}

/// <summary>A command in an input root.</summary>
/// <param name="Arguments">The program (absolute path) and its arguments.</param>
/// <param name="Environment">The whole environment.</param>
/// <param name="WorkingDirectory">Where it starts, below <c>/</c>.</param>
/// <param name="Timeout">How long it may run: one of a few classes, since it is part of the key.</param>
public sealed record StepCommand(
    ImmutableArray<string> Arguments, ImmutableSortedDictionary<string, string> Environment, RelativePath WorkingDirectory, TimeSpan Timeout)
{
    private KeyPart? _described;

    private StepCommand(StepCommand other)
    {
        (Arguments, Environment, WorkingDirectory, Timeout) = (other.Arguments, other.Environment, other.WorkingDirectory, other.Timeout);
    }

    /// <summary>Its description: the steps that run the same command, such as all builds of one release, share it.</summary>
    internal KeyPart Described => _described ??= new KeyPart(key =>
    {
        key.Add(Arguments).Add(WorkingDirectory.Value).Add((long)Timeout.TotalSeconds).Add(Environment.Count);
        foreach (var (variable, value) in Environment)
            key.Add(variable).Add(value);
    });
}
