using System.Buffers;
using System.Collections.Immutable;
using System.Formats.Tar;
using Monogres.Core;
using Monogres.Store.Trees;

namespace Monogres.Store.Archives;

/// <summary>A tar archive as a tree.</summary>
/// <param name="Root">The digest of the root directory.</param>
/// <param name="EntryCount">Entries of the archive, also those that were left out.</param>
/// <param name="Bytes">Bytes of all stored files together.</param>
/// <param name="Comment">The comment of the archive: <c>git archive</c> writes the commit there. Null when there is none.</param>
/// <param name="Omitted">What the archive of a source holds and no tree can, in the order of the paths; nothing for other archives, which are refused.</param>
public sealed record TarTreeResult(Digest Root, int EntryCount, long Bytes, string? Comment, ImmutableArray<OmittedEntry> Omitted);

/// <summary>
/// Reads tar archives (ustar, GNU, pax) into trees. Only files, executable files, directories and symbolic links come
/// out; hard links become files with the same content; times, owners and all other modes are dropped. Refused: names
/// that are absolute or have <c>..</c>, links that lead out, entries below a link or file, devices, pipes, sparse
/// files, two entries of different kind at one place, anything after the end, a missing end. Of a source, links that lead
/// out, devices and pipes are left out instead, as they are of a directory.
/// </summary>
/// <param name="store">Where files and directories go.</param>
/// <param name="limits">The number of entries; the limits on bytes are those of the stream.</param>
/// <param name="options">Speed and memory.</param>
public sealed class TarTree(IIngestingBlobStore store, ArchiveLimits limits, IngestOptions options)
{
    private const int ScratchSize = 128 << 10;

    /// <summary>Reads an archive to the end of its stream.</summary>
    /// <param name="tar">The archive, decompressed; not disposed.</param>
    /// <param name="rules">What becomes of its entries.</param>
    /// <param name="cancel">Stops; blobs that were stored stay.</param>
    /// <exception cref="ArchiveException">The archive is damaged, or holds what no tree may hold.</exception>
    public async Task<TarTreeResult> ReadAsync(Stream tar, TarRules rules, CancellationToken cancel)
    {
        var names = new TarNames(rules);
        var layout = new TarLayout();
        var input = new TarInput(tar);
        var scratch = ArrayPool<byte>.Shared.Rent(ScratchSize);
        var (count, bytes, comment) = (0, 0L, (string?)null);
        try
        {
            await using var ingest = new FileIngest(store, options, cancel);
            await using var reader = new TarReader(input, leaveOpen: true);
            string? previous = null;
            while (await input.NextAsync(reader, previous, cancel) is { } entry)
            {
                if (entry is PaxGlobalExtendedAttributesTarEntry global)
                {
                    comment = global.GlobalExtendedAttributes.GetValueOrDefault("comment") ?? comment;
                    continue;
                }

                previous = entry.Name;
                if (++count > limits.MaxEntries)
                    throw new ArchiveException($"the archive has more than the limit of {limits.MaxEntries} entries");

                bytes += await AddAsync(entry, rules, names, layout, ingest, scratch, cancel);
            }

            await EndAsync(input, scratch, cancel);
            names.RefuseMissing();
            await ingest.CompleteAsync();
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(scratch);
        }

        return new TarTreeResult(await layout.WriteAsync(store, cancel), count, bytes, comment, layout.Omitted);
    }

