using Monogres.Core;
using Monogres.Store.Local;
using Monogres.Testing;

namespace Monogres.Store.Tests;

public sealed class LocalStoreTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void A_new_store_is_private_and_says_its_format()
    {
        using var store = Open();
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(store.Directory));
        Assert.Equal("3\n", File.ReadAllText(_directory["store/format"]));
        Assert.Empty(Directory.EnumerateFiles(store.TemporaryDirectory));
    }

    [Fact]
    public async Task What_was_put_is_there_when_the_store_is_opened_again()
    {
        Digest digest;
        using (var store = Open())
            digest = await store.Blobs.PutAsync("content"u8.ToArray(), Cancel);
        using (var store = Open())
            Assert.True(await store.Blobs.ContainsAsync(digest, Cancel));
    }

    [Fact]
    public void A_store_of_another_format_is_refused()
    {
        Open().Dispose();
        File.WriteAllText(_directory["store/format"], "1\n");
        var thrown = Assert.Throws<UserErrorException>(Open);
        Assert.Contains("has format `1`", thrown.Message, StringComparison.Ordinal);
        Assert.NotNull(thrown.Hint);
    }

    [Fact]
    public async Task A_store_of_the_format_before_is_brought_to_this_one_with_all_that_it_knows()
    {
        var (key, damaged, entry) = (Digest.Of("a step"u8), Digest.Of("another step"u8), new MemoEntry(Digest.Of("a tree"u8)));
        using (var store = Open())
        {
            await store.Memo.PutAsync(key, entry, Cancel);
            await store.Memo.PutAsync(damaged, entry, Cancel);
        }

        foreach (var file in Directory.GetFiles(_directory["store/memo"], "*", SearchOption.AllDirectories))
        {
            var content = File.ReadAllBytes(file)[..^Sha256Hash.Length];
            byte[] sum = file.Contains(damaged.Hash.ToString(), StringComparison.Ordinal) ? new byte[Sha256Hash.Length] : System.Security.Cryptography.SHA256.HashData(content);
            File.WriteAllBytes(file, [.. content, .. sum]);
        }

        File.WriteAllText(_directory["store/format"], "2\n");
        using var upgraded = Open();
        Assert.Equal(entry, await upgraded.Memo.FindAsync(key, Cancel));
        Assert.Null(await upgraded.Memo.FindAsync(damaged, Cancel));
        Assert.Equal("3\n", File.ReadAllText(_directory["store/format"]));
    }

    [Fact]
    public void A_directory_with_other_things_is_refused()
    {
        Directory.CreateDirectory(_directory["store"]);
        File.WriteAllText(_directory["store/letter.txt"], "dear");
        Assert.Throws<UserErrorException>(Open);
        Assert.True(File.Exists(_directory["store/letter.txt"]));
    }

    [Fact]
    public void A_store_whose_making_was_interrupted_is_completed()
    {
        Directory.CreateDirectory(_directory["store/blobs"]);
        Open().Dispose();
        Assert.True(File.Exists(_directory["store/format"]));
    }

    [Fact]
    public void Leftovers_of_dead_processes_are_cleared()
    {
        Open().Dispose();
        File.WriteAllText(_directory["store/tmp/4194303-1"], "half a blob");

        // The kernel leaves overlay work directories without any permission, and a source may hold read-only directories.
        Directory.CreateDirectory(_directory["store/work/4194303-2/overlay/work"]);
        File.WriteAllText(_directory["store/work/4194303-2/overlay/file"], "x");
        File.CreateSymbolicLink(_directory["store/work/4194303-2/link"], _directory.Path);
        File.SetUnixFileMode(_directory["store/work/4194303-2/overlay/work"], UnixFileMode.None);
        File.SetUnixFileMode(_directory["store/work/4194303-2/overlay"], UnixFileMode.UserRead | UnixFileMode.UserExecute);

        using var store = Open();
        Assert.Empty(Directory.EnumerateFileSystemEntries(store.TemporaryDirectory));
        Assert.Empty(Directory.EnumerateFileSystemEntries(store.WorkDirectory));
        Assert.True(Directory.Exists(_directory.Path));
    }

    [Fact]
    public void Leftovers_of_an_earlier_process_with_the_same_id_are_cleared()
    {
        Open().Dispose();
        Directory.CreateDirectory(_directory[$"store/work/{Environment.ProcessId}-1"]);
        using var store = Open();
        Assert.Empty(Directory.EnumerateFileSystemEntries(store.WorkDirectory));
    }

    [Fact]
    public void What_a_living_process_has_not_finished_is_left_alone()
    {
        using var first = Open();
        var path = first.NewWorkPath();
        Directory.CreateDirectory(path);
        using var second = Open();
        Assert.True(Directory.Exists(path));
        Assert.NotEqual(path, second.NewWorkPath());
    }

    [Fact]
    public void Names_are_never_given_twice()
    {
        using var first = Open();
        using var second = Open();
        Assert.Equal(40, Enumerable.Range(0, 20).SelectMany(_ => new[] { first.NewWorkPath(), second.NewWorkPath() }).Distinct(StringComparer.Ordinal).Count());
    }

    private LocalStore Open() => LocalStore.Open(_directory["store"], new FakeTime());
}
