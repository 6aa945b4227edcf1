using Monogres.Core;

namespace Monogres.Platforms.Signatures;

/// <summary>A text that was proved to come from the holder of a pinned key.</summary>
/// <param name="Text">Exactly what was signed, lines ended by LF.</param>
/// <param name="SignedBy">The fingerprints of the keys whose signatures are valid; never empty.</param>
public sealed record VerifiedText(string Text, IReadOnlyList<string> SignedBy);

/// <summary>
/// Checks the OpenPGP signature of a release file (RFC 9580). RSA of 2048 bits and more with SHA-256, SHA-384 or SHA-512 is
/// checked; Ed25519, for which .NET has no code, is passed over, which is enough as long as one RSA key signs: the automatic
/// signing keys of every Debian release up to trixie are RSA. A key that has expired since is as good as it was when it signed.
/// </summary>
public static class ReleaseSignature
{
    /// <summary>The signed text, when at least one signature by a key of the ring is valid.</summary>
    /// <param name="file">The content of the clearsigned file.</param>
    /// <param name="name">Its name, for messages.</param>
    /// <param name="keyring">Who may sign.</param>
    /// <param name="clock">Tells whether a signature that has an end is past it.</param>
    /// <exception cref="UserErrorException">The file is not a signed text, or no signature is valid; each reason is given.</exception>
    public static VerifiedText Verify(ReadOnlySpan<byte> file, string name, Keyring keyring, TimeProvider clock)
    {
        ClearsignedText message;
        List<Packet> packets;
        try
        {
            message = ClearsignedText.Parse(file);
            packets = PacketReader.Read(message.Signatures);
        }
        catch (FormatException error)
        {
            throw SignatureErrors.NotClearsigned(name, error.Message);
        }

        List<string> signers = [], reasons = [];
        foreach (var packet in packets)
        {
            var (signer, fault) = Check(packet, message, keyring, clock);
            if (fault is null)
                signers.Add(signer);
            else
                reasons.Add($"signature by {signer}: {fault}");
        }

        return signers.Count > 0 ? new VerifiedText(message.Text, signers) : throw SignatureErrors.NotTrusted(name, reasons);
    }

    /// <summary>Who signed, and what is wrong with it; null when nothing is.</summary>
    private static (string Signer, string? Fault) Check(Packet packet, ClearsignedText message, Keyring keyring, TimeProvider clock)
    {
        var signer = "an unknown key";
        try
        {
            if (packet.Tag != PacketTag.Signature)
                return (signer, "it is not a signature");

            var signature = SignaturePacket.Parse(packet.Body);
            signer = signature.Issuer;
            return (signer, Fault(signature, message, keyring, clock));
        }
        catch (Exception error) when (error is FormatException or NotSupportedException)
        {
            return (signer, error.Message);
        }
    }

    private static string? Fault(SignaturePacket signature, ClearsignedText message, Keyring keyring, TimeProvider clock)
    {
        if (signature.Type != SignatureType.Text)
            return "it does not sign a text";

        if (signature.Algorithm is not (KeyAlgorithm.Rsa or KeyAlgorithm.RsaSignOnly))
            return "it is not an RSA signature, and no other can be checked";

        if (signature.UnknownCritical is { } subpacket)
            return $"it has a critical condition of type {subpacket} that is not known";

        if (signature.Created is not { } created)
            return "it does not say when it was made";

        if (keyring.Find(signature) is not { } signer)
            return "no pinned key that may sign has this name";

        if (created < signer.Key.Created)
            return "it is older than its key";

        if (signer.Expires is { } end && created >= end)
            return $"its key had expired on {end:yyyy-MM-dd}, before it was made";

        if (signature.Lifetime is { } lifetime && clock.GetUtcNow() >= created + lifetime)
            return $"it expired on {created + lifetime:yyyy-MM-dd}";

        return signer.Key.Made(signature, message.Signed) ? null : "it does not fit the text";
    }
}
