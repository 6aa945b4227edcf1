using Monogres.Core;
using Monogres.Store;

namespace Monogres.Packaging.Formats;

/// <summary>Lays a payload out in one format. The same payload gives the same bytes, whoever packs it.</summary>
public interface IPackager
{
    /// <summary>Writes the package.</summary>
    /// <param name="request">What is packed.</param>
    /// <param name="output">Where to write; stays open.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="BlobMissingException">A blob of the payload is lost.</exception>
    Task WriteAsync(PackageRequest request, Stream output, CancellationToken cancel);

    /// <summary>What the file is called in that format's ecosystem.</summary>
    string FileNameOf(PackageRequest request);
}

/// <summary>A payload to be packed.</summary>
public sealed record PackageRequest
{
    /// <summary>The target.</summary>
    public required TargetId Target { get; init; }

    /// <summary>Which part of it: the payload, or its debug information.</summary>
    public required PackagePart Part { get; init; }

    /// <summary>The tree to pack, from <c>/</c> on.</summary>
    public required Digest Tree { get; init; }

    /// <summary>The directory of the tree that the target is installed in: <c>usr/lib/postgresql/15</c>; the root for a tree that has no such directory.</summary>
    public required RelativePath Prefix { get; init; }

    /// <summary>The time that stands in every entry: the release's, never now.</summary>
    public required DateTimeOffset SourceDate { get; init; }

    /// <summary>The name of the target for files, with the part: <c>postgres-15.18-minimal-debian12-amd64-symbols</c>.</summary>
    public string Name => $"{Target.ToFileName()}{(Part is PackagePart.Symbols ? "-symbols" : "")}";
}

/// <summary>A part of a target that is packed by itself.</summary>
public enum PackagePart
{
    /// <summary>What is installed.</summary>
    Payload,

    /// <summary>The debug information that was split off.</summary>
    Symbols,
}
