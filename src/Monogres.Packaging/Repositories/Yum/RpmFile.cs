using Monogres.Core;
using Monogres.Platforms.Signatures;
using Monogres.Store;

namespace Monogres.Packaging.Repositories.Yum;

/// <summary>A package of rpm that is whole: its headers, whose digest and that of the payload were checked. The payload stays in the file.</summary>
internal sealed class RpmFile
{
    private const int Sha256Algorithm = 8;

    private static readonly int[] Replaced = [RpmTag.SignatureRegion, RpmTag.HeaderDsa, RpmTag.HeaderRsa, RpmTag.Pgp, RpmTag.Gpg, RpmTag.Reserved];

    private readonly RpmHeaders _headers;

    private RpmFile(RpmHeaders headers) => _headers = headers;

    /// <summary>The header proper.</summary>
    public RpmHeader Header => _headers.Header;

    /// <summary>Where the header proper begins and ends in the file.</summary>
    public (long Start, long End) HeaderRange => (_headers.HeaderStart, _headers.PayloadStart);

    /// <summary>The size of the payload without compression, as the package says.</summary>
    public long PayloadSize => _headers.Signatures.Number(RpmTag.LongPayloadSize, RpmTag.PayloadSize) ?? 0;

    /// <summary>Reads what comes before the payload, and checks both digests, so that nothing is published of which a part is missing.</summary>
    /// <param name="file">The package; it is read to its end.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="FormatException">It is no package of rpm, or a damaged one.</exception>
    public static async Task<RpmFile> ReadAsync(Stream file, CancellationToken cancel)
    {
        var headers = await RpmHeaders.ReadAsync(file, cancel);
        if (headers.Signatures.Text(RpmTag.HeaderSha256) is not { } digest
            || headers.Header.Texts(RpmTag.PayloadDigest) is not [var payloadDigest, ..] || headers.Header.Number(RpmTag.PayloadDigestAlgorithm) is not Sha256Algorithm)
            throw new FormatException("it does not have the digests that rpm writes since version 4.14");
        if (!string.Equals(Sha256Hash.Of(headers.HeaderBytes.Span).ToString(), digest, StringComparison.Ordinal))
            throw new FormatException("its header does not have the digest that it should have");
        if (!string.Equals((await StreamDigest.OfAsync(file, cancel)).Hash.ToString(), payloadDigest, StringComparison.Ordinal))
            throw new FormatException("its payload does not have the digest that it should have");
        return new RpmFile(headers);
    }

    /// <summary>
    /// Writes the package with one signature, of its header, in the place of any that it has: the same bytes for the same package
    /// and key. The payload is copied from a stream that stands anywhere in the package.
    /// </summary>
    public async Task WriteSignedAsync(Stream package, Stream output, ReleaseSigner signer, CancellationToken cancel)
    {
        var values = _headers.Signatures.Values.Where(value => !Replaced.Contains(value.Key)).ToDictionary();
        var date = DateTimeOffset.FromUnixTimeSeconds(Header.Number(RpmTag.BuildTime) ?? 0);
        values.Add(signer.IsRsa ? RpmTag.HeaderRsa : RpmTag.HeaderDsa, RpmValue.Of(signer.SignPackage(_headers.HeaderBytes.ToArray(), date)));
        await _headers.WriteAsync(output, values, cancel);
        package.Position = _headers.PayloadStart;
        await package.CopyToAsync(output, cancel);
    }
}
