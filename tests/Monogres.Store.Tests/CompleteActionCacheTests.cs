using Monogres.Core;
using Monogres.Protocol;
using Monogres.Store.Trees;
using Monogres.Testing.Stores;
using Digest = Monogres.Core.Digest;

namespace Monogres.Store.Tests;

public sealed class CompleteActionCacheTests
{
    private static readonly Digest Action = Digest.Of("an action"u8);

    private readonly MemoryBlobStore _blobs = new();
    private readonly MemoryActionCache _inner = new();
    private readonly List<(Digest Action, Digest Lost)> _told = [];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private CompleteActionCache Cache => new(_inner, _blobs, (action, lost) => _told.Add((action, lost.Digest)));

    [Fact]
    public async Task A_whole_result_is_given()
    {
        await PutAsync();
        Assert.NotNull(await Cache.GetAsync(Action, Cancel));
        Assert.Empty(_told);
    }

    [Theory]
    [InlineData("in a directory")]
    [InlineData("a file")]
    [InlineData("subdirectory")]
    public async Task A_result_with_a_lost_blob_is_told_of_and_forgotten(string what)
    {
        var subdirectory = await PutAsync();
        var lost = string.Equals(what, "subdirectory", StringComparison.Ordinal) ? subdirectory : Digest.Of(System.Text.Encoding.ASCII.GetBytes(what));
        _blobs.Drop(lost);
        Assert.Null(await Cache.GetAsync(Action, Cancel));
        Assert.Equal([(Action, lost)], _told);
        Assert.Empty(_inner.Actions);
    }

    [Fact]
    public async Task A_lost_log_makes_no_result_incomplete()
    {
        await PutAsync();
        _blobs.Drop(Digest.Of("log"u8));
        Assert.NotNull(await Cache.GetAsync(Action, Cancel));
    }

    private async Task<Digest> PutAsync()
    {
        var tree = new TreeBuilder();
        tree.AddFile(RelativePath.Parse("dir/x"), await _blobs.PutAsync("in a directory"u8.ToArray(), Cancel), executable: false);
        var root = await tree.WriteAsync(_blobs, Cancel);
        var result = new ActionResult { StdoutDigest = (await _blobs.PutAsync("log"u8.ToArray(), Cancel)).ToWire() };
        result.OutputFiles.Add(new OutputFile { Path = "a", Digest = (await _blobs.PutAsync("a file"u8.ToArray(), Cancel)).ToWire() });
        result.OutputDirectories.Add(new OutputDirectory { Path = "out", RootDirectoryDigest = root.ToWire() });
        await _inner.PutAsync(Action, result, Cancel);
        return (await TreeWalk.FindDirectoryAsync(_blobs, root, RelativePath.Parse("dir"), Cancel))!.Value;
    }
}
