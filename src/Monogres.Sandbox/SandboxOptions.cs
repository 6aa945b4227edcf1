using Monogres.Actions;
using Monogres.Core;

namespace Monogres.Sandbox;

/// <summary>What every sandbox of a run has in common.</summary>
public sealed record SandboxOptions
{
    /// <summary>The tree that holds <see cref="SandboxPrograms.Packages"/>, for this machine's architecture. It must be in the store.</summary>
    public required Digest ProgramsRoot { get; init; }

    /// <summary>Where procfs is mounted.</summary>
    public string ProcDirectory { get; init; } = "/proc";

    /// <summary>What an action may use.</summary>
    public ActionLimits Limits { get; init; } = ActionLimits.Default(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);

    /// <summary>How to begin: an overlay; the other way is taken by itself when the kernel refuses that.</summary>
    public RootMount Mount { get; init; } = RootMount.Overlay;

    /// <summary>What is otherwise than always.</summary>
    public SandboxVariation Variation { get; init; } = SandboxVariation.None;
}
