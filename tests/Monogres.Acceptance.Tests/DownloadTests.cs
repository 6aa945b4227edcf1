using System.Text.Json.Nodes;
using Monogres.Acceptance.Tests.Fixtures;
using Monogres.Testing.Http;

namespace Monogres.Acceptance.Tests;

/// <summary>Places that do not give what is wanted.</summary>
public sealed class DownloadTests(World world)
{
    private const string New = "15.9";

    [Fact]
    public async Task A_place_that_fails_is_followed_by_the_next_one()
    {
        await using var mirror = PackageMirror.Start(world.Index);
        using var place = With(mirror, places: ["missing", "other", "cut", "good"]);
        mirror.Answer("debian/good/source.tar.gz", new LoopbackAnswer { Body = File.ReadAllBytes(place.Index.SourceFile(New)) });

        await place.BuildAsync($"postgres@{New}");

        Assert.Equal(
            ["/debian/missing/source.tar.gz", "/debian/other/source.tar.gz", "/debian/cut/source.tar.gz", "/debian/good/source.tar.gz"],
            mirror.Requests.Select(request => request.Split(' ')[0]).Distinct());
        await place.StoreIsSoundAsync();
    }

    [Fact]
    public async Task When_no_place_works_every_one_is_listed_with_its_reason()
    {
        await using var mirror = PackageMirror.Start(world.Index);
        using var place = With(mirror, places: ["missing", "other", "cut"]);

        var failed = (await place.RunAsync("build", $"postgres@{New}")).ExitedWith(1);

        Assert.Equal("", failed.Out);
        Assert.Contains("error: cannot download `source.tar.gz`", failed.Error, StringComparison.Ordinal);
        Assert.Contains(place.Index.SourceHash(New), failed.Error, StringComparison.Ordinal);
        Assert.Matches("http://127.0.0.1:[0-9]+/debian/missing/source.tar.gz: no connection", failed.Error);
        Assert.Contains($"{mirror["debian/missing/source.tar.gz"]}: answered 404", failed.Error, StringComparison.Ordinal);
        Assert.Contains($"{mirror["debian/other/source.tar.gz"]}: sent other content (sha256 ", failed.Error, StringComparison.Ordinal);
        Assert.Matches($"{mirror["debian/cut/source.tar.gz"]}: (ended after 1000 of|the connection ended)", failed.Error);
        Assert.Contains("--source-mirror", failed.Error, StringComparison.Ordinal);
        await place.StoreIsSoundAsync();
    }

    [Fact]
    public async Task A_package_that_has_left_the_mirrors_is_named_with_the_command_that_renews_the_lock()
    {
        await using var mirror = PackageMirror.Start(world.Index);
        using var place = world.Empty();
        place.Index = world.Index.CopyTo(place.Directory);
        place.Mirror = $"{mirror["debian"]}";
        var gone = place.Index.LetLeave("dash");

        var failed = (await place.RunAsync("build", FixtureIndex.Quick)).ExitedWith(1);

        Assert.Contains($"the lock of `debian12-amd64` may be stale: cannot download `{gone}`", failed.Error, StringComparison.Ordinal);
        Assert.Contains("renew the lock with `monogres platform lock debian12-amd64`", failed.Error, StringComparison.Ordinal);
        Assert.Contains($"{mirror[$"debian/pool/main/d/dash/{gone}"]}: answered 404", failed.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offline_names_what_is_missing_and_asks_nobody()
    {
        await using var mirror = PackageMirror.Start(world.Index);
        using var place = With(mirror, places: ["missing"]);

        var source = (await place.RunAsync("build", $"postgres@{New}", "--offline")).ExitedWith(1);
        Assert.Contains("`source.tar.gz` is not in the store, and `--offline` forbids downloading it", source.Error, StringComparison.Ordinal);

        using var empty = world.Empty();
        empty.Mirror = place.Mirror;
        var packages = (await empty.RunAsync("build", FixtureIndex.Quick, "--offline", "--source-mirror", Path.GetDirectoryName(world.Index.SourceFile("15.1"))!)).ExitedWith(1);
        Assert.Matches("[0-9]+ files are not in the store, and `--offline` forbids", packages.Error);
        Assert.Contains("dash_", packages.Error, StringComparison.Ordinal);
        Assert.Empty(mirror.Requests);
    }

    [Fact]
    public async Task Offline_a_folder_of_sources_will_do()
    {
        await using var mirror = PackageMirror.Start(world.Index);
        using var place = With(mirror, places: ["missing"]);
        File.Move(place.Index.SourceFile(New), Path.Combine(place.Index.Sources, "source.tar.gz"));

        await place.BuildAsync($"postgres@{New}", "--offline", "--source-mirror", place.Index.Sources);
        Assert.Empty(mirror.Requests);
    }

    /// <summary>A place with a new release whose source is at paths of a mirror that each fail in their own way; before the mirror stands one that nobody serves.</summary>
    private Place With(LoopbackServer mirror, string[] places)
    {
        var place = world.Built();
        place.Index = world.Index.CopyTo(place.Directory);
        place.Index.AddRelease(New, FixtureIndex.SourceOf(New));
        place.Index.Edit("servers/postgres/repo.json", repo => repo["sources"]!["tarball"]!["places"] = new JsonArray(
            [.. places.Select(name => (JsonNode)new JsonObject { ["archive"] = "debian", ["path"] = $"{name}/source.tar.gz" })]));
        var source = File.ReadAllBytes(place.Index.SourceFile(New));
        mirror.Answer("debian/other/source.tar.gz", new LoopbackAnswer { Body = [.. source.Reverse()] });
        mirror.Answer("debian/cut/source.tar.gz", new LoopbackAnswer { Body = source, CutAfter = 1000 });
        place.Mirror = $"{LoopbackServer.Nowhere("debian")} {mirror["debian"]}";
        return place;
    }
}
