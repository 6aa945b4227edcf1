namespace Monogres.Packaging.Repositories.Yum;

/// <summary>
/// What a package of rpm has before its payload: a lead that nothing uses any more, a header with digests and signatures, and the
/// header proper (https://rpm-software-management.github.io/rpm/manual/format_v4.html).
/// </summary>
public sealed class RpmHeaders
{
    private const int LeadSize = 96, SignatureAlignment = 8;

    private readonly byte[] _lead;

    private RpmHeaders(byte[] lead, byte[] signatures, byte[] header)
    {
        _lead = lead;
        (Signatures, Header, HeaderBytes) = (RpmHeader.Read(signatures), RpmHeader.Read(header), header);
        HeaderStart = LeadSize + signatures.Length + PaddingAfter(signatures.Length);
    }

    /// <summary>The lead, 96 bytes.</summary>
    public ReadOnlyMemory<byte> Lead => _lead;

    /// <summary>The digests and signatures.</summary>
    public RpmHeader Signatures { get; }

    /// <summary>The header proper.</summary>
    public RpmHeader Header { get; }

    /// <summary>The header proper as it is in the file: what is signed.</summary>
    public ReadOnlyMemory<byte> HeaderBytes { get; }

    /// <summary>Where the header proper begins in the file.</summary>
    public long HeaderStart { get; }

    /// <summary>Where the payload begins in the file.</summary>
    public long PayloadStart => HeaderStart + HeaderBytes.Length;

    private static ReadOnlySpan<byte> LeadMagic => [0xed, 0xab, 0xee, 0xdb];

    /// <summary>Reads them; the stream is at the payload then.</summary>
    /// <param name="file">The package from its first byte.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="FormatException">It is no package of rpm, damaged, or ends too early.</exception>
    public static async Task<RpmHeaders> ReadAsync(Stream file, CancellationToken cancel)
    {
        try
        {
            var lead = new byte[LeadSize];
            await file.ReadExactlyAsync(lead, cancel);
            if (!lead.AsSpan().StartsWith(LeadMagic))
                throw new FormatException("it is no package of rpm");

            var signatures = await ReadHeaderAsync(file, cancel);
            await file.ReadExactlyAsync(new byte[PaddingAfter(signatures.Length)], cancel);
            return new RpmHeaders(lead, signatures, await ReadHeaderAsync(file, cancel));
        }
        catch (EndOfStreamException error)
        {
            throw new FormatException("it ends too early", error);
        }
    }

    /// <summary>Writes them with other signatures.</summary>
    /// <param name="output">Gets them; the payload has to follow.</param>
    /// <param name="signatures">The values of the header of signatures by their number.</param>
    /// <param name="cancel">Stops.</param>
    public async Task WriteAsync(Stream output, IReadOnlyDictionary<int, RpmValue> signatures, CancellationToken cancel)
    {
        var written = RpmHeader.Write(RpmTag.SignatureRegion, signatures);
        await output.WriteAsync(_lead, cancel);
        await output.WriteAsync(written, cancel);
        await output.WriteAsync(new byte[PaddingAfter(written.Length)], cancel);
        await output.WriteAsync(HeaderBytes, cancel);
    }

    private static async Task<byte[]> ReadHeaderAsync(Stream file, CancellationToken cancel)
    {
        var introduction = new byte[RpmHeader.IntroductionSize];
        await file.ReadExactlyAsync(introduction, cancel);
        var header = new byte[RpmHeader.SizeOf(introduction)];
        introduction.CopyTo(header, 0);
        await file.ReadExactlyAsync(header.AsMemory(introduction.Length), cancel);
        return header;
    }

    private static int PaddingAfter(int size) => (SignatureAlignment - (size % SignatureAlignment)) % SignatureAlignment;
}
