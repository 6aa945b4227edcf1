using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Oci.Images;
using Monogres.Packaging.Oci.Model;
using Monogres.Packaging.Oci.Registry;
using Monogres.Plans.Targets;
using Monogres.Results.Building;

namespace Monogres.Cli.Commands;

/// <summary>Builds images, and pushes them: those of one target for several platforms as one.</summary>
/// <param name="workspace">Builds.</param>
/// <param name="place">What the names of repositories begin with.</param>
/// <param name="packager">Lays images out.</param>
/// <param name="registry">Where they go.</param>
internal sealed class ImagePublication(Workspace workspace, RegistryPlace place, OciPackager packager, OciRegistry registry)
{
    /// <summary>Builds and pushes all of them, one after the other: each may have layers that the next one has, too.</summary>
    /// <param name="planned">The targets, on all platforms.</param>
    /// <param name="tags">Further tags.</param>
    /// <param name="cancel">Stops; what was sent is not sent again.</param>
    /// <exception cref="UserErrorException">A build failed, the registry cannot be reached or refuses, or there are tags and several images.</exception>
    public async Task<PublishedImages> PublishAsync(IReadOnlyList<PlannedImage> planned, ImmutableArray<string> tags, CancellationToken cancel)
    {
        // What is split off a server has no image of its own.
        var groups = planned
            .Select(one => (one.Target, Image: packager.ImageOf(PackageRequests.Of(workspace, one.Target, one.With))))
            .Where(one => one.Image is not null)
            .GroupBy(one => (one.Image!.Repository, one.Image.Tag))
            .Select(group => group.Select(one => new Planned(one.Target, one.Image!)).ToImmutableArray())
            .ToImmutableArray();
        if (groups.IsEmpty)
            throw new UserErrorException($"`{planned[0].Target}` has no image of its own: it is in that of its server", $"name the server: `{planned[0].Target.Server.Arguments}`");
        if (groups.Length > 1 && !tags.IsEmpty)
            throw new UserErrorException($"`--tag {tags[0]}` would be the tag of {groups.Length} images", "name one target, or leave it out") { ExitCode = ExitCode.Usage };
        if (tags.FirstOrDefault(tag => !ImageNames.IsTag(tag)) is { } wrong)
            throw new UserErrorException($"`{wrong}` cannot be a tag", "a tag has letters, digits, `.`, `_` and `-`, and begins with none of the last two") { ExitCode = ExitCode.Usage };

        await workspace.Engine.AnnounceAsync(planned.SelectMany(one => TargetBuilds.StepsOf(one.Target)).Concat(groups.Select(LayoutOf)), cancel);
        var published = ImmutableArray.CreateBuilder<PublishedImage>();
        string? mountFrom = null;
        foreach (var group in groups)
        {
            var repository = place.Repository(group[0].Image.Repository);
            ImmutableArray<string> names = [group[0].Image.Tag, .. IsOfFirstRelease(group[0], planned[0]) ? [group[0].Image.ShortTag] : (string[])[], .. tags];
            published.Add(await PublishAsync(group, repository, names, mountFrom, cancel));
            mountFrom ??= repository;
        }

        return new PublishedImages(published.ToImmutable());
    }

    private async Task<PublishedImage> PublishAsync(ImmutableArray<Planned> group, string repository, ImmutableArray<string> tags, string? mountFrom, CancellationToken cancel)
    {
        foreach (var one in group)
        {
            var built = await workspace.Targets.BuildAsync(one.Target, useCache: true, [one.Image.Layout], cancel);
            if (built.Findings.Any(finding => finding.IsFailure))
                throw FindingErrors.Failed(built);
        }

        var image = group[0].Image;
        var pushed = await workspace.Engine.UseAsync(
            [LayoutOf(group)],
            async layout => await new ImagePush(registry, workspace.Blobs).PushAsync(layout[0].Tree, repository, tags, string.Equals(mountFrom, repository, StringComparison.Ordinal) ? null : mountFrom, cancel),
            cancel);
        var hasLibraries = image.ExtensionTree is { } tree
            && await workspace.Engine.UseAsync([tree], async trees => await ExtensionImageTree.HasLibrariesAsync(workspace.Blobs, trees[0].Tree, cancel), cancel);
        return new PublishedImage($"{place.Host}/{repository}", tags, [.. group.Select(one => one.Target.Id.ToString())], pushed, image, hasLibraries, ReleaseOf(group[0].Target));
    }

    /// <summary>The layout of the image, or of the index when there are several platforms.</summary>
    private static Step LayoutOf(ImmutableArray<Planned> group) => group is [var only] ? only.Image.Layout : new DeriveStep(
        new StepName(group[0].Target.Id.Name, "oci index"),
        [.. group.Select(one => one.Image.Layout)],
        new PlatformsLayout(group[0].Image.Tag, group[0].Image.Facts.SetItem(ImageAnnotations.Created, OciConfig.TextOf(group[0].Image.SourceDate))));

    private bool IsOfFirstRelease(Planned one, PlannedImage first) => string.Equals(ReleaseOf(one.Target), ReleaseOf(first.Target), StringComparison.Ordinal);

    private string ReleaseOf(Target target) => workspace.Index.Platform(target.Id.Platform).Release;

    private sealed record Planned(Target Target, PackedImage Image);
}

/// <summary>An image in a registry.</summary>
/// <param name="Name">The repository, with the registry.</param>
/// <param name="Tags">Its tags.</param>
/// <param name="Targets">What it was made of.</param>
/// <param name="Pushed">What was sent.</param>
/// <param name="Image">The image; of several platforms, one of them.</param>
/// <param name="HasLibraries">Whether it has libraries that a server must be told to find.</param>
/// <param name="Release">The release of the distribution that it is for.</param>
internal sealed record PublishedImage(
    string Name, ImmutableArray<string> Tags, ImmutableArray<string> Targets, PushedImage Pushed, PackedImage Image, bool HasLibraries, string Release);

/// <summary>Images in a registry, in the order in which they were pushed.</summary>
/// <param name="Images">The images.</param>
internal sealed record PublishedImages(ImmutableArray<PublishedImage> Images)
{
    /// <summary>The catalogue: each server with the extensions of its major version and release.</summary>
    /// <exception cref="UserErrorException">There is no server among them, or two for one major version.</exception>
    public ImageCatalog ToCatalog(RegistryPlace place)
    {
        var servers = Images.Where(image => image.Image.ExtensionTree is null).ToArray();
        if (servers.Length == 0)
            throw new UserErrorException($"a catalogue of `{place}` needs a server", "name the server, too: `postgres@18`");
        if (servers.GroupBy(server => server.Image.Major).FirstOrDefault(group => group.Count() > 1) is { } twice)
            throw new UserErrorException($"a catalogue has one server for PostgreSQL {twice.Key}, and there are {twice.Count()}", "name one release of each major version, and platforms of one release of the distribution");

        return new ImageCatalog($"{servers[0].Image.Repository}-{servers[0].Release}",
        [
            .. servers.Select(server => new CatalogServer(server.Image.Major, server.Name, server.Pushed.Image,
            [
                .. Images.Where(one => one.Image.ExtensionTree is not null && one.Image.Major == server.Image.Major && string.Equals(one.Release, server.Release, StringComparison.Ordinal))
                    .Select(one => new CatalogExtension(one.Image.Project, one.Name, one.Pushed.Image, one.HasLibraries)),
            ])),
        ]);
    }
}
