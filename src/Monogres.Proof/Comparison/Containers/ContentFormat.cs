using Monogres.Store.Archives;

namespace Monogres.Proof.Comparison.Containers;

/// <summary>What a content is, by its first bytes.</summary>
internal enum ContentFormat
{
    /// <summary>Nothing with parts that is known here.</summary>
    Plain,
    Compressed,
    Tar,
    Zip,
    Ar,
    Cpio,
    Rpm,
    Elf,
}

/// <summary>Recognises formats.</summary>
internal static class ContentFormats
{
    /// <summary>Bytes that are enough to tell: a block of tar.</summary>
    public const int HeadLength = 512;

    private const int TarMagicAt = 257, TarChecksumAt = 148, TarChecksumLength = 8;

    public static ContentFormat Detect(ReadOnlySpan<byte> head)
    {
        if (CompressionMagic.Detect(head) != Compression.None)
            return ContentFormat.Compressed;
        if (head.StartsWith("!<arch>\n"u8))
            return ContentFormat.Ar;
        if (head.StartsWith((ReadOnlySpan<byte>)[0xed, 0xab, 0xee, 0xdb]))
            return ContentFormat.Rpm;
        if (head.StartsWith("\u007fELF"u8))
            return ContentFormat.Elf;
        if (head.StartsWith("PK\x3\x4"u8) || head.StartsWith("PK\x5\x6"u8))
            return ContentFormat.Zip;
        if (head.StartsWith("070701"u8) || head.StartsWith("070702"u8))
            return ContentFormat.Cpio;
        return IsTar(head) ? ContentFormat.Tar : ContentFormat.Plain;
    }

    /// <summary>An archive with its reader; null when a content has no entries.</summary>
    public static Archive? Open(ContentFormat format, Content content) => format switch
    {
        ContentFormat.Tar => new TarArchive(content),
        ContentFormat.Zip => new ZippedArchive(content),
        ContentFormat.Ar => new ArArchive(content),
        ContentFormat.Cpio => new CpioArchive(content),
        ContentFormat.Rpm => new RpmArchive(content),
        _ => null,
    };

    /// <summary>The first bytes of a content.</summary>
    /// <exception cref="ArchiveException">It is compressed and damaged.</exception>
    public static async ValueTask<ReadOnlyMemory<byte>> HeadAsync(Content content, CancellationToken cancel)
    {
        await using var stream = await content.OpenAsync(cancel);
        var head = new byte[HeadLength];
        return head.AsMemory(0, await stream.ReadAtLeastAsync(head, head.Length, throwOnEndOfStream: false, cancel));
    }

    /// <summary>Whether a content can be a tar archive without entries, which begins with the mark of its end: zeros, as much else does.</summary>
    public static bool IsEmptyTar(ReadOnlySpan<byte> head) => head.Length == HeadLength && !head.ContainsAnyExcept((byte)0);

    // The header's sum, counted with blanks in its own place, is what makes an old archive known; newer ones have a magic, too.
    private static bool IsTar(ReadOnlySpan<byte> head)
    {
        if (head.Length < HeadLength || head[0] == 0 || (!head[TarMagicAt..].StartsWith("ustar"u8) && head[TarMagicAt] != 0))
            return false;

        var sum = TarChecksumLength * ' ';
        for (var i = 0; i < HeadLength; i++)
            sum += i is >= TarChecksumAt and < TarChecksumAt + TarChecksumLength ? 0 : head[i];
        var written = 0;
        foreach (var digit in head.Slice(TarChecksumAt, TarChecksumLength).Trim(" \0"u8))
        {
            if (digit is < (byte)'0' or > (byte)'7')
                return false;
            written = (written << 3) + (digit - '0');
        }

        return written == sum;
    }
}
