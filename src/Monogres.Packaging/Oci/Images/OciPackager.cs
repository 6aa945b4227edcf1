using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Compression;
using Monogres.Packaging.Formats;

namespace Monogres.Packaging.Oci.Images;

/// <summary>
/// Lays a server out as an image: the run-time root, which all servers with the same packages have in common, PostgreSQL, and
/// what makes a server of them. The file is an archive of the layout, which skopeo and podman read as <c>oci-archive:</c>.
/// </summary>
public sealed class OciPackager : IPackager
{
    // A layer that many images share has no release's time.
    private static readonly DateTimeOffset RootTime = DateTimeOffset.UnixEpoch;

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">The target is an extension.</exception>
    public ImmutableArray<Step> StepsOf(PackageRequest request)
    {
        var (target, server, platform) = (request.Target, request.Server, request.Platform());
        if (target.Name.Extension is not null)
            throw new UserErrorException($"`{target}` is no server, and an image is of a server", $"name the server: `monogres build {target.Name.Server}@{target.Name.Version} --format oci`");

        var image = new ServerImage { Major = server.Postgres.Major, Prefix = request.Prefix, SourceDate = request.SourceDate };
        var root = request.Root();
        var configuration = new DeriveStep(new StepName(target, "oci configuration"), [root, request.Payload], new ConfigurationLayer(image));
        ImmutableArray<Step> layers =
        [
            new DeriveStep(new StepName(target, "oci libraries"), [root], new LayerArchive("libraries", RootTime)),
            new DeriveStep(new StepName(target, "oci PostgreSQL"), [request.Payload], new LayerArchive("postgresql", request.SourceDate)),
            configuration,
        ];
        var description = new ImageDescription
        {
            Tag = ImageNames.ServerTag(server.Postgres, server.OptionSet, platform.Suite),
            Architecture = platform.Architecture,
            SourceDate = request.SourceDate,
            Container = image.ToContainerConfig(),
            Annotations = new ImageAnnotations
            {
                Title = $"PostgreSQL {request.Project.Version}",
                Version = request.Project.Version,
                Description = request.Project.Summary,
                Homepage = request.Project.Homepage,
                Licenses = request.Project.License,
            }.ToDictionary(),
            Layers = [$"run-time libraries of {platform.Name}", $"PostgreSQL {request.Project.Version}", "configuration"],
        };
        var layout = new DeriveStep(
            new StepName(target, "oci layout"),
            [request.Payload, .. layers.SelectMany(layer => (Step[])[layer, CompressedFiles.Of(new StepName(target, "oci layer"), layer, request.Programs(), Compressor.Gzip)])],
            new ImageLayout(description));
        return [new DeriveStep(new StepName(target, "oci"), [layout], new LayoutArchive(request.Name, request.SourceDate))];
    }
}
