using System.Collections.Immutable;
using Monogres.Engine.Steps;
using Monogres.Packaging.Compression;
using Monogres.Packaging.Formats;

namespace Monogres.Packaging.Oci.Images;

/// <summary>
/// Lays a server out as an image. The lowest layers are those that most images of a platform have in common: the run-time root
/// and the locales; then PostgreSQL, each extension, and what makes a server of them.
/// </summary>
internal static class ServerImageSteps
{
    // A layer that many images share has no release's time.
    private static readonly DateTimeOffset RootTime = DateTimeOffset.UnixEpoch;

    public static PackedImage Of(PackageRequest request, ServerUser user)
    {
        var (target, server, platform, parts) = (request.Target, request.Server, request.Platform(), request.Image());
        var image = new ServerImage { Major = server.Postgres.Major, Prefix = request.Prefix, SourceDate = request.SourceDate, User = user, Settings = request.With.Settings };
        var suffix = ImageNames.SuffixOf(request.With.Extensions, user);
        var certificates = new DeriveStep(Named("certificates"), [parts.Libraries], new CertificateBundle());
        var root = new MergeStep(Named("root"), [parts.Libraries, certificates]);
        var locales = new DeriveStep(Named("UTF-8 locales"), [parts.Locales], new Utf8Locales());
        ImmutableArray<(string What, Step Archive)> layers =
        [
            ($"run-time libraries of {platform.Name}", Layer(root, "libraries", RootTime)),
            ($"locales of {platform.Name}", Layer(locales, "locales", RootTime)),
            ($"PostgreSQL {request.Project.Version}", Layer(request.Payload, "PostgreSQL", request.SourceDate)),
            .. request.With.Extensions.Select(extension => ($"{extension.Name} {extension.Version}", (Step)Layer(extension.Payload, $"{extension.Name}", request.SourceDate))),
            ("configuration", new DeriveStep(Named("configuration"), [root, request.Payload], new ConfigurationLayer(image))),
        ];
        var name = new ImageName(
            server.Name,
            ImageNames.ServerTag(server.Postgres, server.OptionSet, platform.Suite, suffix),
            ImageNames.ServerTag(server.Postgres, server.OptionSet, release: null, suffix));
        var facts = new ImageAnnotations
        {
            Identity = request.Identity with
            {
                ImageFormat = user == ServerUser.Official ? null : user.Suffix.TrimStart('-'),
                With = request.With.Names,
            },
            Title = $"PostgreSQL {request.Project.Version}{string.Concat(request.With.Extensions.Select(extension => $", {extension.Name} {extension.Version}"))}",
            Version = request.Project.Version,
            Description = request.Project.Summary,
            Homepage = request.Project.Homepage,
            Licenses = Licences(request),
        }.ToDictionary();
        var description = new ImageDescription
        {
            Name = name,
            Architecture = platform.Architecture,
            SourceDate = request.SourceDate,
            Container = image.ToContainerConfig(),
            Annotations = facts,
            Layers = [.. layers.Select(layer => layer.What)],
        };
        return new PackedImage
        {
            Name = name,
            File = request.Name + suffix,
            Major = server.Postgres.Major,
            Layout = new DeriveStep(
                Named("layout"),
                [
                    request.Payload,
                    .. layers.SelectMany(layer => (Step[])[layer.Archive, CompressedFiles.Of(Named("compressed layer"), layer.Archive, request.Programs(), Compressor.GzipLayer)]),
                ],
                new ImageLayout(description)),
        };

        StepName Named(string facet) => new(target, $"oci{suffix} {facet}");

        DeriveStep Layer(Step tree, string name, DateTimeOffset time) => new(Named(name), [tree], new LayerArchive(name is "PostgreSQL" ? "postgresql" : name, time));
    }

    /// <summary>The licence of the server and of what is in it; null when one of them is not known.</summary>
    private static string? Licences(PackageRequest request)
    {
        string?[] licences = [request.Project.License, .. request.With.Extensions.Select(extension => extension.License)];
        if (licences.Any(licence => licence is null))
            return null;

        var each = licences.Distinct(StringComparer.Ordinal).ToArray();
        return each.Length == 1 ? each[0] : string.Join(" AND ", each.Select(licence => licence!.Contains(' ', StringComparison.Ordinal) ? $"({licence})" : licence));
    }
}
