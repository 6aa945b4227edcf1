using System.Collections.Immutable;
using System.Text;
using Monogres.Core;
using Monogres.Platforms.Packages;
using Monogres.Protocol;
using Monogres.Store;
using Monogres.Store.Archives;
using Monogres.Store.Trees;
using Digest = Monogres.Core.Digest;

namespace Monogres.Platforms.Composer;

/// <summary>How far a composition is.</summary>
/// <param name="Done">Packages and archives that are unpacked, now or before.</param>
/// <param name="Total">Packages and archives in all.</param>
/// <param name="Name">The name of the last one.</param>
public readonly record struct CompositionProgress(int Done, int Total, string Name);

/// <summary>
/// Composes roots from packages and archives: what a build sees at <c>/</c>. A pure function of the recipe, so the result is
/// remembered under the recipe's digest.
/// </summary>
/// <param name="store">Has the packages and archives, and gets the trees.</param>
/// <param name="memo">Remembers what was composed.</param>
/// <param name="parallelism">How many packages are unpacked at a time; no part of the result.</param>
public sealed class RootComposer(IIngestingBlobStore store, IMemo memo, int parallelism)
{
    private readonly CachedTrees _cached = new(store, memo);
    private readonly PackageTrees _packages = new(store, memo);
    private readonly ArchiveTrees _archives = new(store, memo);

    /// <summary>The digest of the root.</summary>
    /// <param name="recipe">What it is composed of.</param>
    /// <param name="progress">Told after each package and archive, from any thread; or null.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="BlobMissingException">A package or archive is not in the store, or a tree that was remembered is not complete: see <see cref="ForgetAsync"/>.</exception>
    /// <exception cref="UserErrorException">A package or archive cannot be unpacked, or two parts do not go together.</exception>
    public async Task<Digest> ComposeAsync(RootRecipe recipe, IProgress<CompositionProgress>? progress, CancellationToken cancel)
    {
        RefuseDuplicates(recipe, "files", recipe.Files.Select(file => file.Path));
        RefuseDuplicates(recipe, "links", recipe.Links.Select(link => link.Path));
        RefuseDuplicates(recipe, "moves", recipe.Moves.Select(move => move.From));
        RefuseDuplicates(recipe, "shims", [.. recipe.Moves.Select(move => move.To), .. recipe.ShimFiles.Select(file => file.Path), .. recipe.ShimLinks.Select(link => link.Path)]);

        var key = recipe.Digest;
        if (await _cached.FindAsync(key, cancel) is { } known)
            return known;

        var root = await UniteAsync(recipe, progress, cancel);
        root = await UnpackArchivesAsync(root, recipe, progress, cancel);
        root = await OverlayAsync(root, await PlatformPartsAsync(recipe, root, cancel), overrides: false, "files and links", cancel);
        root = await LinkAsync(root, recipe, recipe.Links, overrides: false, "links", cancel);
        root = await OverlayAsync(root, await ShimPartsAsync(recipe, root, cancel), overrides: true, "shims", cancel);
        root = await LinkAsync(root, recipe, recipe.ShimLinks, overrides: true, "links of shims", cancel);

        await _cached.SaveAsync(key, root, cancel);
        return root;
    }

    /// <summary>The root, when it was composed before; nothing is made.</summary>
    public ValueTask<Digest?> FindAsync(RootRecipe recipe, CancellationToken cancel) => _cached.FindAsync(recipe.Digest, cancel);

    /// <summary>Makes the next call compose from the packages again: for when a blob of the root was lost.</summary>
    public async ValueTask ForgetAsync(RootRecipe recipe, CancellationToken cancel)
    {
        await _cached.ForgetAsync(recipe.Digest, cancel);
        foreach (var package in recipe.Packages)
            await _packages.ForgetAsync(package.Deb, recipe.Rules, cancel);
        foreach (var archive in recipe.Archives)
            await _archives.ForgetAsync(archive.Tree, cancel);
        if (recipe.LowerLayer is not { } beneath)
            return;

        foreach (var package in beneath.Packages)
            await _packages.ForgetAsync(package.Deb, beneath.Rules, cancel);
    }

