using Monogres.Core;
using Monogres.Platforms.Contents;
using Monogres.Platforms.Lock;
using Monogres.Testing.Repositories;
using Monogres.Testing.Stores;

namespace Monogres.Platforms.Tests.Lock;

public class SuiteReaderTests
{
    private static readonly WantedFile Sodium = new(WantedKind.Header, "sodium.h");

    private readonly SmallMirror _mirror = new();

    [Fact]
    public async Task The_contents_that_a_signed_release_vouches_for_are_read()
    {
        Publish();
        Assert.Equal(["libsodium-dev"], (await ContentsAsync(new SuiteReader(_mirror.OpenAsync, TimeProvider.System))).PackagesWith(Sodium));
    }

    [Fact]
    public async Task Contents_that_are_not_as_the_release_says_are_not_used()
    {
        Publish();
        _mirror.Files["dists/bookworm/main/Contents-amd64.gz"] = _mirror.Files["dists/bookworm/main/binary-amd64/Packages.gz"];
        var error = await Assert.ThrowsAsync<UserErrorException>(() => ContentsAsync(new SuiteReader(_mirror.OpenAsync, TimeProvider.System)));
        Assert.Equal("no mirror has a usable index of contents of `bookworm`", error.Message);
    }

    [Fact]
    public async Task An_archive_without_contents_says_how_to_do_without()
    {
        _mirror.Publish("bookworm", [("main/binary-amd64/Packages", SmallMirror.Stanza("libsodium-dev 1"))]);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => ContentsAsync(new SuiteReader(_mirror.OpenAsync, TimeProvider.System)));
        Assert.StartsWith("`bookworm` has no index of contents for component `main` and architecture `amd64`", error.Message, StringComparison.Ordinal);
        Assert.Equal("name the packages: `monogres platform add NAME PACKAGE…`", error.Hint);
    }

    [Fact]
    public async Task An_index_is_downloaded_once_and_the_release_file_each_time()
    {
        Publish();
        var reader = new SuiteReader(_mirror.OpenAsync, TimeProvider.System, new MemoryBlobStore());
        await ContentsAsync(reader);
        await ContentsAsync(reader);
        Assert.Equal(["dists/bookworm/InRelease", "dists/bookworm/main/Contents-amd64.gz", "dists/bookworm/InRelease"], _mirror.Asked);
    }

    private void Publish() => _mirror.Publish("bookworm",
        [("main/binary-amd64/Packages", SmallMirror.Stanza("libsodium-dev 1")), ("main/Contents-amd64", "usr/include/sodium.h libdevel/libsodium-dev\n")]);

    private static async Task<ContentsIndex> ContentsAsync(SuiteReader reader)
    {
        var place = SmallMirror.Place("bookworm");
        return await reader.ContentsAsync(place, await reader.ReleaseAsync(place, CancellationToken.None), "amd64", [Sodium], "x86_64-linux-gnu", CancellationToken.None);
    }
}
