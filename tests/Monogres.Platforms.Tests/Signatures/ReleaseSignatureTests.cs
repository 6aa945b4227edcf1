using System.Collections.Concurrent;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using Monogres.Core;
using Monogres.Platforms.Signatures;

namespace Monogres.Platforms.Tests.Signatures;

/// <summary>The signatures were made by GnuPG 2.2.40 with keys that exist nowhere but in these tests.</summary>
public class ReleaseSignatureTests
{
    private const string Primary = "8323C1FCEBDA81740439799BD001775891DB12D0";
    private const string Subkey = "F8F468D4156B85C1D9097008993599CEAEE1EA27";
    private const string Modern = "4328E9F6B73286BEB368A0D617E14B0813C54C81";
    private const string SignedText = "Origin: Example\n- a list\n-----BEGIN nothing-----\nTrailing blanks: here\nUmlaut: ä\n\nLast line\n";

    private static readonly ConcurrentDictionary<string, Keyring> Keyrings = new(StringComparer.Ordinal);

    [Theory]
    [InlineData("archive.gpg")]
    [InlineData("archive.asc")]
    [InlineData("all.gpg")]
    public void A_text_signed_by_a_pinned_primary_key_is_believed(string keyring)
    {
        var verified = Verify(Fixtures.Bytes("primary.asc"), keyring);
        Assert.Equal([Primary], verified.SignedBy);
        Assert.Equal(SignedText, verified.Text);
    }

    [Fact]
    public void A_text_signed_by_a_bound_subkey_is_believed() =>
        Assert.Equal([Subkey], Verify(Fixtures.Bytes("subkey.asc"), "archive.gpg").SignedBy);

    [Fact]
    public void Sha512_is_as_good_as_sha256() =>
        Assert.Equal([Primary], Verify(Fixtures.Bytes("sha512.asc"), "archive.gpg").SignedBy);

    [Fact]
    public void A_text_without_a_final_line_end_can_be_signed() =>
        Assert.Equal("A text of one line without an end\n", Verify(Fixtures.Bytes("no-final-newline.asc"), "archive.gpg").Text);

    [Fact]
    public void Line_ends_of_another_system_change_nothing()
    {
        var text = Encoding.UTF8.GetString(Fixtures.Bytes("primary.asc")).ReplaceLineEndings("\r\n");
        Assert.Equal(SignedText, Verify(Encoding.UTF8.GetBytes(text), "archive.gpg").Text);
    }

    [Theory]
    [InlineData("Origin: Example", "Origin: Examplf")]
    [InlineData("Last line\n", "Last line\nOne more\n")]
    [InlineData("\n\nLast line", "\nLast line")]
    public void A_changed_text_is_refused(string original, string changed) =>
        Refused(Replace("primary.asc", original, changed), "archive.gpg", "it does not fit the text");

    [Fact]
    public void Every_changed_byte_of_the_signature_is_refused()
    {
        var lines = Encoding.UTF8.GetString(Fixtures.Bytes("primary.asc")).Split('\n');
        var first = Array.IndexOf(lines, "", Array.IndexOf(lines, "-----BEGIN PGP SIGNATURE-----")) + 1;
        for (var line = first; !lines[line].StartsWith('-'); line++)
        {
            for (var column = 0; column < lines[line].Length; column += 7)
            {
                var changed = (string[])lines.Clone();
                changed[line] = string.Concat(lines[line].AsSpan(0, column), lines[line][column] == 'A' ? "B" : "A", lines[line].AsSpan(column + 1));
                Assert.Throws<UserErrorException>(() => Verify(Encoding.UTF8.GetBytes(string.Join('\n', changed)), "archive.gpg"));
            }
        }
    }

    [Fact]
    public void A_signature_by_an_unknown_key_is_refused() =>
        Refused(Fixtures.Bytes("other.asc"), "archive.gpg", "no pinned key that may sign has this name");

    [Fact]
    public void A_subkey_that_its_primary_key_did_not_bind_is_refused() =>
        Refused(Fixtures.Bytes("subkey.asc"), "unbound-subkey.gpg", "no pinned key that may sign has this name");

    [Fact]
    public void A_subkey_that_another_primary_key_adopted_is_refused() =>
        Refused(Fixtures.Bytes("subkey.asc"), "adopted-subkey.gpg", "no pinned key that may sign has this name");

    [Fact]
    public void A_subkey_that_did_not_agree_to_its_binding_is_refused() =>
        Refused(Fixtures.Bytes("subkey.asc"), "disagreeing-subkey.gpg", "no pinned key that may sign has this name");

    [Fact]
    public void A_revoked_key_is_refused() =>
        Refused(Fixtures.Bytes("revoked.asc"), "all.gpg", "no pinned key that may sign has this name");

    [Fact]
    public void A_signature_made_while_its_key_held_is_believed_for_ever() =>
        Assert.Single(Verify(Fixtures.Bytes("short-in-time.asc"), "all.gpg").SignedBy);

    [Fact]
    public void A_signature_made_after_its_key_expired_is_refused() =>
        Refused(Fixtures.Bytes("short-too-late.asc"), "all.gpg", "its key had expired on 2025-01-01, before it was made");

