using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Monogres.Testing.Http;

namespace Monogres.Packaging.Tests.Oci.Registry;

/// <summary>How a <see cref="FakeRegistry"/> asks who pushes.</summary>
public enum Asks
{
    Nobody,
    ForPassword,
    ForToken,
}

/// <summary>
/// A registry in memory that keeps to the distribution specification: nothing is taken without its digest, out of order, or
/// before what it leads to. It breaks off when a test says so.
/// </summary>
public sealed class FakeRegistry : IAsyncDisposable
{
    public const string User = "me", Password = "secret";

    private readonly LoopbackListener _listener;
    private readonly ConcurrentDictionary<string, byte[]> _blobs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (string MediaType, byte[] Content)> _manifests = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Upload> _uploads = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _requests = new();
    private int _count;

    public FakeRegistry()
    {
        _listener = new LoopbackListener(AnswerAsync);
        Address = new Uri($"http://127.0.0.1:{_listener.Port}/");
    }

    public Uri Address { get; }

    /// <summary>How it asks who pushes.</summary>
    public Asks Asks { get; init; }

    /// <summary>The connection ends after so many bytes of the body of an upload, once for each; what has come is kept.</summary>
    public ConcurrentQueue<int> BreakOffAfter { get; } = new();

    /// <summary>The next requests are answered so, whatever they are.</summary>
    public ConcurrentQueue<int> Statuses { get; } = new();

    /// <summary>Whether an upload is forgotten when it breaks off.</summary>
    public bool ForgetsBroken { get; init; }

    /// <summary>The least that it takes in one part; 0 for anything.</summary>
    public int LeastChunk { get; init; }

    /// <summary>Whether the next blob is complete and its answer is lost.</summary>
    public bool LosesAnswer { get; set; }

    /// <summary>Method and path of every request, without what differs from one run to another.</summary>
    public IReadOnlyList<string> Requests => [.. _requests];

    /// <summary>How many bytes of uploads have come.</summary>
    public long Received { get; private set; }

    public byte[]? Blob(string repository, string digest) => _blobs.GetValueOrDefault($"{repository} {digest}");

    public (string MediaType, byte[] Content)? Manifest(string repository, string reference) =>
        _manifests.TryGetValue($"{repository} {reference}", out var manifest) ? manifest : null;

    public void ForgetTokens() => _tokens.Clear();

    public ValueTask DisposeAsync() => _listener.DisposeAsync();

    private async Task AnswerAsync(TcpClient client, CancellationToken stop)
    {
        var stream = client.GetStream();
        var request = await Request.ReadAsync(stream, Address);
        var response = new Response { IsHead = request.Method == "HEAD" };
        await RouteAsync(request, response);
        if (response.IsAborted)
        {
            client.LingerState = new LingerOption(enable: true, seconds: 0);
            return;
        }

        // What is not read would reset the connection before the answer is.
        await request.ReadToEndAsync();
        await response.WriteAsync(stream);
    }

    private async Task RouteAsync(Request request, Response response)
    {
        var (method, path) = (request.Method, request.Url.AbsolutePath);
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        _requests.Enqueue($"{method} {(path.Contains("/uploads/", StringComparison.Ordinal) ? "uploads" : parts is [.., "blobs", _] ? "blob" : string.Join('/', parts.TakeLast(2)))}{(request.Query("mount") is null ? "" : " mount")}");
        if (Statuses.TryDequeue(out var status))
        {
            Fail(response, status, "UNAVAILABLE", "not now");
            return;
        }

        if (path == "/token")
        {
            Token(request, response);
            return;
        }

        var at = Array.FindLastIndex(parts, part => part is "blobs" or "manifests");
        var repository = string.Join('/', parts[1..at]);
        if (!IsAllowed(request, response, repository))
            return;

        if (parts[at] == "manifests")
            await ManifestAsync(request, response, repository, parts[^1]);
        else if (parts[at + 1] == "uploads")
            await UploadAsync(request, response, repository, parts.Length > at + 2 ? parts[at + 2] : null);
        else
            response.Status = _blobs.ContainsKey($"{repository} {parts[^1]}") ? 200 : 404;
    }

