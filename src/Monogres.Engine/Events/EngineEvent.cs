using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Monogres.Actions;

namespace Monogres.Engine.Events;

/// <summary>Told what happens. The engine reports; the terminal draws. Called from several threads.</summary>
public interface IEngineObserver
{
    /// <summary>Something happened. Returns quickly and does not throw.</summary>
    void On(EngineEvent what);
}

/// <summary>Something that happened; with <c>--json</c> each is one line.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(Planned), "planned")]
[JsonDerivedType(typeof(DownloadsPlanned), "downloads")]
[JsonDerivedType(typeof(Downloading), "downloading")]
[JsonDerivedType(typeof(Downloaded), "downloaded")]
[JsonDerivedType(typeof(DownloadStopped), "downloadStopped")]
[JsonDerivedType(typeof(StepStarted), "started")]
[JsonDerivedType(typeof(StepAdvanced), "advanced")]
[JsonDerivedType(typeof(StepMoved), "moved")]
[JsonDerivedType(typeof(StepFinished), "finished")]
[JsonDerivedType(typeof(StepStopped), "stopped")]
[JsonDerivedType(typeof(StepCached), "cached")]
[JsonDerivedType(typeof(StepOmitted), "omitted")]
[JsonDerivedType(typeof(Waiting), "waiting")]
[JsonDerivedType(typeof(Repairing), "repairing")]
public abstract record EngineEvent
{
    private EngineEvent()
    {
    }

    /// <summary>More steps are to be run than was known before.</summary>
    /// <param name="Steps">Those that are added, in an order in which they can run. Each of them is later started, found in a cache, or omitted.</param>
    public sealed record Planned(ImmutableArray<PlannedStep> Steps) : EngineEvent;

    /// <summary>Files will be downloaded.</summary>
    /// <param name="Files">How many.</param>
    /// <param name="Bytes">Their size, of those whose size is known.</param>
    public sealed record DownloadsPlanned(int Files, long Bytes) : EngineEvent;

    /// <summary>Bytes of a download arrived.</summary>
    /// <param name="Name">The file.</param>
    /// <param name="Bytes">So far.</param>
    /// <param name="Size">In all, when known.</param>
    public sealed record Downloading(string Name, long Bytes, long? Size) : EngineEvent;

    /// <summary>A download is complete and verified.</summary>
    public sealed record Downloaded(string Name, long Bytes) : EngineEvent;

    /// <summary>A download ended without the file: it failed, was cancelled, or another process has made it.</summary>
    /// <param name="Name">The file.</param>
    /// <param name="Size">Its size, when known.</param>
    public sealed record DownloadStopped(string Name, long? Size) : EngineEvent;

    /// <summary>A step began: unpacking, composing, an action.</summary>
    /// <param name="Step">For people: <c>postgres@15.18+minimal build</c>.</param>
    /// <param name="ExpectedSeconds">How long an earlier run of such a step took, when there was one.</param>
    public sealed record StepStarted(string Step, double? ExpectedSeconds) : EngineEvent;

    /// <summary>A step makes progress.</summary>
    /// <param name="Step">The step.</param>
    /// <param name="Line">The newest line of its log, or what it does now.</param>
    /// <param name="Fraction">How far it has come, from 0 to 1, when that can be told.</param>
    public sealed record StepAdvanced(string Step, string Line, double? Fraction) : EngineEvent;

    /// <summary>A step that an engine elsewhere runs has come to another stage there.</summary>
    /// <param name="Step">The step.</param>
    /// <param name="Stage">The stage.</param>
    public sealed record StepMoved(string Step, ActionStage Stage) : EngineEvent;

    /// <summary>A step succeeded.</summary>
    public sealed record StepFinished(string Step, double Seconds) : EngineEvent
    {
        /// <summary>Where the time went, for a step that an engine elsewhere ran; else null.</summary>
        [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
        public StageTimes? Remote { get; init; }
    }

    /// <summary>A step ended without a result: it failed, or was cancelled. Why is in the error that follows.</summary>
    public sealed record StepStopped(string Step, double Seconds) : EngineEvent;

    /// <summary>A step was planned and need not run: its result turned out to be in a cache.</summary>
    public sealed record StepCached(string Step) : EngineEvent;

    /// <summary>A step was planned and will not run: something that it needs failed, or what needs it turned out to be in a cache.</summary>
    public sealed record StepOmitted(string Step) : EngineEvent;

    /// <summary>Another process does this step; its result will be used.</summary>
    public sealed record Waiting(string Step, string Holder) : EngineEvent;

    /// <summary>Something that was in the store is lost or damaged, and is restored.</summary>
    public sealed record Repairing(string Step, string Reason) : EngineEvent;
}

/// <summary>Where the time of a step went that an engine elsewhere ran.</summary>
/// <param name="QueuedSeconds">It waited there for a worker.</param>
/// <param name="RunningSeconds">It ran.</param>
/// <param name="TransferSeconds">Its inputs were sent, and its output fetched.</param>
public sealed record StageTimes(double QueuedSeconds, double RunningSeconds, double TransferSeconds);

/// <summary>A step that is to be run.</summary>
/// <param name="Step">For people.</param>
/// <param name="ExpectedSeconds">How long an earlier run of such a step took, when there was one.</param>
public sealed record PlannedStep(string Step, double? ExpectedSeconds);
