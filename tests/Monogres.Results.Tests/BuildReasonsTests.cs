using System.Text.Json.Nodes;
using Monogres.Core;
using Monogres.Plans.Targets;
using Monogres.Results.Records;
using Monogres.Testing;

namespace Monogres.Results.Tests;

/// <summary>A target is built in one world; in another one, with the same store and a changed index, it is asked why it would be built again.</summary>
public sealed class BuildReasonsTests : IDisposable
{
    private const string Style = "styles/postgres-autoconf.json", Server = "servers/postgres/repo.json";

    private readonly TemporaryDirectory _records = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _records.Dispose();

    [Theory]
    [InlineData(SmallWorld.Module, SmallWorld.Module)]
    [InlineData(SmallWorld.Module, SmallWorld.Server)]
    [InlineData(SmallWorld.Extension, SmallWorld.Extension, SmallWorld.Server)]
    [InlineData(SmallWorld.Extension, SmallWorld.Server)]
    [InlineData(SmallWorld.Requiring, SmallWorld.Server)]
    public async Task The_changed_script_of_a_server_is_named_by_all_that_is_made_of_it(string asked, params string[] recorded)
    {
        var reasons = await AfterAsync(asked, recorded, Style, style => style["steps"]![0]!["run"]!.AsArray().Add("true"));
        Assert.Contains(reasons, reason => reason.Contains("build script: was ", StringComparison.Ordinal));
        Assert.Equal(reasons.Distinct(), reasons);
        if (asked != recorded[0])
            Assert.Contains(reasons, reason => reason.StartsWith($"{SmallWorld.Server}: build script: was ", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(SmallWorld.Module, SmallWorld.Module)]
    [InlineData(SmallWorld.Module, SmallWorld.Server)]
    [InlineData(SmallWorld.Extension, SmallWorld.Extension, SmallWorld.Server)]
    public async Task The_changed_source_of_a_server_is_named_by_all_that_is_made_of_it(string asked, params string[] recorded)
    {
        var reasons = await AfterAsync(asked, recorded, Server, repo => repo["versions"]!["15.18"]!["files"]!["tarball"]!["sha256"] = new string('0', 64));
        Assert.Contains(reasons, reason => reason.Contains("source tarball: was sha256 ", StringComparison.Ordinal) && reason.EndsWith($"is sha256 {new string('0', 64)}", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_server_that_was_rebuilt_since_is_named_with_its_payload()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        await RecordAsync(world, SmallWorld.Module);
        var builds = 0;
        using var changed = await SmallWorld.NewAsync(Cancel, (request, blobs, cancel) =>
        {
            builds++;
            return SmallWorld.TreeAsync(blobs, cancel, ("usr/lib/postgresql/15/bin/postgres", "another server"));
        }, (path, content) => Change(path, content, Style, style => style["steps"]![0]!["run"]!.AsArray().Add("true")));
        await changed.Builds.BuildAsync(changed.Plan(SmallWorld.Server), useCache: true, Cancel);
        Assert.Equal(1, builds);

        var reasons = await ReasonsOf(changed).OfAsync(changed.Plan(SmallWorld.Module), Cancel);
        Assert.Contains(reasons, reason => reason.StartsWith("build script: was ", StringComparison.Ordinal));
        Assert.Contains(reasons, reason => reason.StartsWith($"payload of {SmallWorld.Server}: was ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Other_files_of_the_same_server_are_no_lost_result()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        await RecordAsync(world, SmallWorld.Module);
        using var changed = await SmallWorld.NewAsync(Cancel, change: (path, content) =>
            Change(path, content, "servers/postgres/modules.json", modules => modules["modules"]!["hstore"]!["extensions"] = new JsonArray("hstore_more")));
        await changed.Builds.BuildAsync(changed.Plan(SmallWorld.Server), useCache: true, Cancel);
        Assert.NotEqual(world.Plan(SmallWorld.Module).Payload.Key, changed.Plan(SmallWorld.Module).Payload.Key);
        Assert.StartsWith("which files are taken from the build: was key ", Assert.Single(await ReasonsOf(changed).OfAsync(changed.Plan(SmallWorld.Module), Cancel)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(SmallWorld.Server)]
    [InlineData(SmallWorld.Module)]
    [InlineData(SmallWorld.Extension)]
    public async Task What_was_never_built_has_a_reason(string asked)
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        Assert.NotEmpty(await ReasonsOf(world).OfAsync(world.Plan(asked), Cancel));

        // With the source at hand nothing else has to run first.
        await world.Small.Engine.GetAllAsync(world.Plan(SmallWorld.Server).Build.Inputs, Cancel);
        Assert.Contains(await ReasonsOf(world).OfAsync(world.Plan(asked), Cancel), reason => reason.EndsWith("no build of it is recorded in this store", StringComparison.Ordinal));
    }

    private async Task<IReadOnlyList<string>> AfterAsync(string asked, string[] recorded, string file, Action<JsonObject> change)
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        foreach (var target in recorded)
            await RecordAsync(world, target);
        using var changed = await SmallWorld.NewAsync(Cancel, change: (path, content) => Change(path, content, file, change));
        return await ReasonsOf(changed).OfAsync(changed.Plan(asked), Cancel);
    }

    private static void Change(string path, JsonObject content, string file, Action<JsonObject> change)
    {
        if (path == file)
            change(content);
    }

    // As `build` does.
    private async Task RecordAsync(SmallWorld world, string name)
    {
        var target = world.Plan(name);
        var built = await world.Builds.BuildAsync(target, useCache: true, Cancel);
        var manifest = new TargetManifest { Recipe = await RecipesOf(world).GetAsync(target, Cancel), Result = TargetResult.Of(built) };
        await new TargetRecords(_records.Path).KeepAsync(target, manifest, RecipeReader.PackagesOf(target), Cancel);
    }

    private static RecipeReader RecipesOf(SmallWorld world) => new(world.Small.Engine, world.Index.Digest, "monogres 0.1.0");

    private BuildReasons ReasonsOf(SmallWorld world) => new(world.Small.Engine, RecipesOf(world), new TargetRecords(_records.Path));
}
