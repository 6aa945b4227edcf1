using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Deb;
using Monogres.Payloads.Binaries;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Portable;

/// <summary>The libraries in a tree of packages, and what else of these packages is carried with them.</summary>
/// <param name="store">Has the tree.</param>
/// <param name="packages">The tree: packages over each other, with their texts.</param>
/// <param name="owners">Which package has which library.</param>
internal sealed partial class PlatformLibraries(TreeStore store, Digest packages, ImmutableDictionary<string, LibraryPackage> owners)
{
    private static readonly RelativePath Libraries = RelativePath.Parse("usr/lib"), Shared = RelativePath.Parse("usr/share");

    // What a library reads, by the beginning of its name: the directory below usr/share. The coordinate systems of PROJ are data.
    private static readonly ImmutableArray<(string Library, string Directory)> DataOf = [("libproj.so.", "proj")];

    private readonly TreeFiles _files = new(store.Blobs);
    private readonly SortedDictionary<string, PlatformLibrary> _known = new(StringComparer.Ordinal);

    /// <summary>The libraries of the platform that some binaries need, and those that these need in turn, by soname. What is not in it is nowhere.</summary>
    /// <exception cref="UserErrorException">A library is malformed.</exception>
    public async Task<IReadOnlyDictionary<string, PlatformLibrary>> NeededAsync(IEnumerable<LinkedBinary> binaries, IReadOnlySet<string> own, CancellationToken cancel)
    {
        var directories = await DirectoriesAsync(cancel);
        var pending = new Queue<string>(binaries.SelectMany(binary => binary.Needed).Where(library => !own.Contains(library)));
        while (pending.TryDequeue(out var soname))
        {
            if (_known.ContainsKey(soname) || GlibcLibraries.Has(soname) || !owners.TryGetValue(soname, out var owner))
                continue;

            foreach (var directory in directories)
            {
                var path = directory.Child(soname);
                if (await _files.FindFileAsync(packages, path, cancel) is not { } content || await FileNeeds.OfAsync(store, new TreeEntry.File(path, content, Executable: false), cancel) is not { } needs)
                    continue;

                _known.Add(soname, new PlatformLibrary(soname, content, needs.Libraries, owner.Package, owner.Version));
                foreach (var needed in needs.Libraries)
                    pending.Enqueue(needed);
                break;
            }
        }

        return _known;
    }

    /// <summary>The data that carried libraries read: directories, each with its place relative to the prefix.</summary>
    public async Task<ImmutableArray<(RelativePath Path, Digest Directory)>> DataAsync(IEnumerable<CarriedLibrary> carried, CancellationToken cancel)
    {
        var data = ImmutableArray.CreateBuilder<(RelativePath, Digest)>();
        foreach (var (library, name) in DataOf)
        {
            if (carried.Any(one => one.Library.Soname.StartsWith(library, StringComparison.Ordinal))
                && await TreeWalk.FindDirectoryAsync(store.Blobs, packages, Shared.Child(name), cancel) is { } directory)
            {
                data.Add((PortableLayout.Data.Child(name), directory));
            }
        }

        return data.ToImmutable();
    }

    /// <summary>The text of the licence of a package (Debian policy 12.5).</summary>
    /// <exception cref="UserErrorException">It is not there.</exception>
    public async Task<Digest> TextAsync(string package, CancellationToken cancel) =>
        await _files.FindFileAsync(packages, PackageTexts.CopyrightOf(package), cancel) ?? throw PortableErrors.NoText(package);

    /// <summary>Where the loader looks, in the order in which it does.</summary>
    private async Task<ImmutableArray<RelativePath>> DirectoriesAsync(CancellationToken cancel)
    {
        var below = (await _files.FindDirectoryAsync(packages, Libraries, cancel))?.Directories.Select(directory => directory.Name).Where(name => Architecture().IsMatch(name)) ?? [];
        return [.. below.Order(StringComparer.Ordinal).Select(Libraries.Child), Libraries];
    }

    [GeneratedRegex(@"^[a-z0-9_]+-linux-gnu[a-z0-9]*$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Architecture();
}
