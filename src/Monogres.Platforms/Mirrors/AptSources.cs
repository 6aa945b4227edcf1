using System.Collections.Frozen;
using Monogres.Platforms.Lock;
using Monogres.Platforms.Packages;

namespace Monogres.Platforms.Mirrors;

/// <summary>
/// The Debian mirrors that the host's apt uses (sources.list(5)). Only the bases are used: every suite of an archive is
/// under the same base, so a host of one release serves a platform of another. Whose mirror it is does not matter, since
/// release files are signed and packages pinned.
/// </summary>
public static class AptSources
{
    private static readonly FrozenSet<string> Releases = FrozenSet.ToFrozenSet(
        ["buster", "bullseye", "bookworm", "trixie", "forky", "duke", "sid", "oldoldstable", "oldstable", "stable", "testing", "unstable"], StringComparer.Ordinal);

    private static readonly FrozenSet<string> Pockets = FrozenSet.ToFrozenSet(
        ["", "-updates", "-security", "/updates", "-proposed-updates", "-backports", "-backports-sloppy"], StringComparer.Ordinal);

    /// <summary>Reads <c>sources.list</c>, then <c>sources.list.d</c> by name. What cannot be read or understood is skipped: it is the host's, not ours.</summary>
    /// <param name="directory">Where apt's configuration is: <c>/etc/apt</c>. It need not exist.</param>
    /// <returns>The bases in the order of the files, each once.</returns>
    public static IReadOnlyList<ArchiveBase> Read(string directory)
    {
        var parts = Path.Combine(directory, "sources.list.d");
        IEnumerable<string> files = Directory.Exists(parts) ? Directory.EnumerateFiles(parts).Order(StringComparer.Ordinal) : [];
        return [.. files.Prepend(Path.Combine(directory, "sources.list")).SelectMany(ReadFile).Distinct()];
    }

    /// <summary>The bases in a file of the one-line style.</summary>
    public static IEnumerable<ArchiveBase> ParseList(string text) => text.ReplaceLineEndings("\n").Split('\n').SelectMany(ParseLine);

    /// <summary>The bases in a file of the deb822 style.</summary>
    /// <exception cref="FormatException">The text is not in this style.</exception>
    public static IEnumerable<ArchiveBase> ParseSources(string text)
    {
        foreach (var stanza in Deb822.Parse(text))
        {
            if (stanza["Enabled"] is { } enabled && enabled.ToUpperInvariant() is "NO" or "FALSE" or "WITHOUT" or "OFF" or "DISABLE")
                continue;

            if (!Words(stanza["Types"]).Contains("deb", StringComparer.Ordinal))
                continue;

            foreach (var uri in Words(stanza["URIs"]))
            {
                foreach (var found in Bases(uri, Words(stanza["Suites"]), Words(stanza["Components"])))
                    yield return found;
            }
        }
    }

    private static IEnumerable<ArchiveBase> ReadFile(string file)
    {
        try
        {
            return Path.GetExtension(file) switch
            {
                ".list" when File.Exists(file) => [.. ParseList(File.ReadAllText(file))],
                ".sources" => [.. ParseSources(File.ReadAllText(file))],
                _ => [],
            };
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException or FormatException)
        {
            return [];
        }
    }

    private static IEnumerable<ArchiveBase> ParseLine(string line)
    {
        var text = line.Split('#')[0];
        var open = text.IndexOf('[', StringComparison.Ordinal);
        var close = text.IndexOf(']', StringComparison.Ordinal);
        if (open >= 0 && close > open)
            text = text.Remove(open, close - open + 1);

        return Words(text) is ["deb", var uri, var suite, .. var components] ? Bases(uri, [suite], components) : [];
    }

    private static IEnumerable<ArchiveBase> Bases(string uri, string[] suites, string[] components)
    {
        if (!components.Contains("main", StringComparer.Ordinal) || !suites.Any(IsDebianSuite) || !ArchiveBase.TryParse(uri, out var found))
            return [];

        return [found];
    }

    private static bool IsDebianSuite(string suite)
    {
        var end = suite.AsSpan().IndexOfAny('-', '/');
        return end < 0 ? Releases.Contains(suite) : Releases.Contains(suite[..end]) && Pockets.Contains(suite[end..]);
    }

    private static string[] Words(string? text) => text?.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries) ?? [];
}
