using System.Collections.Immutable;
using Monogres.Core;
using Wire = Monogres.Protocol;

namespace Monogres.Actions.Outputs;

/// <summary>Why an output is refused, worded once for every runner.</summary>
public static class OutputProblems
{
    /// <summary>There is no output directory.</summary>
    /// <param name="seenAt">Where it should be, below the command's <c>/</c>.</param>
    /// <param name="result">What the command gave besides.</param>
    public static ActionOutcome.Refused Missing(RelativePath seenAt, Wire.ActionResult result) =>
        new($"the command ended well but made no directory `/{seenAt}`", ["what an action gives must be written there"], result);

    /// <summary>The output is no directory.</summary>
    /// <param name="seenAt">Where it is, below the command's <c>/</c>.</param>
    /// <param name="kind">What it is: <c>a file</c>.</param>
    /// <param name="result">What the command gave besides.</param>
    public static ActionOutcome.Refused NoDirectory(RelativePath seenAt, string kind, Wire.ActionResult result) =>
        new($"`/{seenAt}` is {kind}", ["the output must be a directory"], result);

    /// <summary>Something in the output cannot be kept.</summary>
    /// <param name="problems">All of it, a line each.</param>
    /// <param name="result">What the command gave besides; a runner puts the rest of the output there, so that what is wrong with that is told as well.</param>
    public static ActionOutcome.Refused Unusable(ImmutableArray<string> problems, Wire.ActionResult result) => new("not all of it can be kept", problems, result);

    /// <summary>An entry is neither file, directory nor symbolic link.</summary>
    /// <param name="path">Where it is.</param>
    /// <param name="kind">What it is: <c>a named pipe</c>.</param>
    public static string Kind(RelativePath path, string kind) => $"{path} is {kind}";

    /// <summary>The name of an entry is not UTF-8.</summary>
    public static string NameNotUtf8(RelativePath directory, string name) => $"{directory}/{name}: the name is not UTF-8";

    /// <summary>A file was written, or taken away, where it is forgotten when the command ends.</summary>
    /// <param name="path">Where, below the command's <c>/</c>.</param>
    /// <param name="removed">Whether it was taken away.</param>
    public static string Stray(RelativePath path, bool removed) => $"/{path} was {(removed ? "removed" : "written")} outside of the output and the working directory: that would be lost";

    internal static string NotAName(RelativePath directory, string name) => $"{directory}/{name}: no file can have that name";

    internal static string Twice(RelativePath path) => $"{path} is there twice";

    internal static string LinkNotUtf8(RelativePath path) => $"{path}: the target of the link is not UTF-8";

    internal static string LinkLeadsOut(RelativePath path, string target) => $"{path} is a link that leads out of the output: {target}";

    internal static string LinkToElsewhere(RelativePath path, string target) => $"{path} is an absolute link to something that is not in the output: {target}";

    internal static string Leak(RelativePath path, CanaryHit hit) => $"{path} holds the {hit.Canary.Kind} `{hit.Canary.Text}` at byte {hit.Offset}";
}