    [Fact]
    public void A_signature_with_an_end_holds_until_then()
    {
        var file = Fixtures.Bytes("ends.asc");
        Assert.Single(Verify(file, "archive.gpg", new DateTimeOffset(2024, 6, 15, 0, 0, 0, TimeSpan.Zero)).SignedBy);
        Refused(file, "archive.gpg", "it expired on 2024-07-01");
    }

    [Fact]
    public void A_hash_that_is_broken_is_refused() =>
        Refused(Fixtures.Bytes("sha1.asc"), "archive.gpg", "it uses SHA-1, which is broken");

    [Fact]
    public void An_Ed25519_signature_is_as_good_as_an_RSA_one() =>
        Assert.Equal([Modern], Verify(Fixtures.Bytes("modern.asc"), "all.gpg").SignedBy);

    [Fact]
    public void Of_two_valid_signatures_both_are_named() =>
        Assert.Equal([Modern, Subkey], Verify(Fixtures.Bytes("two.asc"), "all.gpg").SignedBy.Order());

    [Fact]
    public void A_signature_by_an_unknown_key_beside_a_valid_one_does_no_harm() =>
        Assert.Equal([Subkey], Verify(Fixtures.Bytes("two.asc"), "archive.gpg").SignedBy);

    [Fact]
    public void Ed25519_keys_sign_as_primary_keys_and_as_subkeys()
    {
        var keys = Ed25519Keys.Generate();
        var keyring = Keyring.Parse(keys.Export(), "keyring");
        Assert.Equal([keys.PrimaryFingerprint, keys.SubkeyFingerprint], keyring.Fingerprints);
        Assert.Equal([keys.PrimaryFingerprint], Verify(keys.ClearsignByPrimary("one\ntwo\n"), keyring).SignedBy);
        Assert.Equal([keys.SubkeyFingerprint], Verify(keys.ClearsignBySubkey("one\ntwo\n"), keyring).SignedBy);
    }

    [Fact]
    public void A_text_that_an_Ed25519_key_did_not_sign_is_refused()
    {
        var keys = Ed25519Keys.Generate();
        var keyring = Keyring.Parse(keys.Export(), "keyring");
        var changed = Encoding.UTF8.GetString(keys.ClearsignByPrimary("one\ntwo\n")).Replace("two", "tow", StringComparison.Ordinal);
        var error = Assert.Throws<UserErrorException>(() => Verify(Encoding.UTF8.GetBytes(changed), keyring));
        Assert.EndsWith(": it does not fit the text", Assert.Single(error.Details), StringComparison.Ordinal);
        Assert.Throws<UserErrorException>(() => Verify(keys.ClearsignByPrimary("one\n"), Keyring.Parse(Ed25519Keys.Generate().Export(), "keyring")));
    }

    [Fact]
    public void Two_lines_cannot_become_one_by_a_lone_carriage_return()
    {
        var file = Encoding.UTF8.GetString(Fixtures.Bytes("primary.asc")).Replace("\nUmlaut", "\rUmlaut", StringComparison.Ordinal);
        var error = Assert.Throws<UserErrorException>(() => Verify(Encoding.UTF8.GetBytes(file), "archive.gpg"));
        Assert.Equal(["a line of the text contains a carriage return"], error.Details);
    }

    [Fact]
    public void A_mangled_signature_is_refused_or_proves_the_same()
    {
        var file = Encoding.UTF8.GetString(Fixtures.Bytes("two.asc")).ReplaceLineEndings("\n");
        var armor = file.IndexOf("-----BEGIN PGP SIGNATURE-----", StringComparison.Ordinal);
        var lines = file[armor..].Split('\n').SkipWhile(line => line.Length > 0).TakeWhile(line => !line.StartsWith('-') && !line.StartsWith('='));
        var packets = Convert.FromBase64String(string.Concat(lines));
        var random = new Random(1);
        for (var round = 0; round < 500; round++)
        {
            var mangled = (byte[])packets.Clone();
            for (var change = random.Next(1, 5); change > 0; change--)
                mangled[random.Next(mangled.Length)] = (byte)random.Next(256);
            var text = $"{file[..armor]}-----BEGIN PGP SIGNATURE-----\n\n{Convert.ToBase64String(mangled[..random.Next(1, mangled.Length + 1)])}\n-----END PGP SIGNATURE-----\n";
            try
            {
                var verified = Verify(Encoding.UTF8.GetBytes(text), "all.gpg");
                Assert.Equal(SignedText, verified.Text);
                Assert.Every(verified.SignedBy, signer => Assert.Contains(signer, (string[])[Modern, Subkey]));
            }
            catch (UserErrorException)
            {
                // Refused.
            }
        }
    }

