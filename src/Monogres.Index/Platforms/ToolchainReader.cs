using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Json;

namespace Monogres.Index.Platforms;

/// <summary>Reads the toolchains of <c>platform.json</c>.</summary>
internal static class ToolchainReader
{
    public static readonly ObjectShape ToolchainShape = new("toolchain", ["packages", "cc", "cxx"], ["linker_flags", "archives", "shims"]);
    public static readonly ObjectShape ArchiveShape = new("pinned_archive", ["name", "urls", "sha256", "size", "strip_prefix", "to"], []);

    public static Toolchain Read(string name, JsonField field, string folder, IndexFiles files, List<PackageSetReference> mentions)
    {
        var toolchain = field.Object(ToolchainShape);
        return new Toolchain
        {
            Name = name,
            PackageSets = PackageSetReference.Read(toolchain["packages"], mentions),
            Archives = toolchain.List("archives", ReadArchive),
            CompilerC = toolchain.Text("cc"),
            CompilerCxx = toolchain.Text("cxx"),
            LinkerFlags = toolchain.List("linker_flags", flag => flag.Text()),
            Shims = PlatformReader.ReadShims(toolchain["shims"], folder, files),
        };
    }

    private static PinnedArchive ReadArchive(JsonField field)
    {
        var archive = field.Object(ArchiveShape);
        var name = archive.Text("name");
        if (name.Length > 0 && !RelativePath.IsSegment(name))
            archive["name"]!.Problem($"is `{name}`: expected the name of a file");

        return new PinnedArchive
        {
            Name = name,
            Sha256 = archive["sha256"]?.Sha256() ?? default,
            Size = archive["size"]?.Number(least: 1) ?? 0,
            Addresses = archive.List("urls", WebAddress.Read, mayBeEmpty: false),
            StripPrefix = archive["strip_prefix"]?.Value<RelativePath>(PlatformReader.TryParsePath, "a relative path without `.`, `..` or empty parts") ?? default,
            To = archive["to"]?.Value<RelativePath>(PlatformReader.TryParsePath, "a path from the root, without leading slash") ?? default,
        };
    }
}
