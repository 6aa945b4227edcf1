using Monogres.Core;
using Org.BouncyCastle.Bcpg;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Monogres.Platforms.Signatures;

/// <summary>
/// Signs release files with a secret key, as <c>gpg --export-secret-keys</c> writes it, binary or in armor: Ed25519, or RSA of
/// 2048 bits and more. A signature is a function of the key, the text and the date: the same bytes each time.
/// </summary>
public sealed class ReleaseSigner
{
    private readonly SigningKey _key;
    private readonly PgpPrivateKey _secret;

    private ReleaseSigner(SigningKey key, PgpPrivateKey secret, Keyring keyring, byte[] publicKey) =>
        (_key, _secret, Keyring, PublicKey) = (key, secret, keyring, Armor.Write(publicKey, "PGP PUBLIC KEY BLOCK"));

    /// <summary>The fingerprint of the key that signs: of the newest subkey that may, else of the primary key.</summary>
    public string Fingerprint => _key.Key.Fingerprint();

    /// <summary>What verifies the signatures.</summary>
    public Keyring Keyring { get; }

    /// <summary>The public key with its subkeys, in armor.</summary>
    public string PublicKey { get; }

    /// <summary>Reads a secret key.</summary>
    /// <param name="bytes">The content of the file.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="passphrase">What the key is protected by, or null.</param>
    /// <param name="clock">Tells whether the key has expired.</param>
    /// <exception cref="UserErrorException">The file has no secret key that may sign now, or the passphrase is not its own.</exception>
    public static ReleaseSigner Read(byte[] bytes, string file, string? passphrase, TimeProvider clock)
    {
        var ring = ReadRing(bytes, file);
        var publicKey = PublicPart(ring);
        var keyring = Keyring.Parse(publicKey, file);

        // A primary key that is kept elsewhere leaves a secret key without secret.
        var keys = keyring.Keys
            .Select(key => (Key: key, Secret: ring.GetSecretKey(key.Key.KeyId)))
            .Where(one => one.Secret is { IsPrivateKeyEmpty: false })
            .OrderBy(one => one.Key.Key.IsMasterKey).ThenByDescending(one => one.Key.Key.CreationTime).ThenBy(one => one.Key.Key.Fingerprint(), StringComparer.Ordinal)
            .ToArray();
        if (keys.Length == 0)
            throw SignatureErrors.CannotSign(file);

        var now = clock.GetUtcNow();
        var usable = Array.FindIndex(keys, one => one.Key.Expires is not { } end || now < end);
        if (usable < 0)
            throw SignatureErrors.KeyExpired(file, keys[0].Key.Key.Fingerprint(), keys[0].Key.Expires!.Value);

        return new ReleaseSigner(keys[usable].Key, Unlock(keys[usable].Secret, file, passphrase), keyring, publicKey);
    }

    /// <summary>The text with a signature around it: an <c>InRelease</c> file.</summary>
    /// <param name="text">Lines, each ended by LF and without blanks at its end.</param>
    /// <param name="date">The date of the signature, or that of the key where that is later: a signature older than its key counts nowhere.</param>
    public string Clearsign(string text, DateTimeOffset date) => ClearsignedText.Write(text, signed => Sign(PgpSignature.CanonicalTextDocument, signed, date));

    /// <summary>A signature to be kept beside what it signs, in armor: a <c>Release.gpg</c> file.</summary>
    /// <param name="content">What is signed, byte for byte.</param>
    /// <param name="date">As of <see cref="Clearsign"/>.</param>
    public string SignDetached(byte[] content, DateTimeOffset date) => Armor.Write(Sign(PgpSignature.BinaryDocument, content, date), "PGP SIGNATURE");

    /// <summary>Whether the key is one of RSA, which every version of rpm reads; the other kind, Ed25519, is read from version 4.16 on.</summary>
    public bool IsRsa => _key.Key.Algorithm is PublicKeyAlgorithmTag.RsaGeneral or PublicKeyAlgorithmTag.RsaSign;

    /// <summary>A signature as packages of rpm have it in themselves: one packet, binary, that also names the key by its number, by which alone rpm finds keys.</summary>
    /// <param name="content">What is signed, byte for byte.</param>
    /// <param name="date">As of <see cref="Clearsign"/>.</param>
    public byte[] SignPackage(byte[] content, DateTimeOffset date)
    {
        var names = new PgpSignatureSubpacketGenerator();
        names.SetIssuerKeyID(isCritical: false, _key.Key.KeyId);
        return Sign(PgpSignature.BinaryDocument, content, date, names.Generate());
    }

    private byte[] Sign(int type, byte[] content, DateTimeOffset date, PgpSignatureSubpacketVector? unsigned = null)
    {
        var generator = new PgpSignatureGenerator(_key.Key.Algorithm, HashAlgorithmTag.Sha512);
        generator.InitSign(type, _secret);
        var statements = new PgpSignatureSubpacketGenerator();
        statements.SetSignatureCreationTime(isCritical: false, (date < _key.Since ? _key.Since : date).UtcDateTime);
        statements.SetIssuerFingerprint(isCritical: false, _key.Key);
        generator.SetHashedSubpackets(statements.Generate());
        if (unsigned is not null)
            generator.SetUnhashedSubpackets(unsigned);
        generator.Update(content);
        return generator.Generate().GetEncoded();
    }

    private static PgpSecretKeyRing ReadRing(byte[] bytes, string file)
    {
        if (bytes.AsSpan().StartsWith("-----BEGIN PGP PUBLIC KEY BLOCK"u8))
            throw SignatureErrors.NoSecretKey(file);

        try
        {
            var packets = Armor.ReadIfArmored(bytes, "PGP PRIVATE KEY BLOCK");
            var objects = OpenPgp.Read(() => new PgpObjectFactory(packets).AllPgpObjects());
            return objects.OfType<PgpSecretKeyRing>().ToArray() switch
            {
                [var ring] => ring,
                [] => throw (objects.OfType<PgpPublicKeyRing>().Any() ? SignatureErrors.NoSecretKey(file) : SignatureErrors.BadSecretKey(file, "it does not consist of keys")),
                var several => throw SignatureErrors.SeveralSecretKeys(file, several.Length),
            };
        }
        catch (FormatException error)
        {
            throw SignatureErrors.BadSecretKey(file, error.Message);
        }
    }

    private static byte[] PublicPart(PgpSecretKeyRing ring)
    {
        using var packets = new MemoryStream();
        foreach (var key in ring.GetPublicKeys())
            key.Encode(packets);
        return packets.ToArray();
    }

    private static PgpPrivateKey Unlock(PgpSecretKey key, string file, string? passphrase)
    {
        var isProtected = key.KeyEncryptionAlgorithm is not SymmetricKeyAlgorithmTag.Null;
        if (isProtected && passphrase is null)
            throw SignatureErrors.NeedsPassphrase(file);

        try
        {
            return key.ExtractPrivateKeyUtf8(isProtected ? passphrase!.ToCharArray() : null);
        }
        catch (Exception error) when (error is not OutOfMemoryException)
        {
            // What a wrong passphrase decrypts to is anything.
            throw isProtected ? SignatureErrors.WrongPassphrase(file) : SignatureErrors.BadSecretKey(file, error.Message);
        }
    }
}
