using System.Buffers;
using System.Threading.Channels;
using Monogres.Core;

namespace Monogres.Store.Archives;

/// <summary>A file whose content is on its way into the store.</summary>
internal sealed class PendingFile
{
    /// <summary>Its content, valid once <see cref="FileIngest.CompleteAsync"/> has returned.</summary>
    public Digest Digest { get; set; } = Digest.Empty;
}

/// <summary>
/// Stores the files of an archive while the next ones are decompressed: small files are copied and stored by writers
/// beside the reader, large ones are streamed by the reader itself, so that memory stays bounded whatever the archive holds.
/// </summary>
internal sealed class FileIngest : IAsyncDisposable
{
    /// <summary>Bytes up to which a file is copied.</summary>
    public const int SmallFile = 1 << 20;

    private readonly IIngestingBlobStore _store;
    private readonly Channel<(PendingFile File, byte[] Buffer, int Length)> _queue;
    private readonly Task _writers;
    private readonly CancellationToken _cancel;

    public FileIngest(IIngestingBlobStore store, IngestOptions options, CancellationToken cancel)
    {
        (_store, _cancel) = (store, cancel);
        _queue = Channel.CreateBounded<(PendingFile, byte[], int)>(new BoundedChannelOptions(options.Queue) { SingleWriter = true });
        _writers = Task.WhenAll(Enumerable.Range(0, options.Writers).Select(_ => Task.Run(WriteAsync, CancellationToken.None)));
    }

    /// <summary>Takes the whole content, and returns when it has been read.</summary>
    /// <exception cref="EndOfStreamException">The content ends before its size.</exception>
    public async ValueTask<PendingFile> AddAsync(Stream content, long size)
    {
        var file = new PendingFile();
        if (size > SmallFile)
        {
            file.Digest = await _store.PutAsync(content, _cancel);
            return file.Digest.Size == size ? file : throw new EndOfStreamException();
        }

        var buffer = ArrayPool<byte>.Shared.Rent((int)size);
        await content.ReadExactlyAsync(buffer.AsMemory(0, (int)size), _cancel);
        try
        {
            await _queue.Writer.WriteAsync((file, buffer, (int)size), _cancel);
        }
        catch (ChannelClosedException)
        {
            // A writer failed: its own exception says why.
            await _writers;
            throw;
        }

        return file;
    }

    /// <summary>Returns when everything is stored.</summary>
    public Task CompleteAsync()
    {
        _queue.Writer.TryComplete();
        return _writers;
    }

    /// <summary>Waits until no writer uses the store any more.</summary>
    public async ValueTask DisposeAsync()
    {
        _queue.Writer.TryComplete();
        while (_queue.Reader.TryRead(out _))
        {
            // Nobody waits for these any more.
        }

        await _writers.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
    }

    private async Task WriteAsync()
    {
        try
        {
            await foreach (var (file, buffer, length) in _queue.Reader.ReadAllAsync(_cancel))
            {
                file.Digest = await _store.PutAsync(buffer.AsMemory(0, length), _cancel);
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }
        catch (Exception failure)
        {
            _queue.Writer.TryComplete(failure);
            throw;
        }
    }
}

/// <summary>How the files of one archive are stored; changes speed and memory, never the result.</summary>
/// <param name="Writers">How many files are stored at the same time.</param>
/// <param name="Queue">How many files may wait for that, each of at most 1 MiB.</param>
public sealed record IngestOptions(int Writers, int Queue)
{
    /// <summary>For one archive at a time: at most 34 MiB of memory.</summary>
    public static IngestOptions Alone { get; } = new(Writers: 2, Queue: 32);

    /// <summary>For several archives at a time, each at most 5 MiB of memory.</summary>
    public static IngestOptions InParallel { get; } = new(Writers: 1, Queue: 4);
}
