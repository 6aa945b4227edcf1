using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Store;
using Wire = Monogres.Protocol;

namespace Monogres.Actions.Outputs;

/// <summary>
/// Applies the one set of rules for outputs (<see cref="OutputRules"/>) to what a runner gives, so that the sandbox and
/// any engine give the same digest for the same files, and refuse the same ones.
/// </summary>
/// <param name="inner">Runs the actions, and gives output trees as they are.</param>
/// <param name="blobs">Has the outputs and the layers, and gets the canonical trees.</param>
/// <param name="canaries">What no file may hold.</param>
public sealed class CanonicalOutputRunner(IActionRunner inner, IBlobStore blobs, CanaryScan canaries) : IActionRunner
{
    private readonly OutputRules _rules = new(blobs, canaries);

    /// <inheritdoc/>
    /// <exception cref="BlobMissingException">A layer, or a part of the output, is not in the store.</exception>
    public async Task<ActionOutcome> RunAsync(ActionRequest request, IProgress<LogProgress> log, CancellationToken cancel) =>
        await inner.RunAsync(request, log, cancel) switch
        {
            ActionOutcome.Succeeded { Result: var result } => await ApplyAsync(request, result, [], cancel),

            // What the runner could not keep is one part of what is wrong; the rest of the output may have more of it.
            ActionOutcome.Refused { Result.OutputDirectories.Count: > 0 } refused => await ApplyAsync(request, refused.Result, refused.Details, cancel),
            var other => other,
        };

    private async Task<ActionOutcome> ApplyAsync(ActionRequest request, Wire.ActionResult given, ImmutableArray<string> problems, CancellationToken cancel)
    {
        var seenAt = request.Action.WorkingDirectory.Child(CanonicalAction.OutputDirectory);
        var result = given.Clone();
        result.OutputDirectories.Clear();
        result.OutputFiles.Clear();
        result.OutputSymlinks.Clear();
        result.OutputFileSymlinks.Clear();
        result.OutputDirectorySymlinks.Clear();
        if (given.OutputFiles.Any(file => IsOutput(file.Path)))
            return OutputProblems.NoDirectory(seenAt, "a file", result);
        if (given.OutputDirectories.FirstOrDefault(directory => IsOutput(directory.Path)) is not { } output)
            return OutputProblems.Missing(seenAt, result);
        if (output.RootDirectoryDigest is null)
            return new ActionOutcome.EngineFailed($"the engine did not say what is in `/{seenAt}`", null, []);

        var applied = await _rules.ApplyAsync(output.RootDirectoryDigest.ToDigest(), seenAt, request.Layers, cancel);
        if (problems.Length + applied.Problems.Length > 0)
            return OutputProblems.Unusable([.. problems, .. applied.Problems], result);

        result.OutputDirectories.Add(new Wire.OutputDirectory { Path = CanonicalAction.OutputDirectory, RootDirectoryDigest = applied.Root.ToWire() });
        return new ActionOutcome.Succeeded(result);
    }

    private static bool IsOutput(string path) => string.Equals(path, CanonicalAction.OutputDirectory, StringComparison.Ordinal);
}
