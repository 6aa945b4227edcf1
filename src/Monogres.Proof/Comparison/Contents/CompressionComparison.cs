using System.Buffers.Binary;
using System.Text;
using Monogres.Proof.Comparison.Causes;
using Monogres.Proof.Comparison.Reports;
using Monogres.Store.Archives;

namespace Monogres.Proof.Comparison.Contents;

/// <summary>Compares how two contents are compressed: by what, and what the header of gzip says (RFC 1952).</summary>
internal static class CompressionComparison
{
    private const int NameFlag = 8, ExtraFlag = 4, HeaderLength = 10;

    /// <summary>The difference, or null when only the content differs, from which other compressed bytes follow.</summary>
    public static Difference? Compare(
        string path, (Compression Compression, ReadOnlyMemory<byte> Head) one, (Compression Compression, ReadOnlyMemory<byte> Head) other, bool contentDiffers)
    {
        var found = new DifferenceBuilder(path, DifferenceKind.Compression);
        if (one.Compression != other.Compression)
            return found.Add(new Detail("compression", Name(one.Compression), Name(other.Compression)), new Evidence.Compressed(Name(one.Compression), Name(other.Compression))).Build();

        if (one.Compression == Compression.Gzip)
            Gzip(one.Head.Span, other.Head.Span, found);
        if (!contentDiffers && found.IsEmpty)
        {
            found.Add(new Detail($"the content is equal, and the {Name(one.Compression)} data is not: another level, or another program"),
                new Evidence.Compressed(Name(one.Compression), Name(other.Compression)));
        }

        return found.IsEmpty ? null : found.Build();
    }

    private static void Gzip(ReadOnlySpan<byte> one, ReadOnlySpan<byte> other, DifferenceBuilder found)
    {
        if (one.Length < HeaderLength || other.Length < HeaderLength)
            return;

        var (time, otherTime) = (BinaryPrimitives.ReadUInt32LittleEndian(one[4..]), BinaryPrimitives.ReadUInt32LittleEndian(other[4..]));
        if (time != otherTime)
            found.Add(new Detail("gzip header: time", Date(time), Date(otherTime)), new Evidence.Times(DateTimeOffset.FromUnixTimeSeconds(time), DateTimeOffset.FromUnixTimeSeconds(otherTime)));
        if (FileName(one) is var name && FileName(other) is var otherName && !string.Equals(name, otherName, StringComparison.Ordinal))
            found.AddTexts("gzip header: file name", name, otherName);
        // XFL says how hard the compressor tried, and OS where.
        if (one[8] != other[8])
            found.Add(new Detail("gzip header: level", Level(one[8]), Level(other[8])), new Evidence.Compressed(Level(one[8]), Level(other[8])));
        if (one[9] != other[9])
            found.Add(new Detail("gzip header: system", $"{one[9]}", $"{other[9]}"), new Evidence.Compressed($"system {one[9]}", $"system {other[9]}"));
    }

    private static string? FileName(ReadOnlySpan<byte> head)
    {
        if ((head[3] & NameFlag) == 0)
            return null;

        var at = HeaderLength;
        if ((head[3] & ExtraFlag) != 0)
        {
            if (head.Length < at + 2)
                return null;
            at += 2 + BinaryPrimitives.ReadUInt16LittleEndian(head[at..]);
        }

        return at < head.Length && head[at..].IndexOf((byte)0) is >= 0 and var length ? Encoding.Latin1.GetString(head.Slice(at, length)) : null;
    }

    private static string Level(byte xfl) => xfl switch { 2 => "slowest (2)", 4 => "fastest (4)", _ => $"not told ({xfl})" };

    private static string Date(uint seconds) => seconds == 0 ? "none" : DateTimeOffset.FromUnixTimeSeconds(seconds).UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss");

    private static string Name(Compression compression) => compression switch
    {
        Compression.Gzip => "gzip",
        Compression.Bzip2 => "bzip2",
        Compression.Xz => "xz",
        Compression.Zstd => "zstd",
        _ => "none",
    };
}
