using Monogres.Core;
using Monogres.Packaging.Oci.Images;
using Monogres.Packaging.Oci.Model;
using Monogres.Store;
using Monogres.Store.Trees;
using Monogres.Testing;
using Monogres.Testing.Stores;

namespace Monogres.Packaging.Tests.Oci.Images;

public sealed class ImageArchiveTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_file_of_an_image_gives_its_layout_and_what_it_is_called()
    {
        var layout = await SmallImage.PutAsync(_blobs, Cancel);
        var read = await ReadAsync(layout);
        Assert.Equal((layout, SmallImage.Name, "PostgreSQL"), (read.Layout, read.Name, read.License));
    }

    [Fact]
    public async Task The_image_of_a_file_is_one_of_an_index_like_any_other()
    {
        var (amd, arm) = (await ReadAsync(await SmallImage.PutAsync(_blobs, Cancel)), await ReadAsync(await SmallImage.PutAsync(_blobs, Cancel, "arm64")));
        Assert.Equal(amd.Name, arm.Name);
        var (entry, _) = await LayoutTree.ReadAsync(_blobs, await new PlatformsLayout(amd.Name).OfAsync(_blobs, Cancel, amd.Layout, arm.Layout), Cancel);
        Assert.Equal(OciMediaTypes.Index, entry.MediaType);
    }

    [Theory]
    [InlineData("blobs/sha256", "x", "it lacks sha256:")] // Each blob is another one.
    [InlineData("index.json", null, "it has no index.json")]
    [InlineData("index.json", "{}", "was missing required properties")]
    [InlineData("index.json", """{"schemaVersion":2,"mediaType":"","manifests":[]}""", "its index.json has not one entry")]
    [InlineData("index.json", """{"schemaVersion":2,"mediaType":"","manifests":[{"mediaType":"x","digest":"md5:1","size":1}]}""", "does not say what the image is called")]
    [InlineData("index.json", """{"schemaVersion":2,"mediaType":"","manifests":[{"mediaType":"x","digest":"md5:1","size":1,"annotations":{"io.monogres.project":"../x","io.monogres.short-tag":"1","org.opencontainers.image.ref.name":"1"}}]}""", "does not say what the image is called")]
    [InlineData("index.json", """{"schemaVersion":2,"mediaType":"","manifests":[{"mediaType":"x","digest":"md5:1","size":1,"annotations":{"io.monogres.project":"x","io.monogres.short-tag":"1","org.opencontainers.image.ref.name":"1"}}]}""", "leads to no image")]
    public async Task What_is_no_such_image_is_refused_and_the_file_named(string path, string? content, string reason)
    {
        var changed = new TreeBuilder();
        await foreach (var entry in TreeWalk.EntriesAsync(_blobs, await SmallImage.PutAsync(_blobs, Cancel), Cancel))
        {
            if (entry is not TreeEntry.File file)
                continue;
            if (!file.Path.IsWithin(RelativePath.Parse(path)))
                changed.AddFile(file.Path, file.Content, executable: false);
            else if (content is not null)
                changed.AddFile(file.Path, await _blobs.PutAsync(System.Text.Encoding.UTF8.GetBytes(content), Cancel), executable: false);
        }

        if (content is "x")
        {
            // The image itself stays, and what it is made of is damaged.
            var (image, _) = await LayoutTree.ReadAsync(_blobs, await SmallImage.PutAsync(_blobs, Cancel), Cancel);
            changed.AddFile(RelativePath.Parse($"blobs/sha256/{image.ToBlob().Hash}"), image.ToBlob(), executable: false);
        }

        var refused = await Assert.ThrowsAsync<UserErrorException>(async () => await ReadAsync(await changed.WriteAsync(_blobs, Cancel)));
        Assert.Contains("small.oci.tar", refused.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_cut_off_or_not_there_is_one_clear_error()
    {
        await ReadAsync(await SmallImage.PutAsync(_blobs, Cancel));
        using (var file = File.OpenWrite(Archive))
            file.SetLength(file.Length / 2);
        Assert.Contains("truncated", (await Assert.ThrowsAsync<UserErrorException>(() => ImageArchive.ReadAsync(Archive, _blobs, Cancel))).Message, StringComparison.Ordinal);
        File.Delete(Archive);
        Assert.Contains("cannot read", (await Assert.ThrowsAsync<UserErrorException>(() => ImageArchive.ReadAsync(Archive, _blobs, Cancel))).Message, StringComparison.Ordinal);
    }

    private string Archive => _directory["small.oci.tar"];

    private async Task<ImageArchive> ReadAsync(Digest layout)
    {
        var archive = await LayerArchive.FindAsync(_blobs, await new LayoutArchive("small", SmallImage.Time).OfAsync(_blobs, Cancel, layout), Cancel);
        await File.WriteAllBytesAsync(Archive, await _blobs.ReadAllAsync(archive.Content, Cancel), Cancel);
        return await ImageArchive.ReadAsync(Archive, _blobs, Cancel);
    }
}
