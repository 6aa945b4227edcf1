using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Json;

namespace Monogres.Index.Projects;

/// <summary>Reads what <c>repo.json</c> of a server says of where its files come from: who vouches for digests, and which releases upstream warns of.</summary>
internal static class OriginReader
{
    public static readonly ObjectShape AuthorityShape = new("authority", ["summary"], ["homepage"]);
    public static readonly ObjectShape WarningShape = new("warning", ["versions", "why"], []);
    public static readonly ObjectShape GitArchiveShape = new("git_archive", ["compression"], ["versions"]);

    private static readonly (string Name, GitCompression Compression)[] Compressions = [("gzip", GitCompression.Gzip), ("bzip2", GitCompression.Bzip2)];

    /// <summary>Who vouches for digests, in the order of the file.</summary>
    public static ImmutableArray<SourceAuthority> Authorities(JsonShaped repo) =>
    [
        .. repo.Entries("authorities").Select(entry =>
        {
            var authority = entry.Field.Object(AuthorityShape);
            return new SourceAuthority(entry.Name, authority.Text("summary"), authority["homepage"] is { } homepage ? WebAddress.Read(homepage) : null);
        }),
    ];

    /// <summary>The warnings, each with the versions that it is about.</summary>
    public static ImmutableArray<ReleaseWarning> Warnings(JsonShaped repo) => repo.List("warnings", field =>
    {
        var warning = field.Object(WarningShape);
        return new ReleaseWarning(warning.List("versions", static version => version.Range(), mayBeEmpty: false), warning.Text("why"), field);
    });

    /// <summary>A warning about no release at all is a slip in its versions.</summary>
    public static void CheckWarnings(IEnumerable<ReleaseWarning> warnings, IEnumerable<Release> releases)
    {
        var versions = releases.Select(release => release.Version).ToArray();
        foreach (var warning in warnings.Where(warning => !Array.Exists(versions, warning.IsAbout)))
            warning.Field.Problem("is about no release of the file", "see `versions`");
    }

    /// <summary>Which releases' files are what <c>git archive</c> makes, and how they are compressed; null when the source does not say.</summary>
    public static GitArchiveRule? GitArchive(JsonField? field)
    {
        if (field is null)
            return null;

        var rule = field.Object(GitArchiveShape);
        var versions = rule.Range("versions");
        var name = rule.Text("compression");
        var index = Array.FindIndex(Compressions, known => string.Equals(known.Name, name, StringComparison.Ordinal));
        if (index < 0 && name.Length > 0)
            rule["compression"]?.Problem($"is `{name}`: expected {string.Join(" or ", Compressions.Select(known => $"`{known.Name}`"))}");
        return index < 0 ? null : new GitArchiveRule(Compressions[index].Compression, versions);
    }

    /// <summary>Those of the project's authorities that a file names.</summary>
    public static ImmutableArray<string> AuthoritiesOf(JsonField? field, IReadOnlyCollection<string> known)
    {
        if (field is null)
            return [];

        var names = field.DistinctTexts(mayBeEmpty: false);
        foreach (var unknown in names.Where(name => name.Length > 0 && !known.Contains(name, StringComparer.Ordinal)))
            field.Problem($"names the unknown authority `{unknown}`", JsonField.Suggest(unknown, known) ?? "describe it in `authorities`");
        return names;
    }
}

/// <summary>What upstream warns of, and for which versions.</summary>
/// <param name="Versions">Ranges, any of which a version is in.</param>
/// <param name="Why">What is wrong, and which releases mend it.</param>
/// <param name="Field">Where it stands.</param>
internal sealed record ReleaseWarning(ImmutableArray<VersionRange> Versions, string Why, JsonField Field)
{
    /// <summary>Whether it is about that version.</summary>
    public bool IsAbout(PgVersion version) => Versions.Any(range => range.Contains(version));
}

/// <summary>That the files of a source are what <c>git archive</c> makes of the commit.</summary>
/// <param name="Compression">How that is compressed.</param>
/// <param name="Versions">The versions for which it is so.</param>
internal sealed record GitArchiveRule(GitCompression Compression, VersionRange Versions);
