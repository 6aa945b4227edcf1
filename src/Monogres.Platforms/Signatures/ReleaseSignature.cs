using System.Text;
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

        return new VerifiedText(message.Text, Signers(signatures, PgpSignature.CanonicalTextDocument, message.Signed, name, keyring, clock));
    }

    /// <summary>Checks a signature that is kept beside what it signs, in armor: the fingerprints of the keys whose signatures are valid; never none.</summary>
    /// <param name="content">What is signed, byte for byte.</param>
    /// <param name="signature">The content of the file with the signature.</param>
    /// <param name="name">The name of the signed file, for messages.</param>
    /// <param name="keyring">Who may sign.</param>
    /// <param name="clock">Tells whether a signature that has an end is past it.</param>
    /// <exception cref="UserErrorException">The file has no signature, or none is valid; each reason is given.</exception>
    public static IReadOnlyList<string> VerifyDetached(byte[] content, ReadOnlySpan<byte> signature, string name, Keyring keyring, TimeProvider clock)
    {
        try
        {
            var packets = Armor.Read(Encoding.UTF8.GetString(signature), "PGP SIGNATURE");
            var signatures = OpenPgp.Read(() => Signatures(packets).ToList());
            return Signers(signatures, PgpSignature.BinaryDocument, content, name, keyring, clock);
        }
        catch (FormatException error)
        {
            throw SignatureErrors.NotTrusted(name, [error.Message]);
        }
    }

    private static List<string> Signers(IEnumerable<PgpSignature?> signatures, int type, byte[] content, string name, Keyring keyring, TimeProvider clock)
    {
        List<string> signers = [], reasons = [];
        foreach (var signature in signatures)
        {
            var (signer, fault) = Check(signature, type, content, keyring, clock);
            if (fault is null)
                signers.Add(signer);
            else
                reasons.Add($"signature by {signer}: {fault}");
        }

        return signers.Count > 0 ? signers : throw SignatureErrors.NotTrusted(name, reasons);
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
    private static (string Signer, string? Fault) Check(PgpSignature? signature, int type, byte[] content, Keyring keyring, TimeProvider clock)
    {
        var signer = "an unknown key";
        if (signature is null)
            return (signer, "it is not a signature");

        try
        {
            signer = OpenPgp.Read(signature.Issuer);
            return (signer, OpenPgp.Read(() => Fault(signature, signer, type, content, keyring, clock)));
        }
        catch (FormatException error)
        {
            return (signer, error.Message);
        }
    }

    private static string? Fault(PgpSignature signature, string issuer, int type, byte[] content, Keyring keyring, TimeProvider clock)
    {
        if (signature.SignatureType != type)
            return type == PgpSignature.CanonicalTextDocument ? "it does not sign a text" : "it does not sign a file byte for byte";

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

        return signer.Key.Made(signature, content) ? null : type == PgpSignature.CanonicalTextDocument ? "it does not fit the text" : "it does not fit the file";
    }
}
