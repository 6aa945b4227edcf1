using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Compression;
using Monogres.Packaging.Formats;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Tar;

/// <summary>
/// Lays a payload out as a tar archive: one top directory, then the payload's own prefix (<c>bin lib share include</c>),
/// so that the tree runs from wherever it is unpacked. Debug information is an archive of its own.
/// </summary>
/// <param name="compressor">What compresses it; null for the archive itself.</param>
public sealed class TarPackager(Compressor? compressor) : IPackager
{
    /// <inheritdoc/>
    public ImmutableArray<Step> StepsOf(PackageRequest request) =>
    [
        .. request.Parts.Select(part =>
        {
            var archive = new DeriveStep(new StepName(request.Target, $"{part.Facet}tar"), [part.Tree], new TarArchive(part.From, part.Name, request.SourceDate));
            return compressor is null ? (Step)archive : CompressedFiles.Of(new StepName(request.Target, $"{part.Facet}tar{compressor.Extension}"), archive, request.Programs(), compressor);
        }),
    ];
}

/// <summary>A tree with one file, the tar archive of a directory; an empty tree for one that is empty.</summary>
/// <param name="from">The directory.</param>
/// <param name="name">The name of the archive's top directory, and of the file without <c>.tar</c>.</param>
/// <param name="time">The time that stands in every entry.</param>
internal sealed class TarArchive(RelativePath from, string name, DateTimeOffset time) : TreeFunction
{
    /// <inheritdoc/>
    public override void Describe(KeyWriter key) => key.Add("tar 1").Add(from.Value).Add(name).Add(time.ToUnixTimeSeconds());

    /// <inheritdoc/>
    public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
    {
        var files = new TreeBuilder();
        if (await TreeWalk.FindDirectoryAsync(store.Blobs, inputs[0].Tree, from, cancel) is { } directory && directory != Digest.Empty)
            files.AddFile(RelativePath.Root.Child($"{name}.tar"), await store.Blobs.PutWrittenAsync((output, stop) => WriteAsync(store.Blobs, directory, output, stop), cancel), executable: false);
        return await files.WriteAsync(store.Blobs, cancel);
    }

    private async Task WriteAsync(IBlobStore store, Digest directory, Stream output, CancellationToken cancel)
    {
        var (tar, top) = (new CanonicalTarWriter(output, time), RelativePath.Root.Child(name));
        await tar.WriteDirectoryAsync(top, cancel);
        await tar.WriteTreeAsync(store, directory, top, cancel);
        await tar.CompleteAsync(cancel);
    }
}
