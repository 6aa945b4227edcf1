using System.Collections.Immutable;
using Monogres.Payloads.Binaries;
using Monogres.Core;
using Monogres.Payloads.Inspection;
using Monogres.Store;

namespace Monogres.Payloads.Extensions;

/// <summary>The trees in which the libraries of an extension are resolved.</summary>
/// <param name="Server">The server's payload.</param>
/// <param name="Required">The payloads of the projects that it requires.</param>
/// <param name="RuntimeRoot">The root with the packages that it runs in.</param>
public sealed record LinkTrees(Digest Server, ImmutableArray<Digest> Required, Digest RuntimeRoot);

/// <summary>
/// Resolves libraries as the loader does when the server loads them, without running anything (ld.so(8)): finds the libraries
/// that each file needs, those that they need in turn, and for each symbol a library that defines it.
/// </summary>
public sealed class LinkInspector
{
    private static readonly RelativePath SystemLibraries = RelativePath.Parse("usr/lib"), Loader = RelativePath.Parse("lib64");

    private readonly TreeFiles _trees;
    private readonly CachedLibraries _libraries;
    private readonly InstalledTree _payload;
    private readonly LinkTrees _others;
    private readonly ILookup<string, InstalledFile> _own;

    /// <summary>Prepares to inspect a payload.</summary>
    /// <param name="trees">Finds files in the trees.</param>
    /// <param name="libraries">Knows the symbols that libraries define.</param>
    /// <param name="payload">The payload.</param>
    /// <param name="others">The other trees.</param>
    public LinkInspector(TreeFiles trees, CachedLibraries libraries, InstalledTree payload, LinkTrees others)
    {
        (_trees, _libraries, _payload, _others) = (trees, libraries, payload, others);
        _own = payload.Files.Where(file => file.Elf is not null).ToLookup(file => file.Path.Name, StringComparer.Ordinal);
    }

    /// <summary>Inspects every program and library of the payload.</summary>
    /// <exception cref="BlobMissingException">A part of a tree is lost.</exception>
    /// <exception cref="UserErrorException">A library is malformed.</exception>
    public async Task<ImmutableArray<LinkedFile>> InspectAsync(CancellationToken cancel)
    {
        if (_own.Count == 0)
            return [];

        var places = await PlacesAsync(cancel);
        var program = _payload.Prefix.Combine(InstallationLayout.Server);
        var server = (await _trees.FindFileAsync(_others.Server, program, cancel) is { } content ? await _libraries.OfAsync(program, content, cancel) : null)
            ?? throw new InvalidOperationException($"the server's payload {_others.Server} has no `{program}`");
        var beside = await ClosureAsync(server.Machine, server.Needed, places, cancel);
        var linked = ImmutableArray.CreateBuilder<LinkedFile>();
        foreach (var file in _payload.Files.Where(file => file.Elf is not null))
            linked.Add(await InspectAsync(file, file.Elf!, file.Symbols!, places, server, beside, cancel));
        return linked.ToImmutable();
    }

