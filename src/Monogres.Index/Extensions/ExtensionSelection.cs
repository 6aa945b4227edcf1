using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Index.Extensions;

/// <summary>A server that extensions are chosen for.</summary>
/// <param name="Target">The server as a target.</param>
/// <param name="Postgres">The version of PostgreSQL that its release is based on.</param>
internal readonly record struct ChosenServer(TargetName Target, PgVersion Postgres);

/// <summary>Chooses extensions, and the version of each, for servers with an option set.</summary>
internal sealed class ExtensionSelection(MonogresIndex index, OptionSet set)
{
    /// <summary>The targets that a pattern asks for, by server and name.</summary>
    /// <exception cref="UserErrorException">There is no such extension or version of it, or none goes with any of the servers.</exception>
    public IEnumerable<TargetName> Select(ExtensionPattern asked, ImmutableArray<ChosenServer> servers)
    {
        ImmutableArray<ExtensionProject> extensions = asked.Name is { } name ? [index.Extension(name)] : index.Extensions;
        if (asked is { Name: not null, Version: { } version, EveryVersion: false } && extensions[0].Origin is ExtensionOrigin.Source source && !source.Releases.Any(release => IsAsked(version, release.Version)))
            throw IndexErrors.UnknownExtensionVersion(extensions[0], source, version);

        var targets = servers.SelectMany(server => extensions.SelectMany(extension => Fits(extension, asked, server)));
        if (targets.Any())
            return targets;

        ImmutableArray<TargetName> names = [.. servers.Select(server => server.Target)];
        throw asked.Name is null ? IndexErrors.NoExtensionFits(asked, names) : Misfit(extensions[0], asked, servers, names);
    }

    private IEnumerable<TargetName> Fits(ExtensionProject extension, ExtensionPattern asked, ChosenServer server)
    {
        if (asked.EveryVersion && extension.Origin is ExtensionOrigin.Source source)
            return source.Releases.Select(release => Fit(extension, release.Version, server)).OfType<TargetName>();

        return Fit(extension, asked.Version, server) is { } one ? [one] : [];
    }

    /// <summary>The extension for a server, in the version that is asked for or else in the newest that fits; null when none does.</summary>
    private TargetName? Fit(ExtensionProject extension, string? version, ChosenServer server)
    {
        var own = server.Target.Version.ToString();
        var chosen = !HasOption(set, extension, server) ? null : extension.Origin switch
        {
            ExtensionOrigin.Source source => source.Releases.LastOrDefault(release => IsAsked(version, release.Version) && release.Postgres.Contains(server.Postgres))?.Version,
            ExtensionOrigin.Server module => IsAsked(version, own) && IsIn(module, server) ? own : null,
            _ => throw new InvalidOperationException(),
        };
        return chosen is null ? null : server.Target with { Extension = new ExtensionVersion(extension.Name, chosen) };
    }

    private static bool IsAsked(string? asked, string version) => asked is null or ExtensionPattern.Every || string.Equals(asked, version, StringComparison.Ordinal);

    private static bool IsIn(ExtensionOrigin.Server module, ChosenServer server) => module.IsIn(server.Target.Server, server.Postgres);

    private static bool HasOption(OptionSet set, ExtensionProject extension, ChosenServer server) => extension.Options.IsEmpty
        || set.On.Any(option => option.Postgres.Contains(server.Postgres) && extension.Options.Contains(option.Name, StringComparer.Ordinal));

    // Said of the newest of the servers, which is the one most likely meant.
    private UserErrorException Misfit(ExtensionProject extension, ExtensionPattern asked, ImmutableArray<ChosenServer> servers, ImmutableArray<TargetName> names)
    {
        var server = servers[^1];
        if (extension.Origin is ExtensionOrigin.Source source)
        {
            if (Last(servers, one => !HasOption(set, extension, one) && source.Releases.Any(release => IsAsked(asked.Version, release.Version) && release.Postgres.Contains(one.Postgres))) is { } off)
                return OptionIsOff(extension, asked, names, off, asked.Version);

            ImmutableArray<ExtensionRelease> claims = [.. source.Releases.Where(release => IsAsked(asked.Version, release.Version))];
            return IndexErrors.ExtensionDoesNotFit(asked, names, claims, Instead(Fit(extension, version: null, server), Nearest(extension, asked.Version, server)));
        }

        var module = (ExtensionOrigin.Server)extension.Origin;
        if (Last(servers, one => IsIn(module, one)) is not { } there)
            return IndexErrors.ModuleIsNotThere(asked, names, module, Instead(Nearest(extension, version: null, server)));

        if (Last(servers, one => IsIn(module, one) && HasOption(set, extension, one)) is { } other)
            return IndexErrors.ModuleHasTheServersVersion(asked, names, Instead(Fit(extension, version: null, other)));

        return OptionIsOff(extension, asked, names, there, version: null);
    }

    private UserErrorException OptionIsOff(ExtensionProject extension, ExtensionPattern asked, ImmutableArray<TargetName> names, ChosenServer server, string? version)
    {
        var having = index.OptionSets.Sets.FirstOrDefault(one => HasOption(one, extension, server));
        return IndexErrors.OptionIsOff(
            asked, names, extension, set,
            Instead(having is null ? null : new ExtensionSelection(index, having).Fit(extension, version, server with { Target = server.Target with { OptionSet = having.Name } })));
    }

    private static ChosenServer? Last(ImmutableArray<ChosenServer> servers, Func<ChosenServer, bool> holds)
    {
        for (var i = servers.Length - 1; i >= 0; i--)
        {
            if (holds(servers[i]))
                return servers[i];
        }

        return null;
    }

    private static ImmutableArray<TargetName> Instead(params IEnumerable<TargetName?> targets) => [.. targets.OfType<TargetName>().Distinct()];

    /// <summary>The extension for the nearest release of the server that it fits, and there the newest of the major: what a person would take.</summary>
    private TargetName? Nearest(ExtensionProject extension, string? version, ChosenServer server)
    {
        var offered = MonogresIndex.Offered(index.Project(server.Target.Server)).ToArray();
        var at = Array.FindIndex(offered, release => release.Version >= server.Target.Version);
        var fitting = offered
            .Select((release, i) => (
                Target: Fit(extension, version, new ChosenServer(server.Target with { Version = release.Version }, release.Postgres)),
                Distance: Math.Abs(i - (at < 0 ? offered.Length : at))))
            .Where(one => one.Target is not null)
            .ToArray();
        if (fitting.Length == 0)
            return null;

        var major = fitting.MinBy(one => one.Distance).Target!.Version.Major;
        return fitting.Last(one => one.Target!.Version.Major == major).Target;
    }
}
