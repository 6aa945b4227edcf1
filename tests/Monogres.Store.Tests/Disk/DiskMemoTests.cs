using System.Text;
using Monogres.Core;
using Monogres.Testing.Stores;

namespace Monogres.Store.Tests.Disk;

public sealed class DiskMemoTests : IDisposable
{
    private static readonly Digest Key = Digest.Of("a step"u8);

    private readonly TemporaryStore _store = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Entry => _store[$"memo/{Key.Hash.ToString()[..2]}/{Key.Hash}-{Key.Size}"];

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task An_entry_has_the_documented_form()
    {
        var (tree, file) = (Digest.Of("a tree"u8), Digest.Of("an archive"u8));
        await _store.Store.Memo.PutAsync(Key, new MemoEntry(tree) { File = file }, Cancel);
        var content = await File.ReadAllBytesAsync(Entry, Cancel);

        string[] expected = [tree.Hash.ToString(), "0600000000000000", new string('0', 80), file.Hash.ToString(), "0a00000000000000"];
        Assert.Equal(string.Concat(expected), Convert.ToHexStringLower(content.AsSpan(0, 120)));
        Assert.Equal(Sha256Hash.Of([.. Encoding.ASCII.GetBytes(Path.GetFileName(Entry)), .. content[..120]]), new Sha256Hash(content.AsSpan(120)));
    }

    [Fact]
    public async Task An_entry_cut_at_any_byte_or_with_any_flipped_byte_counts_as_none()
    {
        await _store.Store.Memo.PutAsync(Key, new MemoEntry(Digest.Of("a tree"u8)), Cancel);
        var whole = await File.ReadAllBytesAsync(Entry, Cancel);
        for (var at = 0; at < whole.Length; at++)
        {
            await File.WriteAllBytesAsync(Entry, whole[..at], Cancel);
            Assert.Null(await _store.Store.Memo.FindAsync(Key, Cancel));

            var damaged = (byte[])whole.Clone();
            damaged[at] ^= 0x10;
            await File.WriteAllBytesAsync(Entry, damaged, Cancel);
            Assert.Null(await _store.Store.Memo.FindAsync(Key, Cancel));
        }
    }

    [Fact]
    public async Task The_entry_of_another_step_counts_as_none()
    {
        var other = Digest.Of("the step next to it"u8);
        await _store.Store.Memo.PutAsync(Key, new MemoEntry(Digest.Of("a tree"u8)), Cancel);
        await _store.Store.Memo.PutAsync(other, new MemoEntry(Digest.Of("another tree"u8)), Cancel);
        File.Copy(_store[$"memo/{other.Hash.ToString()[..2]}/{other.Hash}-{other.Size}"], Entry, overwrite: true);
        Assert.Null(await _store.Store.Memo.FindAsync(Key, Cancel));
        Assert.NotNull(await _store.Store.Memo.FindAsync(other, Cancel));
    }

    [Fact]
    public async Task The_access_time_is_the_day_of_last_use()
    {
        await _store.Store.Memo.PutAsync(Key, new MemoEntry(Digest.Of("a tree"u8)), Cancel);
        _store.Time.Advance(TimeSpan.FromDays(2));
        Assert.NotNull(await _store.Store.Memo.FindAsync(Key, Cancel));
        Assert.Equal(_store.Time.GetUtcNow().UtcDateTime, File.GetLastAccessTimeUtc(Entry));
    }
}
