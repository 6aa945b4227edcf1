using Monogres.Core;
using Monogres.Packaging.Formats;

namespace Monogres.Packaging.Tests;

public class HashingStreamTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_is_written_in_any_way_is_passed_on_and_hashed()
    {
        using var inner = new MemoryStream();
        await using var hashing = new HashingStream(inner);
        Assert.Equal(Digest.Empty, hashing.ToDigest());
        hashing.Write("ab"u8);
        hashing.Write([(byte)'x', (byte)'c', (byte)'x'], 1, 1);
        hashing.WriteByte((byte)'d');
        await hashing.WriteAsync("ef"u8.ToArray(), Cancel);
        await hashing.FlushAsync(Cancel);
        Assert.Equal("abcdef"u8, inner.ToArray());
        Assert.Equal((Digest.Of("abcdef"u8), 6), (hashing.ToDigest(), hashing.Length));

        // Asking does not end it.
        hashing.Write("g"u8);
        Assert.Equal(Digest.Of("abcdefg"u8), hashing.ToDigest());
    }

    [Fact]
    public void What_it_writes_to_stays_open()
    {
        using var inner = new MemoryStream();
        using (new HashingStream(inner))
        {
        }

        inner.WriteByte(1);
        Assert.Equal(1, inner.Length);
    }
}
