using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Extensions;
using Monogres.Index.Names;
using Monogres.Index.Options;

namespace Monogres.Index;

public static partial class IndexErrors
{
    /// <summary>The index has no such extension.</summary>
    public static UserErrorException UnknownExtension(ProjectName name, MonogresIndex index) => new(
        $"no extension `{name}` in the index",
        NearExtensions(name, index) ?? (index.Outlines.IsEmpty ? "this index describes PostgreSQL only" : "`monogres list` lists all extensions"));

    /// <summary>The extension has no such version.</summary>
    public static UserErrorException UnknownExtensionVersion(ExtensionProject extension, ExtensionOrigin.Source source, string version) =>
        UnknownExtensionVersion(ExtensionOutline.Of(extension), version);

    /// <summary>The extension has no such version.</summary>
    public static UserErrorException UnknownExtensionVersion(ExtensionOutline extension, string version)
    {
        var known = extension.Versions.Select(claim => claim.Version).ToArray();
        return new UserErrorException(
            $"no version `{version}` of `{extension.Name}`",
            (char.IsAsciiDigit(version[0]) ? null : NameText.Near(version, known)) ?? $"ask for {NameText.Either(Neighbours(version, known))}",
            [$"it has {string.Join(", ", known)}"]);
    }

    // Of numbers the nearest are those before and after, not those that are spelt alike.
    private static string[] Neighbours(string version, string[] known)
    {
        var before = known.Where(one => ExtensionVersion.Compare(one, version) < 0).TakeLast(1);
        return [.. before, .. known.Where(one => ExtensionVersion.Compare(one, version) > 0).Take(1)];
    }

    /// <summary>No extension of the index supports any of the servers.</summary>
    public static UserErrorException NoExtensionSelected(ExtensionPattern asked, ImmutableArray<TargetName> servers) => new(
        $"`{asked}` selects no extension for {Servers(servers)}",
        "`monogres list` lists the extensions, `monogres list NAME` the versions of one");

    /// <summary>The extension is for other servers.</summary>
    public static UserErrorException OtherServers(ExtensionPattern asked, ImmutableArray<TargetName> servers, ExtensionOutline extension) => new(
        $"`{asked}` is not for {Servers(servers)}", $"ask for `{extension.Name}/{extension.Servers[0]}`", [$"it needs what only {NameText.Either([.. extension.Servers.Select(server => server.Value)])} has"]);

    /// <summary>The extension claims to work with none of the servers.</summary>
    /// <param name="asked">The extension as it was asked for.</param>
    /// <param name="servers">The servers.</param>
    /// <param name="claims">The versions that were considered.</param>
    /// <param name="instead">Targets that would work.</param>
    public static UserErrorException ExtensionIncompatible(ExtensionPattern asked, ImmutableArray<TargetName> servers, ImmutableArray<VersionClaim> claims, ImmutableArray<TargetName> instead) => new(
        $"`{asked}` does not support {Servers(servers)}", AskFor(instead), [.. Claims(claims)]);

    /// <summary>The servers' source does not have the module.</summary>
    public static UserErrorException ModuleNotInServer(ExtensionPattern asked, ImmutableArray<TargetName> servers, ModuleClaim module, ImmutableArray<TargetName> instead) => new(
        $"`{asked}` is not in {Servers(servers)}", AskFor(instead),
        [module.Only is { } only ? $"it is a module of `{only}` alone, where that is based on PostgreSQL {module.Postgres}" : $"it is a module of PostgreSQL {module.Postgres}"]);

    /// <summary>A version of a module was named that is not its server's.</summary>
    public static UserErrorException ModuleVersionMismatch(ExtensionPattern asked, ImmutableArray<TargetName> servers, ImmutableArray<TargetName> instead) => new(
        $"`{asked}` is not in {Servers(servers)}", AskFor(instead), ["it is a module: its version is that of its server"]);

    /// <summary>The option set omits the option that the module needs.</summary>
    public static UserErrorException OptionIsOff(ExtensionPattern asked, ImmutableArray<TargetName> servers, ExtensionOutline extension, OptionSet set, ImmutableArray<TargetName> instead) => new(
        $"`{asked}` is not available for {Servers(servers)}", AskFor(instead), [$"it needs the option {NameText.Either(extension.Options)}, which the option set `{set.Name}` omits"]);

    // Both what projects are called and what they create: who uses an extension knows it by the latter.
    private static string? NearExtensions(ProjectName name, MonogresIndex index)
    {
        var parts = index.Outlines.Where(extension => extension.SqlNames.Contains(name.Value, StringComparer.Ordinal)).Select(extension => extension.Name.Value).ToArray();
        if (parts.Length > 0)
            return $"the extension `{name}` is part of {NameText.Either(parts)}";

        var spellings = index.Outlines.SelectMany(extension => extension.SqlNames.Prepend(extension.Name.Value).Select(spelling => (spelling, project: extension.Name.Value)))
            .ToLookup(pair => pair.spelling, pair => pair.project, StringComparer.Ordinal);
        var near = NearNames.Of(name.Value, spellings.Select(spelling => spelling.Key)).SelectMany(spelling => spellings[spelling]).Distinct(StringComparer.Ordinal).Take(3).ToArray();
        return near.Length == 0 ? null : $"did you mean {NameText.Either(near)}?";
    }

    private static string? AskFor(ImmutableArray<TargetName> instead) =>
        instead.IsEmpty ? null : $"ask for {NameText.Either([.. instead.Select(target => target.ToString())])}";

    private static string Servers(ImmutableArray<TargetName> servers) => servers.Length == 1
        ? $"`{servers[0]}`"
        : $"any of the {servers.Length} servers from `{servers[0]}` to `{servers[^1]}`";

    // Neighbours that claim the same are told in one line.
    private static IEnumerable<string> Claims(ImmutableArray<VersionClaim> claims)
    {
        for (var i = 0; i < claims.Length; i++)
        {
            var first = claims[i];
            while (i + 1 < claims.Length && claims[i + 1].Postgres.Equals(first.Postgres))
                i++;

            yield return $"{(first == claims[i] ? first.Version : $"{first.Version} to {claims[i].Version}")}: PostgreSQL {first.Postgres}";
        }
    }
}
