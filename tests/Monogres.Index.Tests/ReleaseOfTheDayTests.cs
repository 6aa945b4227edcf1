using Monogres.Core;
using Monogres.Index.Projects;
using Monogres.Testing;

namespace Monogres.Index.Tests;

/// <summary>The slow tests take these releases out of this index.</summary>
public class ReleaseOfTheDayTests
{
    private static readonly DateOnly Day = new(2026, 11, 25);

    [Fact]
    public void As_many_days_as_the_list_is_long_take_all_of_it() => Assert.Equal(
        ReleaseOfTheDay.Rotation.Order(StringComparer.Ordinal),
        Enumerable.Range(0, ReleaseOfTheDay.Rotation.Length).Select(days => ReleaseOfTheDay.Of(Day.AddDays(days), named: null)).Order(StringComparer.Ordinal));

    [Fact]
    public void A_release_that_is_named_is_taken_on_any_day()
    {
        Assert.Equal("16.1", ReleaseOfTheDay.Of(Day, "16.1"));
        Assert.Equal(ReleaseOfTheDay.Of(Day, named: null), ReleaseOfTheDay.Of(Day, ""));
    }

    [Fact]
    public async Task Each_of_them_is_in_the_index_with_a_tarball_that_any_mirror_has_and_a_tag()
    {
        var postgres = (await Repository.ReadAsync()).DefaultServer;
        Assert.Every(ReleaseOfTheDay.Rotation, version =>
        {
            var release = postgres.Release(PgVersion.Parse(version));
            Assert.Contains(release.File("tarball")!.Places, place => place is Place.Pool);
            Assert.NotNull(release.Tag);
        });
    }
}
