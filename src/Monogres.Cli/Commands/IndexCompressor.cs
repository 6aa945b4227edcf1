using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Index.Platforms;
using Monogres.Packaging.Compression;
using Monogres.Packaging.Repositories.Apt;
using Monogres.Store.Trees;

namespace Monogres.Cli.Commands;

/// <summary>The compressed forms of a repository's indices, made by the compressors of the pinned packages: the same bytes on every machine.</summary>
internal static class IndexCompressor
{
    private static readonly RelativePath Index = RelativePath.Parse("Packages");

    private static readonly (string Name, Compressor Compressor)[] All = [("gz", Compressor.Gzip), ("xz", Compressor.Xz), ("zst", Compressor.Zstd)];

    /// <summary>The names that the command line takes.</summary>
    public static IEnumerable<string> Names => All.Select(one => one.Name);

    /// <summary>The compressors of comma-separated names.</summary>
    /// <exception cref="UserErrorException">There is no such form.</exception>
    public static ImmutableArray<Compressor> Parse(string names) => [.. TargetOptions.Names(names).Distinct(StringComparer.Ordinal).Select(Find)];

    /// <summary>How indices are compressed.</summary>
    /// <param name="workspace">Runs the compressor.</param>
    /// <param name="compressor">The compressor.</param>
    public static IndexCompression Of(Workspace workspace, Compressor compressor) => new(compressor.Extension, async (from, to, cancel) =>
    {
        var tree = new TreeBuilder();
        await using (var plain = File.OpenRead(from))
            tree.AddFile(Index, await workspace.Store.Blobs.PutAsync(plain, cancel), executable: false);
        var name = new StepName(TargetId.DefaultPlatform, $"index{compressor.Extension}");
        var step = CompressedFiles.Of(name, new StoredStep(name, await tree.WriteAsync(workspace.Store.Blobs, cancel)), workspace.PackingPrograms, compressor);
        await workspace.Engine.UseAsync<bool>([step], async trees =>
        {
            await foreach (var entry in TreeWalk.EntriesAsync(workspace.Blobs, trees[0].Tree, cancel))
            {
                await using var compressed = await workspace.Blobs.OpenAsync(((TreeEntry.File)entry).Content, cancel);
                await using var file = File.Create(to);
                await compressed.CopyToAsync(file, cancel);
            }

            return true;
        }, cancel);
    });

    private static Compressor Find(string name) => All.FirstOrDefault(one => string.Equals(one.Name, name, StringComparison.Ordinal)).Compressor
        ?? throw new UserErrorException($"indices cannot be compressed as `{name}`", $"known are {string.Join(", ", Names)}") { ExitCode = ExitCode.Usage };
}
