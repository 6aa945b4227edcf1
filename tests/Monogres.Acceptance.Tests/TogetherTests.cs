using Monogres.Acceptance.Tests.Fixtures;

namespace Monogres.Acceptance.Tests;

/// <summary>Several processes in one store.</summary>
public sealed class TogetherTests(World world)
{
    [Fact]
    public async Task Two_that_build_the_same_at_once_in_an_empty_store_build_it_once()
    {
        using var place = world.Empty();
        using var first = place.Watch("build", FixtureIndex.Slow, "--output", "first");
        using var second = place.Watch("build", FixtureIndex.Slow, "--output", "second");

        Outcome[] ends = [(await first.EndAsync()).Succeeded(), (await second.EndAsync()).Succeeded()];
        Assert.Single(first.Seen.Concat(second.Seen), one => one.Is("started", "build"));
        foreach (var name in new[] { "first", "second" })
            Assert.Equal(world.Slow, place.ReadBuilt(FixtureIndex.Slow, name));
        Assert.Every(ends, end => Assert.Equal("", end.Error));
        place.NothingIsHalfDone();
        await place.StoreIsSoundAsync();
    }

    [Fact]
    public async Task Collection_removes_everything_and_the_next_build_works()
    {
        using var place = world.Built();
        var collected = (await place.RunAsync("store", "gc", "--older-than", "0d")).Succeeded();
        Assert.StartsWith("removed ", collected.Out, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(place.Store, "blobs"), "*", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateFiles(Path.Combine(place.Store, "actions"), "*", SearchOption.AllDirectories));
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(place.Store, "roots")));

        Assert.Equal(world.Quick, await place.BuildAsync(FixtureIndex.Quick));
        await place.StoreIsSoundAsync();
    }

    [Fact]
    public async Task Collection_waits_while_another_works_and_says_so()
    {
        using var place = world.Built();
        using var build = place.Watch("build", FixtureIndex.Slow, "--no-cache");
        Assert.True(await build.UntilAsync(one => one.IsWaiting(1)));

        var collected = (await place.RunAsync("store", "gc", "--older-than", "0d")).Succeeded();
        Assert.Contains(build.Seen, one => one.Kind == "built");
        Assert.Contains("waiting", collected.Error, StringComparison.Ordinal);
        (await build.EndAsync()).Succeeded();
        Assert.Equal(world.Slow, place.ReadBuilt(FixtureIndex.Slow));
    }

    [Theory]
    [InlineData(RunningProcesses.Interrupt, "downloading")]
    [InlineData(RunningProcesses.Interrupt, "waiting")]
    [InlineData(RunningProcesses.Terminate, "toolchain")]
    [InlineData(RunningProcesses.Terminate, "waiting")]
    public async Task Interrupted_it_ends_soon_with_nothing_running_and_the_next_run_works(int signal, string during)
    {
        await using var mirror = PackageMirror.Start(world.Index, bytesPerSecond: during == "downloading" ? 500_000 : null);
        using var place = world.Empty();
        place.Mirror = mirror["debian"].ToString();
        using var run = place.Watch("build", FixtureIndex.Slow);
        Assert.True(await run.UntilAsync(one => one.Kind == during || during == "waiting" && one.IsWaiting(2) || one.Is("started", during)), during);

        var took = await run.SignalAsync(signal);

        var end = (await run.EndAsync()).ExitedWith(130);
        Assert.Equal("interrupted\n", end.Error);
        Assert.True(took < TimeSpan.FromSeconds(5), $"{took} is long");
        place.Mirror = world.Mirror["debian"].ToString();
        Assert.Equal(world.Slow, await place.BuildAsync(FixtureIndex.Slow));
        place.NothingIsHalfDone();
        await place.StoreIsSoundAsync();
    }
}
