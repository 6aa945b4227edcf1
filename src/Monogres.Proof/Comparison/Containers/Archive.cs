using System.Buffers;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Monogres.Core;
using Monogres.Store.Archives;

namespace Monogres.Proof.Comparison.Containers;

/// <summary>An entry as it comes by.</summary>
/// <param name="Entry">Its header; the hash is not known yet.</param>
/// <param name="Content">Its content; valid until the next entry is asked for. Empty for what is no file.</param>
internal readonly record struct Member(Entry Entry, Stream Content);

/// <summary>
/// Something with entries: a directory, or an archive, which is read as a stream from its start, as often as needed, and
/// never unpacked. An archive is input from strangers: every reader has limits, and whatever is wrong with it ends in an
/// <see cref="ArchiveException"/>.
/// </summary>
internal abstract class Archive
{
    private const int BufferSize = 128 << 10;

    /// <summary>What it is: <c>tar archive</c>.</summary>
    public abstract string Format { get; }

    /// <summary>Whether the order of its entries is part of it.</summary>
    public virtual bool IsOrdered => true;

    /// <summary>What it says of itself as a whole.</summary>
    public virtual ValueTask<ImmutableArray<Field>> FieldsAsync(CancellationToken cancel) => ValueTask.FromResult<ImmutableArray<Field>>([]);

    /// <summary>The content of a file that can be had without reading what comes before it; null in an archive that is a stream.</summary>
    public virtual Content? Find(Entry entry) => null;

    /// <summary>The entries in order, each with its content.</summary>
    /// <exception cref="ArchiveException">The archive is damaged.</exception>
    public abstract IAsyncEnumerable<Member> ReadAsync(CancellationToken cancel);

    /// <summary>The entries in order, their contents hashed.</summary>
    /// <exception cref="ArchiveException">The archive is damaged, or has too many entries.</exception>
    public virtual async Task<ImmutableArray<Entry>> ListAsync(CancellationToken cancel)
    {
        var entries = ImmutableArray.CreateBuilder<Entry>();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            await foreach (var (entry, content) in ReadAsync(cancel))
            {
                if (entries.Count == ArchiveLimits.Default.MaxEntries)
                    throw new ArchiveException($"the archive has more than the limit of {ArchiveLimits.Default.MaxEntries} entries");
                if (!entry.HasContent)
                {
                    entries.Add(entry);
                    continue;
                }

                // What was read is what counts, not what a header says.
                var size = 0L;
                for (int count; (count = await content.ReadAsync(buffer, cancel)) > 0; size += count)
                    hash.AppendData(buffer, 0, count);
                entries.Add(entry with { Hash = new Sha256Hash(hash.GetHashAndReset()), Size = size });
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }

        return entries.DrainToImmutable();
    }

    /// <summary>The contents of some files, by their place, in one reading; those larger than <paramref name="limit"/> are to be read again one by one.</summary>
    public virtual async Task<IReadOnlyDictionary<int, Content>> LoadAsync(IReadOnlyCollection<Entry> entries, int limit, CancellationToken cancel)
    {
        Dictionary<int, Content> contents = [];
        foreach (var large in entries.Where(entry => entry.Size > limit))
            contents.Add(large.Ordinal, new MemberContent(this, large));

        var wanted = entries.Where(entry => entry.Size <= limit).ToDictionary(entry => entry.Ordinal);
        if (wanted.Count == 0)
            return contents;

        await foreach (var (entry, content) in ReadAsync(cancel))
        {
            if (!wanted.Remove(entry.Ordinal, out var listed))
                continue;

            contents.Add(entry.Ordinal, await Content.ReadAsync(content, limit, cancel) is { } bytes ? new MemoryContent(bytes) : new MemberContent(this, listed));
            if (wanted.Count == 0)
                break;
        }

        return contents;
    }
}
