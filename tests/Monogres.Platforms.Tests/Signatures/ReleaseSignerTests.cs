using System.Text;
using Microsoft.Extensions.Time.Testing;
using Monogres.Core;
using Monogres.Platforms.Signatures;
using Monogres.Testing.Repositories;
using Org.BouncyCastle.Bcpg.OpenPgp;

namespace Monogres.Platforms.Tests.Signatures;

public class ReleaseSignerTests
{
    private const string Text = "Origin: Example\n- a list\n-----BEGIN nothing-----\nUmlaut: ä\n\nLast line\n";
    private static readonly DateTimeOffset Date = new(2026, 8, 13, 12, 0, 0, TimeSpan.Zero);
    private static readonly FakeTimeProvider Clock = new(new DateTimeOffset(2026, 11, 28, 0, 0, 0, TimeSpan.Zero));

    public static TheoryData<string> Kinds => [.. Keys.Keys];

    private static readonly Dictionary<string, Func<TestKey>> Keys = new(StringComparer.Ordinal)
    {
        ["Ed25519"] = () => new TestKey(),
        ["RSA"] = () => new TestKey(rsa: 2048),
        ["protected"] = () => new TestKey(passphrase: "pass phräse"),
        ["subkey"] = () => new TestKey(maySign: false, subkeys: 1),
        ["ends later"] = () => new TestKey(days: 3000),
    };

    [Theory]
    [MemberData(nameof(Kinds))]
    public void What_a_key_signs_is_believed_by_who_has_its_public_key(string kind)
    {
        var key = Keys[kind]();
        var signer = Read(key.Secret, "pass phräse");
        Assert.Equal(key.Fingerprints[^1], signer.Fingerprint);

        var signed = signer.Clearsign(Text, Date);
        foreach (var ring in (byte[][])[key.Public, Encoding.ASCII.GetBytes(signer.PublicKey)])
        {
            var verified = ReleaseSignature.Verify(Encoding.UTF8.GetBytes(signed), "it", Keyring.Parse(ring, "ring"), Clock);
            Assert.Equal((Text, signer.Fingerprint), (verified.Text, Assert.Single(verified.SignedBy)));
        }

        Assert.Equal(signed, signer.Clearsign(Text, Date));
        Assert.Equal(signed, Read(key.Secret, "pass phräse").Clearsign(Text, Date));
        Assert.NotEqual(signed, signer.Clearsign(Text, Date.AddSeconds(1)));
    }

    [Fact]
    public void A_signature_beside_a_file_is_of_its_bytes()
    {
        var key = new TestKey();
        var bytes = Encoding.UTF8.GetBytes(Text);
        var signature = Detached(Read(key.Secret).SignDetached(bytes, Date));
        signature.InitVerify(new PgpObjectFactory(key.Public).AllPgpObjects().OfType<PgpPublicKeyRing>().Single().GetPublicKey());
        signature.Update(bytes);
        Assert.True(signature.Verify());
        Assert.Equal(Date.UtcDateTime, signature.CreationTime);
    }

    [Fact]
    public void A_signature_is_not_older_than_what_lets_its_key_sign()
    {
        var made = new DateTime(2026, 10, 1, 0, 0, 0, DateTimeKind.Utc);
        Assert.Equal(made, Detached(Read(new TestKey(made).Secret).SignDetached([1], Date)).CreationTime);

        // The newest of several subkeys signs, and is a day younger than the first.
        var key = new TestKey(made, maySign: false, subkeys: 2);
        Assert.Equal(key.Fingerprints[2], Read(key.Secret).Fingerprint);
    }

    [Fact]
    public void A_key_in_armor_is_the_same_key()
    {
        var key = new TestKey();
        var armored = $"-----BEGIN PGP PRIVATE KEY BLOCK-----\nComment: mine\n\n{Convert.ToBase64String(key.Secret)}\n-----END PGP PRIVATE KEY BLOCK-----\n";
        Assert.Equal(Read(key.Secret).Clearsign(Text, Date), Read(Encoding.ASCII.GetBytes(armored)).Clearsign(Text, Date));
    }

    [Fact]
    public void A_file_without_a_secret_key_is_refused()
    {
        var key = new TestKey();
        var armored = Encoding.ASCII.GetBytes(Read(key.Secret).PublicKey);
        foreach (var file in (byte[][])[key.Public, armored])
            Refused(file, "`release.key` has no secret key, and public keys cannot sign");
        foreach (var file in (byte[][])[[], "not a key"u8.ToArray(), key.Secret[..^9], "-----BEGIN PGP MESSAGE-----\n\nAAAA\n-----END PGP MESSAGE-----\n"u8.ToArray()])
            Refused(file, "`release.key` is not a file with an OpenPGP secret key");
        Refused([.. key.Secret, .. new TestKey().Secret], "`release.key` has 2 secret keys, and one is needed");
    }

    [Fact]
    public void A_key_that_has_expired_is_refused_with_the_day()
    {
        var key = new TestKey(days: 100);
        Refused(key.Secret, $"the key {key.Fingerprints[0]} in `release.key` has expired on 2024-04-10");
    }

    [Fact]
    public void A_key_that_may_not_sign_is_refused()
    {
        Refused(new TestKey(maySign: false).Secret, "no secret key in `release.key` may sign");
        Refused(new TestKey(rsa: 1024).Secret, "no secret key in `release.key` may sign");
    }

    [Fact]
    public void A_protected_key_needs_its_passphrase()
    {
        var key = new TestKey(passphrase: "right").Secret;
        Refused(key, "the key in `release.key` is protected by a passphrase");
        Refused(key, "the passphrase is not that of the key in `release.key`", "wrong");
        Refused(key, "the passphrase is not that of the key in `release.key`", "");
        Assert.Equal(Read(key, "right").Fingerprint, Read(key, "right").Fingerprint);
    }

    private static void Refused(byte[] file, string message, string? passphrase = null) =>
        Assert.Equal(message, Assert.Throws<UserErrorException>(() => Read(file, passphrase)).Message);

    private static ReleaseSigner Read(byte[] key, string? passphrase = null) => ReleaseSigner.Read(key, "release.key", passphrase, Clock);

    private static PgpSignature Detached(string armored) =>
        ((PgpSignatureList)new PgpObjectFactory(Armor.Read(armored, "PGP SIGNATURE")).NextPgpObject())[0];
}
