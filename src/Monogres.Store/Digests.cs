using Google.Protobuf;
using Monogres.Core;
using Wire = Monogres.Protocol;

namespace Monogres.Store;

/// <summary>Between digests as values and digests as REAPI messages.</summary>
public static class Digests
{
    /// <summary>The message for a digest.</summary>
    public static Wire.Digest ToWire(this Digest digest) => new() { Hash = digest.Hash.ToString(), SizeBytes = digest.Size };

    /// <summary>The digest in a message; a missing message means the empty blob.</summary>
    /// <exception cref="FormatException">The hash is not a SHA-256.</exception>
    public static Digest ToDigest(this Wire.Digest? digest) =>
        digest is null ? Digest.Empty : new Digest(Sha256Hash.Parse(digest.Hash), digest.SizeBytes);

    /// <summary>The digest of a message in its binary form, as every REAPI server computes it.</summary>
    public static Digest DigestOf(this IMessage message) => Digest.Of(message.ToByteArray());

    /// <summary>Stores a message in its binary form.</summary>
    public static ValueTask<Digest> PutMessageAsync(this IBlobStore store, IMessage message, CancellationToken cancel) =>
        store.PutAsync(message.ToByteArray(), cancel);

    /// <summary>Reads a whole blob into memory.</summary>
    /// <exception cref="BlobMissingException">The blob is not here.</exception>
    public static async ValueTask<byte[]> ReadAllAsync(this IBlobStore store, Digest digest, CancellationToken cancel)
    {
        var stream = await store.OpenAsync(digest, cancel);
        await using (stream)
        {
            var bytes = new byte[digest.Size];
            await stream.ReadExactlyAsync(bytes, cancel);
            return bytes;
        }
    }

    /// <summary>Reads a message from its blob.</summary>
    /// <exception cref="BlobMissingException">The blob is not here, or is not such a message.</exception>
    public static async ValueTask<T> ReadMessageAsync<T>(this IBlobStore store, MessageParser<T> parser, Digest digest, CancellationToken cancel)
        where T : IMessage<T>
    {
        var bytes = await store.ReadAllAsync(digest, cancel);
        try
        {
            return parser.ParseFrom(bytes);
        }
        catch (InvalidProtocolBufferException)
        {
            throw new BlobMissingException(digest, $"is not a {typeof(T).Name} message");
        }
    }
}