    private bool IsAllowed(Request request, Response response, string repository)
    {
        var proof = request.Headers.GetValueOrDefault("Authorization");
        var isAllowed = Asks switch
        {
            Asks.ForPassword => proof == Basic,
            Asks.ForToken => proof is not null && proof.StartsWith("Bearer ", StringComparison.Ordinal) && _tokens.TryGetValue(proof["Bearer ".Length..], out var scope)
                && scope.Split(' ').Contains($"repository:{repository}:pull,push"),
            _ => true,
        };
        if (isAllowed)
            return true;

        response.AddHeader("WWW-Authenticate", Asks == Asks.ForPassword ? "Basic realm=\"fake\"" : $"Bearer realm=\"{Address}token\",service=\"fake registry\",scope=\"repository:{repository}:pull\"");
        Fail(response, 401, "UNAUTHORIZED", "who are you?");
        return false;
    }

    private void Token(Request request, Response response)
    {
        if (request.Headers.GetValueOrDefault("Authorization") != Basic)
        {
            Fail(response, 401, "UNAUTHORIZED", "not with this password");
            return;
        }

        if (request.Query("service") != "fake registry")
        {
            Fail(response, 400, "UNKNOWN", "no such service");
            return;
        }

        var token = $"token-{Interlocked.Increment(ref _count)}";
        _tokens[token] = string.Join(' ', request.All("scope"));
        Write(response, 200, $$"""{"access_token":"{{token}}"}""");
    }

    private async Task UploadAsync(Request request, Response response, string repository, string? id)
    {
        if (request.Method == "POST")
        {
            if (request.Query("mount") is { } wanted && _blobs.TryGetValue($"{request.Query("from")} {wanted}", out var blob))
            {
                _blobs[$"{repository} {wanted}"] = blob;
                response.Status = 201;
                return;
            }

            id = $"{Interlocked.Increment(ref _count)}";
            _uploads[id] = new Upload();
            if (LeastChunk > 0)
                response.AddHeader("OCI-Chunk-Min-Length", $"{LeastChunk}");
            Continue(response, repository, id, 202);
            return;
        }

        if (id is null || !_uploads.TryGetValue(id, out var upload) || request.Query("state") != $"{upload.State}")
        {
            Fail(response, 404, "BLOB_UPLOAD_UNKNOWN", "no such upload");
            return;
        }

        if (request.Method == "GET")
        {
            Continue(response, repository, id, 204);
            return;
        }

        if (request.Headers.GetValueOrDefault("Content-Range") is { } range && range.Split('-')[0] != $"{upload.Content.Length}")
        {
            Fail(response, 416, "BLOB_UPLOAD_INVALID", "out of order");
            return;
        }

        if (!await ReceiveAsync(request, upload))
        {
            if (ForgetsBroken)
                _uploads.TryRemove(id, out _);
            response.IsAborted = true;
            return;
        }

        if (request.Method == "PATCH")
        {
            if (request.Length < LeastChunk && request.Length > 0)
                Fail(response, 416, "BLOB_UPLOAD_INVALID", "too small");
            else
                Continue(response, repository, id, 202);
            return;
        }

        var digest = DigestOf(upload.Content.ToArray());
        if (request.Query("digest") != digest)
        {
            Fail(response, 400, "DIGEST_INVALID", $"it is {digest}");
            return;
        }

        _uploads.TryRemove(id, out _);
        _blobs[$"{repository} {digest}"] = upload.Content.ToArray();
        if (LosesAnswer)
        {
            LosesAnswer = false;
            response.IsAborted = true;
            return;
        }

        response.Status = 201;
    }

    private async Task<bool> ReceiveAsync(Request request, Upload upload)
    {
        var most = request.Length > 0 && BreakOffAfter.TryDequeue(out var limit) ? limit : int.MaxValue;
        var buffer = new byte[4096];
        for (var taken = 0; taken < most;)
        {
            var count = await request.ReadAsync(buffer.AsMemory(0, Math.Min(buffer.Length, most - taken)));
            if (count == 0)
                return true;

            upload.Content.Write(buffer, 0, count);
            Received += count;
            taken += count;
        }

        return false;
    }

    private void Continue(Response response, string repository, string id, int status)
    {
        var upload = _uploads[id];
        upload.State++;
        response.Status = status;
        response.AddHeader("Location", $"/v2/{repository}/blobs/uploads/{id}?state={upload.State}");
        response.AddHeader("Range", $"0-{Math.Max(0, upload.Content.Length - 1)}");
    }

