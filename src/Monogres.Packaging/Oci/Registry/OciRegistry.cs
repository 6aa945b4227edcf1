using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Monogres.Core;
using Monogres.Packaging.Oci.Model;
using Monogres.Store;

namespace Monogres.Packaging.Oci.Registry;

/// <summary>How a blob came to be in a repository.</summary>
public enum BlobTransfer
{
    /// <summary>It was there.</summary>
    Present,

    /// <summary>The registry had it in another repository.</summary>
    Mounted,

    /// <summary>It was sent.</summary>
    Sent,
}

/// <summary>
/// The part of a registry that pushes: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md. An upload that breaks off continues
/// where the registry says it did. Safe for several threads.
/// </summary>
/// <param name="handler">The network; stays the caller's.</param>
/// <param name="options">The registry, and how it is spoken to.</param>
/// <param name="time">Measures waits and stalls.</param>
public sealed class OciRegistry(HttpMessageHandler handler, RegistryOptions options, TimeProvider time) : IDisposable
{
    private readonly RegistryClient _client = new(handler, options, time);

    /// <summary>How it is spoken to.</summary>
    internal RegistryOptions Options => options;

    /// <summary>Whether a repository has a blob.</summary>
    /// <exception cref="UserErrorException">The registry cannot be reached, or refuses.</exception>
    public async Task<bool> HasBlobAsync(string repository, Digest blob, CancellationToken cancel) =>
        await HasAsync(repository, $"blobs/{OciDescriptor.TextOf(blob)}", accept: null, cancel);

    /// <summary>Whether a repository has a manifest or an index.</summary>
    /// <exception cref="UserErrorException">The registry cannot be reached, or refuses.</exception>
    public async Task<bool> HasManifestAsync(string repository, OciDescriptor manifest, CancellationToken cancel) =>
        await HasAsync(repository, $"manifests/{manifest.Digest}", manifest.MediaType, cancel);

    /// <summary>Has a blob in a repository.</summary>
    /// <param name="repository">Where.</param>
    /// <param name="blob">Which.</param>
    /// <param name="blobs">Has it.</param>
    /// <param name="mountFrom">Another repository that may have it; null when none is known.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">The registry cannot be reached, or refuses.</exception>
    /// <exception cref="BlobMissingException">The blob is lost.</exception>
    public async Task<BlobTransfer> PutBlobAsync(string repository, Digest blob, IBlobStore blobs, string? mountFrom, CancellationToken cancel)
    {
        if (await HasBlobAsync(repository, blob, cancel))
            return BlobTransfer.Present;

        var upload = new Upload(repository, blob, mountFrom, $"sending {OciDescriptor.TextOf(blob)} of `{repository}`");
        if (await StartAsync(upload, cancel) is not { } session)
            return BlobTransfer.Mounted;

        var (offset, farthest, tried) = (0L, 0L, 0);
        while (true)
        {
            try
            {
                while (offset < blob.Size && blob.Size > session.Chunk)
                {
                    (session, offset) = await SendChunkAsync(upload, session, blobs, offset, cancel);
                    if (offset > farthest)
                        (farthest, tried) = (offset, 0);
                }

                await FinishAsync(upload, session, blobs, offset, cancel);
                return BlobTransfer.Sent;
            }
            catch (RegistryBrokeOffException trouble)
            {
                await _client.WaitAsync(upload.Doing, ++tried, trouble, cancel);
                if (await ResumeAsync(upload, session, trouble.IsLost, cancel) is not { } resumed)
                    return BlobTransfer.Sent;
                (session, offset) = resumed;
            }
        }
    }

