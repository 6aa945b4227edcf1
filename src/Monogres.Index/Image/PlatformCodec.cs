using Monogres.Index.Options;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;

namespace Monogres.Index.Image;

/// <summary>Platforms and what belongs to them.</summary>
internal static class PlatformCodec
{
    public static Platform Platform(Wire wire, Platform? value) => new()
    {
        Name = wire.PlatformName(value?.Name),
        Folder = wire.Text(value?.Folder),
        Summary = wire.Text(value?.Summary),
        Release = wire.Text(value?.Release),
        Architecture = wire.Text(value?.Architecture),
        GnuTriplet = wire.Text(value?.GnuTriplet),
        HostType = wire.Text(value?.HostType),
        SymbolVersions = wire.TextMap(value?.SymbolVersions),
        Archive = Archive(wire, value?.Archive),
        PackageSets = wire.Map(value?.PackageSets, static (inner, packages) => inner.Texts(packages)),
        SandboxPackageSets = wire.Texts(value?.SandboxPackageSets),
        RuntimePackageSets = wire.Texts(value?.RuntimePackageSets),
        DebuggerPackageSets = wire.Texts(value?.DebuggerPackageSets),
        Toolchains = wire.Map(value?.Toolchains, Toolchain),
        Lacks = wire.List(value?.Lacks, Lack),
        Omissions = Omissions(wire, value?.Omissions),
        Files = wire.List(value?.Files, File),
        Links = wire.List(value?.Links, Link),
        Alternatives = wire.List(value?.Alternatives, Alternatives),
        Shims = Shims(wire, value?.Shims),
        Cross = wire.Maybe(value?.Cross, Cross),
    };

    private static CrossBuild Cross(Wire wire, CrossBuild? value) => new()
    {
        Tools = wire.PlatformByName(value?.Tools),
        PackageSets = wire.Map(value?.PackageSets, static (inner, sets) => inner.Texts(sets)),
        Omissions = wire.Texts(value?.Omissions),
        Configure = wire.List(value?.Configure, CrossConfigure),
        Environment = wire.TextMap(value?.Environment),
        Emulator = wire.Path(value?.Emulator),
    };

    private static CrossConfigure CrossConfigure(Wire wire, CrossConfigure? value) =>
        new(wire.Range(value?.Postgres), wire.MaybeText(value?.Option), OptionCodec.Choice(wire, value?.Choice));

    private static PlatformArchive Archive(Wire wire, PlatformArchive? value) =>
        new(wire.Text(value?.Name), wire.Texts(value?.Suites), wire.Texts(value?.Components), wire.Text(value?.Keyring));

    private static Toolchain Toolchain(Wire wire, Toolchain? value) => new()
    {
        Name = wire.Text(value?.Name),
        PackageSets = wire.Texts(value?.PackageSets),
        Archives = wire.List(value?.Archives, PinnedArchive),
        CompilerC = wire.Text(value?.CompilerC),
        CompilerCxx = wire.Text(value?.CompilerCxx),
        LinkerFlags = wire.Texts(value?.LinkerFlags),
        Shims = Shims(wire, value?.Shims),
    };

    private static PinnedArchive PinnedArchive(Wire wire, PinnedArchive? value) => new()
    {
        Name = wire.Text(value?.Name),
        Sha256 = wire.Hash(value?.Sha256),
        Size = wire.Number(value?.Size),
        Addresses = wire.Addresses(value?.Addresses),
        StripPrefix = wire.Path(value?.StripPrefix),
        To = wire.Path(value?.To),
    };

    private static LackedOption Lack(Wire wire, LackedOption? value) => new(wire.Text(value?.Option), wire.Ranges(value?.Postgres), wire.Text(value?.Why));

    private static Omissions Omissions(Wire wire, Omissions? value) => new(wire.Texts(value?.Packages), wire.Texts(value?.Paths));

    private static PlatformFile File(Wire wire, PlatformFile? value) => new(wire.Path(value?.Path), wire.Text(value?.Content), wire.Flag(value?.Executable));

    private static PlatformLink Link(Wire wire, PlatformLink? value) => new(wire.Path(value?.Path), wire.Path(value?.Target));

    private static PackageAlternatives Alternatives(Wire wire, PackageAlternatives? value) => new(wire.Text(value?.Package), wire.List(value?.Links, Link));

    private static PlatformMove Move(Wire wire, PlatformMove? value) => new(wire.Path(value?.From), wire.Path(value?.To));

    private static BuildShims Shims(Wire wire, BuildShims? value) => new(wire.List(value?.Moves, Move), wire.List(value?.Files, File), wire.List(value?.Links, Link))
    {
        Preload = wire.MaybeText(value?.Preload),
    };
}
