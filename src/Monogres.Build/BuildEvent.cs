using System.Collections.Immutable;
using System.Text.Json.Serialization;
using Monogres.Core;

namespace Monogres.Build;

/// <summary>Told what happens during a build. The engine reports; the terminal draws. Called from several threads.</summary>
public interface IBuildObserver
{
    /// <summary>Something happened. Returns quickly and does not throw.</summary>
    void On(BuildEvent what);
}

/// <summary>Something that happened during a build; with <c>--json</c> each is one line.</summary>
[JsonPolymorphic(TypeDiscriminatorPropertyName = "event")]
[JsonDerivedType(typeof(Downloading), "downloading")]
[JsonDerivedType(typeof(Downloaded), "downloaded")]
[JsonDerivedType(typeof(StepStarted), "started")]
[JsonDerivedType(typeof(StepAdvanced), "advanced")]
[JsonDerivedType(typeof(StepFinished), "finished")]
[JsonDerivedType(typeof(StepStopped), "stopped")]
[JsonDerivedType(typeof(StepCached), "cached")]
[JsonDerivedType(typeof(Waiting), "waiting")]
[JsonDerivedType(typeof(Repairing), "repairing")]
[JsonDerivedType(typeof(TargetBuilt), "built")]
[JsonDerivedType(typeof(TargetFailed), "failed")]
public abstract record BuildEvent
{
    /// <summary>Bytes of a download arrived.</summary>
    /// <param name="Name">The file.</param>
    /// <param name="Bytes">So far.</param>
    /// <param name="Size">In all, when known.</param>
    public sealed record Downloading(string Name, long Bytes, long? Size) : BuildEvent;

    /// <summary>A download is complete and verified.</summary>
    public sealed record Downloaded(string Name, long Bytes) : BuildEvent;

    /// <summary>A step began: unpacking, composing, an action.</summary>
    /// <param name="Step">For people: <c>postgres@15.18+minimal build</c>.</param>
    public sealed record StepStarted(string Step) : BuildEvent;

    /// <summary>A step goes on.</summary>
    /// <param name="Step">The step.</param>
    /// <param name="Line">The newest line of its log, or what it does now.</param>
    public sealed record StepAdvanced(string Step, string Line) : BuildEvent;

    /// <summary>A step ended well.</summary>
    public sealed record StepFinished(string Step, double Seconds) : BuildEvent;

    /// <summary>A step ended without a result: it failed, or was cancelled. Why is in the error that follows.</summary>
    public sealed record StepStopped(string Step, double Seconds) : BuildEvent;

    /// <summary>A step need not run: its result is in the store.</summary>
    public sealed record StepCached(string Step) : BuildEvent;

    /// <summary>Another process does this step; its result will be used.</summary>
    public sealed record Waiting(string Step, string Holder) : BuildEvent;

    /// <summary>Something that was in the store is lost or damaged, and is had again.</summary>
    public sealed record Repairing(string Step, string Reason) : BuildEvent;

    /// <summary>A target is built.</summary>
    public sealed record TargetBuilt(string Target, Digest Payload, ImmutableArray<string> Files) : BuildEvent;

    /// <summary>A target could not be built.</summary>
    public sealed record TargetFailed(string Target, string Reason) : BuildEvent;
}
