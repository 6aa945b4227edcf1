using Monogres.Core;
using Monogres.Store.Disk;
using Monogres.Testing;
using Monogres.Testing.Stores;

namespace Monogres.Store.Tests.Disk;

public sealed class DiskBlobStoreTests : IDisposable
{
    private const UnixFileMode ReadOnly = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;
    private const UnixFileMode Executable = ReadOnly | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private static readonly byte[] Content = "int main(void) { return 0; }"u8.ToArray();

    private readonly TemporaryDirectory _directory = new();
    private readonly TemporaryStore _store = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private DiskBlobStore Blobs => _store.Store.Blobs;

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_blob_is_a_plain_read_only_file_with_the_constant_time()
    {
        var digest = await Blobs.PutAsync(Content, Cancel);
        var path = _store[$"blobs/{digest.Hash.ToString()[..2]}/{digest.Hash}"];
        Assert.Equal(Content, File.ReadAllBytes(path));
        Assert.Equal(ReadOnly, File.GetUnixFileMode(path));
        Assert.Equal(new DateTime(2011, 11, 11, 11, 11, 11, DateTimeKind.Utc), File.GetLastWriteTimeUtc(path));
        Assert.Equal([path], _store.Files("blobs"));
        Assert.Empty(_store.Files("tmp"));
    }

