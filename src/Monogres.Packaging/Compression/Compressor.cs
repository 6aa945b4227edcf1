namespace Monogres.Packaging.Compression;

/// <summary>
/// A program that compresses, with arguments under which its output depends on its input alone: no name, no time, one thread.
/// Its version is that of the root that it runs in, which is part of the key of what it makes.
/// </summary>
/// <param name="Command">The program with its arguments; it reads standard input and writes standard output.</param>
/// <param name="Extension">What the name of a compressed file ends with.</param>
public sealed record Compressor(string Command, string Extension)
{
    /// <summary>gzip(1).</summary>
    public static Compressor Gzip { get; } = new("gzip -9 --no-name", ".gz");

    /// <summary>gzip(1) for layers of images. A higher level takes seven times as long for locales, and makes them no smaller.</summary>
    public static Compressor GzipLayer { get; } = new("gzip -6 --no-name", ".gz");

    /// <summary>xz(1). The default preset: a higher one gains little for programs, and takes memory of whoever unpacks.</summary>
    public static Compressor Xz { get; } = new("xz --threads=1 -6", ".xz");

    /// <summary>zstd(1).</summary>
    public static Compressor Zstd { get; } = new("zstd --single-thread -12 --no-progress", ".zst");
}
