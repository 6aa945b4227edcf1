using System.Collections.Immutable;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>What a difference consists of, as far as a cause can be read from it.</summary>
public abstract record Evidence
{
    /// <summary>Two texts that stand at the same place: a line, a string of a program, a field, a name.</summary>
    /// <param name="Where">What they are: <c>line 12</c>, <c>.rodata</c>, the name of a field.</param>
    /// <param name="One">The first.</param>
    /// <param name="Other">The second.</param>
    public sealed record Texts(string Where, string One, string Other) : Evidence;

    /// <summary>Two lists of which the order matters.</summary>
    /// <param name="Of">What is listed.</param>
    /// <param name="One">The first.</param>
    /// <param name="Other">The second.</param>
    public sealed record Lists(ListOf Of, ImmutableArray<string> One, ImmutableArray<string> Other) : Evidence;

    /// <summary>Two modes.</summary>
    public sealed record Modes(int One, int Other) : Evidence;

    /// <summary>Two modification times.</summary>
    public sealed record Times(DateTimeOffset One, DateTimeOffset Other) : Evidence;

    /// <summary>Bytes that differ where those around them are equal.</summary>
    /// <param name="Offset">Where <paramref name="One"/> and <paramref name="Other"/> begin in the content.</param>
    /// <param name="Start">Where in them the first byte that differs is.</param>
    /// <param name="Length">How many bytes it is to the last that differs.</param>
    /// <param name="One">The bytes and those around them on the first side.</param>
    /// <param name="Other">As many of the second.</param>
    public sealed record Bytes(long Offset, int Start, int Length, ReadOnlyMemory<byte> One, ReadOnlyMemory<byte> Other) : Evidence
    {
        /// <summary>Whether a compiler or linker wrote them, which leave nothing to chance.</summary>
        public bool IsCompiled { get; init; }

        /// <summary>The bytes of the first side without those around them.</summary>
        public ReadOnlyMemory<byte> DifferingOne => One.Slice(Start, Length);

        /// <summary>The bytes of the second side without those around them.</summary>
        public ReadOnlyMemory<byte> DifferingOther => Other.Slice(Start, Length);

        /// <summary>The little-endian numbers that hold the bytes that differ, at multiples of their size in the content; none when they are not all there.</summary>
        /// <param name="size">Bytes of a number: 4 or 8.</param>
        public IReadOnlyList<(ulong One, ulong Other)> Words(int size)
        {
            var first = (int)((Offset + Start) / size * size - Offset);
            List<(ulong, ulong)> words = [];
            for (var at = first; at < Start + Length; at += size)
            {
                if (at < 0 || at + size > One.Length || at + size > Other.Length)
                    return [];

                words.Add((Number(One.Span.Slice(at, size)), Number(Other.Span.Slice(at, size))));
            }

            return words;
        }

        private static ulong Number(ReadOnlySpan<byte> bytes)
        {
            var number = 0ul;
            for (var i = bytes.Length - 1; i >= 0; i--)
                number = (number << 8) | bytes[i];
            return number;
        }
    }

    /// <summary>The same content, compressed to other bytes.</summary>
    /// <param name="One">How the first is compressed: <c>gzip</c>.</param>
    /// <param name="Other">How the second is.</param>
    public sealed record Compressed(string One, string Other) : Evidence;

    /// <summary>A file that is another name of an earlier one on one side and a file of its own on the other.</summary>
    public sealed record HardLinks : Evidence;

    /// <summary>The code of a program.</summary>
    /// <param name="Functions">The functions whose code differs, in the order of their names.</param>
    /// <param name="SameSymbols">Whether both have the same symbols.</param>
    /// <param name="SameData">Whether nothing but code, and what follows from its size and place, differs.</param>
    public sealed record Code(ImmutableArray<string> Functions, bool SameSymbols, bool SameData) : Evidence;

    /// <summary>The identity that a linker computes from all that it links.</summary>
    public sealed record BuildIds(string One, string Other) : Evidence;
}

/// <summary>What a list holds.</summary>
public enum ListOf
{
    /// <summary>The lines of a text.</summary>
    Lines,

    /// <summary>The words of a text or of one line.</summary>
    Words,

    /// <summary>The entries of an archive.</summary>
    Entries,

    /// <summary>The source or object files that a program was linked from.</summary>
    ObjectFiles,

    /// <summary>The symbols of a program.</summary>
    Symbols,
}
