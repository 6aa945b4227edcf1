using System.Buffers;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Archives;

namespace Monogres.Proof.Comparison.Containers;

/// <summary>Whether two contents are equal, found by reading them side by side up to the first difference.</summary>
internal static class Equality
{
    private const int BufferSize = 256 << 10;

    /// <summary>Where two contents differ first, in bytes from their start; null when they are equal.</summary>
    /// <param name="one">The first.</param>
    /// <param name="other">The second.</param>
    /// <param name="reading">Told which of both is read next: 0 or 1.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="ArchiveException">One of them is damaged.</exception>
    public static async ValueTask<long?> FirstDifferenceAsync(Content one, Content other, Action<int> reading, CancellationToken cancel)
    {
        reading(0);
        await using var first = await one.OpenAsync(cancel);
        reading(1);
        await using var second = await other.OpenAsync(cancel);
        byte[] here = ArrayPool<byte>.Shared.Rent(BufferSize), there = ArrayPool<byte>.Shared.Rent(BufferSize);
        try
        {
            for (long done = 0; ;)
            {
                cancel.ThrowIfCancellationRequested();
                // Not awaited: a file answers from the cache of the system, sooner than another thread could be asked.
                reading(0);
                var count = first.ReadAtLeast(here.AsSpan(0, BufferSize), BufferSize, throwOnEndOfStream: false);
                reading(1);
                var otherCount = second.ReadAtLeast(there.AsSpan(0, BufferSize), BufferSize, throwOnEndOfStream: false);
                var equal = here.AsSpan(0, count).CommonPrefixLength(there.AsSpan(0, otherCount));
                done += equal;
                if (equal < count || equal < otherCount)
                    return done;
                if (count < BufferSize)
                    return null;
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(here);
            ArrayPool<byte>.Shared.Return(there);
        }
    }

    /// <summary>The hash of a content.</summary>
    public static async ValueTask<Sha256Hash> HashAsync(Content content, CancellationToken cancel)
    {
        await using var stream = await content.OpenAsync(cancel);
        return (await StreamDigest.OfAsync(stream, cancel)).Hash;
    }
}