    [Theory]
    [InlineData("", "the first line is not -----BEGIN PGP SIGNED MESSAGE-----")]
    [InlineData("<html>404</html>\n", "the first line is not -----BEGIN PGP SIGNED MESSAGE-----")]
    [InlineData("-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\ntext\n", "the text is not followed by a signature: it is cut off")]
    [InlineData("-----BEGIN PGP SIGNED MESSAGE-----\nNote: hello\n\ntext\n", "only Hash may stand before the text")]
    [InlineData("-----BEGIN PGP SIGNED MESSAGE-----\n\n--text\n", "a line of the text begins with a dash that is not escaped")]
    [InlineData("-----BEGIN PGP SIGNED MESSAGE-----\n\nx\n-----BEGIN PGP SIGNATURE-----\n\n%%\n-----END PGP SIGNATURE-----\n", "the armor is not base64")]
    [InlineData("-----BEGIN PGP SIGNED MESSAGE-----\n\nx\n-----BEGIN PGP SIGNATURE-----\n\nAAAA\n-----END PGP SIGNATURE-----\n", "the bytes are not OpenPGP packets")]
    [InlineData("-----BEGIN PGP SIGNED MESSAGE-----\n\nx\n-----BEGIN PGP SIGNATURE-----\n\niQEz\n-----END PGP SIGNATURE-----\n", "an OpenPGP packet is cut off")]
    [InlineData("-----BEGIN PGP SIGNED MESSAGE-----\n\nx\n-----BEGIN PGP SIGNATURE-----\n\nAAAA\n=AAAA\n-----END PGP SIGNATURE-----\n", "the checksum of the armor does not fit: the text is damaged")]
    public void What_is_not_a_signed_text_is_refused(string text, string reason)
    {
        var error = Assert.Throws<UserErrorException>(() => Verify(Encoding.UTF8.GetBytes(text), "archive.gpg"));
        Assert.Equal("InRelease is not a signed text", error.Message);
        Assert.Equal([reason], error.Details);
    }

    [Fact]
    public void Text_around_the_signed_text_is_refused()
    {
        var file = Encoding.UTF8.GetString(Fixtures.Bytes("primary.asc"));
        Assert.Throws<UserErrorException>(() => Verify(Encoding.UTF8.GetBytes("Injected: yes\n" + file), "archive.gpg"));
        Assert.Throws<UserErrorException>(() => Verify(Encoding.UTF8.GetBytes(file + "Injected: yes\n"), "archive.gpg"));
    }

    [Fact]
    public void The_release_of_bookworm_is_signed_by_the_pinned_keys_of_the_archive()
    {
        var keyring = Keyring.Parse(File.ReadAllBytes(Fixtures.Index("platforms/keyrings/debian-archive.gpg")), "debian-archive.gpg");
        var verified = ReleaseSignature.Verify(Fixtures.Bytes("bookworm.InRelease"), "InRelease", keyring, TimeProvider.System);
        Assert.Equal(["4CB50190207B4758A3F73A796ED0E7B82643E131", "B8E5F13176D2A7A75220028078DBA3BC47EF2265", "4D64FEC119C2029067D6E791F8D2585B8783D481"], verified.SignedBy);
        Assert.StartsWith("Origin: Debian\n", verified.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_listed_fingerprints_are_those_of_the_pinned_keys()
    {
        var keyring = Keyring.Parse(File.ReadAllBytes(Fixtures.Index("platforms/keyrings/debian-archive.gpg")), "debian-archive.gpg");
        var listed = File.ReadAllLines(Fixtures.Index("platforms/keyrings/debian-archive.txt"))
            .Where(line => line.Length > 0 && !line.StartsWith('#'))
            .Select(line => line.Split(' ')[0]);
        Assert.Equal(listed, keyring.Fingerprints);
    }

    [Fact]
    public void A_file_that_is_no_keyring_is_named()
    {
        var error = Assert.Throws<UserErrorException>(() => Keyring.Parse("hello"u8.ToArray(), "debian-archive.gpg"));
        Assert.Equal("debian-archive.gpg is not an OpenPGP keyring", error.Message);
    }

    [Fact]
    public void A_cut_off_keyring_is_refused()
    {
        var bytes = Fixtures.Bytes("archive.gpg");
        for (var length = 0; length < bytes.Length; length += 13)
        {
            var error = Record.Exception(() => Keyring.Parse(bytes[..length], "keyring"));
            Assert.True(error is UserErrorException or null);
        }
    }

    private static VerifiedText Verify(byte[] file, string keyring, DateTimeOffset? now = null) => Verify(file, Keyrings.GetOrAdd(keyring, name => Keyring.Parse(Fixtures.Bytes(name), name)), now);

    private static VerifiedText Verify(byte[] file, Keyring keyring, DateTimeOffset? now = null) =>
        ReleaseSignature.Verify(file, "InRelease", keyring, new FakeTimeProvider(now ?? new DateTimeOffset(2030, 1, 1, 0, 0, 0, TimeSpan.Zero)));

    private static void Refused(byte[] file, string keyring, string reason)
    {
        var error = Assert.Throws<UserErrorException>(() => Verify(file, keyring));
        Assert.Equal("no signature of InRelease is valid by a pinned key", error.Message);
        Assert.EndsWith(": " + reason, Assert.Single(error.Details), StringComparison.Ordinal);
    }

    private static byte[] Replace(string name, string original, string changed) =>
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(Fixtures.Bytes(name)).Replace(original, changed, StringComparison.Ordinal));
}