    [Fact]
    public async Task The_executable_twin_has_its_own_mode_and_the_same_time()
    {
        var digest = await Blobs.PutAsync(Content, Cancel);
        var plain = Blobs.PathOf(digest, executable: false);
        var twin = Blobs.PathOf(digest, executable: true);
        Assert.Equal(plain + ".x", twin);
        Assert.Equal(Content, File.ReadAllBytes(twin));
        Assert.Equal((ReadOnly, Executable), (File.GetUnixFileMode(plain), File.GetUnixFileMode(twin)));
        Assert.Equal(DiskBlobStore.ModificationTime.UtcDateTime, File.GetLastWriteTimeUtc(twin));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_empty_blob_has_a_path_too(bool executable) =>
        Assert.Empty(File.ReadAllBytes(Blobs.PathOf(Digest.Empty, executable)));

    [Fact]
    public void A_missing_blob_has_no_path() =>
        Assert.Throws<BlobMissingException>(() => Blobs.PathOf(Digest.Of("nothing"u8), executable: false));

    [Fact]
    public async Task A_torn_twin_is_made_again()
    {
        var digest = await Blobs.PutAsync(Content, Cancel);
        var twin = Blobs.PathOf(digest, executable: true);
        Overwrite(twin, []);
        Assert.Equal(Content, File.ReadAllBytes(Blobs.PathOf(digest, executable: true)));
    }

    [Fact]
    public async Task A_file_is_moved_in_not_copied()
    {
        var path = _directory["file"];
        File.WriteAllBytes(path, Content);
        var digest = await Blobs.PutFileAsync(path, Cancel);
        Assert.False(File.Exists(path));
        Assert.Equal(Digest.Of(Content), digest);
        var stored = Blobs.PathOf(digest, executable: false);
        Assert.Equal(Content, File.ReadAllBytes(stored));
        Assert.Equal(ReadOnly, File.GetUnixFileMode(stored));
        Assert.Equal(DiskBlobStore.ModificationTime.UtcDateTime, File.GetLastWriteTimeUtc(stored));
    }

    [Fact]
    public async Task A_file_with_another_name_elsewhere_is_copied_in()
    {
        string path = _directory["file"], other = _directory["other"];
        File.WriteAllBytes(path, Content);
        HardLink.Create(path, other);
        var digest = await Blobs.PutFileAsync(path, Cancel);
        Assert.False(File.Exists(path));
        File.AppendAllText(other, "changed afterwards");
        Assert.Equal(Content, await Blobs.ReadAllAsync(digest, Cancel));
    }

    [Fact]
    public async Task A_file_on_another_file_system_is_copied_in()
    {
        Assert.SkipUnless(Directory.Exists("/dev/shm"), "there is no second file system here");
        using var other = TemporaryDirectory.On("/dev/shm");
        File.WriteAllBytes(other["file"], Content);
        var digest = await Blobs.PutFileAsync(other["file"], Cancel);
        Assert.False(File.Exists(other["file"]));
        Assert.Equal(Content, await Blobs.ReadAllAsync(digest, Cancel));
    }

    [Fact]
    public async Task A_file_that_is_in_the_store_already_is_only_removed()
    {
        var digest = await Blobs.PutAsync(Content, Cancel);
        File.WriteAllBytes(_directory["file"], Content);
        Assert.Equal(digest, await Blobs.PutFileAsync(_directory["file"], Cancel));
        Assert.False(File.Exists(_directory["file"]));
        await Assert.ThrowsAsync<FileNotFoundException>(async () => await Blobs.PutFileAsync(_directory["file"], Cancel));
    }

    [Fact]
    public async Task A_truncated_blob_counts_as_missing_and_is_removed()
    {
        var digest = await Blobs.PutAsync(Content, Cancel);
        var path = Blobs.PathOf(digest, executable: false);
        Overwrite(path, Content[..5]);
        var thrown = await Assert.ThrowsAsync<BlobMissingException>(async () => await Blobs.OpenAsync(digest, Cancel));
        Assert.EndsWith("is damaged", thrown.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(path));
        await Blobs.PutAsync(Content, Cancel);
        Assert.Equal(Content, await Blobs.ReadAllAsync(digest, Cancel));
    }

    [Fact]
    public async Task Putting_repairs_a_truncated_blob()
    {
        var digest = await Blobs.PutAsync(Content, Cancel);
        Overwrite(Blobs.PathOf(digest, executable: false), []);
        await Blobs.PutAsync(Content, Cancel);
        Assert.Equal(Content, await Blobs.ReadAllAsync(digest, Cancel));
    }

    [Fact]
    public async Task The_access_time_is_the_day_of_last_use()
    {
        var put = _store.Time.GetUtcNow();
        var digest = await Blobs.PutAsync(Content, Cancel);
        var path = Blobs.PathOf(digest, executable: false);
        Assert.Equal(put.UtcDateTime, File.GetLastAccessTimeUtc(path));

        _store.Time.Advance(TimeSpan.FromHours(23));
        await Blobs.ContainsAsync(digest, Cancel);
        Assert.Equal(put.UtcDateTime, File.GetLastAccessTimeUtc(path));

        _store.Time.Advance(TimeSpan.FromHours(1));
        await Blobs.ContainsAsync(digest, Cancel);
        Assert.Equal(put.AddDays(1).UtcDateTime, File.GetLastAccessTimeUtc(path));
        Assert.Equal(DiskBlobStore.ModificationTime.UtcDateTime, File.GetLastWriteTimeUtc(path));
    }

    [Fact]
    public async Task A_dropped_blob_goes_with_its_twin()
    {
        var digest = await Blobs.PutAsync(Content, Cancel);
        Blobs.PathOf(digest, executable: true);
        Blobs.Drop(digest);
        Blobs.Drop(digest);
        Assert.Empty(_store.Files("blobs"));
        Assert.False(await Blobs.ContainsAsync(digest, Cancel));
    }

    [Theory]
    [InlineData(10)]
    [InlineData(500_000)]
    public async Task A_cancelled_put_leaves_no_temporary_file(int before)
    {
        using var cancel = new CancellationTokenSource();
        using var stream = new CancellingStream(new byte[before], cancel);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Blobs.PutAsync(stream, cancel.Token));
        Assert.Empty(_store.Files("tmp"));
        Assert.Empty(_store.Files("blobs"));
    }

    private static void Overwrite(string path, byte[] content)
    {
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllBytes(path, content);
    }

    private sealed class CancellingStream(byte[] content, CancellationTokenSource cancel) : MemoryStream(content)
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            var count = await base.ReadAsync(buffer, cancellationToken);
            if (Position == Length)
                await cancel.CancelAsync();
            cancellationToken.ThrowIfCancellationRequested();
            return count;
        }
    }
}
