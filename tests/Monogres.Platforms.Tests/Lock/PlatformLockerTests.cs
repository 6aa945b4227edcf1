using System.IO.Compression;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Monogres.Core;
using Monogres.Platforms.Lock;
using Monogres.Platforms.Mirrors;
using Monogres.Platforms.Signatures;
using Monogres.Testing.Repositories;

namespace Monogres.Platforms.Tests.Lock;

/// <summary>Mirrors are dictionaries; the release is signed by a key that the test makes.</summary>
public class PlatformLockerTests
{
    private const string Release = "dists/bookworm/InRelease";

    private static readonly TestSigner Signer = new();

    private readonly Dictionary<string, byte[]> _mirror = [];
    private readonly List<string> _asked = [];
    private readonly byte[] _index = Gzip(SmallMirror.Stanza("app 1 Depends: lib") + SmallMirror.Stanza("lib 2.0-1"));

    [Fact]
    public async Task A_lock_is_made_from_a_signed_release_and_its_index()
    {
        Publish("http://a.example/debian/", byHash: true);
        var packages = await LockAsync("http://a.example/debian");
        Assert.Equal(["app 1", "lib 2.0-1"], packages.Packages.Select(package => $"{package.Name} {package.Version}"));
        Assert.Equal(["lib"], packages.Packages[0].Depends);
        Assert.Equal("bookworm", packages.Suite);
        Assert.Equal(new DateTimeOffset(2026, 7, 11, 10, 16, 37, TimeSpan.Zero), packages.Release.Date);
        Assert.Equal("20260712T101637Z", packages.Release.Snapshot);
        Assert.Equal(Sha256Hash.Of(_mirror["http://a.example/debian/" + Release]), packages.Release.Sha256);
        Assert.Equal(2, _asked.Count);
    }

    [Fact]
    public async Task An_index_that_is_not_found_by_hash_is_found_by_name()
    {
        Publish("http://a.example/debian/", byHash: false);
        Assert.Equal(2, (await LockAsync("http://a.example/debian")).Packages.Length);
        Assert.Equal("http://a.example/debian/dists/bookworm/main/binary-amd64/Packages.gz", _asked[^1]);
    }

    [Fact]
    public async Task A_mirror_that_does_not_have_it_is_followed_by_the_next()
    {
        Publish("http://b.example/debian/", byHash: true);
        Assert.Equal(2, (await LockAsync("http://a.example/debian http://b.example/debian")).Packages.Length);
    }

    [Fact]
    public async Task A_mirror_with_a_changed_release_is_followed_by_the_next()
    {
        Publish("http://a.example/debian/", byHash: true);
        Publish("http://b.example/debian/", byHash: true);
        Tamper("http://a.example/debian/" + Release);
        var packages = await LockAsync("http://a.example/debian http://b.example/debian");
        Assert.Equal(Sha256Hash.Of(_mirror["http://b.example/debian/" + Release]), packages.Release.Sha256);
    }

    [Fact]
    public async Task A_changed_or_truncated_or_longer_index_is_not_used()
    {
        Publish("http://a.example/debian/", byHash: true);
        var name = _mirror.Keys.Single(key => key.Contains("by-hash", StringComparison.Ordinal));
        foreach (var wrong in new[] { _index[..^1], [.. _index, 0], Gzip("Package: evil\n") })
        {
            _mirror[name] = wrong;
            var error = await Assert.ThrowsAsync<UserErrorException>(() => LockAsync("http://a.example/debian"));
            Assert.Equal("no mirror has a usable package index of `bookworm`", error.Message);
        }
    }

    [Fact]
    public async Task When_every_mirror_fails_each_is_listed_with_its_reason()
    {
        Publish("http://a.example/debian/", byHash: true);
        Tamper("http://a.example/debian/" + Release);
        _mirror["http://c.example/debian/" + Release] = "<html>"u8.ToArray();
        var error = await Assert.ThrowsAsync<UserErrorException>(() => LockAsync("http://a.example/debian http://b.example/debian http://c.example/debian"));
        Assert.Equal("no mirror has a usable release file of `bookworm`", error.Message);
        Assert.Collection(error.Details,
            line => Assert.Matches("^http://a.example/.*no signature of dists/bookworm/InRelease is valid by a pinned key; signature by .*: it does not fit the text$", line),
            line => Assert.Equal("http://b.example/debian/dists/bookworm/InRelease: HTTP status 404", line),
            line => Assert.Matches("^http://c.example/.*is not a signed text", line));
    }

    [Fact]
    public async Task A_signed_release_of_another_suite_is_refused()
    {
        Publish("http://a.example/debian/", byHash: true, codename: "bullseye");
        var error = await Assert.ThrowsAsync<UserErrorException>(() => LockAsync("http://a.example/debian"));
        Assert.Equal(["http://a.example/debian/dists/bookworm/InRelease: it is the release of bullseye, not of bookworm"], error.Details);
    }

    [Fact]
    public async Task A_release_whose_time_is_over_is_still_what_it_was()
    {
        Publish("http://a.example/debian/", byHash: true, extra: "Valid-Until: Sat, 18 Jul 2026 10:16:37 UTC\n");
        Assert.Equal(2, (await LockAsync("http://a.example/debian")).Packages.Length);
    }

