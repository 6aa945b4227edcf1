using System.Collections.Immutable;
using System.Runtime.CompilerServices;
using Monogres.Packaging.Repositories.Yum;
using Monogres.Store;
using Monogres.Store.Archives;

namespace Monogres.Proof.Comparison.Containers;

/// <summary>
/// A package of rpm: the values of its two headers, and one entry, the compressed cpio archive of its files
/// (https://rpm-software-management.github.io/rpm/manual/format_v4.html).
/// </summary>
internal sealed class RpmArchive(Content content) : Archive
{
    // DSA or EdDSA and RSA of the header; and both of header and files together, as old versions of rpm signed.
    private static readonly int[] Signatures = [267, 268, 1002, 1005];

    public override string Format => "package of rpm";

    public override async ValueTask<ImmutableArray<Field>> FieldsAsync(CancellationToken cancel)
    {
        await using var stream = await content.OpenAsync(cancel);
        var headers = await HeadersAsync(stream, cancel);
        return
        [
            new Field("lead", Convert.ToHexStringLower(headers.Lead.Span)),
            .. headers.Signatures.Values.Select(value => new Field($"signature: {RpmTagNames.OfSignature(value.Key)}", Text(value.Value))),
            .. headers.Header.Values.Select(value => new Field(RpmTagNames.Of(value.Key), Text(value.Value))),
        ];
    }

    public override async IAsyncEnumerable<Member> ReadAsync([EnumeratorCancellation] CancellationToken cancel)
    {
        await using var stream = await content.OpenAsync(cancel);
        await HeadersAsync(stream, cancel);
        yield return new Member(new Entry { Path = "payload", Name = "payload", Ordinal = 0 }, stream);
    }

    /// <summary>Whether a package has a signature of OpenPGP.</summary>
    /// <exception cref="ArchiveException">It is damaged.</exception>
    public static async Task<bool> IsSignedAsync(string file, CancellationToken cancel)
    {
        await using var stream = File.OpenRead(file);
        return (await HeadersAsync(stream, cancel)).Signatures.Values.Keys.Any(Signatures.Contains);
    }

    /// <summary>The SHA-256 of what a signature is of: the header and the files.</summary>
    /// <exception cref="ArchiveException">It is damaged.</exception>
    public static async Task<string> SignedPartAsync(string file, CancellationToken cancel)
    {
        await using var stream = File.OpenRead(file);
        stream.Position = (await HeadersAsync(stream, cancel)).HeaderStart;
        return (await StreamDigest.OfAsync(stream, cancel)).Hash.ToString();
    }

    private static async Task<RpmHeaders> HeadersAsync(Stream stream, CancellationToken cancel)
    {
        try
        {
            return await RpmHeaders.ReadAsync(stream, cancel);
        }
        catch (FormatException damage)
        {
            throw new ArchiveException("the package of rpm is damaged or truncated", inner: damage);
        }
    }

    private static string Text(RpmValue value)
    {
        try
        {
            return value.Type switch
            {
                RpmType.Text or RpmType.Texts or RpmType.Translated => string.Join(", ", value.Texts()),
                RpmType.Bits16 or RpmType.Bits32 or RpmType.Bits64 => string.Join(", ", value.Numbers()),
                _ => Convert.ToHexStringLower(value.Bytes.Span),
            };
        }
        catch (FormatException)
        {
            return Convert.ToHexStringLower(value.Bytes.Span);
        }
    }
}
