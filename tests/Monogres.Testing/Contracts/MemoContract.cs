using Monogres.Core;
using Monogres.Store;

namespace Monogres.Testing.Contracts;

/// <summary>What every memo promises. A test class inherits it for each implementation.</summary>
public abstract class MemoContract
{
    private static readonly Digest Key = Digest.Of("a step"u8);
    private static readonly MemoEntry Short = new(Digest.Of("a tree"u8));
    private static readonly MemoEntry Full = new(Digest.Of("another tree"u8)) { Action = Digest.Of("an action"u8), File = Digest.Of("an archive"u8) };

    /// <summary>The memo under test; the same one at each call within a test.</summary>
    protected abstract IMemo Memo { get; }

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public static TheoryData<MemoEntry> Entries => [Short, Full, Short with { Action = Full.Action }, Short with { File = Full.File }, new MemoEntry(Digest.Empty)];

    [Fact]
    public async Task An_unknown_step_has_no_entry() => Assert.Null(await Memo.FindAsync(Key, Cancel));

    [Theory]
    [MemberData(nameof(Entries))]
    public async Task An_entry_is_remembered_whole(MemoEntry entry)
    {
        await Memo.PutAsync(Key, entry, Cancel);
        Assert.Equal(entry, await Memo.FindAsync(Key, Cancel));
    }

    [Fact]
    public async Task A_newer_entry_replaces_an_older_one()
    {
        await Memo.PutAsync(Key, Full, Cancel);
        await Memo.PutAsync(Key, Short, Cancel);
        Assert.Equal(Short, await Memo.FindAsync(Key, Cancel));
    }

    [Fact]
    public async Task A_removed_entry_is_gone()
    {
        await Memo.PutAsync(Key, Full, Cancel);
        await Memo.RemoveAsync(Key, Cancel);
        await Memo.RemoveAsync(Key, Cancel);
        Assert.Null(await Memo.FindAsync(Key, Cancel));
    }

    [Fact]
    public async Task Keys_that_differ_only_in_size_are_different()
    {
        await Memo.PutAsync(Key, Full, Cancel);
        Assert.Null(await Memo.FindAsync(Key with { Size = Key.Size + 1 }, Cancel));
    }

    [Fact]
    public async Task Readers_see_the_old_entry_or_the_new_one()
    {
        await Memo.PutAsync(Key, Short, Cancel);
        await Parallel.ForEachAsync(Enumerable.Range(0, 200), Cancel, async (i, cancel) =>
        {
            if (i % 2 == 0)
                await Memo.PutAsync(Key, i % 4 == 0 ? Short : Full, cancel);
            else
                Assert.Contains(await Memo.FindAsync(Key, cancel), new[] { Short, Full });
        });
    }
}
