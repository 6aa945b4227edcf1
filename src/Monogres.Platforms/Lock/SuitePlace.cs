using System.Globalization;
using Monogres.Core;
using Monogres.Platforms.Mirrors;
using Monogres.Platforms.Signatures;

namespace Monogres.Platforms.Lock;

/// <summary>A suite of an archive: where it is, and whose word is taken for it.</summary>
public sealed record SuitePlace
{
    /// <summary>The archive: <c>debian</c>.</summary>
    public required string Archive { get; init; }

    /// <summary>The suite by its code name: <c>bookworm</c>.</summary>
    public required string Suite { get; init; }

    /// <summary>The component: <c>main</c>.</summary>
    public required string Component { get; init; }

    /// <summary>Who may sign the release.</summary>
    public required Keyring Keyring { get; init; }

    /// <summary>Where to ask, in order.</summary>
    public required DebianMirrors Mirrors { get; init; }

    /// <summary>For messages: <c>bookworm/main</c>.</summary>
    public override string ToString() => $"{Suite}/{Component}";
}

/// <summary>A release file whose signature was checked.</summary>
/// <param name="File">What it says.</param>
/// <param name="Hash">The SHA-256 of the file, with its signatures.</param>
public sealed record SignedRelease(ReleaseFile File, Sha256Hash Hash)
{
    /// <summary>As a lock writes it down. The snapshot is a day later: by then the archive has published the release, and snapshot.debian.org has seen it.</summary>
    public LockedRelease ToLocked() => new()
    {
        Date = File.Date,
        Sha256 = Hash,
        Snapshot = File.Date.AddDays(1).UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture),
    };
}
