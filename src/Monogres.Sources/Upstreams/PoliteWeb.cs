using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Net;
using System.Net.Http.Headers;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Downloads;

namespace Monogres.Sources.Upstreams;

/// <summary>
/// Asks hosts what is new, as little as can be: one request at a time to each, with a pause between two; an answer that is known is asked
/// for on condition that it has changed; a host that says when to come back (<c>Retry-After</c>, RFC 9110, section 10.2.3) is left alone
/// until then, in the next run too. What is big and known by its digest is the <see cref="Downloader"/>'s.
/// </summary>
/// <param name="handler">The network, such as <see cref="Downloader.NewHandler"/>; stays the caller's.</param>
/// <param name="memory">What is remembered of earlier answers.</param>
/// <param name="blobs">Has their bytes.</param>
/// <param name="manners">How hosts are asked.</param>
/// <param name="time">Measures pauses and waits.</param>
public sealed class PoliteWeb(HttpMessageHandler handler, WebMemory memory, IBlobStore blobs, WebManners manners, TimeProvider time) : IDisposable
{
    private readonly HttpClient _client = NewClient(handler);
    private readonly ConcurrentDictionary<string, Turn> _turns = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The directory of the user's mirror that stands for an address, when there is one; else null.</summary>
    public string? MirroredDirectory(Uri address) =>
        manners.Mirror?.PlaceOf(address) is { IsFile: true } place && Directory.Exists(place.LocalPath) ? place.LocalPath : null;

    /// <summary>What is at an address. Redirects are followed.</summary>
    /// <exception cref="UserErrorException">It cannot be had.</exception>
    public Task<WebAnswer> GetAsync(WebQuestion question, CancellationToken cancel) => AskAsync(HttpMethod.Get, question, cancel);

    /// <summary>What a host answers to a body.</summary>
    /// <exception cref="UserErrorException">It does not answer.</exception>
    public Task<WebAnswer> PostAsync(WebQuestion question, CancellationToken cancel) => AskAsync(HttpMethod.Post, question with { IsKept = false }, cancel);

    /// <inheritdoc/>
    public void Dispose()
    {
        _client.Dispose();
        foreach (var turn in _turns.Values)
            turn.One.Dispose();
    }

    private static HttpClient NewClient(HttpMessageHandler handler)
    {
        var client = new HttpClient(handler, disposeHandler: false) { Timeout = Timeout.InfiniteTimeSpan };
        client.DefaultRequestHeaders.UserAgent.ParseAdd($"monogres/{typeof(PoliteWeb).Assembly.GetName().Version!.ToString(3)}");
        return client;
    }

    private async Task<WebAnswer> AskAsync(HttpMethod method, WebQuestion question, CancellationToken cancel)
    {
        if (manners.Mirror?.PlaceOf(question.Address) is { } mirrored)
        {
            if (mirrored.IsFile && File.Exists(mirrored.LocalPath))
                return new WebAnswer(question.Address, await File.ReadAllBytesAsync(mirrored.LocalPath, cancel), IsNew: true) { IsFromMirror = true };
            if (!mirrored.IsFile && manners.Network && await TryMirrorAsync(method, question with { Address = mirrored }, cancel) is { } found)
                return found;
        }

        return manners.Network ? await AskAsync(method, question, 1, cancel) : throw UpstreamErrors.Offline(question.Address);
    }

    private async Task<WebAnswer?> TryMirrorAsync(HttpMethod method, WebQuestion question, CancellationToken cancel)
    {
        try
        {
            return await AskAsync(method, question with { MayBeMissing = false }, 1, cancel) with { IsFromMirror = true };
        }
        catch (UserErrorException missing) when (missing.Unavailable)
        {
            return null;
        }
    }

    private async Task<WebAnswer> AskAsync(HttpMethod method, WebQuestion question, int tried, CancellationToken cancel)
    {
        var host = question.Address.Authority;
        var turn = _turns.GetOrAdd(host, static _ => new Turn());
        TimeSpan wait;
        await turn.One.WaitAsync(cancel);
        try
        {
            if (memory.WaitOf(host) is { } until && until > time.GetUtcNow())
                throw UpstreamErrors.AskedToWait(host, until);
            if (turn.Last is { } last && manners.Pause - time.GetElapsedTime(last) is { Ticks: > 0 } rest)
                await Task.Delay(rest, time, cancel);

            turn.Last = time.GetTimestamp();
            (var answer, wait) = await OnceAsync(method, question, cancel);
            if (answer is not null)
                return answer;
            if (wait > manners.LongestWait || tried >= manners.Tries)
            {
                memory.Wait(host, time.GetUtcNow() + wait);
                throw UpstreamErrors.AskedToWait(host, time.GetUtcNow() + wait);
            }
        }
        finally
        {
            turn.One.Release();
        }

        await Task.Delay(wait, time, cancel);
        return await AskAsync(method, question, tried + 1, cancel);
    }

