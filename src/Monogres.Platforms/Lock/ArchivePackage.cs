using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Platforms.Packages;

namespace Monogres.Platforms.Lock;

/// <summary>A package as an archive's <c>Packages</c> file offers it.</summary>
public sealed record ArchivePackage
{
    /// <summary>The name.</summary>
    public required string Name { get; init; }

    /// <summary>The version.</summary>
    public required DebianVersion Version { get; init; }

    /// <summary>Debian's word for the processor (<c>amd64</c>), or <c>all</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>SHA-256 and size in bytes of the file.</summary>
    public required Digest Digest { get; init; }

    /// <summary>Where the file is, under the archive's base.</summary>
    public required RelativePath Path { get; init; }

    /// <summary>Its requirements: <c>Pre-Depends</c> first, then <c>Depends</c>.</summary>
    public required ImmutableArray<Dependency> Depends { get; init; }

    /// <summary>The virtual packages that this one provides; a version only where one is given.</summary>
    public required ImmutableArray<DependencyAlternative> Provides { get; init; }

    /// <summary>Reads a <c>Packages</c> file.</summary>
    /// <exception cref="FormatException">A paragraph lacks a field, or has one that cannot be read.</exception>
    public static IReadOnlyList<ArchivePackage> Parse(string text) => [.. Deb822.Parse(text).Select(Of)];

    private static ArchivePackage Of(Deb822Stanza stanza)
    {
        var size = stanza.Required("Size");
        return new ArchivePackage
        {
            Name = stanza.Required("Package"),
            Version = DebianVersion.Parse(stanza.Required("Version")),
            Architecture = stanza.Required("Architecture"),
            Digest = Digest.Parse($"{stanza.Required("SHA256")}/{size}"),
            Path = RelativePath.Parse(stanza.Required("Filename")),
            Depends = [.. Dependency.ParseField(stanza["Pre-Depends"] ?? ""), .. Dependency.ParseField(stanza["Depends"] ?? "")],
            Provides = [.. Dependency.ParseField(stanza["Provides"] ?? "").SelectMany(dependency => dependency.Alternatives)],
        };
    }
}
