using System.Text.Json.Serialization;

namespace Monogres.Cli.Terminal;

/// <summary>How far the work is: what the live view, the plain lines and <c>--json</c> all show.</summary>
internal sealed record ProgressFigures
{
    /// <summary>What the line of JSON is called.</summary>
    [JsonPropertyOrder(-1)]
    public string Event => "progress";

    /// <summary>Steps that succeeded.</summary>
    public int Done { get; init; }

    /// <summary>Steps whose result was in a cache.</summary>
    public int Cached { get; init; }

    /// <summary>Steps that failed or were cancelled.</summary>
    public int Stopped { get; init; }

    /// <summary>Steps that run.</summary>
    public int Running { get; init; }

    /// <summary>Steps that wait for a worker of an engine elsewhere.</summary>
    public int Queued { get; init; }

    /// <summary>Steps that have not begun.</summary>
    public int Waiting { get; init; }

    /// <summary>Steps in all; the sum of the others. It grows when more work turns up, and shrinks when a step is not needed.</summary>
    public int Total => Ended + Running + Queued + Waiting;

    /// <summary>Files that are downloaded.</summary>
    public int DownloadedFiles { get; init; }

    /// <summary>Files to download in all.</summary>
    public int Files { get; init; }

    /// <summary>Bytes that are downloaded.</summary>
    public long DownloadedBytes { get; init; }

    /// <summary>Bytes to download in all, of the files whose size is known.</summary>
    public long Bytes { get; init; }

    /// <summary>About how long the rest takes; null while a step has no known time.</summary>
    public double? SecondsLeft { get; init; }

    /// <summary>Steps that are over.</summary>
    [JsonIgnore]
    public int Ended => Done + Cached + Stopped;

    /// <summary>For people: <c>3 of 12 done, 2 cached, 1 running, 6 waiting · 84 of 186 MB · about 4 min left</c>; null when there is nothing to say.</summary>
    public string? ToText()
    {
        List<string> parts = [];
        if (Running + Queued + Waiting > 0)
            parts.Add(string.Concat([$"{Done} of {Total} done", Count(Cached, "cached"), Count(Stopped, "stopped"), Count(Running, "running"), Count(Queued, "queued"), Count(Waiting, "waiting")]));
        if (DownloadedFiles < Files)
            parts.Add(Bytes > 0 ? Units.BytesOf(DownloadedBytes, Bytes) : $"{DownloadedFiles} of {Files} files");
        if (parts.Count > 0 && SecondsLeft is { } left)
            parts.Add($"{Units.About(left)} left");
        return parts.Count > 0 ? string.Join(" · ", parts) : null;
    }

    private static string Count(int steps, string state) => steps > 0 ? $", {steps} {state}" : "";
}
