using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

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

    private readonly HttpListener _listener = new();
    private readonly ConcurrentDictionary<string, byte[]> _blobs = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, (string MediaType, byte[] Content)> _manifests = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Upload> _uploads = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, string> _tokens = new(StringComparer.Ordinal);
    private readonly ConcurrentQueue<string> _requests = new();
    private readonly Task _loop;
    private int _count;

    public FakeRegistry()
    {
        using (var free = new TcpListener(IPAddress.Loopback, 0))
        {
            free.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)free.LocalEndpoint).Port}/");
        }

        _listener.Prefixes.Add(Address.AbsoluteUri);
        _listener.Start();
        _loop = ServeAsync();
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

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _loop;
        _listener.Close();
    }

    private async Task ServeAsync()
    {
        var open = new List<Task>();
        try
        {
            while (true)
            {
                var context = await _listener.GetContextAsync();
                open.Add(Task.Run(() => AnswerAsync(context)));
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            await Task.WhenAll(open);
        }
    }

    private async Task AnswerAsync(HttpListenerContext context)
    {
        try
        {
            await RouteAsync(context.Request, context.Response);
            context.Response.Close();
        }
        catch (Exception e) when (e is HttpListenerException or IOException or ObjectDisposedException)
        {
            // The client has gone, or is sent away.
        }
    }

    private async Task RouteAsync(HttpListenerRequest request, HttpListenerResponse response)
    {
        var (method, path) = (request.HttpMethod, request.Url!.AbsolutePath);
        var parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        _requests.Enqueue($"{method} {(path.Contains("/uploads/", StringComparison.Ordinal) ? "uploads" : parts[^2] == "blobs" ? "blob" : string.Join('/', parts.Skip(1)))}{(request.QueryString["mount"] is null ? "" : " mount")}");
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
            response.StatusCode = _blobs.ContainsKey($"{repository} {parts[^1]}") ? 200 : 404;
    }

    private bool IsAllowed(HttpListenerRequest request, HttpListenerResponse response, string repository)
    {
        var proof = request.Headers["Authorization"];
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

    private void Token(HttpListenerRequest request, HttpListenerResponse response)
    {
        if (request.Headers["Authorization"] != Basic)
        {
            Fail(response, 401, "UNAUTHORIZED", "not with this password");
            return;
        }

        if (request.QueryString["service"] != "fake registry")
        {
            Fail(response, 400, "UNKNOWN", "no such service");
            return;
        }

        var token = $"token-{Interlocked.Increment(ref _count)}";
        _tokens[token] = string.Join(' ', request.QueryString.GetValues("scope") ?? []);
        Write(response, 200, $$"""{"access_token":"{{token}}"}""");
    }

    private async Task UploadAsync(HttpListenerRequest request, HttpListenerResponse response, string repository, string? id)
    {
        if (request.HttpMethod == "POST")
        {
            if (request.QueryString["mount"] is { } wanted && _blobs.TryGetValue($"{request.QueryString["from"]} {wanted}", out var blob))
            {
                _blobs[$"{repository} {wanted}"] = blob;
                response.StatusCode = 201;
                return;
            }

            id = $"{Interlocked.Increment(ref _count)}";
            _uploads[id] = new Upload();
            if (LeastChunk > 0)
                response.AddHeader("OCI-Chunk-Min-Length", $"{LeastChunk}");
            Continue(response, repository, id, 202);
            return;
        }

        if (id is null || !_uploads.TryGetValue(id, out var upload) || request.QueryString["state"] != $"{upload.State}")
        {
            Fail(response, 404, "BLOB_UPLOAD_UNKNOWN", "no such upload");
            return;
        }

        if (request.HttpMethod == "GET")
        {
            Continue(response, repository, id, 204);
            return;
        }

        if (request.Headers["Content-Range"] is { } range && range.Split('-')[0] != $"{upload.Content.Length}")
        {
            Fail(response, 416, "BLOB_UPLOAD_INVALID", "out of order");
            return;
        }

        if (!await ReceiveAsync(request, upload))
        {
            if (ForgetsBroken)
                _uploads.TryRemove(id, out _);
            response.Abort();
            return;
        }

        if (request.HttpMethod == "PATCH")
        {
            if (request.ContentLength64 < LeastChunk && request.ContentLength64 > 0)
                Fail(response, 416, "BLOB_UPLOAD_INVALID", "too small");
            else
                Continue(response, repository, id, 202);
            return;
        }

        var digest = DigestOf(upload.Content.ToArray());
        if (request.QueryString["digest"] != digest)
        {
            Fail(response, 400, "DIGEST_INVALID", $"it is {digest}");
            return;
        }

        _uploads.TryRemove(id, out _);
        _blobs[$"{repository} {digest}"] = upload.Content.ToArray();
        if (LosesAnswer)
        {
            LosesAnswer = false;
            response.Abort();
            return;
        }

        response.StatusCode = 201;
    }

    private async Task<bool> ReceiveAsync(HttpListenerRequest request, Upload upload)
    {
        var most = request.ContentLength64 > 0 && BreakOffAfter.TryDequeue(out var limit) ? limit : int.MaxValue;
        var buffer = new byte[4096];
        for (var taken = 0; taken < most;)
        {
            var count = await request.InputStream.ReadAsync(buffer.AsMemory(0, Math.Min(buffer.Length, most - taken)));
            if (count == 0)
                return true;

            upload.Content.Write(buffer, 0, count);
            Received += count;
            taken += count;
        }

        return false;
    }

    private void Continue(HttpListenerResponse response, string repository, string id, int status)
    {
        var upload = _uploads[id];
        upload.State++;
        response.StatusCode = status;
        response.AddHeader("Location", $"/v2/{repository}/blobs/uploads/{id}?state={upload.State}");
        response.AddHeader("Range", $"0-{Math.Max(0, upload.Content.Length - 1)}");
    }

    private async Task ManifestAsync(HttpListenerRequest request, HttpListenerResponse response, string repository, string reference)
    {
        if (request.HttpMethod == "HEAD")
        {
            response.StatusCode = Manifest(repository, reference) is { } found && request.Headers["Accept"] == found.MediaType ? 200 : 404;
            return;
        }

        using var body = new MemoryStream();
        await request.InputStream.CopyToAsync(body);
        var content = body.ToArray();
        using var document = JsonDocument.Parse(content);
        var root = document.RootElement;
        string[] blobs = root.TryGetProperty("config", out var config) ? [Named(config), .. root.GetProperty("layers").EnumerateArray().Select(Named)] : [];
        string[] images = root.TryGetProperty("manifests", out var all) ? [.. all.EnumerateArray().Select(Named)] : [];
        if (blobs.Any(blob => Blob(repository, blob) is null) || images.Any(image => Manifest(repository, image) is null))
        {
            Fail(response, 400, "MANIFEST_BLOB_UNKNOWN", "it leads to what is not there");
            return;
        }

        if (request.ContentType != root.GetProperty("mediaType").GetString())
        {
            Fail(response, 400, "MANIFEST_INVALID", "it says to be something else");
            return;
        }

        var digest = DigestOf(content);
        _manifests[$"{repository} {digest}"] = _manifests[$"{repository} {reference}"] = (request.ContentType!, content);
        response.AddHeader("Docker-Content-Digest", digest);
        response.StatusCode = 201;

        static string Named(JsonElement descriptor) => descriptor.GetProperty("digest").GetString()!;
    }

    private static string Basic => $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes($"{User}:{Password}"))}";

    private static string DigestOf(byte[] content) => $"sha256:{Convert.ToHexStringLower(SHA256.HashData(content))}";

    private static void Fail(HttpListenerResponse response, int status, string code, string message) =>
        Write(response, status, $$"""{"errors": [{"code": "{{code}}", "message": "{{message}}", "detail": {"a": 1} }]}""");

    private static void Write(HttpListenerResponse response, int status, string json)
    {
        response.StatusCode = status;
        response.ContentType = "application/json";
        response.OutputStream.Write(Encoding.UTF8.GetBytes(json));
    }

    private sealed class Upload
    {
        public MemoryStream Content { get; } = new();

        public int State { get; set; }
    }
}
