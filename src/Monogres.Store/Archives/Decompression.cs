using System.IO.Compression;
using SharpCompress.Compressors.BZip2;
using SharpCompress.Compressors.Xz;
using ZstdStream = SharpCompress.Compressors.ZStandard.DecompressionStream;

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
    public static Stream Open(Stream compressed, Compression compression, ArchiveLimits limits) => Open(new BufferedInput(compressed), compression, limits);

    /// <summary>The content of a stream whose compression is told by its first bytes; any other stream is returned as it is.</summary>
    /// <param name="stream">Read from its current position to its end; disposed with the result.</param>
    /// <param name="limits">When it is taken for a bomb.</param>
    /// <param name="cancel">Stops.</param>
    public static async ValueTask<Stream> OpenAsync(Stream stream, ArchiveLimits limits, CancellationToken cancel)
    {
        var input = new BufferedInput(stream);
        return Open(input, await input.DetectAsync(cancel), limits);
    }

    private static DecompressedStream Open(BufferedInput input, Compression compression, ArchiveLimits limits) =>
        new(Decode(input, compression), input, mayBeEmpty: compression == Compression.None, limits);

    private static Stream Decode(BufferedInput input, Compression compression) => compression switch
    {
        Compression.None => input,
        Compression.Gzip => OpenGzip(input),
        Compression.Bzip2 => new ConcatenatedStream(input, compression, OpenBzip2),
        Compression.Xz => new ConcatenatedStream(input, compression, stream => new XZStream(stream)),
        // Its default limit of 128 MiB for a window holds.
        Compression.Zstd => new ZstdStream(input, bufferSize: 0, checkEndOfStream: true, leaveOpen: true),
        _ => throw new ArgumentOutOfRangeException(nameof(compression), compression, "not a compression"),
    };

    private static BZip2Stream OpenBzip2(Stream input) =>
        BZip2Stream.Create(input, SharpCompress.Compressors.CompressionMode.Decompress, decompressConcatenated: false, leaveOpen: true);

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
