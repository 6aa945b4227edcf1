using System.IO.Compression;
using ICSharpCode.SharpZipLib.BZip2;
using Monogres.Core;

namespace Monogres.Store.Archives;

/// <summary>
/// Opens compressed streams for reading. Every stream it returns checks the checksums of its format, refuses to end
/// early, and throws <see cref="ArchiveException"/> for anything that is wrong with the data.
/// </summary>
public static class Decompression
{
    /// <summary>The content of a stream whose compression is known.</summary>
    /// <param name="compressed">Read from its current position to its end; disposed with the result.</param>
    /// <param name="compression">How it is compressed.</param>
    /// <param name="limits">When it is taken for a bomb.</param>
    /// <exception cref="UserErrorException">A system library that this compression needs is not installed.</exception>
    public static Stream Open(Stream compressed, Compression compression, ArchiveLimits limits)
    {
        var input = new CountingStream(compressed);
        return new DecompressedStream(Decode(input, compression), input, mayBeEmpty: compression == Compression.None, limits);
    }

    /// <summary>The content of a stream whose compression is told by its first bytes; any other stream is returned as it is.</summary>
    /// <param name="stream">Read from its current position to its end; disposed with the result.</param>
    /// <param name="limits">When it is taken for a bomb.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">A system library that this compression needs is not installed.</exception>
    public static async ValueTask<Stream> OpenAsync(Stream stream, ArchiveLimits limits, CancellationToken cancel)
    {
        var start = new byte[CompressionMagic.Length];
        var length = await stream.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancel);
        return Open(new PrefixedStream(start.AsMemory(0, length), stream), CompressionMagic.Detect(start.AsSpan(0, length)), limits);
    }

    private static Stream Decode(Stream input, Compression compression) => compression switch
    {
        Compression.None => input,
        Compression.Gzip => OpenGzip(input),
        Compression.Bzip2 when !Bzip2Decoder.Available => new BZip2InputStream(input),
        Compression.Bzip2 => new DecoderStream(input, new Bzip2Decoder()),
        Compression.Xz => new DecoderStream(input, new XzDecoder()),
        Compression.Zstd => new DecoderStream(input, new ZstdDecoder()),
        _ => throw new ArgumentOutOfRangeException(nameof(compression), compression, "not a compression"),
    };

    private static GZipStream OpenGzip(Stream input)
    {
        // .NET takes truncated data for whole unless the process was started with this switch, which Directory.Build.props
        // gives every program of ours. Setting it here would come too late when another gzip stream was made before.
        if (!AppContext.TryGetSwitch("System.IO.Compression.UseStrictValidation", out var strict) || !strict)
            throw new InvalidOperationException("the program was started without System.IO.Compression.UseStrictValidation");

#pragma warning disable RS0030 // Reading only: what comes out is the same for every version of the runtime.
        return new GZipStream(input, CompressionMode.Decompress);
#pragma warning restore RS0030
    }
}
