using System.Security.Cryptography;
using Monogres.Core;
using Monogres.Proof.Signatures;

namespace Monogres.Proof.Tests.Signatures;

public sealed class KeyTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(TestKeys.Ed25519, null, TestKeys.Ed25519Public)]
    [InlineData(TestKeys.Ed25519Encrypted, TestKeys.Passphrase, TestKeys.Ed25519Public)]
    [InlineData(TestKeys.P256, null, TestKeys.P256Public)]
    [InlineData(TestKeys.P256Encrypted, TestKeys.Passphrase, TestKeys.P256Public)]
    [InlineData(TestKeys.Sec1, null, TestKeys.Sec1Public)]
    public async Task What_a_private_key_signs_its_public_key_verifies_and_no_other_does(string secret, string? passphrase, string open)
    {
        var signer = SigningKey.Parse(secret, "release.key", passphrase);
        var key = VerificationKey.Parse(open, "release.pub");
        Assert.Equal(key, signer.Key);
        Assert.Equal(open.ReplaceLineEndings("\n"), signer.Key.ToPem().TrimEnd());

        var content = "some content"u8.ToArray();
        var signature = await signer.SignAsync(content, Cancel);
        Assert.True(key.Verify(content, signature));
        Assert.False(key.Verify("other content"u8.ToArray(), signature));
        Assert.Every(new[] { TestKeys.Alice, TestKeys.Bob, TestKeys.Carol }.Where(one => !one.Key.Equals(key)), one => Assert.False(one.Key.Verify(content, signature)));
    }

    [Theory]
    [InlineData(TestKeys.Ed25519)]
    [InlineData(TestKeys.P256)]
    public async Task A_signature_with_any_bit_changed_or_cut_off_is_none(string secret)
    {
        var signer = SigningKey.Parse(secret, "release.key", passphrase: null);
        var content = "some content"u8.ToArray();
        var signature = await signer.SignAsync(content, Cancel);
        for (var bit = 0; bit < signature.Length * 8; bit++)
        {
            var changed = signature.ToArray();
            changed[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(signer.Key.Verify(content, changed), $"bit {bit}");
        }

        for (var length = 0; length < signature.Length; length++)
            Assert.False(signer.Key.Verify(content, signature[..length]), $"length {length}");
    }

    /// <summary>Test 3 of RFC 8032, section 7.1.</summary>
    [Fact]
    public async Task Ed25519_is_that_of_its_specification()
    {
        var info = Convert.FromHexString("302e020100300506032b657004220420c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7");
        var signer = SigningKey.Parse(PemEncoding.WriteString("PRIVATE KEY", info), "rfc", passphrase: null);
        Assert.Equal("6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
            Convert.ToHexStringLower(await signer.SignAsync([0xaf, 0x82], Cancel)));
    }

    /// <summary>By the command line that the documentation gives.</summary>
    [Fact]
    public void A_key_is_named_by_the_digest_of_its_DER_form() =>
        Assert.Equal(Sha256Hash.Of(Convert.FromBase64String("MCowBQYDK2VwAyEAPQrIUFpl0dUpFozeYtiSbsLee2iCudC7qiSQUYjaY+0=")).ToString(), TestKeys.Alice.Key.Id);

    [Theory]
    [InlineData(TestKeys.Ed25519Encrypted, null, "is encrypted")]
    [InlineData(TestKeys.Ed25519Encrypted, "wrong", "the passphrase is not that of the key")]
    [InlineData(TestKeys.P256Encrypted, "wrong", "the passphrase is not that of the key")]
    [InlineData(TestKeys.P384, null, "another curve than P-256")]
    [InlineData(TestKeys.P256Public, null, "is a public key, and cannot sign")]
    [InlineData("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----", null, "is damaged")]
    [InlineData("-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA\n-----END OPENSSH PRIVATE KEY-----", null, "`OPENSSH PRIVATE KEY`")]
    [InlineData("-----BEGIN ENCRYPTED SIGSTORE PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED SIGSTORE PRIVATE KEY-----", null, "`ENCRYPTED SIGSTORE PRIVATE KEY`")]
    [InlineData("no key", null, "it has no PEM text in it")]
    [InlineData("", null, "it has no PEM text in it")]
    public void What_cannot_sign_is_named(string secret, string? passphrase, string problem)
    {
        var error = Assert.Throws<UserErrorException>(() => SigningKey.Parse(secret, "release.key", passphrase));
        Assert.Contains("`release.key`", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Hint);
    }

    [Theory]
    [InlineData(TestKeys.P256, "is a private key")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----", "is damaged")]
    [InlineData("-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAPQrIUFpl0dUpFozeYtiSbsLee2iCudC7qiSQUYjaYw==\n-----END PUBLIC KEY-----", "is damaged")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----", "its PEM text is `CERTIFICATE`")]
    [InlineData("no key", "it has no PEM text in it")]
    public void What_cannot_verify_is_named(string open, string problem)
    {
        var error = Assert.Throws<UserErrorException>(() => VerificationKey.Parse(open, "release.pub"));
        Assert.Contains("`release.pub`", error.Message, StringComparison.Ordinal);
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Hint);
    }

    [Fact]
    public void Another_algorithm_is_called_by_its_name()
    {
        using var rsa = RSA.Create(2048);
        Assert.Contains("is RSA", Assert.Throws<UserErrorException>(() => VerificationKey.Parse(rsa.ExportSubjectPublicKeyInfoPem(), "rsa.pub")).Message, StringComparison.Ordinal);
        Assert.Contains("is RSA", Assert.Throws<UserErrorException>(() => SigningKey.Parse(rsa.ExportPkcs8PrivateKeyPem(), "rsa.key", passphrase: null)).Message, StringComparison.Ordinal);
    }
}