    /// <summary>Has a manifest or an index in a repository; what it leads to must be there.</summary>
    /// <param name="repository">Where.</param>
    /// <param name="reference">The tag, or the digest.</param>
    /// <param name="manifest">What it is.</param>
    /// <param name="content">Its bytes.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">The registry cannot be reached, or refuses.</exception>
    public async Task PutManifestAsync(string repository, string reference, OciDescriptor manifest, byte[] content, CancellationToken cancel)
    {
        var request = new RegistryRequest
        {
            Method = HttpMethod.Put,
            Address = _client[$"v2/{repository}/manifests/{reference}"],
            Scope = ScopeOf(repository, mountFrom: null),
            Doing = $"sending `{repository}:{reference}`",
            Body = _ => new ByteArrayContent(content) { Headers = { ContentType = new MediaTypeHeaderValue(manifest.MediaType) } },
        };
        var answer = await ExpectAsync(request, HttpStatusCode.Created, cancel);
        if (answer.Headers.TryGetValue("Docker-Content-Digest", out var digest) && !string.Equals(digest, manifest.Digest, StringComparison.Ordinal))
            throw RegistryErrors.OtherDigest(options.Address, request.Doing, manifest.Digest, digest);
    }

    /// <inheritdoc/>
    public void Dispose() => _client.Dispose();

    private async Task<bool> HasAsync(string repository, string path, string? accept, CancellationToken cancel)
    {
        var request = new RegistryRequest
        {
            Method = HttpMethod.Head,
            Address = _client[$"v2/{repository}/{path}"],
            Scope = ScopeOf(repository, mountFrom: null),
            Doing = $"asking for {path} of `{repository}`",
            Accept = accept,
        };
        var answer = await _client.SendAsync(request, cancel);
        return answer.Status switch
        {
            HttpStatusCode.OK => true,
            HttpStatusCode.NotFound => false,
            _ => throw RegistryErrors.Refused(options.Address, request.Doing, answer.Status, answer.Body),
        };
    }

    /// <summary>Begins an upload; null when the registry has found the blob elsewhere.</summary>
    private async Task<Session?> StartAsync(Upload upload, CancellationToken cancel)
    {
        var query = upload.MountFrom is { } other ? $"?mount={Uri.EscapeDataString(OciDescriptor.TextOf(upload.Blob))}&from={Uri.EscapeDataString(other)}" : "";
        var request = upload.Request(HttpMethod.Post, _client[$"v2/{upload.Repository}/blobs/uploads/{query}"]) with { Body = _ => new ByteArrayContent([]) };
        var answer = await _client.SendAsync(request, cancel);
        return answer.Status switch
        {
            HttpStatusCode.Created when upload.MountFrom is not null => null,
            HttpStatusCode.Accepted when answer.Location is { } location => new Session(location, ChunkOf(answer)),
            _ => throw RegistryErrors.Refused(options.Address, upload.Doing, answer.Status, answer.Body),
        };
    }

    private async Task<(Session Session, long Offset)> SendChunkAsync(Upload upload, Session session, IBlobStore blobs, long offset, CancellationToken cancel)
    {
        var length = Math.Min(session.Chunk, upload.Blob.Size - offset);
        var answer = await _client.SendOnceAsync(upload.Request(HttpMethod.Patch, session.Address) with { Body = sent => Part(blobs, upload.Blob, offset, length, sent) }, cancel);
        return answer.Status switch
        {
            HttpStatusCode.Accepted => (session with { Address = answer.Location ?? session.Address }, EndOf(answer) ?? (offset + length)),
            HttpStatusCode.RequestedRangeNotSatisfiable or HttpStatusCode.NotFound => throw Lost(answer),
            _ => throw RegistryErrors.Refused(options.Address, upload.Doing, answer.Status, answer.Body),
        };
    }

