using Monogres.Core;
using Monogres.Payloads.Binaries;
using Monogres.Testing.Properties;
using Monogres.Testing.Stores;

namespace Monogres.Payloads.Tests.Binaries;

public class TreeFilesTests
{
    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("usr/lib/a.so", true)]
    [InlineData("lib/a.so", true)]
    [InlineData("usr/lib/b.so", true)]
    [InlineData("lib/up/lib/a.so", true)]
    [InlineData("usr/lib/none.so", false)]
    [InlineData("usr/none/a.so", false)]
    [InlineData("usr/lib/a.so/x", false)]
    [InlineData("usr/lib/circle", false)]
    [InlineData("usr/lib/outside", false)]
    [InlineData("usr/lib", false)]
    public async Task A_file_is_found_through_links(string path, bool found)
    {
        var tree = await new TestTree().WithFile("usr/lib/a.so", "a").WithSymlink("lib", "usr/lib").WithSymlink("usr/lib/b.so", "a.so").WithSymlink("usr/lib/up", "..")
            .WithSymlink("usr/lib/circle", "circle").WithSymlink("usr/lib/outside", "../../../a").PutAsync(_blobs, Cancel);
        Assert.Equal(found ? Digest.Of("a"u8) : null, await new TreeFiles(_blobs).FindFileAsync(tree, RelativePath.Parse(path), Cancel));
    }

    [Fact]
    public async Task A_directory_is_found_through_links_and_read_once()
    {
        var counting = new CountingBlobStore(_blobs);
        var tree = await new TestTree().WithFile("usr/lib/a.so", "a").WithSymlink("lib", "usr/lib").PutAsync(_blobs, Cancel);
        var files = new TreeFiles(counting);
        foreach (var path in (string[])["lib", "usr/lib", "lib"])
            Assert.Equal(["a.so"], (await files.FindDirectoryAsync(tree, RelativePath.Parse(path), Cancel))!.Files.Select(file => file.Name));
        Assert.Null(await files.FindDirectoryAsync(tree, RelativePath.Parse("lib/a.so"), Cancel));
        Assert.Equal(3, counting.Opened.Count);
    }
}
