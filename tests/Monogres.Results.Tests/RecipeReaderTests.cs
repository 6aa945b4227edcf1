using Monogres.Core;
using Monogres.Results.Records;
using Monogres.Testing;

namespace Monogres.Results.Tests;

public class RecipeReaderTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(SmallWorld.Server)]
    [InlineData(SmallWorld.Extension)]
    [InlineData(SmallWorld.Requiring)]
    [InlineData(SmallWorld.Module)]
    public async Task The_recipe_of_what_was_built_is_the_same_for_every_builder(string target)
    {
        var recipes = new List<TargetRecipe>();
        for (var builder = 0; builder < 2; builder++)
        {
            using var world = await SmallWorld.NewAsync(Cancel);
            await world.Builds.BuildAsync(world.Plan(target), useCache: true, Cancel);
            recipes.Add(await ReaderOf(world).GetAsync(world.Plan(target), Cancel));
        }

        string TextOf(TargetRecipe recipe) => (TargetManifestTests.Sample with { Recipe = recipe }).ToText();
        Assert.Equal(TextOf(recipes[0]), TextOf(recipes[1]));
        Assert.Equal(target, recipes[0].Target);
        Assert.Equal(target is SmallWorld.Requiring ? 2 : target is SmallWorld.Server ? 0 : 1, recipes[0].BuiltAgainst?.Count ?? 0);
    }

    [Fact]
    public async Task It_names_the_file_that_was_really_unpacked()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        await world.Builds.BuildAsync(world.Plan(SmallWorld.Extension), useCache: true, Cancel);
        var recipe = await ReaderOf(world).GetAsync(world.Plan(SmallWorld.Extension), Cancel);
        Assert.Equal(new RecordedFile("tarball", world.SourceOf("tiny").Sha256.ToString(), world.SourceOf("tiny").Size!.Value), Assert.Single(recipe.SourceFiles));
    }

    [Fact]
    public async Task Before_anything_is_known_there_is_none()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        Assert.Null(await ReaderOf(world).FindAsync(world.Plan(SmallWorld.Extension), Cancel));
        Assert.Empty(world.Ran);
    }

    [Fact]
    public async Task What_is_no_longer_remembered_is_unpacked_again_and_not_built()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        var target = world.Plan(SmallWorld.Server);
        await world.Builds.BuildAsync(target, useCache: true, Cancel);
        await world.Small.Memo.RemoveAsync(target.Ingredients.Source.Key, Cancel);
        Assert.Null(await ReaderOf(world).FindAsync(target, Cancel));
        Assert.NotNull(await ReaderOf(world).GetAsync(target, Cancel));
        Assert.Single(world.Ran);
    }

    [Fact]
    public async Task What_is_declared_otherwise_than_at_the_last_build_is_named_before_anything_is_downloaded()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        await world.Builds.BuildAsync(world.Plan(SmallWorld.Extension), useCache: true, Cancel);
        var last = await ReaderOf(world).GetAsync(world.Plan(SmallWorld.Extension), Cancel);
        Assert.Empty(ReaderOf(world).DeclaredDifferences(world.Plan(SmallWorld.Extension), last, RecipeReader.PackagesOf(world.Plan(SmallWorld.Extension))));

        using var changed = await SmallWorld.NewAsync(Cancel, change: (path, repo) =>
        {
            if (path is not "extensions/tiny/repo.json")
                return;
            repo["build"]!["arguments"] = new System.Text.Json.Nodes.JsonArray("OPTFLAGS=");
            repo["versions"]!["1.0"]!["files"]!["tarball"]!["sha256"] = new string('0', 64);
        });
        var plan = changed.Plan(SmallWorld.Extension);
        var differences = ReaderOf(changed).DeclaredDifferences(plan, last, RecipeReader.PackagesOf(plan));
        Assert.Equal($"source tarball: was sha256 {last.SourceFiles[0].Sha256}, is sha256 {new string('0', 64)}", differences[0]);
        Assert.StartsWith("build script: was ", differences[1], StringComparison.Ordinal);
        Assert.Equal(2, differences.Count);
    }

    private static RecipeReader ReaderOf(SmallWorld world) => new(world.Small.Engine, Digest.Of("index"u8), "monogres 0.1.0");
}
