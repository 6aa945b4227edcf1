using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Extensions;
using Monogres.Index.Options;
using Monogres.Index.Projects;

namespace Monogres.Index;

/// <summary>A server that extensions are chosen for.</summary>
/// <param name="Target">The server as a target.</param>
/// <param name="Postgres">The version of PostgreSQL that its release is based on.</param>
internal sealed record ChosenServer(TargetName Target, PgVersion Postgres);

/// <summary>Chooses extensions, and the version of each, for servers with an option set.</summary>
internal sealed class ExtensionSelection(MonogresIndex index, OptionSet set)
{
    /// <summary>The targets that a pattern asks for, by server and name.</summary>
    /// <exception cref="UserErrorException">There is no such extension or version of it, or none of them supports any of the servers.</exception>
    public IEnumerable<TargetName> Select(ExtensionPattern asked, ImmutableArray<ChosenServer> servers)
    {
        ImmutableArray<ExtensionOutline> extensions = asked.Name is { } name ? [index.FindOutline(name) ?? throw IndexErrors.UnknownExtension(name, index)] : index.Outlines;
        if (asked is { Name: not null, Version: { } version, EveryVersion: false } && extensions[0] is { Module: null } one && !one.Versions.Any(claim => IsAsked(version, claim.Version)))
            throw IndexErrors.UnknownExtensionVersion(one, version);

        var targets = Select(extensions, asked, servers);
        if (targets.Any())
            return targets;

        ImmutableArray<TargetName> names = [.. servers.Select(server => server.Target)];
        throw asked.Name is null ? IndexErrors.NoExtensionSelected(asked, names) : Incompatibility(extensions[0], asked, servers, names);
    }

    private IEnumerable<TargetName> Select(ImmutableArray<ExtensionOutline> extensions, ExtensionPattern asked, ImmutableArray<ChosenServer> servers)
    {
        foreach (var server in servers)
        {
            foreach (var extension in extensions)
            {
                if (asked.EveryVersion && extension.Module is null)
                {
                    if (!HasOption(set, extension, server) || !extension.IsFor(server.Target.Server))
                        continue;

                    foreach (var claim in extension.Versions)
                    {
                        if (claim.Postgres.Contains(server.Postgres))
                            yield return Named(extension, claim.Version, server);
                    }
                }
                else if (Fit(extension, asked.Version, server) is { } one)
                {
                    yield return one;
                }
            }
        }
    }

    /// <summary>The extension for a server, in the requested version or else in the newest that supports it; null when none does.</summary>
    private TargetName? Fit(ExtensionOutline extension, string? version, ChosenServer server)
    {
        if (!HasOption(set, extension, server) || !extension.IsFor(server.Target.Server))
            return null;

        if (extension.Module is not { } module)
            return extension.Versions.LastOrDefault(claim => IsAsked(version, claim.Version) && claim.Postgres.Contains(server.Postgres)) is { } fits ? Named(extension, fits.Version, server) : null;

        var own = server.Target.Version.ToString();
        return IsAsked(version, own) && IsIn(module, server) ? Named(extension, own, server) : null;
    }

    private static TargetName Named(ExtensionOutline extension, string version, ChosenServer server) => server.Target with { Extension = new ExtensionVersion(extension.Name, version) };

    private static bool IsAsked(string? asked, string version) => asked is null or ExtensionPattern.Every || string.Equals(asked, version, StringComparison.Ordinal);

    private static bool IsIn(ModuleClaim module, ChosenServer server) => module.IsIn(server.Target.Server, server.Postgres);

    private static bool HasOption(OptionSet set, ExtensionOutline extension, ChosenServer server) => extension.Options.IsEmpty
        || set.On.Any(option => option.Postgres.Contains(server.Postgres) && extension.Options.Contains(option.Name, StringComparer.Ordinal));

    // Said of the newest of the servers, which is the one most likely meant.
    private UserErrorException Incompatibility(ExtensionOutline extension, ExtensionPattern asked, ImmutableArray<ChosenServer> servers, ImmutableArray<TargetName> names)
    {
        var server = servers[^1];
        if (!servers.Any(one => extension.IsFor(one.Target.Server)))
            return IndexErrors.OtherServers(asked, names, extension);

        if (extension.Module is not { } module)
        {
            if (servers.LastOrDefault(one => !HasOption(set, extension, one) && extension.Versions.Any(claim => IsAsked(asked.Version, claim.Version) && claim.Postgres.Contains(one.Postgres))) is { } off)
                return OptionIsOff(extension, asked, names, off, asked.Version);

            ImmutableArray<VersionClaim> claims = [.. extension.Versions.Where(claim => IsAsked(asked.Version, claim.Version))];
            return IndexErrors.ExtensionIncompatible(asked, names, claims, Instead(Fit(extension, version: null, server), Nearest(extension, asked.Version, server)));
        }

        if (servers.LastOrDefault(one => IsIn(module, one)) is not { } there)
            return IndexErrors.ModuleNotInServer(asked, names, module, Instead(Nearest(extension, version: null, server)));

        if (servers.LastOrDefault(one => IsIn(module, one) && HasOption(set, extension, one)) is { } other)
            return IndexErrors.ModuleVersionMismatch(asked, names, Instead(Fit(extension, version: null, other)));

        return OptionIsOff(extension, asked, names, there, version: null);
    }

    private UserErrorException OptionIsOff(ExtensionOutline extension, ExtensionPattern asked, ImmutableArray<TargetName> names, ChosenServer server, string? version)
    {
        var having = index.OptionSets.Sets.FirstOrDefault(one => HasOption(one, extension, server));
        return IndexErrors.OptionIsOff(
            asked, names, extension, set,
            Instead(having is null ? null : new ExtensionSelection(index, having).Fit(extension, version, server with { Target = server.Target with { OptionSet = having.Name } })));
    }

    private static ImmutableArray<TargetName> Instead(params IEnumerable<TargetName?> targets) => [.. targets.OfType<TargetName>().Distinct()];

    /// <summary>The extension for the nearest release of the server that it fits, and there the newest of the major: what a person would take.</summary>
    private TargetName? Nearest(ExtensionOutline extension, string? version, ChosenServer server)
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
