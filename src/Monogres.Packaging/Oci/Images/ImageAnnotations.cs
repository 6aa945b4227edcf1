using System.Collections.Immutable;
using Monogres.Packaging.Formats;

namespace Monogres.Packaging.Oci.Images;

/// <summary>Facts about an image under the names that readers know: https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md.</summary>
public sealed record ImageAnnotations
{
    private const string Standard = "org.opencontainers.image.", OfCloudNativePg = "io.cloudnativepg.image.", OfMonogres = "io.monogres.";

    /// <summary>The tag, in the index of a layout.</summary>
    public const string RefName = $"{Standard}ref.name";

    /// <summary>The time of the source.</summary>
    public const string Created = $"{Standard}created";

    /// <summary>The project, in the index of a layout.</summary>
    public const string Project = "io.monogres.project";

    /// <summary>The tag that does not name the release of the distribution, in the index of a layout.</summary>
    public const string ShortTag = "io.monogres.short-tag";

    /// <summary>For an extension image: the version that <c>CREATE EXTENSION</c> installs. Left out where the control files name none.</summary>
    public const string SqlVersion = $"{OfCloudNativePg}sql.version";

    /// <summary>The licences as an SPDX expression.</summary>
    public const string LicenseExpression = $"{Standard}licenses";

    /// <summary>The digest of the payload's tree, as manifests name it.</summary>
    public const string Payload = $"{OfMonogres}payload";

    /// <summary>The annotation of a fact of <see cref="PackageIdentity"/>: <c>io.monogres.target</c>.</summary>
    public static string OfFact(string fact) => $"{OfMonogres}{fact}";

    /// <summary>What the image is, without the payload.</summary>
    public required PackageIdentity Identity { get; init; }

    /// <summary>The name for people: <c>PostgreSQL 17.11</c>.</summary>
    public required string Title { get; init; }

    /// <summary>The version of what is in it.</summary>
    public required string Version { get; init; }

    /// <summary>One line on what it is.</summary>
    public required string Description { get; init; }

    /// <summary>The home page.</summary>
    public required Uri Homepage { get; init; }

    /// <summary>Where the source is from; null when that is no place that others can reach.</summary>
    public Uri? Source { get; init; }

    /// <summary>The licences as an SPDX expression; null when they are not known.</summary>
    public string? Licenses { get; init; }

    /// <summary>For an extension image: the operating system, such as <c>bookworm</c>, that it is for; null for others.</summary>
    public string? ForRelease { get; init; }

    /// <summary>For an extension image: the major version of PostgreSQL that it is for; null for others.</summary>
    public int? ForMajor { get; init; }

    /// <summary>The annotations, without those that have no value.</summary>
    public ImmutableSortedDictionary<string, string> ToDictionary() => new (string Name, string? Value)[]
    {
        ($"{Standard}title", Title),
        ($"{Standard}version", Version),
        ($"{Standard}description", Description),
        ($"{Standard}url", Homepage.AbsoluteUri),
        ($"{Standard}source", Source?.AbsoluteUri),
        (LicenseExpression, Licenses),
        ($"{Standard}base.name", "scratch"),
        ($"{OfCloudNativePg}base.name", ForMajor is null ? null : "scratch"),
        ($"{OfCloudNativePg}base.pgmajor", ForMajor?.ToString()),
        ($"{OfCloudNativePg}base.os", ForRelease),
    }.Concat(Identity.Facts().Select(fact => (Name: OfFact(fact.Name), Value: (string?)fact.Value))).Where(fact => fact.Value is not null).ToImmutableSortedDictionary(fact => fact.Name, fact => fact.Value!, StringComparer.Ordinal);
}
