using System.Formats.Tar;

namespace Monogres.Store.Archives;

/// <summary>The stream under the reader of a tar archive, with a limit on what one header may take: a pax header can claim gigabytes, which would all be kept in memory.</summary>
/// <param name="inner">The archive, decompressed; not disposed.</param>
public sealed class TarInput(Stream inner) : ForwardStream
{
    private const int HeaderLimit = 1 << 20;

    private int _left = int.MaxValue;
    private bool _limited;

    /// <summary>Whether a read has met the end.</summary>
    public bool AtEnd { get; private set; }

    /// <summary>The next entry of the reader over this stream, or null at the end; its content is read from the entry.</summary>
    /// <param name="reader">Reads this stream.</param>
    /// <param name="previous">The name of the entry before, for the message; null for the first.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="ArchiveException">The archive is damaged.</exception>
    public async ValueTask<TarEntry?> NextAsync(TarReader reader, string? previous, CancellationToken cancel)
    {
        (_limited, _left) = (true, HeaderLimit);
        try
        {
            return await reader.GetNextEntryAsync(copyData: false, cancel);
        }
        catch (Exception damage) when (damage is InvalidDataException or EndOfStreamException or FormatException or ArgumentException or OverflowException or NotSupportedException)
        {
            throw new ArchiveException(
                previous is null ? "the archive is damaged or truncated: no tar header at its start" : $"the archive is damaged or truncated after entry `{previous}`", inner: damage);
        }
        finally
        {
            _limited = false;
        }
    }

    /// <inheritdoc/>
    public override int Read(Span<byte> buffer) => Count(inner.Read(buffer), buffer.IsEmpty);

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await inner.ReadAsync(buffer, cancellationToken), buffer.IsEmpty);

    private int Count(int read, bool nothingAsked)
    {
        AtEnd |= read == 0 && !nothingAsked;
        if (_limited && (_left -= read) < 0)
            throw new ArchiveException($"the archive has a header of more than {HeaderLimit} bytes");

        return read;
    }
}
