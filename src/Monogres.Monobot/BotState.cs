using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Monogres.Core;
using Monogres.Sources.Upstreams;
using Monogres.Store.Disk;

namespace Monogres.Monobot;

/// <summary>What became of a release that the bot has seen.</summary>
public enum ReleaseOutcome
{
    /// <summary>It was seen, and not tried to the end: the next run does that.</summary>
    Seen,

    /// <summary>It was proposed.</summary>
    Proposed,

    /// <summary>It works with no server, or cannot be drafted.</summary>
    Failed,
}

/// <summary>What the bot remembers of a release.</summary>
/// <param name="Seen">When it was first seen.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Entry">The entry that it was tried with; with another one it is tried again.</param>
/// <param name="Reason">Why it failed, or null.</param>
public sealed record RememberedRelease(DateTimeOffset Seen, ReleaseOutcome Outcome, Sha256Hash? Entry, string? Reason);

/// <summary>
/// What the bot remembers from one run to the next, in a small file that is replaced as a whole after each step: a run that is stopped goes
/// on where it was.
/// </summary>
public sealed class BotState
{
    private const int FormatVersion = 1;

    private readonly string _path;
    private readonly SortedDictionary<string, RememberedRelease> _releases = new(StringComparer.Ordinal);

    private BotState(string path, WebMemory web) => (_path, Web) = (path, web);

    /// <summary>What is remembered of hosts.</summary>
    public WebMemory Web { get; }

    /// <summary>Reads the file; an empty state when there is none.</summary>
    /// <exception cref="UserErrorException">The file is something else.</exception>
    public static async Task<BotState> ReadAsync(string path, CancellationToken cancel)
    {
        if (!File.Exists(path))
            return new BotState(path, new WebMemory());

        try
        {
            if (JsonNode.Parse(await File.ReadAllTextAsync(path, cancel)) is not JsonObject { } root || (int?)root["version"] != FormatVersion)
                throw new JsonException("it is no state of version 1");
            var state = new BotState(path, WebMemory.Parse((JsonObject)root["web"]!));
            foreach (var (name, release) in (JsonObject)root["releases"]!)
                state._releases[name] = Release((JsonObject)release!);
            return state;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or InvalidCastException or FormatException or NullReferenceException)
        {
            throw new UserErrorException($"`{path}` is not what the bot remembers: {wrong.Message}", "remove it: the bot then asks everything anew, and what was built is in the store", inner: wrong);
        }
    }

    /// <summary>What is remembered of a release, or null.</summary>
    public RememberedRelease? Find(ProjectName project, string version) => _releases.GetValueOrDefault($"{project}@{version}");

    /// <summary>Remembers a release, and writes the file.</summary>
    /// <param name="project">The project.</param>
    /// <param name="version">The version.</param>
    /// <param name="release">What to remember.</param>
    /// <param name="now">The time.</param>
    /// <param name="cancel">Stops; the file stays as it was.</param>
    public Task RememberAsync(ProjectName project, string version, RememberedRelease release, DateTimeOffset now, CancellationToken cancel)
    {
        _releases[$"{project}@{version}"] = release;
        return SaveAsync(now, cancel);
    }

    /// <summary>Writes the file.</summary>
    public Task SaveAsync(DateTimeOffset now, CancellationToken cancel)
    {
        var releases = new JsonObject();
        foreach (var (name, release) in _releases)
            releases[name] = new JsonObject { ["seen"] = Text(release.Seen), ["outcome"] = Word(release.Outcome), ["entry"] = release.Entry?.ToString(), ["reason"] = release.Reason };
        var root = new JsonObject { ["version"] = FormatVersion, ["releases"] = releases, ["web"] = Web.ToJson(now) };
        return AtomicFile.WriteTextAsync(_path, Sources.Drafts.EntryFile.TextOf(root), cancel);
    }

    /// <summary>The word for an outcome.</summary>
    public static string Word(ReleaseOutcome outcome) => outcome switch
    {
        ReleaseOutcome.Seen => "seen",
        ReleaseOutcome.Proposed => "proposed",
        _ => "failed",
    };

    private static RememberedRelease Release(JsonObject json) => new(
        DateTimeOffset.Parse((string)json["seen"]!, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal),
        (string?)json["outcome"] switch { "seen" => ReleaseOutcome.Seen, "proposed" => ReleaseOutcome.Proposed, "failed" => ReleaseOutcome.Failed, var other => throw new JsonException($"`{other}` is no outcome") },
        (string?)json["entry"] is { } entry ? Sha256Hash.Parse(entry) : null,
        (string?)json["reason"]);

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
