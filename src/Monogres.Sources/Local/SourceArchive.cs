using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Archives;
using Monogres.Store.Trees;

namespace Monogres.Sources.Local;

/// <summary>An imported archive of which nothing was known beforehand.</summary>
/// <param name="Tree">The source: without the top folder, when there is exactly one.</param>
/// <param name="Survey">What the archive says about itself.</param>
/// <param name="Omitted">The entries that are not in the tree.</param>
public sealed record SourceArchive(Digest Tree, TarSurvey Survey, ImmutableArray<OmittedEntry> Omitted)
{
    /// <summary>Imports an archive, with any supported compression.</summary>
    /// <param name="blobs">Where its content goes.</param>
    /// <param name="open">Opens it; called twice.</param>
    /// <param name="name">Its name in messages.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">It is not an archive, or one that cannot become a tree.</exception>
    public static async Task<SourceArchive> ReadAsync(IIngestingBlobStore blobs, Func<ValueTask<Stream>> open, string name, CancellationToken cancel)
    {
        try
        {
            await using (var start = await open())
            {
                if (await IsZipAsync(start, cancel))
                    throw LocalErrors.IsZip(name);
            }

            TarSurvey survey;
            await using (var tar = await Decompression.OpenAsync(await open(), ArchiveLimits.Default, cancel))
                survey = await TarSurvey.ReadAsync(tar, cancel);

            await using (var tar = await Decompression.OpenAsync(await open(), ArchiveLimits.Default, cancel))
            {
                var rules = survey.TopFolder is null ? TarRules.FlatSource : TarRules.Source;
                var tree = await new TarTree(blobs, ArchiveLimits.Default, IngestOptions.Alone).ReadAsync(tar, rules, cancel);
                return new SourceArchive(tree.Root, survey, tree.Omitted);
            }
        }
        catch (ArchiveException refused)
        {
            throw LocalErrors.CannotUnpack(name, refused);
        }
        catch (UnauthorizedAccessException denied)
        {
            throw LocalErrors.Unreadable(name, denied);
        }
    }

    private static async ValueTask<bool> IsZipAsync(Stream stream, CancellationToken cancel)
    {
        var start = new byte[4];
        return await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancel) == start.Length && start is [(byte)'P', (byte)'K', 3 or 5, 4 or 6];
    }
}
