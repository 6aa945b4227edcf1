using System.Globalization;
using System.IO.Compression;
using System.Net;
using System.Text;
using Monogres.Core;
using Monogres.Platforms.Lock;
using Monogres.Platforms.Mirrors;
using Monogres.Platforms.Signatures;

namespace Monogres.Testing.Repositories;

/// <summary>A mirror in memory, with suites that are signed by a key of its own.</summary>
internal sealed class SmallMirror
{
    private static readonly TestKey Key = new();

    private readonly Dictionary<string, byte[]> _files = new(StringComparer.Ordinal);

    /// <summary>When suites are released unless a test says otherwise.</summary>
    public static DateTimeOffset Date { get; } = new(2026, 7, 11, 10, 16, 37, TimeSpan.Zero);

    /// <summary>The key that signs, as a keyring.</summary>
    public static byte[] PublicKey => Key.Public;

    /// <summary>The paths that were asked for, in order.</summary>
    public List<string> Asked { get; } = [];

    /// <summary>The files by their path below the mirror's base; a test may change them.</summary>
    public IDictionary<string, byte[]> Files => _files;

    /// <summary>A paragraph of a <c>Packages</c> file from one line: <c>name version [Field: value]</c>.</summary>
    public static string Stanza(string line, string architecture = "amd64")
    {
        var words = line.Split(' ', 3);
        return $"""
            Package: {words[0]}
            Version: {words[1]}
            Architecture: {architecture}
            Description: a package
             that is needed
            {(words.Length > 2 ? words[2] + "\n" : "")}Filename: pool/main/{words[0]}_{words[1]}_{architecture}.deb
            Size: {words[0].Length}
            SHA256: {Sha256Hash.Of(Encoding.UTF8.GetBytes($"{architecture} {line}"))}


            """.ReplaceLineEndings("\n");
    }

    /// <summary>Puts a suite on the mirror, in place of what it was.</summary>
    /// <param name="suite">Its code name.</param>
    /// <param name="indexes">The index files: paths below the suite without <c>.gz</c>, and their text.</param>
    /// <param name="date">When it is released.</param>
    public void Publish(string suite, (string Path, string Text)[] indexes, DateTimeOffset? date = null)
    {
        var lines = new StringBuilder();
        foreach (var (path, text) in indexes)
        {
            var content = Gzip(text);
            _files[$"dists/{suite}/{path}.gz"] = content;
            lines.Append(CultureInfo.InvariantCulture, $" {Digest.Of(content).Hash} {content.Length} {path}.gz\n");
        }

        var time = date ?? Date;
        var signer = ReleaseSigner.Read(Key.Secret, "test.gpg", passphrase: null, TimeProvider.System);
        _files[$"dists/{suite}/InRelease"] = Encoding.UTF8.GetBytes(signer.Clearsign(
            $"Origin: Debian\nSuite: {suite}\nCodename: {suite}\nDate: {time.ToString("ddd, dd MMM yyyy HH:mm:ss 'UTC'", CultureInfo.InvariantCulture)}\nSHA256:\n{lines}", time));
    }

    /// <summary>Where a suite of it is.</summary>
    public static SuitePlace Place(string suite) => new()
    {
        Archive = "debian",
        Suite = suite,
        Component = "main",
        Keyring = Keyring.Parse(Key.Public, "test.gpg"),
        Mirrors = DebianMirrors.Of(new MirrorSettings { Flag = "http://mirror.example/debian" }),
    };

    /// <summary>Opens a file, as over the network.</summary>
    public Task<Stream> OpenAsync(Uri place, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var path = place.AbsolutePath["/debian/".Length..];
        Asked.Add(path);
        return _files.TryGetValue(path, out var content) ? Task.FromResult<Stream>(new MemoryStream(content)) : throw new HttpRequestException("not found", inner: null, HttpStatusCode.NotFound);
    }

    /// <summary>Writes it to a directory.</summary>
    public void WriteTo(string directory)
    {
        foreach (var (path, content) in _files)
        {
            var file = Path.Combine(directory, path);
            Directory.CreateDirectory(Path.GetDirectoryName(file)!);
            File.WriteAllBytes(file, content);
        }
    }

    private static byte[] Gzip(string text)
    {
        using var buffer = new MemoryStream();
        using (var gzip = new GZipStream(buffer, CompressionMode.Compress))
            gzip.Write(Encoding.UTF8.GetBytes(text));
        return buffer.ToArray();
    }
}
