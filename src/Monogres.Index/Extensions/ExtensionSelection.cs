using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Index.Extensions;

/// <summary>Chooses extensions, and the version of each, for servers with an option set.</summary>
internal sealed class ExtensionSelection(MonogresIndex index, OptionSet set)
{
    /// <summary>The targets that a pattern asks for, by server and name.</summary>
    /// <exception cref="UserErrorException">There is no such extension or version of it, or none of them supports any of the servers.</exception>
    public ImmutableArray<TargetName> Select(ExtensionPattern asked, ImmutableArray<TargetName> servers)
    {
        ImmutableArray<ExtensionProject> extensions = asked.Name is { } name ? [index.Extension(name)] : index.Extensions;
        if (asked is { Name: not null, Version: { } version, EveryVersion: false } && extensions[0].Origin is ExtensionOrigin.Source source && !source.Releases.Any(release => IsAsked(version, release.Version)))
            throw IndexErrors.UnknownExtensionVersion(extensions[0], source, version);

        ImmutableArray<TargetName> targets = [.. servers.SelectMany(server => extensions.SelectMany(extension => Fits(extension, asked, server)))];
        if (!targets.IsEmpty)
            return targets;

        throw asked.Name is null ? IndexErrors.NoExtensionFits(asked, servers) : Misfit(extensions[0], asked, servers);
    }

    private IEnumerable<TargetName> Fits(ExtensionProject extension, ExtensionPattern asked, TargetName server)
    {
        if (asked.EveryVersion && extension.Origin is ExtensionOrigin.Source source)
            return source.Releases.Select(release => Fit(extension, release.Version, server)).OfType<TargetName>();

        return Fit(extension, asked.Version, server) is { } one ? [one] : [];
    }

    /// <summary>The extension for a server, in the requested version or else in the newest that supports it; null when none does.</summary>
    private TargetName? Fit(ExtensionProject extension, string? version, TargetName server)
    {
        var chosen = !HasOption(set, extension, server.Version) ? null : extension.Origin switch
        {
            ExtensionOrigin.Source source => source.Releases.LastOrDefault(release => IsAsked(version, release.Version) && release.Postgres.Contains(server.Version))?.Version,
            ExtensionOrigin.Server module => IsAsked(version, server.Version.ToString()) && module.Postgres.Contains(server.Version)
                ? server.Version.ToString()
                : null,
            _ => throw new InvalidOperationException(),
        };
        return chosen is null ? null : server with { Extension = new ExtensionVersion(extension.Name, chosen) };
    }

    private static bool IsAsked(string? asked, string version) => asked is null or ExtensionPattern.Every || string.Equals(asked, version, StringComparison.Ordinal);

    private static bool HasOption(OptionSet set, ExtensionProject extension, PgVersion server) => extension.Options.IsEmpty
        || set.On.Any(option => option.Postgres.Contains(server) && extension.Options.Contains(option.Name, StringComparer.Ordinal));

    // Said of the newest of the servers, which is the one most likely meant.
    private UserErrorException Misfit(ExtensionProject extension, ExtensionPattern asked, ImmutableArray<TargetName> servers)
    {
        var server = servers[^1];
        if (extension.Origin is ExtensionOrigin.Source source)
        {
            if (servers.LastOrDefault(one => !HasOption(set, extension, one.Version) && source.Releases.Any(release => IsAsked(asked.Version, release.Version) && release.Postgres.Contains(one.Version))) is { } off)
                return OptionIsOff(extension, asked, servers, off, asked.Version);

            ImmutableArray<ExtensionRelease> claims = [.. source.Releases.Where(release => IsAsked(asked.Version, release.Version))];
            return IndexErrors.ExtensionDoesNotFit(asked, servers, claims, Instead(Fit(extension, version: null, server), Nearest(extension, asked.Version, server)));
        }

        var module = (ExtensionOrigin.Server)extension.Origin;
        if (!servers.Any(one => module.Postgres.Contains(one.Version)))
            return IndexErrors.ModuleIsNotThere(asked, servers, module, Instead(Nearest(extension, version: null, server)));

        if (servers.LastOrDefault(one => module.Postgres.Contains(one.Version) && HasOption(set, extension, one.Version)) is { } other)
            return IndexErrors.ModuleHasTheServersVersion(asked, servers, Instead(Fit(extension, version: null, other)));

        var there = servers.Last(one => module.Postgres.Contains(one.Version));
        return OptionIsOff(extension, asked, servers, there, version: null);
    }

    private UserErrorException OptionIsOff(ExtensionProject extension, ExtensionPattern asked, ImmutableArray<TargetName> servers, TargetName server, string? version)
    {
        var having = index.OptionSets.Sets.FirstOrDefault(one => HasOption(one, extension, server.Version));
        return IndexErrors.OptionIsOff(
            asked, servers, extension, set, Instead(having is null ? null : new ExtensionSelection(index, having).Fit(extension, version, server with { OptionSet = having.Name })));
    }

    private static ImmutableArray<TargetName> Instead(params IEnumerable<TargetName?> targets) => [.. targets.OfType<TargetName>().Distinct()];

    /// <summary>The extension for the nearest server that it supports, in its newest version for that major: what a user would choose.</summary>
    private TargetName? Nearest(ExtensionProject extension, string? version, TargetName server)
    {
        var offered = MonogresIndex.Offered(index.Project(server.Server)).ToArray();
        var at = Array.FindIndex(offered, release => release.Version >= server.Version);
        var fitting = offered
            .Select((release, i) => (Target: Fit(extension, version, server with { Version = release.Version }), Distance: Math.Abs(i - (at < 0 ? offered.Length : at))))
            .Where(one => one.Target is not null)
            .ToArray();
        if (fitting.Length == 0)
            return null;

        var major = fitting.MinBy(one => one.Distance).Target!.Version.Major;
        return fitting.Last(one => one.Target!.Version.Major == major).Target;
    }
}