    [Fact]
    public async Task Without_any_mirror_the_error_says_so()
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(() => LockAsync(""));
        Assert.Equal(["no mirror is known"], error.Details);
    }

    [Fact]
    public async Task A_mirror_in_a_directory_is_read_from_there()
    {
        using var directory = new Monogres.Testing.TemporaryDirectory();
        File.WriteAllText(directory["x"], "content");
        using var client = new HttpClient();
        await using var stream = await ArchiveReader.OpenAsync(client, new Uri($"file://{directory["x"]}"), CancellationToken.None);
        Assert.Equal("content", await new StreamReader(stream).ReadToEndAsync());
    }

    private void Publish(string mirror, bool byHash, string codename = "bookworm", string extra = "")
    {
        var digest = Digest.Of(_index);
        _mirror[mirror + Release] = Signer.Clearsign(
            $"Origin: Debian\nSuite: {(codename == "bookworm" ? "oldstable" : "oldoldstable")}\nCodename: {codename}\nDate: Sat, 11 Jul 2026 10:16:37 UTC\n{extra}" +
            $"Acquire-By-Hash: yes\nSHA256:\n {digest.Hash} {digest.Size,8} main/binary-amd64/Packages.gz\n");
        _mirror[mirror + "dists/bookworm/main/binary-amd64/" + (byHash ? $"by-hash/SHA256/{digest.Hash}" : "Packages.gz")] = _index;
    }

    private void Tamper(string name) => _mirror[name] =
        Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(_mirror[name]).Replace("Origin: Debian", "Origin: Debiam", StringComparison.Ordinal));

    private Task<PackagesLock> LockAsync(string mirrors) => new PlatformLocker(new SuiteReader(Open, TimeProvider.System)).LockAsync(
        new LockRequest
        {
            Platform = "test-amd64",
            Place = new SuitePlace
            {
                Archive = "debian",
                Suite = "bookworm",
                Component = "main",
                Keyring = Keyring.Parse(Signer.Keyring, "test.gpg"),
                Mirrors = DebianMirrors.Of(new MirrorSettings { Flag = mirrors }),
            },
            Architecture = "amd64",
            Selection = new PackageSelection { Wanted = ["app"] },
        },
        CancellationToken.None);

    private Task<Stream> Open(Uri place, CancellationToken cancel)
    {
        _asked.Add(place.AbsoluteUri);
        return _mirror.TryGetValue(place.AbsoluteUri, out var content)
            ? Task.FromResult<Stream>(new MemoryStream(content))
            : throw new HttpRequestException("not found", inner: null, HttpStatusCode.NotFound);
    }

    private static byte[] Gzip(string text)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionMode.Compress))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return buffer.ToArray();
    }

    /// <summary>Makes a key, vouches for it, and signs texts (RFC 9580).</summary>
    private sealed class TestSigner
    {
        private static readonly DateTimeOffset Created = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
        private readonly RSA _rsa = RSA.Create(2048);
        private readonly byte[] _key;

        public TestSigner()
        {
            var parameters = _rsa.ExportParameters(includePrivateParameters: false);
            _key = [4, .. Seconds(Created), 1, .. Number(parameters.Modulus!), .. Number(parameters.Exponent!)];
            var user = "Test <test@example.org>"u8.ToArray();
            byte[] framedUser = [0xb4, 0, 0, 0, (byte)user.Length, .. user];
            Keyring = [.. Packet(6, _key), .. Packet(13, user), .. Packet(2, Sign(0x13, [.. FramedKey, .. framedUser]))];
        }

        public byte[] Keyring { get; }

        private byte[] FramedKey => [0x99, (byte)(_key.Length >> 8), (byte)_key.Length, .. _key];

        public byte[] Clearsign(string text)
        {
            var signature = Packet(2, Sign(1, Encoding.UTF8.GetBytes(text.TrimEnd('\n').ReplaceLineEndings("\r\n"))));
            return Encoding.UTF8.GetBytes(
                $"-----BEGIN PGP SIGNED MESSAGE-----\nHash: SHA256\n\n{text}-----BEGIN PGP SIGNATURE-----\n\n{Convert.ToBase64String(signature)}\n-----END PGP SIGNATURE-----\n");
        }

        private byte[] Sign(byte type, byte[] data)
        {
            // Signed: the time and the fingerprint of the issuer.
#pragma warning disable CA5350
            byte[] subpackets = [5, 2, .. Seconds(Created), 22, 33, 4, .. SHA1.HashData(FramedKey)];
#pragma warning restore CA5350
            byte[] hashed = [4, type, 1, 8, 0, (byte)subpackets.Length, .. subpackets];
            var hash = SHA256.HashData([.. data, .. hashed, 4, 0xff, 0, 0, 0, (byte)hashed.Length]);
            return [.. hashed, 0, 0, hash[0], hash[1], .. Number(_rsa.SignHash(hash, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1))];
        }

        private static byte[] Packet(int tag, byte[] body) => [(byte)(0xc0 | tag), 255, 0, 0, (byte)(body.Length >> 8), (byte)body.Length, .. body];

        private static byte[] Seconds(DateTimeOffset time) => [.. BitConverter.GetBytes((uint)time.ToUnixTimeSeconds()).Reverse()];

        // One signature in 256 begins with a zero byte, which a number of OpenPGP leaves out.
        private static byte[] Number(byte[] value)
        {
            var digits = value.AsSpan().TrimStart((byte)0);
            var bits = (digits.Length * 8) - byte.LeadingZeroCount(digits[0]);
            return [(byte)(bits >> 8), (byte)bits, .. digits];
        }
    }
}
