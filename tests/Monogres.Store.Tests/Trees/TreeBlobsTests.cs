using System.Text;
using Monogres.Core;
using Monogres.Store.Trees;
using Monogres.Testing.Stores;

namespace Monogres.Store.Tests.Trees;

public sealed class TreeBlobsTests
{
    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_missing_of_a_whole_tree_and_files_are_not_opened()
    {
        var counting = new CountingBlobStore(_blobs);
        Assert.Empty(await TreeBlobs.FindMissingAsync(counting, await TreeAsync(), Cancel));
        Assert.DoesNotContain(Digest.Of("1"u8), counting.Opened);
    }

    [Fact]
    public async Task Each_blob_is_asked_for_once_in_few_batches()
    {
        var counting = new CountingBlobStore(_blobs);
        await TreeBlobs.FindMissingAsync(counting, await TreeAsync(), Cancel);
        Assert.Equal(10_000, counting.Asked.Sum());
        Assert.InRange(counting.Asked.Count, 1, 3);
        Assert.Equal(counting.Opened.Distinct().Count(), counting.Opened.Count);
    }

    [Fact]
    public async Task Lost_files_and_directories_are_all_told()
    {
        var root = await TreeAsync();
        var directory = (await TreeWalk.FindDirectoryAsync(_blobs, root, RelativePath.Parse("d1"), Cancel))!.Value;
        Digest[] lost = [directory, Digest.Of("2"u8), Digest.Of("9999"u8)];
        foreach (var blob in lost)
            _blobs.Drop(blob);
        Assert.Equal(lost.ToHashSet(), await TreeBlobs.FindMissingAsync(_blobs, root, Cancel));
    }

    [Fact]
    public async Task A_root_that_is_not_there_is_missing() =>
        Assert.Equal([Digest.Of("nothing"u8)], await TreeBlobs.FindMissingAsync(_blobs, Digest.Of("nothing"u8), Cancel));

    // Each content stands in two places, and all directories of `twin` are there a second time.
    private async Task<Digest> TreeAsync()
    {
        var tree = new TreeBuilder();
        for (var i = 0; i < 10_000; i++)
        {
            var content = await _blobs.PutAsync(Encoding.ASCII.GetBytes($"{i}"), Cancel);
            tree.AddFile(RelativePath.Parse($"d{i % 50}/{i}"), content, executable: false);
            tree.AddFile(RelativePath.Parse($"twin/d{i % 50}/{i}"), content, executable: false);
        }

        return await tree.WriteAsync(_blobs, Cancel);
    }
}
