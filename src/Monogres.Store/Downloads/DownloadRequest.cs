using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Store.Downloads;

/// <summary>A file that is wanted, known by its content.</summary>
public sealed record DownloadRequest
{
    /// <summary>For people: <c>postgresql-15.18.tar.gz</c>.</summary>
    public required string Name { get; init; }

    /// <summary>What the content must be.</summary>
    public required Sha256Hash Hash { get; init; }

    /// <summary>Its size in bytes, when known: a body of another length is then given up early.</summary>
    public long? Size { get; init; }

    /// <summary>Where it can be had (<c>https</c>, <c>http</c>, <c>file</c>); tried in this order. The content is verified, so the transport need not be trusted.</summary>
    public required ImmutableArray<Uri> Places { get; init; }
}

/// <summary>How a download goes on.</summary>
/// <param name="Name">As in the request.</param>
/// <param name="Bytes">How many bytes are here, those of an earlier run among them.</param>
/// <param name="Total">How many there will be, when known.</param>
/// <param name="Place">Where they come from, without credentials.</param>
/// <param name="Done">Whether it is in the store now.</param>
public sealed record DownloadProgress(string Name, long Bytes, long? Total, string Place, bool Done);

/// <summary>How downloads are made.</summary>
public sealed record DownloadOptions
{
    /// <summary>Whether the network is never touched: only the store, directories and <c>file</c> places are looked at.</summary>
    public bool Offline { get; init; }

    /// <summary>Looked at before the places of a request, or null.</summary>
    public SourceMirror? Mirror { get; init; }

    /// <summary>How many downloads run at once.</summary>
    public int Parallel { get; init; } = 6;

    /// <summary>How often one place is tried when it fails in a way that can pass.</summary>
    public int Tries { get; init; } = 3;

    /// <summary>How long a place may yield no byte.</summary>
    public TimeSpan Stall { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The wait before the second try; it doubles each time.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The longest wait that a server may ask for (<c>Retry-After</c>); one that asks for more is left.</summary>
    public TimeSpan LongestRetryAfter { get; init; } = TimeSpan.FromSeconds(30);
}
