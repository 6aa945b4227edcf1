using SharpCompress.Common;

namespace Monogres.Store.Archives;

/// <summary>What comes out of a decoder: stopped when it grows beyond its limits, and with one kind of exception for damage.</summary>
/// <param name="decoded">The decoder; owned.</param>
/// <param name="input">What it reads; owned.</param>
/// <param name="mayBeEmpty">Whether no input at all is a whole stream.</param>
/// <param name="limits">When it is stopped.</param>
internal sealed class DecompressedStream(Stream decoded, BufferedInput input, bool mayBeEmpty, ArchiveLimits limits) : ForwardStream
{
    private long _written;

    public override int Read(Span<byte> buffer)
    {
        try
        {
            return buffer.IsEmpty ? 0 : Count(decoded.Read(buffer));
        }
        catch (Exception damage) when (IsDamage(damage))
        {
            throw Damaged(damage);
        }
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            return buffer.IsEmpty ? 0 : Count(await decoded.ReadAsync(buffer, cancellationToken));
        }
        catch (Exception damage) when (IsDamage(damage))
        {
            throw Damaged(damage);
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            decoded.Dispose();
            input.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>The decoders are memory-safe but do not foresee all damage: an index out of range, a negative length and their like are damage too.</summary>
    private static bool IsDamage(Exception exception) => exception is InvalidDataException or EndOfStreamException or SharpCompressException
        or IndexOutOfRangeException or ArgumentException or ArithmeticException or NullReferenceException or NotImplementedException;

    private static ArchiveException Damaged(Exception cause) => new("the compressed data is damaged or truncated", inner: cause);

    private int Count(int count)
    {
        // GZipStream sees nothing wrong in no data at all.
        if (count == 0 && input.Count == 0 && !mayBeEmpty)
            throw new ArchiveException("the compressed data is truncated: there is none");

        _written += count;
        if (_written > limits.MaxBytes)
            throw new ArchiveException($"the archive unpacks to more than the limit of {limits.MaxBytes} bytes");
        if (_written > limits.RatioFloor && _written / limits.MaxRatio > input.Count)
            throw new ArchiveException($"the archive unpacks to more than {limits.MaxRatio} times its size, as only a decompression bomb does");

        return count;
    }
}
