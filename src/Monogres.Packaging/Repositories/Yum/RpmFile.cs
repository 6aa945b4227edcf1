using System.Security.Cryptography;
using System.Text;
using Monogres.Core;
using Monogres.Platforms.Signatures;

namespace Monogres.Packaging.Repositories.Yum;

/// <summary>
/// A package of rpm, read without its payload: a lead that nothing uses any more, a header with digests and signatures, and the
/// header proper, which has the digest of the payload that follows (https://rpm-software-management.github.io/rpm/manual/format_v4.html).
/// </summary>
internal sealed class RpmFile
{
    private const int LeadSize = 96, SignatureAlignment = 8, Sha256Algorithm = 8;

    private static readonly int[] Replaced = [RpmTag.SignatureRegion, RpmTag.HeaderDsa, RpmTag.HeaderRsa, RpmTag.Pgp, RpmTag.Gpg, RpmTag.Reserved];

    private readonly byte[] _lead, _header;
    private readonly RpmHeader _signatures;

    private RpmFile(byte[] lead, RpmHeader signatures, byte[] header, long payload)
    {
        (_lead, _signatures, _header, PayloadStart) = (lead, signatures, header, payload);
        Header = RpmHeader.Read(header);
    }

    /// <summary>The header proper.</summary>
    public RpmHeader Header { get; }

    /// <summary>Where the header proper begins and ends in the file.</summary>
    public (long Start, long End) HeaderRange => (PayloadStart - _header.Length, PayloadStart);

    /// <summary>The size of the payload without compression, as the package says.</summary>
    public long PayloadSize => _signatures.Number(RpmTag.LongPayloadSize, RpmTag.PayloadSize) ?? 0;

    private long PayloadStart { get; }

    private static ReadOnlySpan<byte> LeadMagic => [0xed, 0xab, 0xee, 0xdb];

    /// <summary>Reads what comes before the payload, and checks both digests, so that nothing is published of which a part is missing.</summary>
    /// <param name="file">The package; it is read to its end.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="FormatException">It is no package of rpm, or a damaged one.</exception>
    public static async Task<RpmFile> ReadAsync(Stream file, CancellationToken cancel)
    {
        try
        {
            var lead = new byte[LeadSize];
            await file.ReadExactlyAsync(lead, cancel);
            if (!lead.AsSpan().StartsWith(LeadMagic))
                throw new FormatException("it is no package of rpm");

            var signatures = await ReadHeaderAsync(file, cancel);
            await file.ReadExactlyAsync(new byte[PaddingAfter(signatures.Length)], cancel);
            var header = await ReadHeaderAsync(file, cancel);
            var rpm = new RpmFile(lead, RpmHeader.Read(signatures), header, LeadSize + signatures.Length + PaddingAfter(signatures.Length) + header.Length);
            await rpm.CheckAsync(file, cancel);
            return rpm;
        }
        catch (EndOfStreamException error)
        {
            throw new FormatException("it ends too early", error);
        }
    }

    /// <summary>
    /// Writes the package with one signature, of its header, in the place of any that it has: the same bytes for the same package
    /// and key. The payload is copied from a stream that stands anywhere in the package.
    /// </summary>
    public async Task WriteSignedAsync(Stream package, Stream output, ReleaseSigner signer, CancellationToken cancel)
    {
        var values = _signatures.Values.Where(value => !Replaced.Contains(value.Key)).ToDictionary();
        var date = DateTimeOffset.FromUnixTimeSeconds(Header.Number(RpmTag.BuildTime) ?? 0);
        values.Add(signer.IsRsa ? RpmTag.HeaderRsa : RpmTag.HeaderDsa, RpmValue.Of(signer.SignPackage(_header, date)));
        var signatures = RpmHeader.Write(RpmTag.SignatureRegion, values);
        await output.WriteAsync(_lead, cancel);
        await output.WriteAsync(signatures, cancel);
        await output.WriteAsync(new byte[PaddingAfter(signatures.Length)], cancel);
        await output.WriteAsync(_header, cancel);
        package.Position = PayloadStart;
        await package.CopyToAsync(output, cancel);
    }

    private async Task CheckAsync(Stream payload, CancellationToken cancel)
    {
        if (_signatures.Text(RpmTag.HeaderSha256) is not { } digest || Header.Texts(RpmTag.PayloadDigest) is not [var payloadDigest, ..] || Header.Number(RpmTag.PayloadDigestAlgorithm) is not Sha256Algorithm)
            throw new FormatException("it does not have the digests that rpm writes since version 4.14");
        if (!string.Equals(Sha256Hash.Of(_header).ToString(), digest, StringComparison.Ordinal))
            throw new FormatException("its header does not have the digest that it should have");
        if (!string.Equals(new Sha256Hash(await SHA256.HashDataAsync(payload, cancel)).ToString(), payloadDigest, StringComparison.Ordinal))
            throw new FormatException("its payload does not have the digest that it should have");
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
