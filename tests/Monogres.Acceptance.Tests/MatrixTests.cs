using Monogres.Acceptance.Tests.Fixtures;

namespace Monogres.Acceptance.Tests;

/// <summary>The table of many combinations.</summary>
public sealed class MatrixTests(World world)
{
    [Fact]
    public async Task A_combination_whose_packages_have_left_the_mirror_is_not_run_and_is_built_when_they_are_back()
    {
        await using var mirror = PackageMirror.Start(world.Index);
        using var place = world.Empty();
        place.Index = world.Index.CopyTo(place.Directory);
        place.Mirror = $"{mirror["debian"]}";
        var gone = place.Index.LetLeave("dash");

        // Nothing is wrong with the combination, so this is no failure.
        var first = (await place.RunAsync("matrix", FixtureIndex.Quick)).Succeeded();
        var reason = $"the lock of `debian12-amd64` may be stale: cannot download `{gone}`";
        Assert.Matches($"^postgres@15[.]1[+]plain +debian12-amd64 +gcc +not run +{reason}\n$", first.Out);
        Assert.Contains("renew the lock with `monogres platform lock debian12-amd64`", first.Error, StringComparison.Ordinal);
        Assert.Contains($"| postgres@15.1+plain | not run: {reason} |", await TableAsync(place), StringComparison.Ordinal);

        // A lock that fits the mirror: what was not run is tried again, and the row is replaced.
        place.Index = world.Index;
        var second = (await place.RunAsync("matrix", FixtureIndex.Quick)).Succeeded();
        Assert.Matches("^postgres@15[.]1[+]plain +debian12-amd64 +gcc +built\n$", second.Out);
        Assert.Contains("| postgres@15.1+plain | yes |", await TableAsync(place), StringComparison.Ordinal);
        Assert.DoesNotContain("not run", await TableAsync(place), StringComparison.Ordinal);
    }

    private static Task<string> TableAsync(Place place) => File.ReadAllTextAsync(Path.Combine(place.Directory, "matrix", "matrix.md"));
}