    private async Task ManifestAsync(Request request, Response response, string repository, string reference)
    {
        if (request.Method == "HEAD")
        {
            response.Status = Manifest(repository, reference) is { } found && request.Headers.GetValueOrDefault("Accept") == found.MediaType ? 200 : 404;
            return;
        }

        var content = await request.ReadToEndAsync();
        using var document = JsonDocument.Parse(content);
        var root = document.RootElement;
        string[] blobs = root.TryGetProperty("config", out var config) ? [Named(config), .. root.GetProperty("layers").EnumerateArray().Select(Named)] : [];
        string[] images = root.TryGetProperty("manifests", out var all) ? [.. all.EnumerateArray().Select(Named)] : [];
        if (blobs.Any(blob => Blob(repository, blob) is null) || images.Any(image => Manifest(repository, image) is null))
        {
            Fail(response, 400, "MANIFEST_BLOB_UNKNOWN", "it leads to what is not there");
            return;
        }

        var type = request.Headers.GetValueOrDefault("Content-Type", "");
        if (type != root.GetProperty("mediaType").GetString())
        {
            Fail(response, 400, "MANIFEST_INVALID", "it says to be something else");
            return;
        }

        var digest = DigestOf(content);
        _manifests[$"{repository} {digest}"] = _manifests[$"{repository} {reference}"] = (type, content);
        response.AddHeader("Docker-Content-Digest", digest);
        response.Status = 201;

        static string Named(JsonElement descriptor) => descriptor.GetProperty("digest").GetString()!;
    }

    private static string Basic => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"))}";

    private static string DigestOf(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    private static void Fail(Response response, int status, string code, string message) =>
        Write(response, status, $$"""{"errors": [{"code": "{{code}}", "message": "{{message}}", "detail": {"a": 1} }]}""");

    private static void Write(Response response, int status, string json)
    {
        response.Status = status;
        response.Body = Encoding.UTF8.GetBytes(json);
    }

    /// <summary>One request on a connection of its own.</summary>
    private sealed class Request
    {
        private readonly Stream _stream;
        private readonly List<(string Name, string Value)> _query;
        private long _left;

        private Request(Stream stream, string method, Uri url, Dictionary<string, string> headers)
        {
            (_stream, Method, Url, Headers) = (stream, method, url, headers);
            _query = [.. url.Query.TrimStart('?').Split('&').Select(part => part.Split('=', 2)).Where(part => part.Length == 2).Select(part => (part[0], Uri.UnescapeDataString(part[1])))];
            _left = Length = long.Parse(headers.GetValueOrDefault("Content-Length", "0"), CultureInfo.InvariantCulture);
        }

        public string Method { get; }

        public Uri Url { get; }

        public Dictionary<string, string> Headers { get; }

        public long Length { get; }

        public string? Query(string name) => All(name).FirstOrDefault();

        public IEnumerable<string> All(string name) => _query.Where(part => part.Name == name).Select(part => part.Value);

        public static async Task<Request> ReadAsync(Stream stream, Uri address)
        {
            var head = new StringBuilder();
            var one = new byte[1];
            while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                await stream.ReadExactlyAsync(one);
                head.Append((char)one[0]);
            }

            var lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
            var first = lines[0].Split(' ');
            return new Request(stream, first[0], new Uri(address, first[1]),
                lines.Skip(1).Select(line => line.Split(": ", 2)).ToDictionary(line => line[0], line => line[1], StringComparer.OrdinalIgnoreCase));
        }

        /// <summary>Reads of the body; nothing after its end, or when the client has gone.</summary>
        public async Task<int> ReadAsync(Memory<byte> buffer)
        {
            // A read of nothing waits for the next byte.
            var count = _left == 0 ? 0 : await _stream.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)]);
            _left -= count;
            return count;
        }

        public async Task<byte[]> ReadToEndAsync()
        {
            var rest = new byte[_left];
            await _stream.ReadExactlyAsync(rest);
            _left = 0;
            return rest;
        }
    }

    private sealed class Response
    {
        private readonly StringBuilder _headers = new();

        public int Status { get; set; } = 200;

        public byte[] Body { get; set; } = [];

        public bool IsAborted { get; set; }

        public bool IsHead { get; init; }

        public void AddHeader(string name, string value) => _headers.Append($"{name}: {value}\r\n");

        public async Task WriteAsync(Stream stream)
        {
            await stream.WriteAsync(Encoding.ASCII.GetBytes($"HTTP/1.1 {Status} {(HttpStatusCode)Status}\r\nConnection: close\r\n{_headers}{(Status == 204 ? "" : $"Content-Length: {Body.Length}\r\n")}\r\n"));
            if (!IsHead)
                await stream.WriteAsync(Body);
        }
    }

    private sealed class Upload
    {
        public MemoryStream Content { get; } = new();

        public int State { get; set; }
    }
}
