namespace Monogres.Proof.Signatures;

/// <summary>Makes signatures: a key on disk, or a command of the user's that asks an agent or a device. No build ever sees one.</summary>
public interface ISigner
{
    /// <summary>What verifies its signatures.</summary>
    VerificationKey Key { get; }

    /// <summary>Signs some bytes, as the algorithm of the key does it.</summary>
    /// <exception cref="Core.UserErrorException">No signature of this key could be had.</exception>
    Task<byte[]> SignAsync(byte[] content, CancellationToken cancel);
}
