using System.Collections.Immutable;
using System.Text;
using Monogres.Payloads.Binaries;
using Monogres.Payloads.Extensions.Checks;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Index.Projects;
using Monogres.Payloads.Extensions;
using Monogres.Store;
using Monogres.Store.Trees;
using Digest = Monogres.Core.Digest;

namespace Monogres.Payloads.Inspection;

/// <summary>The inputs of an inspection.</summary>
public sealed record InspectionRequest
{
    /// <summary>What the index says of the project.</summary>
    public required ExtensionProject Project { get; init; }

    /// <summary>The version of the server that it was built for.</summary>
    public required PgVersion ServerVersion { get; init; }

    /// <summary>The prefix, the same in every payload.</summary>
    public required RelativePath Prefix { get; init; }

    /// <summary>The tree of the extension's payload, from <c>/</c> on.</summary>
    public required Digest Payload { get; init; }

    /// <summary>The tree of the server's payload.</summary>
    public required Digest Server { get; init; }

    /// <summary>The trees of the payloads of all projects that it requires.</summary>
    public ImmutableArray<Digest> Required { get; init; } = [];

    /// <summary>The root that it runs in.</summary>
    public required Digest RuntimeRoot { get; init; }

    /// <summary>The tree of its source.</summary>
    public required Digest Source { get; init; }

    /// <summary>The log of its build.</summary>
    public required ImmutableArray<string> BuildLog { get; init; }

    /// <summary>The day on which it was built, when that is known: it must not be in the payload.</summary>
    public DateOnly? BuiltOn { get; init; }
}

/// <summary>Inspects a built extension without running it.</summary>
/// <param name="store">Has the trees, and remembers what was read from servers and roots.</param>
public sealed class ExtensionInspector(TreeStore store)
{
    private readonly CachedLibraries _libraries = new(store);

    /// <summary>Inspects a payload.</summary>
    /// <exception cref="BlobMissingException">A part of a tree is lost.</exception>
    /// <exception cref="UserErrorException">A file claims to be ELF and is malformed.</exception>
    public async Task<ExtensionInspection> InspectAsync(InspectionRequest request, CancellationToken cancel)
    {
        var trees = new TreeFiles(store.Blobs);
        var payload = await InstalledTree.ReadAsync(store.Blobs, request.Payload, request.Prefix, cancel);
        var around = await PrefixContents.ReadAsync(trees, request.Required.Append(request.Server), request.Prefix, cancel);
        var inventory = new ExtensionInventoryReader(payload, around, request.ServerVersion).Read(request.Project);
        var links = await new LinkInspector(trees, _libraries, payload, new LinkTrees(request.Server, request.Required, request.RuntimeRoot)).InspectAsync(cancel);
        var needs = await CachedNeeds.OfAsync(store, request.Payload, cancel);
        var source = await trees.FindDirectoryAsync(request.Source, RelativePath.Root, cancel);
        return new ExtensionInspection
        {
            Extensions = inventory.Extensions,
            Problems = inventory.Problems,
            Libraries = needs.Libraries,
            SymbolVersions = needs.SymbolVersions,
            ServerSymbols = ServerSymbols.Of(links.SelectMany(file => file.ServerSymbols)),
            Findings = PackageChecks.Find(new CheckedPayload
            {
                Tree = payload,
                Server = request.ServerVersion,
                Extensions = inventory.Extensions,
                Links = links,
                BuildLog = request.BuildLog,
                SourceNames = [.. source!.Files.Select(file => file.Name), .. source.Directories.Select(directory => directory.Name), .. source.Symlinks.Select(link => link.Name)],
                DatesOfSource = await DatesOfSourceAsync(payload, request, cancel),
                BuiltOn = request.BuiltOn,
            }),
        };
    }

    /// <summary>Which dates of the payload are in the source. The source is read only when there is any, which is seldom.</summary>
    private async Task<ImmutableHashSet<string>> DatesOfSourceAsync(InstalledTree payload, InspectionRequest request, CancellationToken cancel)
    {
        var left = payload.Files.SelectMany(file => DateTexts.In(file, request.BuiltOn)).ToHashSet(StringComparer.Ordinal);
        var found = ImmutableHashSet.CreateBuilder<string>(StringComparer.Ordinal);
        if (left.Count == 0)
            return found.ToImmutable();

        await foreach (var entry in TreeWalk.EntriesAsync(store.Blobs, request.Source, cancel))
        {
            if (left.Count == 0)
                break;
            if (entry is not TreeEntry.File file)
                continue;

            var text = Encoding.Latin1.GetString(await store.Blobs.ReadAllAsync(file.Content, cancel));
            foreach (var date in left.Where(date => text.Contains(date, StringComparison.Ordinal)).ToArray())
            {
                left.Remove(date);
                found.Add(date);
            }
        }

        return found.ToImmutable();
    }
}
