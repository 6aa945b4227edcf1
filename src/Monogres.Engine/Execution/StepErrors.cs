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

    /// <summary>Two layers of an input root have different files at one path.</summary>
    public static UserErrorException LayersConflict(Step step, TreeConflictException conflict) => new(
        $"the inputs of `{step}` conflict: {conflict.Message}",
        "two of the server, the extensions that it needs and its packages install that file; omit one of them",
        inner: conflict);

    /// <summary>Trees that are merged have different files at one path.</summary>
    public static UserErrorException CannotMerge(Step step, TreeConflictException conflict) => new(
        $"`{step}` cannot be put together: {conflict.Message}", "two of its parts have that file; omit one of them", inner: conflict);

    /// <summary>A directory that was imported is no longer in the store.</summary>
    public static UserErrorException ImportLost(StoredStep step) => new(
        $"`{step}` is no longer in the store", "run the command again: a directory of this machine is imported each time");
}
