using System.Security.Cryptography;

namespace Monogres.Platforms.Signatures;

/// <summary>How a key signs (RFC 9580, section 9.1).</summary>
internal enum KeyAlgorithm
{
    Rsa = 1,
    RsaSignOnly = 3,
    EdDsaLegacy = 22,
    Ed25519 = 27,
}

/// <summary>A version 4 public key or subkey (RFC 9580, section 5.5.2).</summary>
internal sealed class PublicKey
{
    private readonly byte[] _body;
    private readonly RSAParameters? _rsa;

    private PublicKey(byte[] body)
    {
        _body = body;
        var reader = new FieldReader(body);
        var version = reader.Byte();
        if (version != 4)
            throw new NotSupportedException($"a key of version {version}");

        Created = reader.Time();
        Algorithm = (KeyAlgorithm)reader.Byte();
        if (Algorithm is KeyAlgorithm.Rsa or KeyAlgorithm.RsaSignOnly)
            _rsa = new RSAParameters { Modulus = reader.Number(), Exponent = reader.Number() };

        // SHA-1 here is the definition of a version 4 fingerprint (section 5.5.4.2). A key that collides with a pinned one
        // would have to be in the pinned keyring to be used.
#pragma warning disable CA5350
        Fingerprint = Convert.ToHexString(SHA1.HashData(Framed));
#pragma warning restore CA5350
    }

    /// <summary>40 hexadecimal digits, upper case.</summary>
    public string Fingerprint { get; }

    /// <summary>The last eight bytes of the fingerprint.</summary>
    public string KeyId => Fingerprint[^16..];

    public DateTimeOffset Created { get; }

    public KeyAlgorithm Algorithm { get; }

    /// <summary>Whether its signatures can be checked here: RSA of 2048 bits and more can.</summary>
    public bool CanVerify => _rsa is { Modulus.Length: >= 256 };

    /// <summary>The key as it enters the hash of a signature about it (section 5.2.4).</summary>
    public byte[] Framed => [0x99, (byte)(_body.Length >> 8), (byte)_body.Length, .. _body];

    /// <exception cref="FormatException">The body is damaged.</exception>
    /// <exception cref="NotSupportedException">It has another version.</exception>
    public static PublicKey Parse(ReadOnlyMemory<byte> body) => new(body.ToArray());

    /// <summary>Whether this key made the signature over the data.</summary>
    /// <exception cref="NotSupportedException">The signature uses a hash that is unknown or broken.</exception>
    public bool Made(SignaturePacket signature, params ReadOnlySpan<byte[]> data)
    {
        if (_rsa is not { } parameters || !CanVerify || signature.Algorithm is not (KeyAlgorithm.Rsa or KeyAlgorithm.RsaSignOnly) || signature.UnknownCritical is not null)
            return false;

        if (signature.HashOf(data) is not { } signed)
            return false;

        var number = new FieldReader(signature.Value.Span).Number();
        if (number.Length > parameters.Modulus!.Length)
            return false;

        var padded = new byte[parameters.Modulus.Length];
        number.CopyTo(padded, padded.Length - number.Length);
        using var rsa = RSA.Create(parameters);
        return rsa.VerifyHash(signed.Hash, padded, signed.Name, RSASignaturePadding.Pkcs1);
    }
}