    /// <summary>The answer, or how long to wait before asking again.</summary>
    private async Task<(WebAnswer? Answer, TimeSpan Wait)> OnceAsync(HttpMethod method, WebQuestion question, CancellationToken cancel)
    {
        using var slow = new CancellationTokenSource(manners.Patience, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, slow.Token);
        try
        {
            var known = question.IsKept ? await KnownAsync(question.Address, either.Token) : null;
            using var request = Request(method, question, known);
            using var answer = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, either.Token);
            if (answer.StatusCode is HttpStatusCode.TooManyRequests or HttpStatusCode.ServiceUnavailable)
                return (null, RetryAfter(answer) ?? manners.RetryDelay);
            var address = answer.RequestMessage?.RequestUri ?? question.Address;
            if (answer.StatusCode is HttpStatusCode.NotModified && known is not null)
                return (new WebAnswer(address, await blobs.ReadAllAsync(known.Content, either.Token), IsNew: false), default);
            if (answer.StatusCode is HttpStatusCode.NotFound && question.MayBeMissing)
                return (new WebAnswer(address, [], IsNew: true) { IsMissing = true }, default);
            if (answer.StatusCode is not HttpStatusCode.OK)
                throw UpstreamErrors.Refused(question.Address, answer);

            var content = await ReadAsync(question.Address, answer.Content, either.Token);
            if (question.IsKept)
                memory.Remember(question.Address, await KeepAsync(answer, content, cancel));
            return (new WebAnswer(address, content, IsNew: true), default);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            throw UpstreamErrors.Slow(question.Address, manners.Patience);
        }
        catch (Exception trouble) when (trouble is HttpRequestException or IOException)
        {
            throw UpstreamErrors.Unreachable(question.Address, trouble);
        }
    }

    private TimeSpan? RetryAfter(HttpResponseMessage answer) => answer.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,
        { Date: { } date } when date - time.GetUtcNow() is { Ticks: > 0 } rest => rest,
        _ => null,
    };

    private static HttpRequestMessage Request(HttpMethod method, WebQuestion question, KnownAnswer? known)
    {
        var request = new HttpRequestMessage(method, question.Address);
        foreach (var (name, value) in question.Headers)
            request.Headers.TryAddWithoutValidation(name, value);
        if (known?.Tag is { } tag)
            request.Headers.TryAddWithoutValidation("If-None-Match", tag);
        request.Headers.IfModifiedSince = known?.Modified;
        if (question.Body is { } body)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.ContentType = question.BodyType;
        }

        return request;
    }

    // Without the bytes of the answer it does not help that it has not changed.
    private async Task<KnownAnswer?> KnownAsync(Uri address, CancellationToken cancel) =>
        memory.AnswerOf(address) is { } known && await blobs.ContainsAsync(known.Content, cancel) ? known : null;

    private async Task<KnownAnswer?> KeepAsync(HttpResponseMessage answer, byte[] content, CancellationToken cancel)
    {
        var (tag, modified) = (answer.Headers.ETag?.ToString(), answer.Content.Headers.LastModified);
        return tag is null && modified is null ? null : new KnownAnswer(tag, modified, await blobs.PutAsync(content, cancel));
    }

    private async Task<byte[]> ReadAsync(Uri address, HttpContent content, CancellationToken cancel)
    {
        using var bytes = new MemoryStream();
        await using var body = await content.ReadAsStreamAsync(cancel);
        var buffer = new byte[1 << 16];
        for (int count; (count = await body.ReadAsync(buffer, cancel)) > 0;)
        {
            if (bytes.Length + count > manners.LargestAnswer)
                throw UpstreamErrors.TooLong(address, manners.LargestAnswer);
            bytes.Write(buffer, 0, count);
        }

        return bytes.ToArray();
    }

    /// <summary>Whose turn it is to ask a host.</summary>
    private sealed class Turn
    {
        public SemaphoreSlim One { get; } = new(1);

        /// <summary>When the host was last asked, as a timestamp; null before the first time.</summary>
        public long? Last { get; set; }
    }
}

/// <summary>What a host is asked.</summary>
/// <param name="Address">Where.</param>
public sealed record WebQuestion(Uri Address)
{
    /// <summary>Further header lines.</summary>
    public ImmutableArray<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>Whether the answer is kept, and the next time asked for on condition that it has changed.</summary>
    public bool IsKept { get; init; } = true;

    /// <summary>Whether it is an answer that there is nothing (404), and no failure.</summary>
    public bool MayBeMissing { get; init; }

    /// <summary>What is sent, or null.</summary>
    public byte[]? Body { get; init; }

    /// <summary>What kind of content is sent.</summary>
    public MediaTypeHeaderValue? BodyType { get; init; }
}

/// <summary>What a host answered.</summary>
/// <param name="Address">Where the answer came from, after redirects.</param>
/// <param name="Content">The bytes.</param>
/// <param name="IsNew">Whether it has changed since it was last asked for.</param>
public sealed record WebAnswer(Uri Address, byte[] Content, bool IsNew)
{
    /// <summary>Whether there is nothing.</summary>
    public bool IsMissing { get; init; }

    /// <summary>Whether the user's mirror answered in the host's place.</summary>
    public bool IsFromMirror { get; init; }
}

/// <summary>How hosts are asked.</summary>
public sealed record WebManners
{
    /// <summary>Whether the network may be touched at all; a directory that is a mirror may always be read.</summary>
    public bool Network { get; init; } = true;

    /// <summary>Asked first, by the host and path of each address; or null.</summary>
    public SourceMirror? Mirror { get; init; }

    /// <summary>The time between two requests to a host.</summary>
    public TimeSpan Pause { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>How often a host that asks for patience is asked again in one run.</summary>
    public int Tries { get; init; } = 3;

    /// <summary>The wait when a host asks for patience and does not say how long.</summary>
    public TimeSpan RetryDelay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>The longest wait in one run; a host that asks for more is left for a later run.</summary>
    public TimeSpan LongestWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>How long an answer may take.</summary>
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The most bytes of an answer.</summary>
    public int LargestAnswer { get; init; } = 32 << 20;
}
