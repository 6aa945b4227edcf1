using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>Whether a machine writes the low byte of a number first.</summary>
public sealed class ByteOrderRule : CauseRule
{
    /// <inheritdoc/>
    public override string Id => "byte-order";

    /// <inheritdoc/>
    public override string Words => "the order of bytes in numbers";

    /// <inheritdoc/>
    public override string Sign => "Numbers of two, four or eight bytes that are each other's mirror image";

    /// <inheritdoc/>
    public override string Remedy => "Write numbers in a fixed order of bytes.";

    /// <inheritdoc/>
    public override Cause? Explain(Evidence evidence)
    {
        if (evidence is not Evidence.Bytes bytes)
            return null;

        foreach (var size in (ReadOnlySpan<int>)[8, 4, 2])
        {
            var first = (int)((bytes.Offset + bytes.Start) / size * size - bytes.Offset);
            var length = (bytes.Start + bytes.Length - first + size - 1) / size * size;
            if (first >= 0 && first + length <= Math.Min(bytes.One.Length, bytes.Other.Length) && IsMirrored(bytes.One.Span.Slice(first, length), bytes.Other.Span.Slice(first, length), size))
                return Found(Convert.ToHexStringLower(bytes.One.Span.Slice(first, size)), Convert.ToHexStringLower(bytes.Other.Span.Slice(first, size)));
        }

        return null;
    }

    private static bool IsMirrored(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other, int size)
    {
        for (var at = 0; at < one.Length; at += size)
        {
            for (var i = 0; i < size; i++)
            {
                if (one[at + i] != other[at + size - 1 - i])
                    return false;
            }
        }

        return true;
    }
}
