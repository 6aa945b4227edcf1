using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Oci.Images;
using Monogres.Packaging.Oci.Registry;
using Monogres.Packaging.Repositories;
using Monogres.Plans.Targets;
using Monogres.Results.Building;

namespace Monogres.Cli.Commands;

/// <summary>Builds images, or takes them from files, and pushes them: those of one target for several platforms as one.</summary>
/// <param name="workspace">Builds.</param>
/// <param name="place">What the names of repositories begin with.</param>
/// <param name="packager">Lays images out.</param>
/// <param name="registry">Where they go.</param>
internal sealed class ImagePublication(Workspace workspace, RegistryPlace place, OciPackager packager, OciRegistry registry)
{
    /// <summary>Builds and pushes all of them, one after the other: each may have layers that the next one has, too.</summary>
    /// <param name="planned">The targets, on all platforms.</param>
    /// <param name="files">Files of images.</param>
    /// <param name="tags">Further tags.</param>
    /// <param name="cancel">Stops; what was sent is not sent again.</param>
    /// <exception cref="UserErrorException">
    /// A target may not be redistributed, its build failed, a file is no image, the registry cannot be reached or refuses, or there are tags and several images.
    /// </exception>
    public async Task<PublishedImages> PublishAsync(IReadOnlyList<PlannedImage> planned, IReadOnlyList<string> files, ImmutableArray<string> tags, CancellationToken cancel)
    {
        foreach (var target in planned.SelectMany(one => one.With.Insert(0, one.Target)))
            PackedTargets.RefuseUnlessRedistributable(workspace, target);

        var sources = planned.Select(OfTarget).OfType<ImageSource>().ToList();
        foreach (var file in files)
            sources.Add(await OfFileAsync(file, cancel));
        var groups = sources.GroupBy(source => source.Name).Select(group => group.ToImmutableArray()).ToImmutableArray();
        if (groups.IsEmpty)
            throw new UserErrorException($"`{planned[0].Target}` has no image of its own: it is in that of its server", $"name the server: `{planned[0].Target.Server.Arguments}`");
        if (groups.Length > 1 && !tags.IsEmpty)
            throw new UserErrorException($"`--tag {tags[0]}` would be the tag of {groups.Length} images", "name one target, or leave it out") { ExitCode = ExitCode.Usage };
        if (tags.FirstOrDefault(tag => !ImageNames.IsTag(tag)) is { } wrong)
            throw new UserErrorException($"`{wrong}` cannot be a tag", "a tag has letters, digits, `.`, `_` and `-`, and begins with none of the last two") { ExitCode = ExitCode.Usage };

        await workspace.Engine.AnnounceAsync(planned.SelectMany(one => TargetBuilds.StepsOf(one.Target)).Concat(groups.Select(LayoutOf)), cancel);
        var published = ImmutableArray.CreateBuilder<PublishedImage>();
        var shortTags = new HashSet<(string, string)>();
        string? mountFrom = null;
        foreach (var group in groups)
        {
            var (name, repository) = (group[0].Name, place.Repository(group[0].Name.Repository));
            // Of several releases of a distribution, the first has it.
            ImmutableArray<string> names = [name.Tag, .. shortTags.Add((name.Repository, name.ShortTag)) ? [name.ShortTag] : (string[])[], .. tags];
            published.Add(await PublishAsync(group, repository, names, mountFrom, cancel));
            mountFrom ??= repository;
        }

        return new PublishedImages(published.ToImmutable());
    }

    private async Task<PublishedImage> PublishAsync(ImmutableArray<ImageSource> group, string repository, ImmutableArray<string> tags, string? mountFrom, CancellationToken cancel)
    {
        foreach (var one in group)
        {
            if (one.Target is null)
                continue;
            var built = await workspace.Targets.BuildAsync(one.Target, useCache: true, [one.Layout], cancel);
            if (built.Findings.Any(finding => finding.IsFailure))
                throw FindingErrors.Failed(built);
        }

        var pushed = await workspace.Engine.UseAsync(
            [LayoutOf(group)],
            async layout => await new ImagePush(registry, workspace.Blobs).PushAsync(layout[0].Tree, repository, tags, string.Equals(mountFrom, repository, StringComparison.Ordinal) ? null : mountFrom, cancel),
            cancel);
        var hasLibraries = group[0].Image?.ExtensionTree is { } tree
            && await workspace.Engine.UseAsync([tree], async trees => await ExtensionImageTree.HasLibrariesAsync(workspace.Blobs, trees[0].Tree, cancel), cancel);
        return new PublishedImage($"{place.Host}/{repository}", tags, [.. group.Select(one => one.What)], pushed, group[0].Image, hasLibraries, group[0].Release);
    }

