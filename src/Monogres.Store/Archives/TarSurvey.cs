using System.Buffers;
using System.Formats.Tar;
using Monogres.Core;
using Monogres.Store.Trees;

namespace Monogres.Store.Archives;

/// <summary>What the archive of a source says about itself: read before it is taken in, when nothing about it is known beforehand. Nothing of it is stored.</summary>
/// <param name="TopFolder">The one folder that holds everything; null when there are several, or files beside it.</param>
/// <param name="NewestFile">The newest modification time of a file, to the second; null when there is no file.</param>
/// <param name="Comment">The comment of the archive: <c>git archive</c> writes the commit there. Null when there is none.</param>
public sealed record TarSurvey(string? TopFolder, DateTimeOffset? NewestFile, string? Comment)
{
    private const int ScratchSize = 128 << 10;

    /// <summary>Reads an archive up to its end mark.</summary>
    /// <param name="tar">The archive, decompressed; not disposed.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="ArchiveException">The archive is damaged, or has an absolute name or one with <c>..</c>.</exception>
    public static async Task<TarSurvey> ReadAsync(Stream tar, CancellationToken cancel)
    {
        var input = new TarInput(tar);
        var scratch = ArrayPool<byte>.Shared.Rent(ScratchSize);
        var (tops, besides) = (new HashSet<string>(StringComparer.Ordinal), false);
        var (newest, comment, previous) = ((DateTimeOffset?)null, (string?)null, (string?)null);
        try
        {
            await using var reader = new TarReader(input, leaveOpen: true);
            while (await input.NextAsync(reader, previous, cancel) is { } entry)
            {
                if (entry is PaxGlobalExtendedAttributesTarEntry global)
                {
                    comment = global.GlobalExtendedAttributes.GetValueOrDefault("comment") ?? comment;
                    continue;
                }

                previous = entry.Name;
                var path = TarNames.Parse(entry.Name, entry.Name, "name");
                var isDirectory = entry.EntryType is TarEntryType.Directory or TarEntryType.DirectoryList;
                if (!path.IsRoot && !SourceEntries.IsIgnored(path))
                {
                    tops.Add(path.Segments[0]);
                    besides |= path.Parent.IsRoot && !isDirectory;
                }

                if (entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile && (newest is null || entry.ModificationTime > newest))
                    newest = entry.ModificationTime;
                await SkipAsync(entry, scratch, cancel);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }

        return new TarSurvey(tops.Count == 1 && !besides ? tops.Single() : null, newest is { } time ? DateTimeOffset.FromUnixTimeSeconds(time.ToUnixTimeSeconds()) : null, comment);
    }

    // TarReader would skip it in far smaller steps.
    private static async ValueTask SkipAsync(TarEntry entry, byte[] scratch, CancellationToken cancel)
    {
        if (entry.DataStream is not { } data)
            return;

        try
        {
            for (var left = entry.Length; left > 0;)
            {
                var read = await data.ReadAsync(scratch, cancel);
                left = read == 0 ? throw new EndOfStreamException() : left - read;
            }
        }
        catch (EndOfStreamException end)
        {
            throw new ArchiveException("is cut off: the archive is truncated", entry.Name, end);
        }
    }
}
