using Google.Protobuf;
using Monogres.Core;
using Monogres.Protocol;
using Monogres.Testing.Stores;
using Digest = Monogres.Core.Digest;

namespace Monogres.Store.Tests.Disk;

public sealed class DiskActionCacheTests : IDisposable
{
    private static readonly Digest Action = Digest.Of("an action"u8);

    private readonly TemporaryStore _store = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Entry => _store[$"actions/{Action.Hash.ToString()[..2]}/{Action.Hash}-{Action.Size}"];

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task An_entry_cut_at_any_byte_counts_as_none()
    {
        await PutAsync();
        var whole = await File.ReadAllBytesAsync(Entry, Cancel);
        for (var length = 0; length < whole.Length; length++)
        {
            await File.WriteAllBytesAsync(Entry, whole[..length], Cancel);
            Assert.Null(await _store.Store.Actions.GetAsync(Action, Cancel));
        }
    }

    [Fact]
    public async Task An_entry_with_any_flipped_byte_counts_as_none()
    {
        await PutAsync();
        var whole = await File.ReadAllBytesAsync(Entry, Cancel);
        for (var at = 0; at < whole.Length; at++)
        {
            var damaged = (byte[])whole.Clone();
            damaged[at] ^= 0x10;
            await File.WriteAllBytesAsync(Entry, damaged, Cancel);
            Assert.Null(await _store.Store.Actions.GetAsync(Action, Cancel));
        }
    }

    [Fact]
    public async Task The_access_time_is_the_day_of_last_use()
    {
        await PutAsync();
        Assert.Equal(_store.Time.GetUtcNow().UtcDateTime, File.GetLastAccessTimeUtc(Entry));
        _store.Time.Advance(TimeSpan.FromDays(2));
        Assert.NotNull(await _store.Store.Actions.GetAsync(Action, Cancel));
        Assert.Equal(_store.Time.GetUtcNow().UtcDateTime, File.GetLastAccessTimeUtc(Entry));
    }

    [Fact]
    public async Task Readers_see_the_old_entry_or_the_new_one()
    {
        await PutAsync();
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), Cancel, async (i, cancel) =>
        {
            if (i % 2 == 0)
                await _store.Store.Actions.PutAsync(Action, new ActionResult { StdoutRaw = ByteString.CopyFrom(new byte[i]) }, cancel);
            else
                Assert.NotNull(await _store.Store.Actions.GetAsync(Action, cancel));
        });
        Assert.Empty(_store.Files("tmp"));
    }

    private async Task PutAsync() => await _store.Store.Actions.PutAsync(Action, new ActionResult { StdoutRaw = ByteString.CopyFromUtf8("log") }, Cancel);
}
