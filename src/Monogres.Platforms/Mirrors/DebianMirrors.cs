using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Platforms.Mirrors;

/// <summary>The settings for mirrors, in order of precedence; the caller reads flags and variables.</summary>
public sealed record MirrorSettings
{
    /// <summary>The value of the command-line flag, or null.</summary>
    public string? Flag { get; init; }

    /// <summary>The value of the environment variable, or null.</summary>
    public string? Variable { get; init; }

    /// <summary>Where the host's apt configuration is, <c>/etc/apt</c>; null to ignore it.</summary>
    public string? AptDirectory { get; init; }

    /// <summary>The time of the last resort at snapshot.debian.org, as a lock suggests it; null to omit that.</summary>
    public string? Snapshot { get; init; }
}

/// <summary>
/// The places that have Debian's archives, in the order in which they are tried: flag, variable, the host's apt
/// configuration, snapshot.debian.org.
/// </summary>
public sealed class DebianMirrors
{
    private readonly ImmutableArray<ArchiveBase> _bases;

    private DebianMirrors(ImmutableArray<ArchiveBase> bases) => _bases = bases;

    /// <summary>Puts the places in order, each once.</summary>
    /// <exception cref="UserErrorException">Flag or variable cannot be read.</exception>
    public static DebianMirrors Of(MirrorSettings settings)
    {
        IEnumerable<ArchiveBase> bases =
        [
            .. Parse(settings.Flag, "the mirror flag"),
            .. Parse(settings.Variable, "the mirror variable"),
            .. settings.AptDirectory is { } directory ? AptSources.Read(directory) : [],
            .. settings.Snapshot is { } time ? [Snapshot(ArchiveBase.Debian, time), Snapshot(ArchiveBase.DebianSecurity, time)] : Array.Empty<ArchiveBase>(),
        ];
        return new DebianMirrors([.. bases.Distinct()]);
    }

    /// <summary>The copies of an archive, best first.</summary>
    public ImmutableArray<ArchiveBase> Of(string archive) => [.. _bases.Where(entry => string.Equals(entry.Archive, archive, StringComparison.Ordinal))];

    /// <summary>The places of a file of an archive, best first.</summary>
    /// <param name="archive"><c>debian</c> or <c>debian-security</c>.</param>
    /// <param name="path">Under the archive's base, as a lock has it.</param>
    public ImmutableArray<Uri> Locate(string archive, RelativePath path) => [.. Of(archive).Select(entry => entry.Locate(path))];

    /// <summary>The archive as it was at a time; the service goes to the nearest state before it.</summary>
    /// <param name="archive"><c>debian</c> or <c>debian-security</c>.</param>
    /// <param name="time"><c>20260712T101637Z</c></param>
    public static ArchiveBase Snapshot(string archive, string time) => new(archive, new Uri($"https://snapshot.debian.org/archive/{archive}/{time}/"));

    /// <summary>
    /// Reads a setting: URIs or absolute directories separated by white space or commas, each of the archive that its path names
    /// (or of <c>debian</c> when it names none), or of another when written <c>debian-security=URI</c>.
    /// </summary>
    private static IEnumerable<ArchiveBase> Parse(string? setting, string from)
    {
        foreach (var entry in setting?.Split([' ', ',', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries) ?? [])
        {
            var equals = entry.IndexOf('=', StringComparison.Ordinal);
            var named = equals > 0 && entry[..equals] is ArchiveBase.Debian or ArchiveBase.DebianSecurity;
            var place = named ? entry[(equals + 1)..] : entry;
            if (place.StartsWith('/'))
                place = $"file://{place}";

            if (!ArchiveBase.TryParseUri(place, out var uri))
                throw MirrorErrors.NotAMirror(from, entry);

            yield return named ? new ArchiveBase(entry[..equals], uri)
                : ArchiveBase.TryParse(place, out var known) ? known
                : new ArchiveBase(ArchiveBase.Debian, uri);
        }
    }
}

/// <summary>What can be wrong with a mirror setting.</summary>
public static class MirrorErrors
{
    /// <summary>A value is not the place of a mirror.</summary>
    public static UserErrorException NotAMirror(string from, string value) => new(
        $"{from} contains `{value}`, which is not a Debian mirror",
        "give an http, https or file URI or an absolute directory with `dists` and `pool` in it");
}
