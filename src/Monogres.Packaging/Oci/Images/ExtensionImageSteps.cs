using Monogres.Engine.Steps;
using Monogres.Packaging.Compression;
using Monogres.Packaging.Formats;

namespace Monogres.Packaging.Oci.Images;

/// <summary>Lays an extension out as an image of one layer, which is mounted or copied into servers.</summary>
internal static class ExtensionImageSteps
{
    public static PackedImage Of(PackageRequest request)
    {
        var (target, project, server, platform, parts) = (request.Target, request.Project, request.Server, request.Platform(), request.Image());
        var libraries = new DeriveStep(
            Named("system libraries"), [request.Payload, parts.Libraries, parts.OwnLibraries, server.Payload, .. request.Requires.Select(required => required.Value)], new SystemLibraries());
        var licences = new DeriveStep(Named("licences"), [request.Source], new LicenceTexts());
        var tree = new DeriveStep(Named("content"), [request.Payload, licences, libraries, parts.Licences], new ExtensionImageTree(project.Name, request.Prefix));
        var archive = new DeriveStep(Named("layer"), [tree], new LayerArchive("extension", request.SourceDate));
        var name = new ImageName(
            project.Name,
            ImageNames.ExtensionTag(project.Version, server.Postgres.Major, platform.Suite),
            ImageNames.ExtensionTag(project.Version, server.Postgres.Major, release: null));
        var facts = new ImageAnnotations
        {
            Identity = request.Identity,
            Title = $"{project.Name} {project.Version}",
            Version = project.Version,
            Description = project.Summary,
            Homepage = project.Homepage,
            Licenses = project.License,
            ForRelease = platform.Suite,
            ForMajor = server.Postgres.Major,
        }.ToDictionary();
        var description = new ImageDescription
        {
            Name = name,
            Architecture = platform.Architecture,
            SourceDate = request.SourceDate,
            Container = ExtensionImageTree.Container,
            Annotations = facts,
            Layers = [$"{project.Name} {project.Version} for PostgreSQL {server.Postgres.Major}"],
            SqlVersion = new SqlVersion(request.Prefix, project.Name, server.Postgres),
        };
        return new PackedImage
        {
            Name = name,
            File = request.Name,
            Major = server.Postgres.Major,
            ExtensionTree = tree,
            Layout = new DeriveStep(
                Named("layout"), [request.Payload, archive, CompressedFiles.Of(Named("compressed layer"), archive, request.Programs(), Compressor.GzipLayer)], new ImageLayout(description)),
        };

        StepName Named(string facet) => new(target, $"oci {facet}");
    }
}
