using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace Monogres.Testing.Http;

/// <summary>What a test's server answers: a body, or something that goes wrong on the way.</summary>
public sealed record LoopbackAnswer
{
    public int Status { get; init; } = 200;

    public byte[] Body { get; init; } = [];

    /// <summary>Further header lines, <c>Name: value</c>.</summary>
    public string[] Headers { get; init; } = [];

    /// <summary>Whether a range that is asked for is honoured.</summary>
    public bool HasRanges { get; init; }

    /// <summary>Whether the length of the body is announced; otherwise its end is that of the connection.</summary>
    public bool SaysLength { get; init; } = true;

    /// <summary>Ends the connection after so many bytes of the body.</summary>
    public int? CutAfter { get; init; }

    /// <summary>Goes silent after so many bytes of the body, until the server is disposed.</summary>
    public int? SilentAfter { get; init; }

    /// <summary>Sends so many bytes of the body a second; as fast as it can when null.</summary>
    public int? BytesPerSecond { get; init; }

    public static LoopbackAnswer Error(int status, params string[] headers) => new() { Status = status, Headers = headers };
}

/// <summary>A web server on the loopback interface that answers as a test says, mistakes of the transport included.</summary>
public sealed class LoopbackServer : IAsyncDisposable
{
    private readonly LoopbackListener _listener;
    private readonly ConcurrentDictionary<string, ConcurrentQueue<LoopbackAnswer>> _answers = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly TaskCompletionSource _silent = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public LoopbackServer() => _listener = new LoopbackListener(ServeAsync);

    /// <summary>Path and range of every request, in order: <c>/file</c> or <c>/file from 100</c>.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>Header lines of the newest request.</summary>
    public IReadOnlyList<string> LastHeaders { get; private set; } = [];

    /// <summary>The body of the newest request, empty for most.</summary>
    public byte[] LastBody { get; private set; } = [];

    /// <summary>Ends when an answer has gone silent.</summary>
    public Task WentSilent => _silent.Task;

    /// <summary>Answers the paths (<c>/file</c>) for which nothing was said; null is a 404.</summary>
    public Func<string, LoopbackAnswer?> Otherwise { get; init; } = _ => null;

    public Uri this[string path] => new($"http://127.0.0.1:{_listener.Port}/{path}");

    /// <summary>A URL on which nobody listens.</summary>
    public static Uri Nowhere(string path)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}/{path}");
    }

    /// <summary>Says how a path is answered: the first time, the second time…; the last answer is repeated.</summary>
    public Uri Answer(string path, params LoopbackAnswer[] answers)
    {
        _answers["/" + path] = new ConcurrentQueue<LoopbackAnswer>(answers);
        return this[path];
    }

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task ServeAsync(TcpClient client, CancellationToken stop)
    {
        var stream = client.GetStream();
        using var reader = new StreamReader(stream, Encoding.ASCII, detectEncodingFromByteOrderMarks: false, leaveOpen: true);
        var path = (await reader.ReadLineAsync(stop))?.Split(' ')[1] ?? "";
        var headers = new List<string>();
        while (await reader.ReadLineAsync(stop) is { Length: > 0 } line)
            headers.Add(line);
        LastHeaders = headers;
        LastBody = await ReadBodyAsync(reader, headers, stop);
        await AnswerAsync(stream, path, headers, stop);
    }

    // The reader has ASCII of it at hand, which is all that is sent to test servers.
    private static async Task<byte[]> ReadBodyAsync(StreamReader reader, List<string> headers, CancellationToken stop)
    {
        const string length = "Content-Length: ";
        if (headers.Find(line => line.StartsWith(length, StringComparison.OrdinalIgnoreCase)) is not { } line)
            return [];

        var body = new char[int.Parse(line[length.Length..], CultureInfo.InvariantCulture)];
        await reader.ReadBlockAsync(body, stop);
        return Encoding.ASCII.GetBytes(body);
    }

    private async Task AnswerAsync(NetworkStream stream, string path, List<string> headers, CancellationToken stop)
    {
        var range = headers.FirstOrDefault(line => line.StartsWith("Range: bytes=", StringComparison.OrdinalIgnoreCase));
        var from = range is null ? 0 : int.Parse(range["Range: bytes=".Length..].TrimEnd('-'), CultureInfo.InvariantCulture);
        _requests.Enqueue(range is null ? path : $"{path} from {from}");

        var answer = !_answers.TryGetValue(path, out var answers) ? Otherwise(path) ?? LoopbackAnswer.Error(404)
            : answers.Count > 1 && answers.TryDequeue(out var next) ? next
            : answers.TryPeek(out var last) ? last : LoopbackAnswer.Error(404);
        var isPart = range is not null && answer.HasRanges && answer.Status == 200;
        if (isPart && from >= answer.Body.Length)
            (answer, isPart) = (LoopbackAnswer.Error(416), false);
        var body = isPart ? answer.Body[from..] : answer.Body;

        var head = new StringBuilder($"HTTP/1.1 {(isPart ? 206 : answer.Status)} {(HttpStatusCode)answer.Status}\r\nConnection: close\r\n");
        if (answer.SaysLength)
            head.Append($"Content-Length: {body.Length}\r\n");
        if (isPart)
            head.Append($"Content-Range: bytes {from}-{answer.Body.Length - 1}/{answer.Body.Length}\r\n");
        foreach (var line in answer.Headers)
            head.Append(line).Append("\r\n");
        await stream.WriteAsync(Encoding.ASCII.GetBytes(head.Append("\r\n").ToString()), stop);
        await SendAsync(stream, body.AsMemory(0, Math.Min(body.Length, answer.CutAfter ?? answer.SilentAfter ?? body.Length)), answer.BytesPerSecond, stop);
        if (answer.SilentAfter is null)
            return;

        _silent.TrySetResult();
        await Task.Delay(Timeout.Infinite, stop);
    }

    private async Task SendAsync(NetworkStream stream, ReadOnlyMemory<byte> body, int? bytesPerSecond, CancellationToken stop)
    {
        const int ChunksPerSecond = 20;
        var chunk = bytesPerSecond is { } speed ? Math.Max(1, speed / ChunksPerSecond) : Math.Max(1, body.Length);
        for (; !body.IsEmpty; body = body[Math.Min(chunk, body.Length)..])
        {
            await stream.WriteAsync(body[..Math.Min(chunk, body.Length)], stop);
            if (bytesPerSecond is not null)
                await Task.Delay(TimeSpan.FromSeconds(1.0 / ChunksPerSecond), stop);
        }
    }
}
