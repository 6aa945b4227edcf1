using Monogres.Core;
using Monogres.Packaging.Oci.Images;
using Monogres.Packaging.Oci.Model;
using Monogres.Packaging.Oci.Registry;
using Monogres.Store;
using Monogres.Testing.Stores;

namespace Monogres.Packaging.Tests.Oci.Registry;

public sealed class ImagePushTests : IAsyncDisposable
{
    private const string Repository = "monogres/postgres";

    private readonly MemoryBlobStore _blobs = new();
    private readonly SocketsHttpHandler _network = new();
    private readonly FakeRegistry _registry = new() { Asks = Asks.ForToken };

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _network.Dispose();
        await _registry.DisposeAsync();
    }

    [Fact]
    public async Task An_image_is_pushed_with_all_that_it_leads_to_and_gets_its_tags()
    {
        var layout = await SmallImage.PutAsync(_blobs, Cancel);
        var pushed = await PushAsync(layout, Repository, ["17.11", "17"]);
        Assert.Equal(4, pushed.Sent);
        var content = await _blobs.ReadAllAsync(pushed.Image.ToBlob(), Cancel);
        Assert.Every(["17.11", "17", pushed.Image.Digest], reference => Assert.Equal(content, _registry.Manifest(Repository, reference)!.Value.Content));
        Assert.Every(OciJson.ReadManifest(content).Layers, layer => Assert.NotNull(_registry.Blob(Repository, layer.Digest)));
    }

    [Fact]
    public async Task An_image_that_is_there_gets_its_tags_and_nothing_is_sent()
    {
        var layout = await SmallImage.PutAsync(_blobs, Cancel);
        await PushAsync(layout, Repository, ["17.11"]);
        var (received, asked) = (_registry.Received, _registry.Requests.Count);
        Assert.Equal(0, (await PushAsync(layout, Repository, ["latest"])).Sent);
        Assert.Equal(received, _registry.Received);
        Assert.DoesNotContain("HEAD blob", _registry.Requests.Skip(asked));
        Assert.NotNull(_registry.Manifest(Repository, "latest"));
    }

    [Fact]
    public async Task Of_an_image_of_which_the_registry_has_all_layers_but_one_that_one_is_sent()
    {
        await PushAsync(await SmallImage.PutAsync(_blobs, Cancel), Repository, ["17.11"]);
        var before = _registry.Received;
        var pushed = await PushAsync(await SmallImage.PutAsync(_blobs, Cancel, extension: "an extension"), Repository, ["17.11-extension"]);
        var manifest = OciJson.ReadManifest(await _blobs.ReadAllAsync(pushed.Image.ToBlob(), Cancel));
        Assert.Equal(2, pushed.Sent);
        Assert.Equal(manifest.Layers[2].Size + manifest.Config.Size, pushed.SentBytes);
        Assert.Equal(pushed.SentBytes, _registry.Received - before);
    }

    [Fact]
    public async Task What_another_repository_has_is_mounted()
    {
        var layout = await SmallImage.PutAsync(_blobs, Cancel);
        await PushAsync(layout, Repository, ["17.11"]);
        var before = _registry.Received;
        Assert.Equal(0, (await PushAsync(layout, "other", ["17.11"], Repository)).Sent);
        Assert.Equal(before, _registry.Received);
        Assert.NotNull(_registry.Manifest("other", "17.11"));
    }

    [Theory]
    [InlineData("both")]
    [InlineData]
    public async Task Images_of_several_platforms_are_pushed_before_what_leads_to_them(params string[] tags)
    {
        var layout = await new PlatformsLayout(SmallImage.Name).OfAsync(
            _blobs, Cancel, await SmallImage.PutAsync(_blobs, Cancel), await SmallImage.PutAsync(_blobs, Cancel, "arm64"));
        var pushed = await PushAsync(layout, Repository, tags);
        Assert.Equal(OciMediaTypes.Index, _registry.Manifest(Repository, pushed.Image.Digest)!.Value.MediaType);
        Assert.Every(tags.Append(pushed.Image.Digest), reference => Assert.NotNull(_registry.Manifest(Repository, reference)));
        Assert.Every(OciJson.ReadIndex(await _blobs.ReadAllAsync(pushed.Image.ToBlob(), Cancel)).Manifests, image => Assert.NotNull(_registry.Manifest(Repository, image.Digest)));
    }

    [Fact]
    public async Task A_push_that_failed_leaves_no_tag_and_the_next_one_sends_the_rest()
    {
        var layout = await SmallImage.PutAsync(_blobs, Cancel);
        for (var i = 0; i < 40; i++)
            _registry.BreakOffAfter.Enqueue(0);
        await Assert.ThrowsAsync<UserErrorException>(() => PushAsync(layout, Repository, ["17.11"]));
        Assert.Null(_registry.Manifest(Repository, "17.11"));

        _registry.BreakOffAfter.Clear();
        await PushAsync(layout, Repository, ["17.11"]);
        Assert.NotNull(_registry.Manifest(Repository, "17.11"));
    }

    private async Task<PushedImage> PushAsync(Digest layout, string repository, string[] tags, string? mountFrom = null)
    {
        using var registry = new OciRegistry(_network, new RegistryOptions
        {
            Address = _registry.Address, ChunkSize = 4096, FirstWait = TimeSpan.FromMilliseconds(1), Credentials = new RegistryCredentials(FakeRegistry.User, FakeRegistry.Password),
        }, TimeProvider.System);
        return await new ImagePush(registry, _blobs).PushAsync(layout, repository, [.. tags], mountFrom, Cancel);
    }
}
