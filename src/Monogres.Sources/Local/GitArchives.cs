using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Execution;

namespace Monogres.Sources.Local;

/// <summary>
/// Where hosts of git repositories offer the files of a commit as an archive, so that no git is needed. The commit
/// identifies the content, but the host generates the archive on request, so its digest is not known beforehand.
/// </summary>
/// <param name="hosts">The hosts.</param>
public sealed class GitArchives(ImmutableArray<GitHost> hosts)
{
    /// <summary>The known hosts.</summary>
    public static GitArchives Known { get; } = new(
    [
        new GitHost("github.com", "https://github.com/{path}/archive/{commit}.tar.gz") { Tag = "https://github.com/{path}/archive/refs/tags/{tag}.tar.gz" },
        new GitHost("gitlab.com", "https://gitlab.com/{path}/-/archive/{commit}/{name}-{commit}.tar.gz") { Tag = "https://gitlab.com/{path}/-/archive/{tag}/{name}-{tag}.tar.gz" },
        new GitHost("codeberg.org", "https://codeberg.org/{path}/archive/{commit}.tar.gz") { Tag = "https://codeberg.org/{path}/archive/{tag}.tar.gz" },
    ]);

    /// <summary>The address of a commit's archive.</summary>
    /// <exception cref="UserErrorException">The host is not known.</exception>
    public Uri AddressOf(LocalSource.Commit source)
    {
        if (hosts.FirstOrDefault(host => string.Equals(host.Authority, source.Repository.Authority, StringComparison.OrdinalIgnoreCase)) is not { } host)
            throw LocalErrors.UnknownHost(source, hosts.Select(one => one.Authority));

        return new Uri(Of(source.Repository, host.Pattern).Replace("{commit}", source.Id, StringComparison.Ordinal));
    }

    /// <summary>The address of the archives of a repository's tags, with <c>{tag}</c> in it; null when the host is not known.</summary>
    /// <param name="repository">The repository, with <c>.git</c> at its end or without.</param>
    public string? TagPatternOf(Uri repository) =>
        hosts.FirstOrDefault(host => string.Equals(host.Authority, repository.Authority, StringComparison.OrdinalIgnoreCase))?.Tag is { } pattern ? Of(repository, pattern) : null;

    private static string Of(Uri repository, string pattern)
    {
        var path = repository.AbsolutePath.Trim('/');
        path = path.EndsWith(".git", StringComparison.Ordinal) ? path[..^".git".Length] : path;
        return pattern.Replace("{path}", path, StringComparison.Ordinal).Replace("{name}", path[(path.LastIndexOf('/') + 1)..], StringComparison.Ordinal);
    }
}

/// <summary>A host of git repositories.</summary>
/// <param name="Authority">Its name, with the port when that is not the usual one.</param>
/// <param name="Pattern">The address of an archive, with <c>{path}</c> of the repository, its last part <c>{name}</c>, and <c>{commit}</c>.</param>
public sealed record GitHost(string Authority, string Pattern)
{
    /// <summary>The address of the archive of a tag, with <c>{path}</c>, <c>{name}</c> and <c>{tag}</c>; null when the host has none.</summary>
    public string? Tag { get; init; }
}
