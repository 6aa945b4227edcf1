namespace Monogres.Store.Tests;

public class StoreErrorsTests
{
    [Theory]
    [InlineData(28, "the disk of the store is full: ")]
    [InlineData(122, "your disk quota is used up in ")]
    [InlineData(30, "the store `/` is on a read-only file system")]
    [InlineData(13, "no permission to use the store `/`")]
    public void Errors_of_the_disk_are_said_in_words(int number, string message)
    {
        var thrown = new IOException("as the kernel says", number);
        Assert.True(StoreErrors.IsOfDisk(thrown));
        var error = StoreErrors.OfDisk(thrown, "/");
        Assert.StartsWith(message, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Hint);
        Assert.Same(thrown, error.InnerException);
    }

    [Fact]
    public void Other_errors_are_ours()
    {
        Assert.False(StoreErrors.IsOfDisk(new IOException("input/output error", 5)));
        Assert.False(StoreErrors.IsOfDisk(new InvalidOperationException("bug")));
        Assert.True(StoreErrors.IsOfDisk(new UnauthorizedAccessException("denied")));
    }

    [Fact]
    public void A_full_device_is_recognised()
    {
        using var full = File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write);
        var thrown = Assert.ThrowsAny<IOException>(() => RandomAccess.Write(full, "byte"u8, 0));
        Assert.True(StoreErrors.IsOfDisk(thrown));
        Assert.StartsWith("the disk of the store is full", StoreErrors.OfDisk(thrown, "/").Message, StringComparison.Ordinal);
    }
}