    /// <summary>The image of a target; null when it is in that of its server.</summary>
    private ImageSource? OfTarget(PlannedImage one) => packager.ImageOf(PackageRequests.Of(workspace, one.Target, one.With)) is { } image
        ? new ImageSource(one.Target.Id.ToString(), image.Name, image.Layout) { Target = one.Target, Image = image, Release = workspace.Index.Platform(one.Target.Id.Platform).Release }
        : null;

    private async Task<ImageSource> OfFileAsync(string file, CancellationToken cancel)
    {
        var image = await ImageArchive.ReadAsync(file, workspace.Store.Blobs, cancel);
        var project = image.Name.Project.Value;
        return workspace.Index.Redistribution.ReasonAgainst(project, image.License) is { } reason
            ? throw RedistributionErrors.Refused(Path.GetFileName(file), project, image.License, reason, file)
            : new ImageSource(file, image.Name, new StoredStep(new StepName(image.Name.Project, "oci file"), image.Layout));
    }

    /// <summary>The layout of the image, or of the index when there are several platforms.</summary>
    private static Step LayoutOf(ImmutableArray<ImageSource> group) => group is [var only]
        ? only.Layout
        : new DeriveStep(new StepName(group[0].Name.Project, "oci index"), [.. group.Select(one => one.Layout)], new PlatformsLayout(group[0].Name));

    /// <summary>What an image comes from.</summary>
    /// <param name="What">The target, or the file.</param>
    /// <param name="Name">What it is called.</param>
    /// <param name="Layout">The step that yields its layout.</param>
    private sealed record ImageSource(string What, ImageName Name, Step Layout)
    {
        /// <summary>What is built before; null for a file.</summary>
        public Target? Target { get; init; }

        /// <summary>What is known of the image; null for a file.</summary>
        public PackedImage? Image { get; init; }

        /// <summary>The release of the distribution that it is for; null for a file.</summary>
        public string? Release { get; init; }
    }
}

/// <summary>An image in a registry.</summary>
/// <param name="Name">The repository, with the registry.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="Targets">What it was made of: targets, or files.</param>
/// <param name="Pushed">What was sent.</param>
/// <param name="Image">The image; of several platforms, one of them. Null for one from a file.</param>
/// <param name="HasLibraries">Whether it has libraries that a server must be told to find.</param>
/// <param name="Release">The release of the distribution that it is for; null for one from a file.</param>
internal sealed record PublishedImage(
    string Name, ImmutableArray<string> Tags, ImmutableArray<string> Targets, PushedImage Pushed, PackedImage? Image, bool HasLibraries, string? Release);

/// <summary>Images in a registry, in the order in which they were pushed.</summary>
/// <param name="Images">The images.</param>
internal sealed record PublishedImages(ImmutableArray<PublishedImage> Images)
{
    /// <summary>The catalogue: each server with the extensions of its major version and release.</summary>
    /// <exception cref="UserErrorException">There is no server among them, or two for one major version.</exception>
    public ImageCatalog ToCatalog(RegistryPlace place)
    {
        var servers = Images.Where(image => image.Image is { ExtensionTree: null }).ToArray();
        if (servers.Length == 0)
            throw new UserErrorException($"a catalogue of `{place}` needs a server", "name the server, too: `postgres@18`");
        if (servers.GroupBy(server => server.Image!.Major).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new UserErrorException($"a catalogue has one server for PostgreSQL {twice.Key}, and there are {twice.Count()}", "name one release of each major version, and platforms of one release of the distribution");

        return new ImageCatalog($"{servers[0].Image!.Name.Repository}-{servers[0].Release}",
        [
            .. servers.Select(server => new CatalogServer(server.Image!.Major, server.Name, server.Pushed.Image,
            [
                .. Images.Where(one => one.Image?.ExtensionTree is not null && one.Image.Major == server.Image.Major && string.Equals(one.Release, server.Release, StringComparison.Ordinal))
                    .Select(one => new CatalogExtension(one.Image!.Name.Project, one.Name, one.Pushed.Image, one.HasLibraries)),
            ])),
        ]);
    }
}
