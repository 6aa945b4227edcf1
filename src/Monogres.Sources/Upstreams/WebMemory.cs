using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Monogres.Core;

namespace Monogres.Sources.Upstreams;

/// <summary>
/// What is remembered of hosts from one run to the next, so that they are not asked for what has not changed: of each answer its validators
/// (RFC 9110, sections 8.8.2 and 8.8.3) and its digest, and of a host that asked for patience until when. Safe for several threads.
/// </summary>
public sealed class WebMemory
{
    private readonly ConcurrentDictionary<string, KnownAnswer> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, DateTimeOffset> _waits = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>What is known of the answer to an address, or null.</summary>
    public KnownAnswer? AnswerOf(Uri address) => _answers.GetValueOrDefault(address.AbsoluteUri);

    /// <summary>Remembers an answer; null forgets it.</summary>
    public void Remember(Uri address, KnownAnswer? answer)
    {
        if (answer is null)
            _answers.TryRemove(address.AbsoluteUri, out _);
        else
            _answers[address.AbsoluteUri] = answer;
    }

    /// <summary>Until when a host wants not to be asked, or null.</summary>
    public DateTimeOffset? WaitOf(string host) => _waits.TryGetValue(host, out var until) ? until : null;

    /// <summary>Remembers that a host wants not to be asked.</summary>
    public void Wait(string host, DateTimeOffset until) => _waits[host] = until;

    /// <summary>As JSON, sorted; waits that are over are left out.</summary>
    /// <param name="now">The time.</param>
    public JsonObject ToJson(DateTimeOffset now)
    {
        var (answers, waits) = (new JsonObject(), new JsonObject());
        foreach (var (address, answer) in _answers.OrderBy(one => one.Key, StringComparer.Ordinal))
            answers[address] = new JsonObject { ["etag"] = answer.Tag, ["modified"] = answer.Modified is { } time ? Text(time) : null, ["content"] = answer.Content.ToString() };
        foreach (var (host, until) in _waits.Where(one => one.Value > now).OrderBy(one => one.Key, StringComparer.Ordinal))
            waits[host] = Text(until);
        return new JsonObject { ["answers"] = answers, ["waits"] = waits };
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote.</summary>
    /// <exception cref="JsonException">It is something else.</exception>
    public static WebMemory Parse(JsonObject json)
    {
        var memory = new WebMemory();
        foreach (var (address, node) in json["answers"] as JsonObject ?? [])
        {
            if (node is not JsonObject one || !Digest.TryParse((string?)one["content"], out var content))
                throw new JsonException($"`{address}` has no digest");
            memory._answers[address] = new KnownAnswer((string?)one["etag"], (string?)one["modified"] is { } time ? Time(time) : null, content);
        }

        foreach (var (host, until) in json["waits"] as JsonObject ?? [])
            memory._waits[host] = Time((string?)until);
        return memory;
    }

    private static string Text(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static DateTimeOffset Time(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : throw new JsonException($"`{text}` is no time");
}

/// <summary>What is known of an answer.</summary>
/// <param name="Tag">Its entity tag as the host wrote it, or null.</param>
/// <param name="Modified">When the host says that it was changed, or null.</param>
/// <param name="Content">Its bytes.</param>
public sealed record KnownAnswer(string? Tag, DateTimeOffset? Modified, Digest Content);
