using Monogres.Core;
using Wire = Monogres.Protocol;

namespace Monogres.Remote.Blobs;

/// <summary>Digests in messages of an engine, which can hold anything.</summary>
internal static class RemoteDigests
{
    /// <summary>The digest in a message, if it is one: SHA-256 and a size that is not negative.</summary>
    public static bool TryRead(Wire.Digest? message, out Digest digest)
    {
        digest = default;
        if (message is null || message.SizeBytes < 0 || !Sha256Hash.TryParse(message.Hash, out var hash))
            return false;

        digest = new Digest(hash, message.SizeBytes);
        return true;
    }
}
