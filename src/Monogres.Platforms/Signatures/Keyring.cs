using System.Collections.Immutable;

namespace Monogres.Platforms.Signatures;

/// <summary>
/// The keys that may sign an archive's release, pinned in <c>index/platforms/keyrings</c>: what <c>gpg --export</c> writes,
/// binary or in armor. A primary key counts as far as its own signatures vouch for it, a subkey when its primary key bound
/// it for signing and it agreed; revoked keys do not count, nor does what others say about a key.
/// </summary>
public sealed class Keyring
{
    private const byte MaySign = 0x02;

    private readonly ImmutableArray<SigningKey> _keys;

    private Keyring(ImmutableArray<SigningKey> keys) => _keys = keys;

    /// <summary>The fingerprints of the keys whose signatures can be checked, in the order of the file.</summary>
    public IEnumerable<string> Fingerprints => _keys.Select(key => key.Key.Fingerprint);

    /// <summary>Reads a keyring.</summary>
    /// <param name="bytes">The content of the file.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <exception cref="Core.UserErrorException">The file is not a keyring.</exception>
    public static Keyring Parse(byte[] bytes, string file)
    {
        try
        {
            var packets = PacketReader.Read(Armor.ReadIfArmored(bytes, "PGP PUBLIC KEY BLOCK"));
            if (packets is not [{ Tag: PacketTag.PublicKey }, ..])
                throw new FormatException("it does not begin with a public key");

            return new Keyring([.. Blocks(packets).SelectMany(block => block.SigningKeys())]);
        }
        catch (FormatException error)
        {
            throw SignatureErrors.BadKeyring(file, error.Message);
        }
    }

    /// <summary>The key that a signature names, or null.</summary>
    internal SigningKey? Find(SignaturePacket signature) => _keys.FirstOrDefault(key => signature.IssuerFingerprint is { } fingerprint
        ? string.Equals(key.Key.Fingerprint, fingerprint, StringComparison.Ordinal)
        : string.Equals(key.Key.KeyId, signature.IssuerKeyId, StringComparison.Ordinal));

    private static IEnumerable<KeyBlock> Blocks(List<Packet> packets)
    {
        var block = new List<Packet>();
        foreach (var packet in packets)
        {
            if (packet.Tag == PacketTag.PublicKey && block.Count > 0)
            {
                yield return new KeyBlock(block);
                block = [];
            }

            block.Add(packet);
        }

        yield return new KeyBlock(block);
    }

    /// <summary>A primary key with what follows it up to the next one (RFC 9580, section 10.1).</summary>
    private sealed class KeyBlock(List<Packet> packets)
    {
        public IEnumerable<SigningKey> SigningKeys()
        {
            // Where the primary key cannot be checked (Ed25519), nothing that it says about itself or a subkey can.
            if (ParseKey(packets[0].Body) is not { CanVerify: true } primary)
                yield break;

            var parts = Parts().ToList();
            if (parts.Exists(part => part.Subject.Tag == PacketTag.PublicKey && part.Signatures.Exists(s => s.Type == SignatureType.KeyRevocation && Made(primary, s, primary.Framed))))
                yield break;

            // Every own signature counts as a statement; the newest is the one that holds.
            var own = parts.SelectMany(part => part.Signatures.Where(s => IsOwn(primary, part.Subject, s))).MaxBy(s => s.Created);
            if (own is null)
                yield break;

            if (((own.KeyFlags ?? MaySign) & MaySign) != 0)
                yield return new SigningKey(primary, End(primary, own));

            foreach (var part in parts.Where(part => part.Subject.Tag == PacketTag.PublicSubkey))
            {
                if (BoundSubkey(primary, part) is { } subkey)
                    yield return subkey with { Expires = Earlier(subkey.Expires, End(primary, own)) };
            }
        }

        private IEnumerable<(Packet Subject, List<SignaturePacket> Signatures)> Parts()
        {
            var (subject, signatures) = (packets[0], new List<SignaturePacket>());
            foreach (var packet in packets.Skip(1))
            {
                switch (packet.Tag)
                {
                    case PacketTag.Signature:
                        if (ParseSignature(packet.Body) is { } signature)
                            signatures.Add(signature);
                        break;
                    case PacketTag.UserId or PacketTag.UserAttribute or PacketTag.PublicSubkey:
                        yield return (subject, signatures);
                        (subject, signatures) = (packet, []);
                        break;
                }
            }

            yield return (subject, signatures);
        }

        private static bool IsOwn(PublicKey primary, Packet subject, SignaturePacket signature) => subject.Tag switch
        {
            PacketTag.PublicKey => signature.Type == SignatureType.DirectKey && Made(primary, signature, primary.Framed),
            PacketTag.UserId => signature.Type is >= SignatureType.GenericCertification and <= SignatureType.PositiveCertification
                && Made(primary, signature, primary.Framed, FramedUserId(subject.Body)),
            _ => false,
        };

        private static SigningKey? BoundSubkey(PublicKey primary, (Packet Subject, List<SignaturePacket> Signatures) part)
        {
            if (ParseKey(part.Subject.Body) is not { CanVerify: true } subkey)
                return null;

            if (part.Signatures.Exists(s => s.Type == SignatureType.SubkeyRevocation && Made(primary, s, primary.Framed, subkey.Framed)))
                return null;

            var binding = part.Signatures
                .Where(s => s.Type == SignatureType.SubkeyBinding && Made(primary, s, primary.Framed, subkey.Framed))
                .MaxBy(s => s.Created);

            // Without the subkey's agreement, anyone could adopt another's signing key (section 5.2.1.9).
            return binding is { KeyFlags: { } flags, Embedded: { Type: SignatureType.PrimaryKeyBinding } agreement }
                && (flags & MaySign) != 0 && Made(subkey, agreement, primary.Framed, subkey.Framed)
                    ? new SigningKey(subkey, End(subkey, binding))
                    : null;
        }

        private static DateTimeOffset? End(PublicKey key, SignaturePacket statement) => key.Created + statement.KeyLifetime;

        private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null ? b : b is null || a < b ? a : b;

        private static bool Made(PublicKey key, SignaturePacket signature, params ReadOnlySpan<byte[]> data)
        {
            try
            {
                return signature.Created is not null && key.Made(signature, data);
            }
            catch (NotSupportedException)
            {
                // A statement signed with SHA-1 is no statement.
                return false;
            }
        }

        private static byte[] FramedUserId(ReadOnlyMemory<byte> id)
        {
            var length = id.Length;
            return [0xb4, (byte)(length >> 24), (byte)(length >> 16), (byte)(length >> 8), (byte)length, .. id.Span];
        }

        private static PublicKey? ParseKey(ReadOnlyMemory<byte> body)
        {
            try
            {
                return PublicKey.Parse(body);
            }
            catch (NotSupportedException)
            {
                return null;
            }
        }

        private static SignaturePacket? ParseSignature(ReadOnlyMemory<byte> body)
        {
            try
            {
                return SignaturePacket.Parse(body);
            }
            catch (NotSupportedException)
            {
                return null;
            }
        }
    }
}

/// <summary>A key that may sign, until when.</summary>
internal sealed record SigningKey(PublicKey Key, DateTimeOffset? Expires);
