using System.Collections.Frozen;
using System.Globalization;
using Monogres.Core;
using Monogres.Platforms.Packages;

namespace Monogres.Platforms.Lock;

/// <summary>
/// What an archive says about one suite: when it was published and which index files it has, by SHA-256. The text comes
/// from an <c>InRelease</c> file whose signature was checked. A <c>Valid-Until</c> field is ignored: a lock pins
/// what a suite was, and the point releases that it is made from have no such field.
/// </summary>
public sealed record ReleaseFile
{
    /// <summary>The code name: <c>bookworm</c>.</summary>
    public required string Codename { get; init; }

    /// <summary>The suite it is now: <c>stable</c>, <c>oldstable</c>; empty when the file has none.</summary>
    public required string Suite { get; init; }

    /// <summary>When it was published.</summary>
    public required DateTimeOffset Date { get; init; }

    /// <summary>Whether index files are also available under the name <c>by-hash/SHA256/…</c>, which never changes its content.</summary>
    public required bool AcquireByHash { get; init; }

    /// <summary>The index files by their path under <c>dists/SUITE/</c>.</summary>
    public required FrozenDictionary<string, Digest> Files { get; init; }

    /// <summary>Reads the text of a <c>Release</c> file.</summary>
    /// <exception cref="FormatException">A field is missing or cannot be read.</exception>
    public static ReleaseFile Parse(string text)
    {
        var stanza = Deb822.Parse(text) is [var only] ? only : throw new FormatException("a Release file has exactly one paragraph");
        var date = stanza.Required("Date");
        return new ReleaseFile
        {
            Codename = stanza.Required("Codename"),
            Suite = stanza["Suite"] ?? "",
            Date = DateTimeOffset.TryParseExact(date.Replace(" UTC", " GMT", StringComparison.Ordinal), ["ddd, dd MMM yyyy HH:mm:ss 'GMT'", "ddd, d MMM yyyy HH:mm:ss 'GMT'", "ddd,  d MMM yyyy HH:mm:ss 'GMT'"], CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var value)
                ? value
                : throw new FormatException($"'{date}' is not the date of a Release file"),
            AcquireByHash = string.Equals(stanza["Acquire-By-Hash"], "yes", StringComparison.OrdinalIgnoreCase),
            Files = stanza.Required("SHA256").Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(File).ToFrozenDictionary(StringComparer.Ordinal),
        };
    }

    private static KeyValuePair<string, Digest> File(string line) =>
        line.Split(' ', StringSplitOptions.RemoveEmptyEntries) is [var hash, var size, var path] && Digest.TryParse($"{hash}/{size}", out var digest)
            ? new KeyValuePair<string, Digest>(path, digest)
            : throw new FormatException($"'{line}' is not a line of a Release file: a SHA-256, a size and a path are needed");
}
