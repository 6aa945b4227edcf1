using Monogres.Acceptance.Tests.Fixtures;

namespace Monogres.Acceptance.Tests;

/// <summary>The ground on which the other tests stand.</summary>
public sealed class FixtureTests(World world)
{
    [Fact]
    public async Task A_target_is_built_from_nothing_and_every_byte_of_it_comes_from_the_mirror()
    {
        using var place = world.Empty();

        Assert.Equal(world.Quick, await place.BuildAsync(FixtureIndex.Quick));
        await place.StoreIsSoundAsync();
        place.NothingIsHalfDone();
        Assert.Contains($"/debian/{FixtureIndex.PoolPath("15.1")}", world.Mirror.Requests);
    }

    [Fact]
    public async Task What_is_built_runs_nothing_again()
    {
        using var place = world.Built();
        using var again = place.Watch("build", FixtureIndex.Slow);

        (await again.EndAsync()).Succeeded();
        Assert.Equal(world.Slow, place.ReadBuilt(FixtureIndex.Slow));
        Assert.Contains(again.Seen, one => one.Kind is "built");
        Assert.DoesNotContain(again.Seen, one => one.Kind is "started" or "downloading");
    }
}
