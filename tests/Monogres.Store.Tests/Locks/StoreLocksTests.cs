using Monogres.Core;
using Monogres.Store.Locks;
using Monogres.Testing;

namespace Monogres.Store.Tests.Locks;

public sealed class StoreLocksTests : IDisposable
{
    private static readonly Digest Key = Digest.Of("an action"u8);

    private readonly TemporaryDirectory _directory = new();
    private readonly StoreLocks _locks;

    // Another object is as far away as another process: an flock belongs to an open file.
    private readonly StoreLocks _others;

    public StoreLocksTests() => (_locks, _others) =
        (new StoreLocks(_directory.Path, TimeProvider.System), new StoreLocks(_directory.Path, TimeProvider.System));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task The_second_waits_until_the_first_has_finished_and_is_told_for_whom()
    {
        var waiting = new Waiting();
        Task<StoreLock> second;
        using (await _locks.AcquireAsync(Key, "building postgres@15.18", waiting: null, Cancel))
        {
            second = _others.AcquireAsync(Key, "building too", waiting, Cancel);
            Assert.Equal(new LockHolder(Environment.ProcessId, "building postgres@15.18"), await waiting.First);
            Assert.False(second.IsCompleted);
        }

        (await second).Dispose();
        Assert.Empty(Directory.EnumerateFiles(_directory.Path));
    }

    [Fact]
    public async Task Waiting_can_be_cancelled()
    {
        using var held = await _locks.AcquireAsync(Key, "building", waiting: null, Cancel);
        using var cancel = new CancellationTokenSource();
        var waiting = new Waiting();
        var second = _others.AcquireAsync(Key, "building", waiting, cancel.Token);
        await waiting.First;
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
    }

    [Fact]
    public async Task Other_keys_are_free()
    {
        using var held = await _locks.AcquireAsync(Key, "building", waiting: null, Cancel);
        using var other = await _others.AcquireAsync(Digest.Of("another"u8), "building", waiting: null, Cancel);
        Assert.NotNull(other);
    }

    [Fact]
    public async Task Only_one_at_a_time_holds_a_lock_whose_file_comes_and_goes()
    {
        var inside = 0;
        await Parallel.ForEachAsync(Enumerable.Range(0, 24), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = Cancel }, async (i, cancel) =>
        {
            using var held = await (i % 2 == 0 ? _locks : _others).AcquireAsync(Key, "building", waiting: null, cancel);
            Assert.Equal(1, Interlocked.Increment(ref inside));
            await Task.Yield();
            Interlocked.Decrement(ref inside);
        });
    }

    [Fact]
    public async Task Many_share_the_store_and_its_owner_waits_for_all_of_them()
    {
        var waiting = new Waiting();
        Task<StoreLock> owner;
        using (await _locks.LockSharedAsync(waiting: null, Cancel))
        using (await _others.LockSharedAsync(waiting: null, Cancel))
        {
            owner = _others.LockExclusiveAsync("store gc", waiting, Cancel);
            await waiting.First;
            Assert.False(owner.IsCompleted);
        }

        using var owned = await owner;
        waiting = new Waiting();
        using var cancel = new CancellationTokenSource();
        var late = _locks.LockSharedAsync(waiting, cancel.Token);
        Assert.Equal("store gc", (await waiting.First).Doing);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => late);
    }

    private sealed class Waiting : IProgress<LockHolder>
    {
        private readonly TaskCompletionSource<LockHolder> _first = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task<LockHolder> First => _first.Task;

        public void Report(LockHolder value) => _first.TrySetResult(value);
    }
}
