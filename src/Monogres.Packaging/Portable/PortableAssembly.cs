using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Payloads.Binaries;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Portable;

/// <summary>Whose tree it is, for its list.</summary>
/// <param name="Target">The target.</param>
/// <param name="Project">Its project.</param>
/// <param name="Platform">The platform whose libraries are carried.</param>
/// <param name="Glibc">The release of the C library that the platform promises.</param>
internal sealed record PortableOwner(string Target, string Project, string Platform, string Glibc);

/// <summary>
/// The portable tree: the payload without what is omitted, what was rewritten, what is added, and the list of it all. Nothing in
/// it may need what is neither in it nor in the C library. The inputs are the payload, the plan, what was rewritten, and the
/// payloads beside it as the plan has them.
/// </summary>
/// <param name="prefix">Where it is installed.</param>
/// <param name="owner">Whose it is.</param>
internal sealed class PortableAssembly(RelativePath prefix, PortableOwner owner) : TreeFunction
{
    // The versions of symbols of the C library, and those that its own libraries have for each other alone.
    private const string PublicSymbols = "GLIBC", PrivateSymbols = "GLIBC_PRIVATE";
    private const int FirstBeside = 3;

    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add("portable assembly 2").Add(prefix.Value).Add(owner.Target).Add(owner.Project).Add(owner.Platform).Add(owner.Glibc);

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        var facts = await PortablePlanFacts.ReadAsync(store.Blobs, inputs[1].Tree, cancel);
        var tree = new TreeBuilder();
        tree.AddDirectory(prefix);
        await AddAsync(tree, store.Blobs, await TreeWalk.FindDirectoryAsync(store.Blobs, inputs[0].Tree, prefix, cancel), [.. facts.OmittedFiles], cancel);
        await AddAsync(tree, store.Blobs, inputs[2].Tree, [], cancel);
        await AddAsync(tree, store.Blobs, await TreeWalk.FindDirectoryAsync(store.Blobs, inputs[1].Tree, PortablePlan.Added, cancel), [], cancel);

        var binaries = await tree.WriteAsync(store.Blobs, cancel);
        await CheckAsync(store, binaries, facts, inputs, cancel);
        var list = new PortableList
        {
            Version = PortableList.FormatVersion,
            Target = owner.Target,
            Platform = owner.Platform,
            Glibc = await GlibcAsync(store, binaries, cancel),
            Libraries = facts.Libraries,
            OmittedExtensions = facts.OmittedExtensions,
        };
        tree.AddFile(prefix.Combine(PortableLayout.ListOf(owner.Project)), await store.Blobs.PutAsync(list.ToBytes(), cancel), executable: false);
        return await tree.WriteAsync(store.Blobs, cancel);
    }

    private async Task AddAsync(TreeBuilder tree, IBlobStore blobs, Digest? from, ImmutableHashSet<string> omitted, CancellationToken cancel)
    {
        if (from is not { } directory)
            return;

        await foreach (var entry in TreeWalk.EntriesAsync(blobs, directory, cancel))
        {
            if (omitted.Contains(entry.Path.Value))
                continue;

            switch (entry)
            {
                case TreeEntry.Directory:
                    tree.AddDirectory(prefix.Combine(entry.Path));
                    break;
                case TreeEntry.File file:
                    tree.AddFile(prefix.Combine(file.Path), file.Content, file.Executable);
                    break;
                case TreeEntry.Symlink link:
                    tree.AddSymlink(prefix.Combine(link.Path), link.Target);
                    break;
            }
        }
    }

    private async Task CheckAsync(TreeStore store, Digest tree, PortablePlanFacts facts, ImmutableArray<StepResult> inputs, CancellationToken cancel)
    {
        var own = await InstalledBinaries.ReadAsync(store, tree, prefix, cancel);
        HashSet<RelativePath> present = [.. own.Entries.Select(entry => entry.Path), .. facts.Elsewhere.Select(PortableLayout.Libraries.Child)];
        foreach (var beside in inputs.Skip(FirstBeside))
            present.UnionWith((await InstalledBinaries.ReadAsync(store, beside.Tree, prefix, cancel)).Entries.Select(entry => entry.Path));
        if (PortableCheck.Problems(own.Binaries, present) is { Count: > 0 } problems)
            throw PortableErrors.Escapes(problems);
    }

    /// <summary>The release of the C library that the tree needs.</summary>
    private async Task<string?> GlibcAsync(TreeStore store, Digest tree, CancellationToken cancel)
    {
        var versions = (await CachedNeeds.OfAsync(store, tree, cancel)).SymbolVersions;
        if (versions.ContainsKey(PrivateSymbols))
            throw PortableErrors.PrivateSymbols();

        var needed = versions.GetValueOrDefault(PublicSymbols);
        return needed is null || BinaryNeeds.Compare(needed, owner.Glibc) <= 0 ? needed : throw PortableErrors.TooNew(needed, owner.Platform, owner.Glibc);
    }
}