    /// <summary>All packages, those beneath first.</summary>
    private async Task<Digest> UniteAsync(RootRecipe recipe, IProgress<CompositionProgress>? progress, CancellationToken cancel)
    {
        var beneath = recipe.LowerLayer ?? new LowerPackages([], recipe.Rules);
        var trees = await UnpackAsync(
            [.. beneath.Packages.Select(package => (package, beneath.Rules)), .. recipe.Packages.Select(package => (package, recipe.Rules))], CountOf(recipe), progress, cancel);
        var root = await UniteAsync(recipe.Packages, trees[beneath.Packages.Length..], cancel);
        if (beneath.Packages.IsEmpty)
            return root;

        try
        {
            var below = await UniteAsync(beneath.Packages, trees[..beneath.Packages.Length], cancel);
            return await TreeUnion.MergeAsync(store, [new UnionLayer(below, Overrides: false), new UnionLayer(root, Overrides: true)], cancel);
        }
        catch (TreeConflictException conflict)
        {
            throw CompositionErrors.PartClashes("packages of the tools", conflict);
        }
    }

    /// <summary>One archive after the other: each is unpacked by several threads itself.</summary>
    private async Task<Digest> UnpackArchivesAsync(Digest root, RootRecipe recipe, IProgress<CompositionProgress>? progress, CancellationToken cancel)
    {
        var total = CountOf(recipe);
        for (var i = 0; i < recipe.Archives.Length; i++)
        {
            var archive = recipe.Archives[i];
            try
            {
                var parts = new TreeBuilder();
                parts.AddTree(Place(recipe, archive.To), await _archives.FindAsync(archive.Tree, cancel) ?? await _archives.UnpackAsync(archive.Tree, archive.File, cancel));
                root = await OverlayAsync(root, parts, overrides: false, $"archive `{archive.Name}`", cancel);
            }
            catch (ArchiveException refused)
            {
                throw refused.ToUserError($"`{archive.Name}`");
            }

            progress?.Report(new CompositionProgress(total - recipe.Archives.Length + i + 1, total, archive.Name));
        }

        return root;
    }

    private static int CountOf(RootRecipe recipe) => recipe.Packages.Length + (recipe.LowerLayer?.Packages.Length ?? 0) + recipe.Archives.Length;

    private async Task<Digest[]> UnpackAsync((RootPackage Package, CompositionRules Rules)[] packages, int total, IProgress<CompositionProgress>? progress, CancellationToken cancel)
    {
        var trees = new Digest[packages.Length];
        var done = 0;

        // The largest first, so that no core waits for one that began last.
        var order = Enumerable.Range(0, trees.Length).OrderByDescending(index => packages[index].Package.Deb.Size);
        await Parallel.ForEachAsync(order, new ParallelOptions { MaxDegreeOfParallelism = parallelism, CancellationToken = cancel }, async (index, stop) =>
        {
            var (package, rules) = packages[index];
            try
            {
                trees[index] = await _packages.TreeOfAsync(package.Deb, rules, stop);
            }
            catch (ArchiveException refused)
            {
                throw refused.ToUserError($"package `{package.Name}`");
            }

            progress?.Report(new CompositionProgress(Interlocked.Increment(ref done), total, package.Name));
        });

        return trees;
    }

    private async Task<Digest> UniteAsync(ImmutableArray<RootPackage> packages, Digest[] trees, CancellationToken cancel)
    {
        try
        {
            return await TreeUnion.MergeAsync(store, [.. trees.Select(tree => new UnionLayer(tree, Overrides: false))], cancel);
        }
        catch (TreeConflictException conflict)
        {
            var owners = new List<string>();
            for (var i = 0; i < trees.Length; i++)
            {
                if (await new RootPaths(store, trees[i]).FindAsync(conflict.Path, cancel) is not null)
                    owners.Add(packages[i].Name);
            }

            throw CompositionErrors.PackagesClash(conflict, [.. owners.Order(StringComparer.Ordinal)]);
        }
    }

