namespace Monogres.Proof.Variations;

/// <summary>What of a machine decides which axes can be varied on it.</summary>
public sealed record Machine
{
    /// <summary>Whether we are root, who alone can become another user.</summary>
    public required bool IsRoot { get; init; }

    /// <summary>What time it is.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>How many processors we may use.</summary>
    public required int Processors { get; init; }

    /// <summary>The number of the first of them.</summary>
    public int FirstProcessor { get; init; }

    /// <summary>The memory that is free, in bytes.</summary>
    public required long FreeMemory { get; init; }

    /// <summary>The first file that another user could not read, of those that a rebuild reads; null when there is none.</summary>
    public string? UnreadableByOthers { get; init; }

    /// <summary>How many of the files that a rebuild reads are not in the store, so that it must download them.</summary>
    public int FilesToDownload { get; init; }

    /// <summary>Whether the platform has the library that shows programs another time.</summary>
    public bool CanShiftClock { get; init; }

    /// <summary>The version of GNU make in the build root, <c>4.3</c>; null when it has none.</summary>
    public string? MakeVersion { get; init; }

    /// <summary>The address of the engine to rebuild at, or null.</summary>
    public string? RemoteEngine { get; init; }
}