    /// <summary>Sends the digest, with all of the blob when none of it was sent.</summary>
    private async Task FinishAsync(Upload upload, Session session, IBlobStore blobs, long offset, CancellationToken cancel)
    {
        var digest = $"digest={Uri.EscapeDataString(OciDescriptor.TextOf(upload.Blob))}";
        var address = new UriBuilder(session.Address) { Query = session.Address.Query.Length > 1 ? $"{session.Address.Query}&{digest}" : digest }.Uri;
        var length = upload.Blob.Size - offset;
        var answer = await _client.SendOnceAsync(upload.Request(HttpMethod.Put, address) with { Body = sent => Part(blobs, upload.Blob, offset, length, sent) }, cancel);
        if (answer.Status is HttpStatusCode.RequestedRangeNotSatisfiable or HttpStatusCode.NotFound)
            throw Lost(answer);

        if (answer.Status != HttpStatusCode.Created)
            throw RegistryErrors.Refused(options.Address, upload.Doing, answer.Status, answer.Body);
    }

    /// <summary>Where an upload that broke off continues; null when the registry has all of the blob.</summary>
    private async Task<(Session Session, long Offset)?> ResumeAsync(Upload upload, Session session, bool isLost, CancellationToken cancel)
    {
        if (!isLost)
        {
            var answer = await _client.SendAsync(upload.Request(HttpMethod.Get, session.Address), cancel);
            if (answer.Status is HttpStatusCode.NoContent or HttpStatusCode.Accepted && EndOf(answer) is { } offset && offset <= upload.Blob.Size)
                return (session with { Address = answer.Location ?? session.Address }, offset);
        }

        // The answer to the last request may be what was lost.
        if (await HasBlobAsync(upload.Repository, upload.Blob, cancel))
            return null;

        return await StartAsync(upload, cancel) is { } again ? (again, 0) : null;
    }

    private async Task<RegistryAnswer> ExpectAsync(RegistryRequest request, HttpStatusCode status, CancellationToken cancel)
    {
        var answer = await _client.SendAsync(request, cancel);
        return answer.Status == status ? answer : throw RegistryErrors.Refused(options.Address, request.Doing, answer.Status, answer.Body);
    }

    private long ChunkOf(RegistryAnswer answer) =>
        answer.Headers.TryGetValue("OCI-Chunk-Min-Length", out var text) && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var least)
            ? Math.Max(options.ChunkSize, least)
            : options.ChunkSize;

    /// <summary>How much of an upload the registry has: <c>Range: 0-99</c> is 100 bytes. Of an empty one some say <c>0-0</c>, too.</summary>
    private static long? EndOf(RegistryAnswer answer) =>
        answer.Headers.TryGetValue("Range", out var range) && long.TryParse(range.AsSpan(range.LastIndexOf('-') + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var last)
            ? last == 0 ? 0 : last + 1
            : null;

    private static RegistryBrokeOffException Lost(RegistryAnswer answer) => new($"it answered {(int)answer.Status} {answer.Status}") { IsLost = true };

    private static PartOfBlob Part(IBlobStore blobs, Digest blob, long offset, long length, Action sent)
    {
        var part = new PartOfBlob(blobs, blob, offset, length, sent);
        part.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        // Not as HTTP has it, but as the distribution specification does, of which no part is empty or everything.
        if (length > 0 && length < blob.Size)
            part.Headers.TryAddWithoutValidation("Content-Range", $"{offset}-{offset + length - 1}");
        return part;
    }

    private static string ScopeOf(string repository, string? mountFrom) =>
        $"repository:{repository}:pull,push{(mountFrom is null ? "" : $" repository:{mountFrom}:pull")}";

    /// <summary>An upload that has begun.</summary>
    /// <param name="Address">Where it continues.</param>
    /// <param name="Chunk">How much is sent at a time.</param>
    private sealed record Session(Uri Address, long Chunk);

    /// <summary>A blob on its way to a repository.</summary>
    private sealed record Upload(string Repository, Digest Blob, string? MountFrom, string Doing)
    {
        public RegistryRequest Request(HttpMethod method, Uri address) => new() { Method = method, Address = address, Scope = ScopeOf(Repository, MountFrom), Doing = Doing };
    }
}
