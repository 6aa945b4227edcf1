using System.Runtime.InteropServices;

namespace Monogres.Store.Archives;

/// <summary>bzip2 by the system's libbz2 (API: bzlib.h of version 1.0), with several streams after each other, as parallel compressors write them.</summary>
internal sealed unsafe partial class Bzip2Decoder : Decoder
{
    private const string Library = "libbz2.so.1.0";
    private const int StreamEnd = 4;

    private readonly Stream* _stream = (Stream*)NativeMemory.AllocZeroed((nuint)sizeof(Stream));
    private bool _complete, _started, _disposed;

    /// <summary>Whether the library is on this machine.</summary>
    public static bool Available { get; } = NativeLibrary.TryLoad(Library, out _);

    public override bool Complete => _complete;

    public override (int Consumed, int Written) Decode(ReadOnlySpan<byte> input, Span<byte> output, bool last)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_complete && input.IsEmpty)
            return (0, 0);

        Start();
        fixed (byte* from = input, to = output)
        {
            _stream->NextIn = from;
            _stream->AvailIn = (uint)input.Length;
            _stream->NextOut = to;
            _stream->AvailOut = (uint)output.Length;
            var result = BZ2_bzDecompress(_stream);
            _complete = result == StreamEnd;
            if (result < 0)
                throw new ArchiveException("the bzip2 data is damaged");

            if (_complete)
                End();
            return (input.Length - (int)_stream->AvailIn, output.Length - (int)_stream->AvailOut);
        }
    }

    public override void Dispose()
    {
        if (_disposed)
            return;

        End();
        _disposed = true;
        NativeMemory.Free(_stream);
    }

    private void Start()
    {
        if (_started)
            return;

        *_stream = default;
        if (BZ2_bzDecompressInit(_stream, verbosity: 0, small: 0) != 0)
            throw new InvalidOperationException($"{Library} cannot start");
        _started = true;
    }

    private void End()
    {
        if (_started)
            _ = BZ2_bzDecompressEnd(_stream);
        _started = false;
    }

    [LibraryImport(Library)]
    private static partial int BZ2_bzDecompressInit(Stream* stream, int verbosity, int small);

    [LibraryImport(Library)]
    private static partial int BZ2_bzDecompress(Stream* stream);

    [LibraryImport(Library)]
    private static partial int BZ2_bzDecompressEnd(Stream* stream);

    /// <summary><c>bz_stream</c>; the library remembers its address.</summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Stream
    {
        public byte* NextIn;
        public uint AvailIn, TotalInLow, TotalInHigh;
        public byte* NextOut;
        public uint AvailOut, TotalOutLow, TotalOutHigh;
        public void* State;
        public void* Allocate;
        public void* Release;
        public void* Opaque;
    }
}
