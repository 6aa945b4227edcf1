using Monogres.Core;
using Monogres.Index.Extensions;
using Monogres.Index.Projects;

namespace Monogres.Index.Image;

/// <summary>Extensions and modules, and what can be told of them without reading all they say.</summary>
internal static class ExtensionCodec
{
    public static ExtensionProject Project(Wire wire, ExtensionProject? value) => new()
    {
        Name = wire.Name(value?.Name),
        Folder = wire.Text(value?.Folder),
        License = wire.MaybeText(value?.License),
        Homepage = wire.Address(value?.Homepage),
        Cpe = wire.MaybeText(value?.Cpe),
        Summary = wire.OwnText(value?.Summary),
        Category = (ExtensionCategory)wire.Count((int?)value?.Category),
        Repositories = wire.Addresses(value?.Repositories),
        Servers = wire.Names(value?.Servers),
        Origin = Origin(wire, value?.Origin),
        SqlNames = wire.Texts(value?.SqlNames),
        Requires = wire.Names(value?.Requires),
        Options = wire.Texts(value?.Options),
        Preload = wire.Texts(value?.Preload),
        Settings = wire.Map(value?.Settings, Setting),
        Tests = Tests(wire, value?.Tests),
    };

    public static ExtensionOutline Outline(Wire wire, ExtensionOutline? value) => new()
    {
        Name = wire.Name(value?.Name),
        SqlNames = wire.Texts(value?.SqlNames),
        Requires = wire.Names(value?.Requires),
        Options = wire.Texts(value?.Options),
        Servers = wire.Names(value?.Servers),
        Versions = wire.List(value?.Versions, Claim),
        Module = wire.Maybe(value?.Module, ModuleClaim),
    };

    private static VersionClaim Claim(Wire wire, VersionClaim? value) => new(wire.Text(value?.Version), wire.Range(value?.Postgres));

    private static ModuleClaim ModuleClaim(Wire wire, ModuleClaim? value) => new(wire.Range(value?.Postgres), wire.MaybeName(value?.Only));

    private static ExtensionOrigin Origin(Wire wire, ExtensionOrigin? value)
    {
        var (source, server) = (value as ExtensionOrigin.Source, value as ExtensionOrigin.Server);
        return wire.Flag(server is not null)
            ? new ExtensionOrigin.Server(wire.Range(server?.Postgres), wire.Texts(server?.Files), wire.MaybeName(server?.Only))
            : new ExtensionOrigin.Source(wire.List(source?.Releases, Release), Build(wire, source?.Build));
    }

    private static ExtensionRelease Release(Wire wire, ExtensionRelease? value) => new()
    {
        Version = wire.Text(value?.Version),
        Postgres = wire.Range(value?.Postgres),
        Tag = wire.MaybeText(value?.Tag),
        Commit = wire.MaybeOwnText(value?.Commit),
        SourceDate = wire.Time(value?.SourceDate),
        Files = wire.List(value?.Files, ProjectCodec.File),
        Parts = wire.List(value?.Parts, ProjectCodec.Part),
        Crates = [.. wire.Texts(value is null ? null : [.. value.Crates.Select(path => path.Value)]).Select(RelativePath.Parse)],
    };

    private static ExtensionBuild Build(Wire wire, ExtensionBuild? value) => new()
    {
        Style = wire.Text(value?.Style),
        Arguments = wire.Texts(value?.Arguments),
        Environment = wire.TextMap(value?.Environment),
        BuildPackageSets = wire.Texts(value?.BuildPackageSets),
        RuntimePackageSets = wire.Texts(value?.RuntimePackageSets),
    };

    private static ExtensionTesting Tests(Wire wire, ExtensionTesting? value) => new()
    {
        Style = wire.Text(value?.Style),
        Directory = wire.Path(value?.Directory),
        Skipped = wire.MaybeText(value?.Skipped),
        Before = wire.Texts(value?.Before),
        Arguments = wire.Texts(value?.Arguments),
        PackageSets = wire.Texts(value?.PackageSets),
        Requires = wire.Names(value?.Requires),
        Settings = wire.Map(value?.Settings, Setting),
        Drift = wire.List(value?.Drift, Drift),
    };

    private static ServerSetting Setting(Wire wire, ServerSetting? value) => new(wire.Text(value?.Value), wire.Ranges(value?.Postgres));

    private static KnownDrift Drift(Wire wire, KnownDrift? value) => new(wire.Text(value?.Test), wire.Range(value?.Postgres), wire.Text(value?.Why));
}
