using Google.Protobuf;
using Grpc.Core;
using Monogres.Core;
using Monogres.Protocol;
using Monogres.Remote.Connection;
using Monogres.Store;
using Digest = Monogres.Core.Digest;

namespace Monogres.Remote.Blobs;

/// <summary>
/// The blobs of an engine (REAPI ContentAddressableStorage and ByteStream). What it gives is hashed before the reader has the last
/// of it; what it is sent is hashed before it is told that this is all. Few calls for many blobs: up to the engine's limit in one.
/// </summary>
/// <param name="connection">To the engine.</param>
public sealed partial class RemoteBlobStore(RemoteConnection connection) : IBlobStore
{
    // 75 bytes each: 750 kB, below the smallest limit on messages in use.
    private const int MostAsked = 10_000;

    // What a blob costs in a batch besides its bytes: its digest, and the tags of fields.
    private const int Overhead = 100;

    private readonly ContentAddressableStorage.ContentAddressableStorageClient _blobs = new(connection.Calls);

    /// <summary>The connection.</summary>
    public RemoteConnection Connection => connection;

    /// <inheritdoc/>
    /// <exception cref="RemoteException">The engine could not answer.</exception>
    public async ValueTask<IReadOnlySet<Digest>> FindMissingAsync(IReadOnlyCollection<Digest> digests, CancellationToken cancel)
    {
        var missing = new HashSet<Digest>();
        foreach (var part in digests.Where(digest => digest != Digest.Empty).Distinct().Chunk(MostAsked))
        {
            var request = new FindMissingBlobsRequest { InstanceName = connection.Address.Instance };
            request.BlobDigests.AddRange(part.Select(Digests.ToWire));
            var answer = await connection.UnaryAsync("say which blobs it has", options => _blobs.FindMissingBlobsAsync(request, options), cancel);
            foreach (var digest in answer.MissingBlobDigests)
                missing.Add(Read(digest));
        }

        // Some engines miss the empty blob, which every store has.
        missing.Remove(Digest.Empty);
        return missing;
    }

    /// <inheritdoc/>
    /// <exception cref="RemoteException">The engine could not answer.</exception>
    public async ValueTask<Stream> OpenAsync(Digest digest, CancellationToken cancel)
    {
        if (digest == Digest.Empty)
            return new MemoryStream([], writable: false);

        if (!await FitsAsync(digest, cancel))
            return await OpenStreamAsync(digest, cancel);

        byte[]? found = null;
        await ReadManyAsync([digest], (_, content) =>
        {
            found = content;
            return ValueTask.CompletedTask;
        }, cancel);
        return found is null ? throw Missing(digest) : new MemoryStream(found, writable: false);
    }

    /// <inheritdoc/>
    /// <exception cref="RemoteException">The engine could not take it.</exception>
    public async ValueTask PutAsync(Digest digest, Stream content, CancellationToken cancel)
    {
        if (!await FitsAsync(digest, cancel))
        {
            await WriteStreamAsync(digest, content, cancel);
            return;
        }

        // A stream that goes on for ever is not read into memory; its digest is another one by then.
        using var all = new MemoryStream();
        var (hash, buffer, length) = (System.Security.Cryptography.IncrementalHash.CreateHash(System.Security.Cryptography.HashAlgorithmName.SHA256), new byte[64 << 10], 0L);
        using (hash)
        {
            while (await content.ReadAsync(buffer, cancel) is > 0 and var read)
            {
                hash.AppendData(buffer.AsSpan(0, read));
                length += read;
                if (length <= digest.Size)
                    all.Write(buffer.AsSpan(0, read));
            }

            if (new Digest(new Sha256Hash(hash.GetHashAndReset()), length) is var actual && actual != digest)
                throw new DigestMismatchException(digest, actual);
        }

        await WriteManyAsync([(digest, all.ToArray())], cancel);
    }

    /// <inheritdoc/>
    /// <exception cref="RemoteException">The engine could not take it.</exception>
    public async ValueTask<Digest> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancel)
    {
        var digest = Digest.Of(content.Span);
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        await PutAsync(digest, stream, cancel);
        return digest;
    }

    /// <summary>Whether a blob can travel with others in one message.</summary>
    internal async ValueTask<bool> FitsAsync(Digest digest, CancellationToken cancel) => digest.Size + Overhead <= (await connection.CapabilitiesAsync(cancel)).BatchBytes;

    private BlobMissingException Missing(Digest digest) => new(digest, $"is not at `{connection.Address}`");

    private BlobMissingException Damaged(Digest digest) => new(digest, $"came from `{connection.Address}` with other content");

    /// <summary>A digest that the engine named.</summary>
    /// <exception cref="RemoteException">It is none.</exception>
    private Digest Read(Protocol.Digest digest) => RemoteDigests.TryRead(digest, out var read) ? read : throw RemoteErrors.Wrong(connection.Address, "named a blob by something that is not a digest");
}