    private async Task<LinkedFile> InspectAsync(
        InstalledFile file, ElfFile elf, ElfSymbols symbols, ImmutableArray<Place> places, SharedLibrary server, Closure beside, CancellationToken cancel)
    {
        var named = ImmutableArray.CreateRange(NamedDirectories(elf).Select(directory => new Place(_others.RuntimeRoot, directory)));
        var own = await ClosureAsync(elf.Machine, elf.Needed, places.InsertRange(0, named), cancel);
        // A program stands alone; a library comes into a server that has its own libraries already.
        var givers = elf.IsProgram ? own.Libraries : [server, .. own.Libraries, .. beside.Libraries];
        var missing = own.Missing.IsEmpty
            ? symbols.Imports.Where(symbol => !symbol.Weak && !givers.Any(giver => giver.Gives(symbol))).ToList()
            : [];
        if (missing.Count > 0 && !elf.IsProgram)
        {
            var loaded = await LoadedTogetherAsync(elf.Machine, cancel);
            missing.RemoveAll(symbol => loaded.Any(giver => giver.Gives(symbol)));
        }

        return new LinkedFile
        {
            Path = file.Path,
            MissingLibraries = own.Missing,
            MissingSymbols = [.. missing.Select(symbol => symbol.Version is null ? symbol.Name : $"{symbol.Name}@{symbol.Version}")],
            // What has a version comes from the C library, although programs hold copies of a few of its variables.
            ServerSymbols = elf.IsProgram ? [] : [.. symbols.Imports.Where(symbol => symbol.Version is null && server.Gives(symbol)).Select(symbol => symbol.Name).Distinct(StringComparer.Ordinal)],
            UsedDirectories = [.. own.Places.Where(named.Contains).Select(place => $"/{place.Directory}").Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
        };
    }

    /// <summary>Where libraries are searched after the payload itself: in the prefix, then in the system's directories, some of which are named after the machine.</summary>
    private async Task<ImmutableArray<Place>> PlacesAsync(CancellationToken cancel)
    {
        var libraries = _payload.Prefix.Combine(InstallationLayout.Libraries);
        var system = await _trees.FindDirectoryAsync(_others.RuntimeRoot, SystemLibraries, cancel);
        return
        [
            .. _others.Required.Append(_others.Server).Select(payload => new Place(payload, libraries)),
            .. (system?.Directories.Select(directory => directory.Name) ?? []).Where(name => name.Contains("-linux-", StringComparison.Ordinal))
                .Select(name => new Place(_others.RuntimeRoot, SystemLibraries.Child(name))),
            new Place(_others.RuntimeRoot, SystemLibraries),
            new Place(_others.RuntimeRoot, Loader),
        ];
    }

    /// <summary>The directories that a file's own RUNPATH names outside the prefix; what is below <c>$ORIGIN</c> is in the payload.</summary>
    private IEnumerable<RelativePath> NamedDirectories(ElfFile elf)
    {
        foreach (var part in elf.Runpath?.Split(':') ?? [])
        {
            if (part.StartsWith('/') && RelativePath.TryResolve(RelativePath.Root, part, out var directory) && !directory.IsWithin(_payload.Prefix))
                yield return directory;
        }
    }

    /// <summary>The libraries of these names, and all that they need in turn.</summary>
    private async Task<Closure> ClosureAsync(int machine, ImmutableArray<string> needed, ImmutableArray<Place> places, CancellationToken cancel)
    {
        var libraries = ImmutableArray.CreateBuilder<SharedLibrary>();
        var missing = ImmutableArray.CreateBuilder<MissingLibrary>();
        HashSet<string> seen = new(StringComparer.Ordinal);
        HashSet<Place> used = [];
        Queue<(string Name, string? Through)> queue = new(needed.Select(name => (name, (string?)null)));
        while (queue.TryDequeue(out var next))
        {
            if (!seen.Add(next.Name))
                continue;

            if (await FindAsync(machine, next.Name, places, cancel, used) is not { } library)
            {
                missing.Add(new MissingLibrary(next.Name, next.Through));
                continue;
            }

            libraries.Add(library);
            foreach (var name in library.Needed)
                queue.Enqueue((name, next.Name));
        }

        return new Closure(libraries.ToImmutable(), missing.ToImmutable(), [.. used]);
    }

    /// <summary>The first library of that name; one for another processor is skipped, as a root for cross-compiling has both.</summary>
    private async ValueTask<SharedLibrary?> FindAsync(int machine, string name, ImmutableArray<Place> places, CancellationToken cancel, HashSet<Place>? used = null)
    {
        if (_own[name].FirstOrDefault(file => file.Elf!.Machine == machine) is { } own)
            return Describe(own);

        // The name of a library can be a path, which is looked for nowhere else.
        if (!RelativePath.IsSegment(name))
            return null;

        foreach (var place in places)
        {
            var path = place.Directory.Child(name);
            if (await _trees.FindFileAsync(place.Tree, path, cancel) is { } content && await _libraries.OfAsync(path, content, cancel) is { } library && library.Machine == machine)
            {
                used?.Add(place);
                return library;
            }
        }

        return null;
    }

    /// <summary>All libraries that the same server can have loaded: those of the payload, of the projects that it requires, and the server's own. Symbols of a loaded library are there for all that are loaded later.</summary>
    private async Task<ImmutableArray<SharedLibrary>> LoadedTogetherAsync(int machine, CancellationToken cancel)
    {
        var loaded = ImmutableArray.CreateBuilder<SharedLibrary>();
        loaded.AddRange(_own.SelectMany(files => files).Select(Describe));
        foreach (var payload in _others.Required.Append(_others.Server))
        {
            var directory = _payload.Prefix.Combine(InstallationLayout.Libraries);
            foreach (var name in (await _trees.FindDirectoryAsync(payload, directory, cancel))?.Files.Select(file => file.Name) ?? [])
            {
                if (name.EndsWith(InstallationLayout.LibrarySuffix, StringComparison.Ordinal) && await FindAsync(machine, name, [new Place(payload, directory)], cancel) is { } library)
                    loaded.Add(library);
            }
        }

        return loaded.ToImmutable();
    }

    private static SharedLibrary Describe(InstalledFile file) => new(file.Elf!.Machine, file.Elf.Needed, file.Symbols!.Exports);

    private readonly record struct Place(Digest Tree, RelativePath Directory);

    private sealed record Closure(ImmutableArray<SharedLibrary> Libraries, ImmutableArray<MissingLibrary> Missing, ImmutableArray<Place> Places);
}
