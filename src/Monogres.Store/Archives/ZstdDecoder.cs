using System.Runtime.InteropServices;

namespace Monogres.Store.Archives;

/// <summary>Zstandard by the system's libzstd (API: zstd.h of version 1). Its default limit of 128 MiB for a window holds.</summary>
internal sealed unsafe partial class ZstdDecoder : Decoder
{
    private const string Library = "libzstd.so.1";

    private nint _context = WithLibrary(Library, "libzstd1", ZSTD_createDCtx);
    private bool _complete;

    public override bool Complete => _complete;

    public override (int Consumed, int Written) Decode(ReadOnlySpan<byte> input, Span<byte> output, bool last)
    {
        ObjectDisposedException.ThrowIf(_context == 0, this);

        // A call without input after the end of a frame would ask for the next frame and forget that this one ended.
        if (_complete && input.IsEmpty)
            return (0, 0);

        fixed (byte* from = input, to = output)
        {
            var source = new Buffer { Start = from, Size = (nuint)input.Length };
            var target = new Buffer { Start = to, Size = (nuint)output.Length };
            var result = ZSTD_decompressStream(_context, &target, &source);
            if (ZSTD_isError(result) != 0)
                throw new ArchiveException($"the zstd data is damaged ({Marshal.PtrToStringUTF8((nint)ZSTD_getErrorName(result))})");

            _complete = result == 0;
            return ((int)source.Position, (int)target.Position);
        }
    }

    public override void Dispose()
    {
        if (_context != 0)
            ZSTD_freeDCtx(_context);
        _context = 0;
    }

    [LibraryImport(Library)]
    private static partial nint ZSTD_createDCtx();

    [LibraryImport(Library)]
    private static partial nuint ZSTD_freeDCtx(nint context);

    [LibraryImport(Library)]
    private static partial nuint ZSTD_decompressStream(nint context, Buffer* output, Buffer* input);

    [LibraryImport(Library)]
    private static partial uint ZSTD_isError(nuint code);

    [LibraryImport(Library)]
    private static partial byte* ZSTD_getErrorName(nuint code);

    /// <summary><c>ZSTD_inBuffer</c> and <c>ZSTD_outBuffer</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Buffer
    {
        public byte* Start;
        public nuint Size;
        public nuint Position;
    }
}
