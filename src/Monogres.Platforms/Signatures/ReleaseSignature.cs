using Monogres.Core;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Monogres.Platforms.Signatures;

/// <summary>A text that was proved to come from the holder of a pinned key.</summary>
/// <param name="Text">Exactly what was signed, lines ended by LF.</param>
/// <param name="SignedBy">The fingerprints of the keys whose signatures are valid; never empty.</param>
public sealed record VerifiedText(string Text, IReadOnlyList<string> SignedBy);

/// <summary>
/// Checks the OpenPGP signature of a release file (RFC 9580): RSA of 2048 bits and more or Ed25519, with SHA-256, SHA-384 or
/// SHA-512. A key that has expired since is as good as it was when it signed.
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
        List<PgpSignature?> signatures;
        try
        {
            message = ClearsignedText.Parse(file);
            signatures = OpenPgp.Read(() => Signatures(message.Signatures).ToList());
        }
        catch (FormatException error)
        {
            throw SignatureErrors.NotClearsigned(name, error.Message);
        }

        List<string> signers = [], reasons = [];
        foreach (var signature in signatures)
        {
            var (signer, fault) = Check(signature, message, keyring, clock);
            if (fault is null)
                signers.Add(signer);
            else
                reasons.Add($"signature by {signer}: {fault}");
        }

        return signers.Count > 0 ? new VerifiedText(message.Text, signers) : throw SignatureErrors.NotTrusted(name, reasons);
    }

    /// <summary>The signatures among the packets; null stands for something else.</summary>
    private static IEnumerable<PgpSignature?> Signatures(byte[] packets)
    {
        foreach (var read in new PgpObjectFactory(packets).AllPgpObjects())
        {
            if (read is not PgpSignatureList list)
            {
                yield return null;
                continue;
            }

            for (var i = 0; i < list.Count; i++)
                yield return list[i];
        }
    }

    /// <summary>Who signed, and what is wrong with it; null when nothing is.</summary>
    private static (string Signer, string? Fault) Check(PgpSignature? signature, ClearsignedText message, Keyring keyring, TimeProvider clock)
    {
        var signer = "an unknown key";
        if (signature is null)
            return (signer, "it is not a signature");

        try
        {
            signer = OpenPgp.Read(signature.Issuer);
            return (signer, OpenPgp.Read(() => Fault(signature, signer, message, keyring, clock)));
        }
        catch (FormatException error)
        {
            return (signer, error.Message);
        }
    }

    private static string? Fault(PgpSignature signature, string issuer, ClearsignedText message, Keyring keyring, TimeProvider clock)
    {
        if (signature.SignatureType != PgpSignature.CanonicalTextDocument)
            return "it does not sign a text";

        if (signature.Fault() is { } fault)
            return fault;

        if (signature.Created() is not { } created)
            return "it does not say when it was made";

        if (keyring.Find(issuer) is not { } signer)
            return "no pinned key that may sign has this name";

        if (created < signer.Key.Created())
            return "it is older than its key";

        if (signer.Expires is { } end && created >= end)
            return $"its key had expired on {end:yyyy-MM-dd}, before it was made";

        if (OpenPgp.End(created, signature.GetHashedSubPackets().GetSignatureExpirationTime()) is { } over && clock.GetUtcNow() >= over)
            return $"it expired on {over:yyyy-MM-dd}";

        return signer.Key.Made(signature, message.Signed) ? null : "it does not fit the text";
    }
}
