using Monogres.Store.Archives;

namespace Monogres.Proof.Comparison.Containers;

/// <summary>The next bytes of a stream, which must all be there. Does not dispose the stream.</summary>
/// <param name="stream">At the first of them.</param>
/// <param name="size">How many.</param>
/// <param name="name">What they are, for what is said of damage.</param>
internal sealed class PartStream(Stream stream, long size, string name) : ForwardStream
{
    private long _left = size;

    public override int Read(Span<byte> buffer) =>
        _left == 0 || buffer.IsEmpty ? 0 : Count(stream.Read(buffer[..(int)Math.Min(buffer.Length, _left)]));

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        _left == 0 || buffer.IsEmpty ? 0 : Count(await stream.ReadAsync(buffer[..(int)Math.Min(buffer.Length, _left)], cancellationToken));

    /// <summary>Reads what was not read.</summary>
    public async ValueTask SkipAsync(CancellationToken cancel)
    {
        var buffer = new byte[16 << 10];
        while (await ReadAsync(buffer, cancel) > 0)
        {
            // What the caller did not read is of no interest.
        }
    }

    private int Count(int read)
    {
        _left -= read;
        return read > 0 ? read : throw new ArchiveException($"ends {_left} bytes early: the archive is truncated", name);
    }
}
