using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Formats;

namespace Monogres.Packaging.Oci.Images;

/// <summary>An image that can be made.</summary>
public sealed record PackedImage
{
    /// <summary>What it is called.</summary>
    public required ImageName Name { get; init; }

    /// <summary>The name of its file, without the ending.</summary>
    public required string File { get; init; }

    /// <summary>The step that yields the layout.</summary>
    public required Step Layout { get; init; }

    /// <summary>The step that yields the content of an extension's image; null for a server's.</summary>
    public Step? ExtensionTree { get; init; }

    /// <summary>The major version of PostgreSQL.</summary>
    public required int Major { get; init; }
}

/// <summary>
/// Packs a server, or an extension, as an image. The file is an archive of the layout, which skopeo and podman read as
/// <c>oci-archive:</c>. What is split off a server is in the image of that.
/// </summary>
/// <param name="user">Who runs servers. The image of an extension is the same for everyone.</param>
public sealed class OciPackager(ServerUser user) : IPackager
{
    /// <inheritdoc/>
    /// <exception cref="UserErrorException">The target is an extension, and others were to be put into it.</exception>
    public ImmutableArray<Step> StepsOf(PackageRequest request) => ImageOf(request) is { } image
        ? [new DeriveStep(new StepName(request.Target, $"oci{user.Suffix}"), [image.Layout], new LayoutArchive(image.File, request.SourceDate))]
        : [];

    /// <summary>The image of a target; null when it is in that of its server.</summary>
    /// <exception cref="UserErrorException">The target is an extension, and others were to be put into it.</exception>
    public PackedImage? ImageOf(PackageRequest request)
    {
        if (request.Target.Name.Extension is null)
            return ServerImageSteps.Of(request, user);
        if (!request.With.Extensions.IsEmpty)
            throw OciErrors.WithExtension(request.Target.ToString());
        return request.HasOwnBuild ? ExtensionImageSteps.Of(request) : null;
    }
}
