using System.Collections.Immutable;
using System.Text;
using Monogres.Core;
using Monogres.Engine.Events;
using Monogres.Engine.Steps;
using Monogres.Platforms.Composer;
using Monogres.Store;
using Monogres.Store.Archives;
using Monogres.Store.Trees;

namespace Monogres.Engine.Execution;

/// <summary>Runs <see cref="ListedStep"/>: downloads all archives of the list, and unpacks each into its directory.</summary>
internal sealed class ListUnpacker(EngineServices services)
{
    private readonly ArchiveTrees _archives = new(services.Blobs, services.Memo);

    /// <summary>Reads, downloads and unpacks.</summary>
    /// <exception cref="UserErrorException">The list cannot be read, or some of its archives are unavailable or cannot be unpacked.</exception>
    public async Task<StepResult> UnpackAsync(ListedStep step, Digest source, CancellationToken cancel)
    {
        var listed = await step.List.ReadAsync(source, services.Blobs, cancel);
        var files = await services.Files.FetchAsync([.. listed.Select(archive => archive.File)], cancel);
        using var observed = new ObservedStep(step.ToString(), services.Times.Find(step.Name)?.Seconds, services.Observer, services.Time);
        var tree = new TreeBuilder();
        foreach (var (archive, file) in listed.Zip(files))
            tree.AddTree(archive.To, await DirectoryAsync(archive, file, cancel));
        services.Times.Add(step.Name, new StepTime(observed.Seconds, 0));
        observed.Finish();
        return new StepResult(step, await tree.WriteAsync(services.Blobs, cancel));
    }

    private async Task<Digest> DirectoryAsync(ListedArchive archive, Digest file, CancellationToken cancel)
    {
        try
        {
            var content = await _archives.UnpackAsync(new ArchiveTree(archive.File.Sha256, StripPrefix: null, []), file, cancel);
            var added = new TreeBuilder();
            foreach (var (name, text) in archive.Added)
                added.AddFile(RelativePath.Parse(name), await services.Blobs.PutAsync(Encoding.UTF8.GetBytes(text), cancel), executable: false);
            return await TreeUnion.MergeAsync(services.Blobs, [new UnionLayer(content, Overrides: true), new UnionLayer(await added.WriteAsync(services.Blobs, cancel), Overrides: true)], cancel);
        }
        catch (ArchiveException refused)
        {
            throw refused.ToUserError($"`{archive.File.Name}`");
        }
    }
}
