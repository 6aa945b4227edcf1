using System.Collections.Immutable;
using System.IO.Compression;
using System.Runtime.CompilerServices;
using Monogres.Store.Archives;

namespace Monogres.Proof.Comparison.Containers;

/// <summary>A zip archive, as its central directory tells (APPNOTE.TXT, section 4.3.12). The modes are those that Unix programs write.</summary>
internal sealed class ZippedArchive(Content content) : Archive
{
    private const int TypeMask = 0xF000, Link = 0xA000, Folder = 0x4000, PermissionBits = 0xFFF, LongestTarget = 4096;

    public override string Format => "zip archive";

    public override async ValueTask<ImmutableArray<Field>> FieldsAsync(CancellationToken cancel)
    {
        await using var zip = await OpenAsync(cancel);
        return zip.Comment is { Length: > 0 } comment ? [new Field("comment", comment)] : [];
    }

    public override async IAsyncEnumerable<Member> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await using var zip = await OpenAsync(cancel);
        foreach (var (ordinal, entry) in zip.Entries.Index())
        {
            await using var data = new ZippedStream(await OpenAsync(entry, cancel), entry);
            yield return new Member(await OfAsync(entry, ordinal, data, cancel), data);
        }
    }

    private async Task<ZipArchive> OpenAsync(CancellationToken cancel)
    {
        var stream = await content.OpenAsync(cancel);
        try
        {
            if (!stream.CanSeek)
                throw new ArchiveException("the zip archive is compressed or too large inside another archive");

            var zip = await ZipArchive.CreateAsync(stream, ZipArchiveMode.Read, leaveOpen: false, entryNameEncoding: null, cancel);
            // They are read when they are first asked for.
            return zip.Entries.Count >= 0 ? zip : throw new InvalidDataException();
        }
        catch (Exception damage) when (damage is InvalidDataException or EndOfStreamException or ArgumentException or IOException)
        {
            await stream.DisposeAsync();
            throw new ArchiveException("the zip archive is damaged or truncated", inner: damage);
        }
        catch (ArchiveException)
        {
            await stream.DisposeAsync();
            throw;
        }
    }

    private static async Task<Stream> OpenAsync(ZipArchiveEntry entry, CancellationToken cancel)
    {
        try
        {
            return await entry.OpenAsync(cancel);
        }
        catch (Exception damage) when (damage is InvalidDataException or EndOfStreamException or IOException or NotSupportedException)
        {
            throw new ArchiveException("is damaged, or packed in a way that is not known", entry.FullName, damage);
        }
    }

    private static async Task<Entry> OfAsync(ZipArchiveEntry entry, int ordinal, Stream data, CancellationToken cancel)
    {
        // The upper half is what the system of the packer knows, on Unix the mode.
        var mode = (entry.ExternalAttributes >> 16) & 0xFFFF;
        var isFolder = entry.FullName.EndsWith('/') || (mode & TypeMask) == Folder;
        var read = new Entry
        {
            Path = Entry.Normal(entry.FullName),
            Name = entry.FullName,
            Ordinal = ordinal,
            Kind = isFolder ? EntryKind.Directory : (mode & TypeMask) == Link ? EntryKind.Symlink : EntryKind.File,
            Mode = mode == 0 ? null : mode & PermissionBits,
            // The format has no zone: what stands there is shown as it stands.
            Time = new DateTimeOffset(entry.LastWriteTime.DateTime, TimeSpan.Zero),
            Size = entry.Length,
            Fields = [new Field("comment", entry.Comment), new Field("compressed size", $"{entry.CompressedLength}"), new Field("attributes", $"{entry.ExternalAttributes & 0xFFFF}")],
        };
        if (read.Kind != EntryKind.Symlink)
            return read;

        var target = await Content.ReadAsync(data, LongestTarget, cancel) ?? throw new ArchiveException("is a symbolic link with a target that is too long", entry.FullName);
        return read with { Target = System.Text.Encoding.UTF8.GetString(target.Span) };
    }

    /// <summary>What an entry unpacks to: no more and no less than its header says, and no bomb.</summary>
    private sealed class ZippedStream(Stream inner, ZipArchiveEntry entry) : ForwardStream
    {
        private long _left = entry.Length;

        public override int Read(Span<byte> buffer)
        {
            try
            {
                return Count(inner.Read(buffer), buffer.Length);
            }
            catch (Exception damage) when (damage is InvalidDataException or EndOfStreamException)
            {
                throw Damaged(damage);
            }
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            try
            {
                return Count(await inner.ReadAsync(buffer, cancellationToken), buffer.Length);
            }
            catch (Exception damage) when (damage is InvalidDataException or EndOfStreamException)
            {
                throw Damaged(damage);
            }
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
                inner.Dispose();
            base.Dispose(disposing);
        }

        private int Count(int read, int asked)
        {
            _left -= read;
            var written = entry.Length - _left;
            if (written > ArchiveLimits.Default.RatioFloor && written / ArchiveLimits.Default.MaxRatio > entry.CompressedLength)
                throw new ArchiveException($"unpacks to more than {ArchiveLimits.Default.MaxRatio} times its size, as only a decompression bomb does", entry.FullName);
            return _left < 0 || (read == 0 && asked > 0 && _left > 0) ? throw Damaged(null) : read;
        }

        private ArchiveException Damaged(Exception? cause) => new("is damaged: it is not what its header says", entry.FullName, cause);
    }
}
