namespace Monogres.Sources.Git;

/// <summary>What an object has otherwise than another one: pieces of that to copy, and bytes to insert. See gitformat-pack(5), “Deltified representation”.</summary>
internal static class PackDelta
{
    private const int DefaultCopy = 0x10000;

    /// <summary>Makes the object.</summary>
    /// <param name="source">The other object.</param>
    /// <param name="delta">The instructions.</param>
    /// <exception cref="InvalidDataException">The delta does not fit the source.</exception>
    public static byte[] Apply(ReadOnlySpan<byte> source, ReadOnlySpan<byte> delta)
    {
        try
        {
            var at = 0;
            if (Size(delta, ref at) != source.Length)
                throw new InvalidDataException("a delta is for another object");

            var result = new byte[Size(delta, ref at)];
            var written = 0;
            while (at < delta.Length)
                written += Next(source, delta, ref at, result.AsSpan(written));
            return written == result.Length ? result : throw new InvalidDataException("a delta is cut off");
        }
        catch (Exception e) when (e is ArgumentException or IndexOutOfRangeException)
        {
            throw new InvalidDataException("a delta points outside of its object", e);
        }
    }

    private static int Next(ReadOnlySpan<byte> source, ReadOnlySpan<byte> delta, ref int at, Span<byte> result)
    {
        var instruction = delta[at++];
        if ((instruction & 0x80) == 0)
        {
            // Zero is reserved.
            if (instruction == 0)
                throw new InvalidDataException("a delta has an unknown instruction");
            delta.Slice(at, instruction).CopyTo(result);
            at += instruction;
            return instruction;
        }

        // Each of seven bits says whether a byte of the offset or of the size is given.
        var (offset, size) = (0, 0);
        for (var i = 0; i < 4; i++)
            offset |= (instruction & (1 << i)) != 0 ? delta[at++] << (8 * i) : 0;
        for (var i = 0; i < 3; i++)
            size |= (instruction & (0x10 << i)) != 0 ? delta[at++] << (8 * i) : 0;
        size = size == 0 ? DefaultCopy : size;
        source.Slice(offset, size).CopyTo(result);
        return size;
    }

    private static int Size(ReadOnlySpan<byte> delta, ref int at)
    {
        var (size, shift) = (0L, 0);
        byte next;
        do
        {
            next = delta[at++];
            size |= (long)(next & 0x7f) << shift;
            shift += 7;
        }
        while ((next & 0x80) != 0 && shift < 63);
        return size is >= 0 and <= int.MaxValue ? (int)size : throw new InvalidDataException("an object is larger than 2 GiB");
    }
}
