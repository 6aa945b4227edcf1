using System.Runtime.InteropServices;

namespace Monogres.Store.Archives;

/// <summary>xz by the system's liblzma (API: lzma/base.h and lzma/container.h of version 5), one thread, with a memory limit.</summary>
internal sealed unsafe partial class XzDecoder : Decoder
{
    private const string Library = "liblzma.so.5";

    /// <summary>xz -9 needs 65 MiB to decode.</summary>
    private const ulong MemoryLimit = 256UL << 20;

    /// <summary>Several streams after each other, as `xz` decodes them; padding between them is checked.</summary>
    private const uint Concatenated = 0x08;

    private readonly Stream* _stream = (Stream*)NativeMemory.AllocZeroed((nuint)sizeof(Stream));
    private bool _complete, _disposed;

    public XzDecoder()
    {
        try
        {
            var result = WithLibrary(Library, "liblzma5", () => lzma_stream_decoder(_stream, MemoryLimit, Concatenated));
            if (result != Result.Ok)
                throw new InvalidOperationException($"{Library} cannot start: {result}");
        }
        catch
        {
            NativeMemory.Free(_stream);
            _disposed = true;
            throw;
        }
    }

    public override bool Complete => _complete;

    public override (int Consumed, int Written) Decode(ReadOnlySpan<byte> input, Span<byte> output, bool last)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        fixed (byte* from = input, to = output)
        {
            _stream->NextIn = from;
            _stream->AvailIn = (nuint)input.Length;
            _stream->NextOut = to;
            _stream->AvailOut = (nuint)output.Length;
            var result = lzma_code(_stream, last ? Action.Finish : Action.Run);
            _complete = result == Result.StreamEnd;
            if (result is not (Result.Ok or Result.StreamEnd or Result.NoProgress))
                throw new ArchiveException(Describe(result));

            return (input.Length - (int)_stream->AvailIn, output.Length - (int)_stream->AvailOut);
        }
    }

    public override void Dispose()
    {
        if (_disposed)
            return;

        _disposed = true;
        lzma_end(_stream);
        NativeMemory.Free(_stream);
    }

    private static string Describe(Result result) => result switch
    {
        Result.MemoryLimit => $"the xz data needs more than {MemoryLimit >> 20} MiB of memory to decode",
        Result.Format => "the xz data is damaged: it is no xz stream, or something follows it",
        Result.Options => "the xz data uses options that are not supported",
        Result.Data => "the xz data is damaged",
        _ => $"the xz data cannot be decoded ({result})",
    };

    [LibraryImport(Library)]
    private static partial Result lzma_stream_decoder(Stream* stream, ulong memoryLimit, uint flags);

    [LibraryImport(Library)]
    private static partial Result lzma_code(Stream* stream, Action action);

    [LibraryImport(Library)]
    private static partial void lzma_end(Stream* stream);

    private enum Action
    {
        Run = 0,
        Finish = 3,
    }

    private enum Result
    {
        Ok = 0,
        StreamEnd = 1,
        OutOfMemory = 5,
        MemoryLimit = 6,
        Format = 7,
        Options = 8,
        Data = 9,
        NoProgress = 10,
    }

    /// <summary><c>lzma_stream</c></summary>
    [StructLayout(LayoutKind.Sequential)]
    private struct Stream
    {
        public byte* NextIn;
        public nuint AvailIn;
        public ulong TotalIn;
        public byte* NextOut;
        public nuint AvailOut;
        public ulong TotalOut;
        public void* Allocator;
        public void* Internal;
        public void* Reserved1, Reserved2, Reserved3, Reserved4;
        public ulong SeekPosition, Reserved5;
        public nuint Reserved6, Reserved7;
        public int Reserved8, Reserved9;
    }
}
