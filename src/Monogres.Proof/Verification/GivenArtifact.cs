using Monogres.Packaging.Formats;
using Monogres.Results.Records;

namespace Monogres.Proof.Verification;

/// <summary>What an artifact is on disk.</summary>
public enum ArtifactForm
{
    /// <summary>A file, which is compared to the last byte.</summary>
    File,

    /// <summary>A directory that an archive was unpacked to, which is compared by its files.</summary>
    Tree,

    /// <summary>An image in a directory that is an OCI layout, which is compared by the digest of its manifest.</summary>
    Image,
}

/// <summary>An artifact that is to be rebuilt: what it is made of is known, from the manifest beside it or from itself.</summary>
public sealed record GivenArtifact
{
    /// <summary>Where it is; absolute.</summary>
    public required string Path { get; init; }

    /// <summary>The name of the file that a build writes of it.</summary>
    public required string Name { get; init; }

    /// <summary>What it is on disk.</summary>
    public ArtifactForm Form { get; init; }

    /// <summary>The format in which it is built again, as <c>--format</c> takes it.</summary>
    public required string Format { get; init; }

    /// <summary>What it is.</summary>
    public required PackageIdentity Identity { get; init; }

    /// <summary>For an image in a directory, the digest of its manifest: <c>sha256:…</c>.</summary>
    public string? ImageDigest { get; init; }

    /// <summary>The manifest beside it; null when it was taken by what it says itself.</summary>
    public TargetManifest? Manifest { get; init; }

    /// <summary>What the first build gave of its target, as far as it is known.</summary>
    public FirstBuild First => Manifest is { } manifest
        ? FirstBuild.Of(manifest.Result)
        // A portable tree is another than the payload, and packages of rpm are made of one.
        : new FirstBuild(Identity.IsPortable || Format is "rpm" ? null : Identity.Payload, null);
}
