using Monogres.Core;
using Monogres.Platforms.Composer;
using Monogres.Platforms.Packages;
using Monogres.Platforms.Tests.Archives;
using Monogres.Store;
using Monogres.Testing.Stores;

namespace Monogres.Platforms.Tests.Packages;

public class PackageTreesTests
{
    private static readonly CompositionRules Rules = new() { Omissions = ["usr/share/doc"] };

    private readonly MemoryBlobStore _store = new();
    private readonly MemoryMemo _memo = new();

    [Fact]
    public async Task A_package_is_unpacked_once()
    {
        var deb = await PutAsync();
        var first = await Trees().TreeOfAsync(deb, Rules, CancellationToken.None);
        _store.Drop(deb);

        Assert.Equal(first, await Trees().TreeOfAsync(deb, Rules, CancellationToken.None));
        await Assert.ThrowsAsync<BlobMissingException>(() => Trees().TreeOfAsync(deb, new CompositionRules(), CancellationToken.None));
    }

    [Fact]
    public async Task A_package_whose_tree_was_lost_is_unpacked_again()
    {
        var deb = await PutAsync();
        var first = await Trees().TreeOfAsync(deb, Rules, CancellationToken.None);
        _store.Drop(first);

        Assert.Equal(first, await Trees().TreeOfAsync(deb, Rules, CancellationToken.None));
        Assert.Contains(first, _store.Digests);
    }

    [Fact]
    public async Task A_package_that_was_forgotten_is_unpacked_again()
    {
        var deb = await PutAsync();
        var file = Digest.Of("s"u8);
        await Trees().TreeOfAsync(deb, Rules, CancellationToken.None);
        _store.Drop(file);
        await Trees().ForgetAsync(deb, Rules, CancellationToken.None);
        await Trees().TreeOfAsync(deb, Rules, CancellationToken.None);

        Assert.Contains(file, _store.Digests);
    }

    private PackageTrees Trees() => new(_store, _memo);

    private ValueTask<Digest> PutAsync() =>
        _store.PutAsync(DebBuilder.Around(new TarBuilder().File("bin/sh", "s", executable: true).File("usr/share/doc/sh", "d").ToArray()), CancellationToken.None);
}
