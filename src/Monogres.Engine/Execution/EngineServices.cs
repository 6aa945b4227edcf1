using Monogres.Actions;
using Monogres.Engine.Events;
using Monogres.Store;
using Monogres.Store.Locks;
using Monogres.Store.Trees;

namespace Monogres.Engine.Execution;

/// <summary>Everything that the engine works with.</summary>
public sealed record EngineServices
{
    /// <summary>Trees, files and logs.</summary>
    public required IIngestingBlobStore Blobs { get; init; }

    /// <summary>What steps gave on this machine.</summary>
    public required IMemo Memo { get; init; }

    /// <summary>What actions gave, here or elsewhere. Answers with complete results only: see <see cref="CompleteActionCache"/>.</summary>
    public required IActionCache Actions { get; init; }

    /// <summary>One process runs a step, others wait for its result.</summary>
    public required IKeyLocks Locks { get; init; }

    /// <summary>Gets archives and packages.</summary>
    public required IFileSource Files { get; init; }

    /// <summary>Runs actions.</summary>
    public required IActionRunner Runner { get; init; }

    /// <summary>Told what happens.</summary>
    public required IEngineObserver Observer { get => Announced; init => Announced = new Announcements(value); }

    /// <summary>The steps that were announced and have not begun. Set with <see cref="Observer"/>, which it passes everything on to.</summary>
    internal Announcements Announced { get; private init; } = null!;

    /// <summary>How long such steps took before.</summary>
    public IStepTimes Times { get; init; } = NoTimes.Instance;

    /// <summary>Measures durations.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>How many cores this machine has for actions, and for work between them.</summary>
    public required int Cores { get; init; }

    /// <summary>How many actions can be at an engine elsewhere at once, each of which has a machine of its own there; null when they run here and share the cores.</summary>
    public int? RemoteJobs { get; init; }

    /// <summary>Runs actions on this machine's cores, while the engine elsewhere has as many as it may; null when that is not wanted.</summary>
    public IActionRunner? RunnerBeside { get; init; }
}
