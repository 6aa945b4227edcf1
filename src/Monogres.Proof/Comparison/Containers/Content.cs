using Monogres.Store.Archives;

namespace Monogres.Proof.Comparison.Containers;

/// <summary>Bytes that can be read from their start as often as needed.</summary>
internal abstract class Content
{
    /// <summary>How many bytes; null when only reading tells.</summary>
    public virtual long? Size => null;

    /// <summary>Opens the bytes.</summary>
    /// <exception cref="ArchiveException">The archive around them is damaged.</exception>
    public abstract ValueTask<Stream> OpenAsync(CancellationToken cancel);

    /// <summary>All bytes, or null when there are more than <paramref name="limit"/>.</summary>
    /// <exception cref="ArchiveException">They are compressed and damaged, or the archive around them is.</exception>
    public async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(int limit, CancellationToken cancel)
    {
        if (this is MemoryContent memory)
            return memory.Bytes.Length <= limit ? memory.Bytes : null;
        if (Size > limit)
            return null;

        await using var stream = await OpenAsync(cancel);
        return await ReadAsync(stream, limit, cancel);
    }

    /// <summary>All bytes of a stream, or null when there are more than <paramref name="limit"/>.</summary>
    public static async ValueTask<ReadOnlyMemory<byte>?> ReadAsync(Stream stream, int limit, CancellationToken cancel)
    {
        using var bytes = new MemoryStream();
        var buffer = new byte[1 << 16];
        for (int count; (count = await stream.ReadAsync(buffer, cancel)) > 0;)
        {
            if (bytes.Length + count > limit)
                return null;
            bytes.Write(buffer, 0, count);
        }

        return bytes.GetBuffer().AsMemory(0, (int)bytes.Length);
    }
}

/// <summary>Bytes in memory.</summary>
internal sealed class MemoryContent(ReadOnlyMemory<byte> bytes) : Content
{
    public ReadOnlyMemory<byte> Bytes => bytes;

    public override long? Size => bytes.Length;

    public override ValueTask<Stream> OpenAsync(CancellationToken cancel) => ValueTask.FromResult<Stream>(
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(bytes, out var array)
            ? new MemoryStream(array.Array!, array.Offset, array.Count, writable: false)
            : new MemoryStream(bytes.ToArray(), writable: false));
}

/// <summary>A file on disk.</summary>
internal sealed class FileContent(string path) : Content
{
    public override long? Size => new FileInfo(path).Length;

    public override ValueTask<Stream> OpenAsync(CancellationToken cancel)
    {
        try
        {
            return ValueTask.FromResult<Stream>(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan));
        }
        catch (Exception error) when (error is UnauthorizedAccessException or IOException)
        {
            throw ComparisonErrors.Unreadable(path, error);
        }
    }
}

/// <summary>What a compressed content unpacks to.</summary>
internal sealed class DecompressedContent(Content compressed, Compression compression) : Content
{
    public override async ValueTask<Stream> OpenAsync(CancellationToken cancel) =>
        Decompression.Open(await compressed.OpenAsync(cancel), compression, ArchiveLimits.Default);
}

/// <summary>A file of an archive that is too large to be kept in memory: the archive is read again up to it.</summary>
internal sealed class MemberContent(Archive archive, Entry entry) : Content
{
    public override long? Size => entry.Size;

    public override async ValueTask<Stream> OpenAsync(CancellationToken cancel)
    {
        var members = archive.ReadAsync(cancel).GetAsyncEnumerator(cancel);
        try
        {
            while (await members.MoveNextAsync())
            {
                if (members.Current.Entry.Ordinal == entry.Ordinal)
                    return new MemberStream(members, members.Current.Content);
            }
        }
        catch
        {
            await members.DisposeAsync();
            throw;
        }

        await members.DisposeAsync();
        throw new ArchiveException("is not there any more: the archive changed while it was compared", entry.Name);
    }

    private sealed class MemberStream(IAsyncEnumerator<Member> members, Stream content) : ForwardStream
    {
        public override int Read(Span<byte> buffer) => content.Read(buffer);

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => content.ReadAsync(buffer, cancellationToken);

        public override async ValueTask DisposeAsync()
        {
            await members.DisposeAsync();
            await base.DisposeAsync();
        }
    }
}
