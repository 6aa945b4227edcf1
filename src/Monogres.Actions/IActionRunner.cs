using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Monogres.Core;
using Wire = Monogres.Protocol;

namespace Monogres.Actions;

/// <summary>
/// Runs actions: in the local sandbox, on a cluster, or in a test's memory. Knows nothing of caching. A runner gives the
/// output tree as it is; <see cref="Outputs.CanonicalOutputRunner"/> around it makes it canonical.
/// </summary>
public interface IActionRunner
{
    /// <summary>Runs one action to its end.</summary>
    /// <param name="request">What to run.</param>
    /// <param name="log">Told now and then how the log has grown.</param>
    /// <param name="cancel">Kills the command and everything it started.</param>
    /// <exception cref="OperationCanceledException">It was cancelled; nothing is left running.</exception>
    Task<ActionOutcome> RunAsync(ActionRequest request, IProgress<LogProgress> log, CancellationToken cancel);
}

/// <summary>How a running command goes on: its log has grown, or it has come to another stage.</summary>
/// <param name="LastLine">The log's newest line, for people.</param>
/// <param name="Bytes">What the command has written so far, to both standard output and standard error.</param>
public readonly record struct LogProgress(string LastLine, long Bytes)
{
    /// <summary>The stage that it has come to, when that is what is reported; nothing is said of the log then.</summary>
    public ActionStage? Stage { get; init; }

    /// <summary>How much of the stage before was waiting for a worker, where an engine tells it only afterwards.</summary>
    public TimeSpan Waited { get; init; }

    /// <summary>Reports a stage.</summary>
    public static LogProgress Of(ActionStage stage) => new("", 0) { Stage = stage };
}

/// <summary>Where an action is that an engine elsewhere runs. A runner of this machine speaks of none: it runs what it is given.</summary>
public enum ActionStage
{
    /// <summary>What the engine lacks is sent there.</summary>
    [JsonStringEnumMemberName("sending")]
    Sending,

    /// <summary>It waits there for a worker.</summary>
    [JsonStringEnumMemberName("queued")]
    Queued,

    /// <summary>It runs there.</summary>
    [JsonStringEnumMemberName("running")]
    Running,

    /// <summary>Its output is fetched.</summary>
    [JsonStringEnumMemberName("fetching")]
    Fetching,

    /// <summary>It runs here after all.</summary>
    [JsonStringEnumMemberName("here")]
    Here,
}

/// <summary>An action, and how its input root is made.</summary>
public sealed record ActionRequest
{
    /// <summary>For people and log lines: <c>postgres@15.18+minimal build</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What to run.</summary>
    public required CanonicalAction Action { get; init; }

    /// <summary>
    /// Trees whose union, later ones winning, is the action's input root. A runner may lay them over each other
    /// instead of materialising the merged root, so that a toolchain shared by many actions is materialised once.
    /// </summary>
    public required ImmutableArray<Digest> Layers { get; init; }

    /// <summary>Whether it is to be run even where its result is known: an engine with a cache of its own must not answer from it.</summary>
    public bool IsRerun { get; init; }
}

/// <summary>How an action ended. Three kinds of failure stay apart: the action failed, the engine failed, we are wrong (any other exception).</summary>
public abstract record ActionOutcome
{
    /// <summary>Exit code 0, and the output directory was captured. The only outcome that may be cached.</summary>
    public sealed record Succeeded(Wire.ActionResult Result) : ActionOutcome;

    /// <summary>The command ended with another exit code (128 + signal when killed). The result holds its logs.</summary>
    public sealed record Failed(int ExitCode, Wire.ActionResult Result) : ActionOutcome;

    /// <summary>The command was killed because its time was over. The result holds its logs so far.</summary>
    public sealed record TimedOut(TimeSpan Limit, Wire.ActionResult Result) : ActionOutcome;

    /// <summary>The command was killed because it used more than it may of something, or failed with that used up. The result holds its logs so far.</summary>
    public sealed record LimitExceeded(ActionLimit Limit, long Allowed, Wire.ActionResult Result) : ActionOutcome;

    /// <summary>
    /// The command ended well but its output cannot be used: a device, a socket, a canary found in a file. A runner that
    /// could keep only a part of the output puts that part into the result, so that all that is wrong is told at once.
    /// </summary>
    public sealed record Refused(string Reason, ImmutableArray<string> Details, Wire.ActionResult Result) : ActionOutcome;

    /// <summary>The command was never run, or its end is unknown: the engine could not do its work.</summary>
    public sealed record EngineFailed(string Reason, string? Hint, ImmutableArray<string> Details) : ActionOutcome;
}
