using Monogres.Acceptance.Tests.Fixtures;

namespace Monogres.Acceptance.Tests;

/// <summary>A process that is killed leaves nothing running and nothing half done that the next one would believe.</summary>
public sealed class KillTests(World world)
{
    private static readonly Moment[] Moments =
    [
        new("starting", null, 80),
        new("the first bytes", one => one.Is("downloading", ""), 0),
        new("the source on its way", one => one.Is("downloading", "fixture"), 0),
        new("taking the source in", one => one.Is("started", "source"), 0),
        new("half of it taken in", one => one.Is("started", "source"), 60, Verified: true),
        new("the source taken in", one => one.Is("finished", "source"), 0),
        new("a package complete", one => one.Is("downloaded", ""), 10),
        new("several packages on their way", one => one.Is("downloading", "libc6"), 200, Verified: true),
        new("the toolchain's packages on their way", one => one.Is("downloading", "coreutils"), 50),
        new("unpacking the toolchain", one => one.Is("started", "toolchain"), 20),
        new("a part of it unpacked", one => one.Is("advanced", "toolchain"), 0, Verified: true),
        new("the sandbox's packages on their way", one => one.Is("downloading", "bubblewrap"), 0),
        new("unpacking the sandbox's packages", one => one.Is("started", "libraries"), 0),
        new("a little later", one => one.Is("started", "libraries"), 60),
        new("one of them unpacked", one => one.Is("advanced", "libraries"), 0, Verified: true),
        new("the sandbox composed", one => one.Is("finished", "libraries"), 0),
        new("the sandbox being made", one => one.Is("started", "build"), 0),
        new("the build begun", one => one.Is("started", "build"), 150),
        new("the build running", one => one.IsWaiting(2), 0, Verified: true),
        new("the build at its end", one => one.IsWaiting(4), 250),
        new("the output being collected", one => one.IsWaiting(4), 320),
        new("the result known", one => one.Is("finished", "build"), 0, Verified: true),
        // After a kill the result is known already; in a new store it becomes known first.
        new("the archive being written", one => one.Is("cached", "build") || one.Is("finished", "build"), 0, Verified: true),
    ];

    [Fact]
    public async Task Killed_at_any_moment_it_leaves_nothing_running_and_a_store_that_the_next_run_can_use()
    {
        await using var mirror = PackageMirror.Start(world.Index, bytesPerSecond: 4_000_000);
        using var place = world.Empty();
        place.Mirror = mirror["debian"].ToString();

        foreach (var moment in Moments)
        {
            // On a busy machine a kill can come so late that the next moment has passed with it. The run then goes to its end, and a new store has everything before it.
            if (!await KillAtAsync(place, moment, mustCome: false))
            {
                place.Store = Path.Combine(place.Directory, $"store {moment.Name}");
                await KillAtAsync(place, moment, mustCome: true);
            }

            // What stands in the output directory now is a whole archive or none.
            if (File.Exists(Path.Combine(place.Dist, "postgres-15.2-plain-debian12-amd64.json")))
                Assert.Equal(world.Slow, place.ReadBuilt(FixtureIndex.Slow));
            if (!moment.Verified)
                continue;

            using var next = place.Fork();
            Assert.Equal(world.Slow, await next.BuildAsync(FixtureIndex.Slow));
            next.NothingIsHalfDone();
            await next.StoreIsSoundAsync();
        }

        Assert.Equal(world.Slow, await place.BuildAsync(FixtureIndex.Slow));
        place.NothingIsHalfDone();
        await place.StoreIsSoundAsync();
    }

    /// <summary>Kills a run at a moment; false when the run came to its end without it.</summary>
    private static async Task<bool> KillAtAsync(Place place, Moment moment, bool mustCome)
    {
        using var run = place.Watch("build", FixtureIndex.Slow);
        if (moment.Event is { } wanted && !await run.UntilAsync(wanted))
        {
            var end = await run.EndAsync();
            Assert.False(mustCome, $"{moment.Name}: it never came to that\n{end}");
            end.Succeeded();
            return false;
        }

        await Task.Delay(moment.Milliseconds);
        await run.KillAsync(moment.Name);
        return true;
    }

    /// <param name="Name">For people.</param>
    /// <param name="Event">What is waited for; null: nothing.</param>
    /// <param name="Milliseconds">How long after it.</param>
    /// <param name="Verified">Whether a run in a copy of the store is then tried.</param>
    private sealed record Moment(string Name, Func<Event, bool>? Event, int Milliseconds, bool Verified = false);
}
