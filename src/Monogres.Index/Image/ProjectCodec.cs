using Monogres.Core;
using Monogres.Index.Projects;
namespace Monogres.Index.Image;

/// <summary>Servers, their releases, and what releases of servers and extensions have alike.</summary>
internal static class ProjectCodec
{
    public static Project Project(Wire wire, Project? value) => new(wire.List(value?.Releases, Release))
    {
        Name = wire.Name(value?.Name),
        Folder = wire.Text(value?.Folder),
        License = wire.Text(value?.License),
        Homepage = wire.Address(value?.Homepage),
        Cpe = wire.MaybeText(value?.Cpe),
        Summary = wire.OwnText(value?.Summary),
        Repositories = wire.Addresses(value?.Repositories),
        Authorities = wire.List(value?.Authorities, Authority),
        Style = wire.Text(value?.Style),
        RequiredOptions = wire.TextMap(value?.RequiredOptions),
        WithoutOptionSets = wire.TextMap(value?.WithoutOptionSets),
        Run = Run(wire, value?.Run),
    };

    private static ServerRun Run(Wire wire, ServerRun? value) => new()
    {
        InitDb = wire.Texts(value?.InitDb),
        Settings = wire.TextMap(value?.Settings),
        Port = (int?)wire.MaybeNumber(value?.Port),
        Database = wire.MaybeText(value?.Database),
    };

    public static SourceFile File(Wire wire, SourceFile? value) => new()
    {
        Source = wire.Text(value?.Source),
        Sha256 = wire.Hash(value?.Sha256),
        Size = wire.MaybeNumber(value?.Size),
        StripPrefix = wire.MaybePath(value?.StripPrefix),
        Places = wire.List(value?.Places, Place),
        TarSha256 = wire.Flag(value?.TarSha256 is not null) ? wire.Hash(value?.TarSha256) : null,
        GitArchive = wire.MaybeNumber((long?)value?.GitArchive) is { } compression ? (GitCompression)compression : null,
        Authorities = wire.Texts(value?.Authorities),
    };

    private static SourceAuthority Authority(Wire wire, SourceAuthority? value) =>
        new(wire.OwnText(value?.Name), wire.OwnText(value?.Summary), wire.Flag(value?.Homepage is not null) ? wire.Address(value?.Homepage) : null);

    private static Release Release(Wire wire, Release? value) => new()
    {
        Version = wire.Version(value?.Version),
        Postgres = wire.Version(value?.Postgres),
        Tag = wire.MaybeText(value?.Tag),
        Commit = wire.MaybeOwnText(value?.Commit),
        Released = wire.MaybeTime(value?.Released),
        SourceDate = wire.Time(value?.SourceDate),
        Warnings = wire.Texts(value?.Warnings),
        Files = wire.List(value?.Files, File),
        Parts = wire.List(value?.Parts, Part),
        Patches = wire.Texts(value?.Patches),
    };

    public static SourcePart Part(Wire wire, SourcePart? value) => new(wire.Path(value?.To), File(wire, value?.File));

    private static Place Place(Wire wire, Place? value)
    {
        var (web, pool) = (value as Place.Web, value as Place.Pool);
        return wire.Flag(pool is not null)
            ? new Place.Pool(wire.Text(pool?.Archive), wire.Path(pool?.Path))
            : new Place.Web(wire.Address(web?.Address));
    }
}