    private static async ValueTask<long> AddAsync(
        TarEntry entry, TarRules rules, TarNames names, TarLayout layout, FileIngest ingest, byte[] scratch, CancellationToken cancel)
    {
        var name = TarNames.Parse(entry.Name, entry.Name, "name");
        if (names.IsOutsideTopFolder(name) || (rules.IsSource && SourceEntries.IsIgnored(name)))
            return 0;

        var archived = names.Strip(name, entry.Name);
        if (archived is not { } path)
        {
            return entry.EntryType == TarEntryType.Directory
                ? 0
                : throw new ArchiveException("stands where a directory is needed: the top of the tree", entry.Name);
        }

        var place = names.Move(path);
        var leftOut = rules.Omissions.IsMatch(place.Value);
        switch (entry.EntryType)
        {
            case TarEntryType.Directory or TarEntryType.DirectoryList:
                layout.AddDirectory(place, entry.Name, leftOut);
                return 0;

            case TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile:
                RefuseSparse(entry);
                var content = await StoreAsync(entry, leftOut, ingest, scratch, cancel);
                layout.AddFile(place, entry.Name, content, entry.Mode.HasFlag(UnixFileMode.UserExecute));
                return leftOut ? 0 : entry.Length;

            case TarEntryType.SymbolicLink when rules.IsSource:
                if (TarNames.SourceLink(path, entry.LinkName, entry.Name, out var reason) is { } link)
                    layout.AddSymlink(place, entry.Name, link, leftOut);
                else if (!leftOut)
                    layout.Omit(place, entry.Name, reason);
                return 0;

            case TarEntryType.SymbolicLink:
                var (target, text) = names.Link(path, entry.LinkName, entry.Name);
                if (!rules.Moves.Any(move => move.From == path))
                    layout.AddSymlink(place, entry.Name, text, leftOut);
                else if (target != place)
                    throw new ArchiveException($"is a symbolic link to `{entry.LinkName}` where the rules move a directory to `{place}`", entry.Name);
                return 0;

            case TarEntryType.HardLink:
                if (names.Strip(TarNames.Parse(entry.LinkName, entry.Name, "link target"), entry.Name) is not { } original)
                    throw new ArchiveException("is a hard link to a directory", entry.Name);
                layout.AddHardLink(place, entry.Name, names.Move(original), leftOut);
                return 0;

            case TarEntryType.Fifo or TarEntryType.CharacterDevice or TarEntryType.BlockDevice when rules.IsSource:
                if (!leftOut)
                    layout.Omit(place, entry.Name, SourceEntries.NoFile);
                return 0;

            default:
                throw new ArchiveException($"is {Describe(entry.EntryType)}, which no tree may hold", entry.Name);
        }
    }

    private static async ValueTask<PendingFile?> StoreAsync(TarEntry entry, bool leftOut, FileIngest ingest, byte[] scratch, CancellationToken cancel)
    {
        if (entry.DataStream is not { } data)
            return leftOut ? null : new PendingFile();

        try
        {
            if (!leftOut)
                return await ingest.AddAsync(data, entry.Length);

            // TarReader would skip it in far smaller steps.
            for (var left = entry.Length; left > 0;)
            {
                var read = await data.ReadAsync(scratch, cancel);
                left = read == 0 ? throw new EndOfStreamException() : left - read;
            }

            return null;
        }
        catch (EndOfStreamException end)
        {
            throw new ArchiveException("is cut off: the archive is truncated", entry.Name, end);
        }
    }

    /// <summary>What follows the end mark: zeros only, up to the end of the stream, whose checksum is thereby checked.</summary>
    private static async ValueTask EndAsync(TarInput input, byte[] scratch, CancellationToken cancel)
    {
        if (input.AtEnd)
            throw new ArchiveException("the archive is truncated: it has no end mark");

        int read;
        while ((read = await input.ReadAsync(scratch, cancel)) > 0)
        {
            if (scratch.AsSpan(0, read).ContainsAnyExcept((byte)0))
                throw new ArchiveException("the archive has data after its end");
        }
    }

    private static void RefuseSparse(TarEntry entry)
    {
        if (entry is PaxTarEntry pax && pax.ExtendedAttributes.Keys.Any(key => key.StartsWith("GNU.sparse.", StringComparison.Ordinal)))
            throw new ArchiveException($"is {Describe(TarEntryType.SparseFile)}, which no tree may hold", entry.Name);
    }

    private static string Describe(TarEntryType type) => type switch
    {
        TarEntryType.BlockDevice => "a block device",
        TarEntryType.CharacterDevice => "a character device",
        TarEntryType.Fifo => "a named pipe",
        TarEntryType.SparseFile => "a sparse file",
        TarEntryType.MultiVolume => "part of a file from another volume",
        _ => $"of type `{(char)type}`",
    };
}
