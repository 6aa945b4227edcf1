using Google.Protobuf;
using Monogres.Core;
using Monogres.Protocol;
using Monogres.Store.Trees;
using Monogres.Store.Upkeep;
using Monogres.Testing;
using Monogres.Testing.Stores;
using Digest = Monogres.Core.Digest;
using Directory = System.IO.Directory;

namespace Monogres.Store.Tests.Upkeep;

public sealed class UpkeepTests : IDisposable
{
    private static readonly Digest Action = Digest.Of("an action"u8);

    private readonly TemporaryStore _store = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task A_healthy_store_has_no_problems()
    {
        var tree = await SaveAsync(Action, "one");
        Materialise(tree);
        _store.Store.Blobs.PathOf(Digest.Of("one"u8), executable: true);
        var report = await CheckAsync(repair: false);
        Assert.Empty(report.Problems);
        Assert.Equal(1, report.Entries);
        Assert.Equal(_store.Files("blobs").Count, report.Blobs);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_flipped_byte_is_found_and_repaired_by_removal(bool inTwin)
    {
        await SaveAsync(Action, "one");
        var path = _store.Store.Blobs.PathOf(Digest.Of("one"u8), inTwin);
        Overwrite(path, "onf"u8.ToArray());

        var found = await CheckAsync(repair: false);
        Assert.Contains(new StoreProblem.DamagedBlob(Digest.Of("one"u8), path), found.Problems);
        Assert.Contains(new StoreProblem.IncompleteEntry(Action, EntryOf(Action), Digest.Of("one"u8)), found.Problems);
        Assert.True(File.Exists(path));

        await CheckAsync(repair: true);
        Assert.False(File.Exists(path));
        Assert.Null(await _store.Store.Actions.GetAsync(Action, Cancel));
        Assert.Empty((await CheckAsync(repair: false)).Problems);
    }

    [Fact]
    public async Task A_truncated_blob_is_found()
    {
        var digest = await _store.Store.Blobs.PutAsync("content"u8.ToArray(), Cancel);
        Overwrite(_store.Store.Blobs.PathOf(digest, executable: false), "cont"u8.ToArray());
        Assert.IsType<StoreProblem.DamagedBlob>(Assert.Single((await CheckAsync(repair: false)).Problems));
    }

    [Fact]
    public async Task A_torn_entry_and_one_with_a_missing_blob_are_found()
    {
        await SaveAsync(Action, "one");
        var other = Digest.Of("another action"u8);
        await SaveAsync(other, "two");
        _store.Store.Blobs.Drop(Digest.Of("two"u8));
        var (entry, otherEntry) = (EntryOf(Action), EntryOf(other));
        File.WriteAllBytes(entry, File.ReadAllBytes(entry)[..^1]);

        var report = await CheckAsync(repair: true);
        Assert.Equal(2, report.Problems.Length);
        Assert.Contains(new StoreProblem.DamagedEntry(Action, entry), report.Problems);
        Assert.Contains(new StoreProblem.IncompleteEntry(other, otherEntry, Digest.Of("two"u8)), report.Problems);
        Assert.Empty((await CheckAsync(repair: false)).Problems);
    }

    [Theory]
    [InlineData("actions")]
    [InlineData("memo")]
    public async Task An_entry_that_was_swapped_for_that_of_another_is_found_and_removed(string kind)
    {
        var (one, other) = (Digest.Of("one"u8), Digest.Of("other"u8));
        foreach (var key in new[] { one, other })
        {
            await SaveAsync(key, $"of {key}");
            await MemoriseAsync(key, $"of {key}", key);
        }

        var path = EntryOf(one, kind);
        File.Copy(EntryOf(other, kind), path, overwrite: true);
        Assert.Equal([new StoreProblem.DamagedEntry(one, path)], (await CheckAsync(repair: false)).Problems);
        await CheckAsync(repair: true);
        Assert.False(File.Exists(path));
        Assert.Empty((await CheckAsync(repair: false)).Problems);
    }

    [Fact]
    public async Task A_result_that_was_written_anew_contradicts_what_is_known_of_its_step()
    {
        var step = Digest.Of("a step"u8);
        await SaveAsync(Action, "one");
        await MemoriseAsync(step, "one", Action);
        await SaveAsync(Action, "other");

        var problem = Assert.IsType<StoreProblem.ContradictingEntry>(Assert.Single((await CheckAsync(repair: true)).Problems));
        Assert.Equal((step, Action, EntryPath(problem.Path), EntryPath(problem.ActionPath)), (problem.Key, problem.Action, "memo", "actions"));
        Assert.Null(await _store.Store.Memo.FindAsync(step, Cancel));
        Assert.Null(await _store.Store.Actions.GetAsync(Action, Cancel));

        string EntryPath(string path) => Path.GetRelativePath(_store.Store.Directory, path).Split('/')[0];
    }

    [Fact]
    public async Task A_materialised_tree_that_keeps_a_damaged_file_is_found()
    {
        var tree = await SaveAsync(Action, "one");
        var root = Materialise(tree);
        Overwrite(_store.Store.Blobs.PathOf(Digest.Of("one"u8), executable: false), "onf"u8.ToArray());
        _store.Store.Blobs.Drop(Digest.Of("one"u8));
        await _store.Store.Blobs.PutAsync("one"u8.ToArray(), Cancel);

        var report = await CheckAsync(repair: true);
        Assert.Equal(new StoreProblem.DamagedRoot(root, root + "/dir/file"), Assert.Single(report.Problems));
        Assert.False(Directory.Exists(root));
    }

    [Fact]
    public async Task A_strange_file_is_said_and_left()
    {
        await SaveAsync(Action, "one");
        var path = Path.GetDirectoryName(_store.Files("blobs")[0]) + "/notes.txt";
        File.WriteAllText(path, "x");
        Assert.Equal([new StoreProblem.UnknownFile(path)], (await CheckAsync(repair: true)).Problems);
        Assert.True(File.Exists(path));
    }

    [Fact]
    public async Task Nothing_is_collected_without_a_limit()
    {
        await SaveAsync(Action, "one");
        var report = Collect(new CollectRequest());
        Assert.Empty(report.Entries);
        Assert.Empty(report.Blobs);
    }

    [Fact]
    public async Task What_was_used_long_ago_goes_with_all_its_blobs()
    {
        var old = Materialise(await SaveAsync(Action, "old"));
        _store.Time.Advance(TimeSpan.FromDays(40));
        var kept = Materialise(await SaveAsync(Digest.Of("new action"u8), "new"));

        var dry = Collect(new CollectRequest { OlderThan = TimeSpan.FromDays(30), DryRun = true });
        var blobsBefore = _store.Files("blobs");
        Assert.True(Directory.Exists(old));
        var report = Collect(new CollectRequest { OlderThan = TimeSpan.FromDays(30) });

        Assert.Equal([Action], report.Entries);
        Assert.Contains(Digest.Of("old"u8), report.Blobs);
        Assert.DoesNotContain(Digest.Of("new"u8), report.Blobs);
        Assert.Equal([old], report.Roots);
        Assert.Equal((dry.Bytes, dry.BytesLeft, dry.Blobs.Length), (report.Bytes, report.BytesLeft, report.Blobs.Length));
        Assert.Equal(blobsBefore.Count - report.Blobs.Length, _store.Files("blobs").Count);
        Assert.True(Directory.Exists(kept));
        Assert.False(Directory.Exists(old));
        Assert.Empty((await CheckAsync(repair: false)).Problems);
    }

    [Fact]
    public async Task A_result_in_use_keeps_the_old_blobs_that_it_needs()
    {
        await SaveAsync(Action, "old");
        var unneeded = await _store.Store.Blobs.PutAsync("unneeded"u8.ToArray(), Cancel);
        _store.Time.Advance(TimeSpan.FromDays(40));
        Assert.NotNull(await _store.Store.Actions.GetAsync(Action, Cancel));

        var report = Collect(new CollectRequest { OlderThan = TimeSpan.FromDays(30) });
        Assert.Empty(report.Entries);
        Assert.Equal([unneeded], report.Blobs);
        Assert.Empty((await CheckAsync(repair: false)).Problems);
    }

    [Fact]
    public async Task A_tree_in_use_keeps_its_blobs()
    {
        var tree = await SaveAsync(Action, "old");
        var root = Materialise(tree);
        _store.Time.Advance(TimeSpan.FromDays(40));
        _store.Store.MarkRootUsed(tree);
        var report = Collect(new CollectRequest { OlderThan = TimeSpan.FromDays(30) });
        Assert.Equal([Action], report.Entries);
        Assert.DoesNotContain(Digest.Of("old"u8), report.Blobs);
        Assert.True(Directory.Exists(root));
    }

    [Fact]
    public async Task A_size_limit_removes_what_was_used_longest_ago_first()
    {
        for (var i = 0; i < 5; i++)
        {
            await SaveAsync(Digest.Of([(byte)i]), new string((char)('a' + i), 1000));
            _store.Time.Advance(TimeSpan.FromDays(2));
        }

        var report = Collect(new CollectRequest { MaxSize = 3000 });
        Assert.Equal(new[] { 0, 1, 2 }.Select(i => Digest.Of([(byte)i])).Order(), report.Entries.Order());
        Assert.True(report.BytesLeft <= 3000);
        Assert.Equal(report.BytesLeft, StoreStats.Of(_store.Store, Cancel).Bytes);
        Assert.Empty((await CheckAsync(repair: false)).Problems);
    }

    [Fact]
    public async Task Upkeep_is_no_use()
    {
        await SaveAsync(Action, "one");
        await MemoriseAsync(Digest.Of("a step"u8), "two");
        var before = _store.Files("").ToDictionary(path => path, File.GetLastAccessTimeUtc);
        _store.Time.Advance(TimeSpan.FromDays(10));
        await CheckAsync(repair: false);
        Collect(new CollectRequest { OlderThan = TimeSpan.FromDays(30) });
        StoreStats.Of(_store.Store, Cancel);
        Assert.Every([.. _store.Files("blobs"), .. _store.Files("actions"), .. _store.Files("memo")], path => Assert.Equal(before[path], File.GetLastAccessTimeUtc(path)));
    }

    [Fact]
    public async Task Stats_count_each_kind()
    {
        var oldest = _store.Time.GetUtcNow();
        await SaveAsync(Action, "one");
        await MemoriseAsync(Digest.Of("a step"u8), "one");
        _store.Store.Blobs.PathOf(Digest.Of("one"u8), executable: true);
        _store.Time.Advance(TimeSpan.FromDays(1));
        await _store.Store.Blobs.PutAsync("younger"u8.ToArray(), Cancel);
        var stats = StoreStats.Of(_store.Store, Cancel);
        Assert.Equal(new StoreShare(StoredKind.ExecutableTwin, 1, 3, oldest), stats.Shares.Single(share => share.Kind == StoredKind.ExecutableTwin));
        var blobs = stats.Shares.Single(share => share.Kind == StoredKind.Blob);
        Assert.Equal((_store.Files("blobs").Count - 1, oldest), (blobs.Count, blobs.OldestUse));
        Assert.Equal(1, stats.Shares.Single(share => share.Kind == StoredKind.ActionResult).Count);
        Assert.Equal(new StoreShare(StoredKind.MemoEntry, 1, 152, oldest), stats.Shares.Single(share => share.Kind == StoredKind.MemoEntry));
        Assert.Null(stats.Shares.Single(share => share.Kind == StoredKind.Root).OldestUse);
    }

    [Fact]
    public async Task A_memo_entry_in_use_keeps_its_tree_and_the_result_of_its_action()
    {
        var step = Digest.Of("a step"u8);
        await SaveAsync(Action, "old");
        await MemoriseAsync(step, "old", Action);
        await MemoriseAsync(Digest.Of("another step"u8), "forgotten");
        _store.Time.Advance(TimeSpan.FromDays(40));
        Assert.NotNull(await _store.Store.Memo.FindAsync(step, Cancel));

        var report = Collect(new CollectRequest { OlderThan = TimeSpan.FromDays(30) });
        Assert.Equal([Digest.Of("another step"u8)], report.Entries);
        Assert.Contains(Digest.Of("forgotten"u8), report.Blobs);
        Assert.True(await _store.Store.Blobs.ContainsAsync(Digest.Of("old"u8), Cancel));
        Assert.NotNull(await _store.Store.Actions.GetAsync(Action, Cancel));
        Assert.Null(await _store.Store.Memo.FindAsync(Digest.Of("another step"u8), Cancel));
        Assert.Empty((await CheckAsync(repair: false)).Problems);
    }

    [Fact]
    public async Task A_file_that_was_left_at_a_shared_cache_is_no_problem_and_one_that_was_not_is()
    {
        var (step, other) = (Digest.Of("a step"u8), Digest.Of("another step"u8));
        await MemoriseAsync(step, "one");
        await MemoriseAsync(other, "two");
        var tree = Assert.IsType<MemoEntry>(await _store.Store.Memo.FindAsync(step, TestContext.Current.CancellationToken)).Tree;
        await LeftElsewhere.MarkAsync(_store.Store.Memo, tree, TestContext.Current.CancellationToken);
        _store.Store.Blobs.Drop(Digest.Of("one"u8));
        _store.Store.Blobs.Drop(Digest.Of("two"u8));

        var report = await CheckAsync(repair: false);
        Assert.Equal([new StoreProblem.IncompleteEntry(other, EntryOf(other, "memo"), Digest.Of("two"u8))], report.Problems);
    }

    [Fact]
    public async Task A_torn_memo_entry_and_one_with_a_missing_blob_are_found()
    {
        var (torn, incomplete) = (Digest.Of("a step"u8), Digest.Of("another step"u8));
        await MemoriseAsync(torn, "one");
        await MemoriseAsync(incomplete, "two");
        _store.Store.Blobs.Drop(Digest.Of("two"u8));
        var (tornFile, incompleteFile) = (EntryOf(torn, "memo"), EntryOf(incomplete, "memo"));
        File.WriteAllBytes(tornFile, File.ReadAllBytes(tornFile)[..^1]);

        var report = await CheckAsync(repair: true);
        Assert.Equal(2, report.Problems.Length);
        Assert.Contains(new StoreProblem.DamagedEntry(torn, tornFile), report.Problems);
        Assert.Contains(new StoreProblem.IncompleteEntry(incomplete, incompleteFile, Digest.Of("two"u8)), report.Problems);
        Assert.Empty(_store.Files("memo"));
    }

    /// <summary>A remembered result with one tree, <c>dir/file</c>.</summary>
    private async Task<Digest> SaveAsync(Digest action, string content)
    {
        var tree = new TreeBuilder();
        tree.AddFile(RelativePath.Parse("dir/file"), await _store.Store.Blobs.PutAsync(System.Text.Encoding.ASCII.GetBytes(content), Cancel), executable: false);
        var root = await tree.WriteAsync(_store.Store.Blobs, Cancel);
        var result = new ActionResult { StdoutRaw = ByteString.CopyFromUtf8("log") };
        result.OutputDirectories.Add(new OutputDirectory { Path = "out", RootDirectoryDigest = root.ToWire() });
        await _store.Store.Actions.PutAsync(action, result, Cancel);
        return root;
    }

    /// <summary>An entry of the memo with one tree, <c>dir/file</c>.</summary>
    private async Task<Digest> MemoriseAsync(Digest key, string content, Digest? action = null)
    {
        var root = await SaveAsync(Digest.Of("passing"u8), content);
        await _store.Store.Actions.RemoveAsync(Digest.Of("passing"u8), Cancel);
        await _store.Store.Memo.PutAsync(key, new MemoEntry(root) { Action = action }, Cancel);
        return root;
    }

    private string EntryOf(Digest key, string directory = "actions") => _store.Files(directory).Single(path => path.Contains(key.Hash.ToString(), StringComparison.Ordinal));

    private string Materialise(Digest tree)
    {
        var root = _store.Store.RootPathOf(tree);
        Directory.CreateDirectory(root + "/dir");
        var content = TreeWalk.EntriesAsync(_store.Store.Blobs, tree, Cancel).ToBlockingEnumerable(Cancel).OfType<TreeEntry.File>().Single().Content;
        HardLink.Create(_store.Store.Blobs.PathOf(content, executable: false), root + "/dir/file");
        _store.Store.MarkRootUsed(tree);
        return root;
    }

    private Task<StoreCheckReport> CheckAsync(bool repair) => new StoreCheck(_store.Store).RunAsync(repair, checkedBytes: null, Cancel);

    private CollectReport Collect(CollectRequest request) => new StoreCollector(_store.Store, _store.Time).Run(request, Cancel);

    private static void Overwrite(string path, byte[] content)
    {
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);
        File.WriteAllBytes(path, content);
    }
}
