using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Projects;
using Monogres.Sources.Upstreams;

namespace Monogres.Monobot;

/// <summary>Asks postgresql.org for releases of PostgreSQL that the index lacks, of the majors that it has and later ones.</summary>
/// <param name="published">Asks.</param>
/// <param name="server">What the index has.</param>
public sealed class ServerQuestion(PublishedReleases published, Project server)
{
    /// <summary>The project.</summary>
    public ProjectName Name => server.Name;

    /// <summary>What is new, one line each, with the digest that postgresql.org publishes of the tarball.</summary>
    /// <exception cref="UserErrorException">postgresql.org does not answer, or not as it should.</exception>
    public async Task<ImmutableArray<string>> NewsAsync(CancellationToken cancel)
    {
        var (known, oldest) = (server.Releases.Select(release => release.Version).ToHashSet(), server.Releases[0].Version.Major);
        var newest = server.Releases.GroupBy(release => release.Version.Major).ToDictionary(major => major.Key, major => major.Max(release => release.Version));
        var lines = ImmutableArray.CreateBuilder<string>();
        foreach (var version in (await published.OfPostgresAsync(cancel)).Where(version => version.Major >= oldest && !known.Contains(version) && !(newest.TryGetValue(version.Major, out var last) && version < last)))
            lines.Add($"{version} is released: postgresql.org says that its tarball has sha256 {await published.DigestOfPostgresAsync(version, cancel)}");
        return lines.ToImmutable();
    }
}
