using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Store.Trees;

namespace Monogres.Engine.Execution;

/// <summary>What can be wrong with the inputs of a step.</summary>
public static class StepErrors
{
    /// <summary>None of the files that hold a source is available: the reasons for each.</summary>
    public static UserErrorException NoFile(Step step, IReadOnlyList<UserErrorException> failures) => new(
        $"the {step} is unavailable",
        failures[0].Hint,
        [.. failures.SelectMany(failure => failure.Details.Select(line => $"  {line}").Prepend(failure.Message))]) { Unavailable = failures.All(failure => failure.Unavailable) };

    /// <summary>Two inputs of a step, which are laid over each other, have different things at one path.</summary>
    public static UserErrorException Conflict(Step step, TreeConflictException conflict)
    {
        var (lower, upper) = conflict.Layers ?? throw new InvalidOperationException($"no union of trees: {conflict.Message}", conflict);
        return new UserErrorException(
            $"the inputs of `{step}` conflict: {conflict.Message}",
            "use one without the other; a file that both have must be the same in both",
            [.. new[] { lower, upper }.Select(layer => $"`{step.Inputs[layer]}` has `{conflict.Path}`")],
            conflict);
    }

    /// <summary>A directory that was imported is no longer in the store.</summary>
    public static UserErrorException ImportLost(StoredStep step) => new(
        $"`{step}` is no longer in the store", "run the command again: a directory of this machine is imported each time");
}