    /// <summary>The links of the merged <c>/usr</c>, directories and files.</summary>
    private async Task<TreeBuilder> PlatformPartsAsync(RootRecipe recipe, Digest root, CancellationToken cancel)
    {
        var paths = new RootPaths(store, root);
        var parts = new TreeBuilder();
        foreach (var move in recipe.Rules.Moves)
        {
            parts.AddDirectory(move.To);
            parts.AddSymlink(move.From, move.From.Parent.LinkTo(move.To));
        }

        foreach (var directory in recipe.Directories.Select(directory => Place(recipe, directory)))
        {
            if (await paths.FindAsync(directory, cancel) is null or DirectoryNode)
                parts.AddDirectory(directory);
            else
                throw CompositionErrors.PartClashes("directories", new TreeConflictException(directory, "is no directory"));
        }

        await AddFilesAsync(parts, recipe, recipe.Files, "files", cancel);
        return parts;
    }

    /// <summary>Programs at their new places, and the shims.</summary>
    private async Task<TreeBuilder> ShimPartsAsync(RootRecipe recipe, Digest root, CancellationToken cancel)
    {
        var paths = new RootPaths(store, root);
        var parts = new TreeBuilder();
        var shims = recipe.ShimFiles.Select(file => Place(recipe, file.Path)).ToHashSet();
        foreach (var (from, to) in recipe.Moves.Select(move => (Place(recipe, move.From), Place(recipe, move.To))))
        {
            var found = await paths.FindAsync(from, cancel);
            if (found is FileNode file)
                parts.AddFile(to, file.Digest.ToDigest(), file.IsExecutable);
            else if (found is SymlinkNode link && RelativePath.TryResolve(from.Parent, link.Target, out var target))
                parts.AddSymlink(to, to.Parent.LinkTo(target));
            else if (found is not null)
                throw CompositionErrors.PartClashes("shims", new TreeConflictException(from, "is a directory, and only programs can be moved"));
            else
                shims.Remove(from);
        }

        await AddFilesAsync(parts, recipe, [.. recipe.ShimFiles.Where(file => shims.Contains(Place(recipe, file.Path)))], "shims", cancel);
        return parts;
    }

    private async Task AddFilesAsync(TreeBuilder parts, RootRecipe recipe, IReadOnlyList<RootFile> files, string part, CancellationToken cancel)
    {
        foreach (var file in files)
        {
            try
            {
                parts.AddFile(Place(recipe, file.Path), await store.PutAsync(Encoding.UTF8.GetBytes(file.Content), cancel), file.Executable);
            }
            catch (TreeConflictException conflict)
            {
                throw CompositionErrors.PartClashes(part, conflict);
            }
        }
    }

    /// <summary>Adds the links that lead to something, also by way of each other.</summary>
    private async Task<Digest> LinkAsync(Digest root, RootRecipe recipe, IReadOnlyList<RootLink> links, bool overrides, string part, CancellationToken cancel)
    {
        var waiting = links.ToList();
        while (waiting.Count > 0)
        {
            var paths = new RootPaths(store, root);
            var parts = new TreeBuilder();
            var left = new List<RootLink>();
            foreach (var link in waiting)
            {
                var (path, target) = (Place(recipe, link.Path), Place(recipe, link.Target));
                if (await paths.ExistsAsync(target, cancel))
                    parts.AddSymlink(path, path.Parent.LinkTo(target));
                else
                    left.Add(link);
            }

            if (left.Count == waiting.Count)
                break;

            root = await OverlayAsync(root, parts, overrides, part, cancel);
            waiting = left;
        }

        return root;
    }

    private async Task<Digest> OverlayAsync(Digest root, TreeBuilder parts, bool overrides, string part, CancellationToken cancel)
    {
        try
        {
            var layer = new UnionLayer(await parts.WriteAsync(store, cancel), overrides);
            return await TreeUnion.MergeAsync(store, [new UnionLayer(root, Overrides: false), layer], cancel);
        }
        catch (TreeConflictException conflict)
        {
            throw CompositionErrors.PartClashes(part, conflict);
        }
    }

    /// <summary>The key does not depend on the order of the lists, so the result must not either.</summary>
    private static void RefuseDuplicates(RootRecipe recipe, string part, IEnumerable<RelativePath> paths)
    {
        var seen = new HashSet<RelativePath>();
        foreach (var path in paths.Select(path => Place(recipe, path)))
        {
            if (!seen.Add(path))
                throw CompositionErrors.NamedTwice(part, path);
        }
    }

    private static RelativePath Place(RootRecipe recipe, RelativePath path) => DirectoryMove.Apply(recipe.Rules.Moves, path);
}
