using System.Security.Cryptography;
using System.Text.Json;
using Monogres.Acceptance.Tests.Engines;
using Monogres.Acceptance.Tests.Fixtures;
using Monogres.Testing;

namespace Monogres.Acceptance.Tests;

/// <summary>
/// A real engine of the Remote Execution API, out of pinned packages and as an ordinary user: what it builds is what is built here,
/// and who asks it later builds nothing.
/// </summary>
public sealed class RemoteEngineTests(World world, BazelWorkerProgram program) : IAsyncLifetime
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TemporaryDirectory _directory = new();
    private BazelWorker? _worker;

    private BazelWorker Engine => _worker!;

    public async ValueTask InitializeAsync() => _worker = await BazelWorker.StartAsync(program, Path.GetFileName(_directory.Path));

    public async ValueTask DisposeAsync()
    {
        if (_worker is not null)
            await _worker.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task An_extension_that_an_engine_builds_is_the_one_that_is_built_here()
    {
        const string Target = $"numeral/{ExtensionTests.Server}";
        (await new Tool().RunAsync("build", Target, "--output", _directory["here"])).Succeeded();
        (await new Tool().RunAsync("build", Target, "--no-cache", "--output", _directory["there"], "--remote", Engine.Address)).Succeeded();

        string[] files = [.. Directory.GetFiles(_directory["here"], "*.tar").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
        Assert.Equal(2, files.Length);
        Assert.Every(files, file => Assert.Equal(File.ReadAllBytes(Path.Combine(_directory["here"], file)), File.ReadAllBytes(Path.Combine(_directory["there"], file))));
    }

    [Fact]
    public async Task What_one_machine_built_there_another_gets_from_the_cache_and_runs_nothing()
    {
        using var first = world.Empty();
        Assert.Equal(world.Quick, await first.BuildAsync(FixtureIndex.Quick, "--remote", Engine.Address, "--remote-upload"));

        using var second = world.Empty();
        using var run = second.Watch("build", FixtureIndex.Quick, "--remote-cache", Engine.Address);
        var ended = (await run.EndAsync()).Succeeded();
        Assert.Equal(world.Quick, second.ReadBuilt(FixtureIndex.Quick));
        Assert.Contains(run.Seen, one => one.Is("cached", "build"));
        // The sandbox's own programs are made ready when something is to be run, and only then.
        Assert.DoesNotContain("sandbox", ended.Out, StringComparison.Ordinal);
        await second.StoreIsSoundAsync();
    }

    [Fact]
    public async Task Of_what_others_made_that_is_used_which_the_builders_of_a_policy_state()
    {
        using var first = world.Empty();
        await first.BuildAsync(FixtureIndex.Quick, "--remote", Engine.Address, "--remote-upload");
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(_directory["one.key"], key.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(_directory["one.pub"], key.ExportSubjectPublicKeyInfoPem());
        await File.WriteAllTextAsync(_directory["policy.json"], """{"version": 1, "threshold": 1, "keys": {"one": "one.pub"}}""");
        (await first.RunAsync(["attest", .. Directory.GetFiles(first.Dist), "--key", _directory["one.key"], "--output", Directory.CreateDirectory(_directory["statements"]).FullName])).Succeeded();

        using var second = world.Empty();
        using var taken = second.Watch("build", FixtureIndex.Quick, "--remote-cache", Engine.Address, "--remote-policy", _directory["policy.json"], "--remote-statements", _directory["statements"]);
        (await taken.EndAsync()).Succeeded();
        Assert.Contains(taken.Seen, one => one.Is("cached", "build"));
        Assert.Equal(world.Quick, second.ReadBuilt(FixtureIndex.Quick));
        // Who took it does not state what it gives: as many as say so have seen it.
        (await second.RunAsync(["attest", .. Directory.GetFiles(second.Dist), "--key", _directory["one.key"], "--output", Directory.CreateDirectory(_directory["hearsay"]).FullName])).Succeeded();

        using var third = world.Empty();
        using var made = third.Watch("build", FixtureIndex.Quick, "--remote-cache", Engine.Address, "--remote-policy", _directory["policy.json"], "--remote-statements", _directory["hearsay"]);
        Assert.Contains("0 of the 1 builders that must agree state it; the work is done here", (await made.EndAsync()).Succeeded().Error, StringComparison.Ordinal);
        Assert.DoesNotContain(made.Seen, one => one.Is("cached", "build"));
        Assert.Equal(world.Quick, third.ReadBuilt(FixtureIndex.Quick));
    }

    [Fact]
    public async Task A_client_that_is_killed_while_its_action_runs_there_ends_it_the_next_time()
    {
        using var place = world.Empty();
        using (var run = place.Watch("build", FixtureIndex.Slow, "--remote", Engine.Address))
        {
            await EngineIsAtWorkAsync(run);
            await run.KillAsync("while the action runs");
        }

        Assert.Equal(world.Slow, await place.BuildAsync(FixtureIndex.Slow, "--remote", Engine.Address));
        place.NothingIsHalfDone();
        await place.StoreIsSoundAsync();
    }

    [Fact]
    public async Task An_engine_that_is_killed_in_the_middle_and_started_again_is_asked_once_more()
    {
        using var place = world.Empty();
        using var run = place.Watch("build", FixtureIndex.Slow, "--remote", Engine.Address);
        await EngineIsAtWorkAsync(run);
        await Engine.KillAndStartAgainAsync();
        (await run.EndAsync()).Succeeded();
        Assert.Equal(world.Slow, place.ReadBuilt(FixtureIndex.Slow));
        await place.StoreIsSoundAsync();
    }

    [Fact]
    public async Task A_check_says_what_the_engine_can()
    {
        var report = (await new Tool().RunAsync("remote", "check", Engine.Address, "--json")).Succeeded();
        using var document = JsonDocument.Parse(report.Out);
        Assert.Equal("self-enter", document.RootElement.GetProperty("dialect").GetString());
        Assert.True(document.RootElement.GetProperty("usable").GetBoolean());
    }

    private async Task EngineIsAtWorkAsync(Watched run)
    {
        Assert.True(await run.UntilAsync(one => one.Is("moved", "build") && one.Text.Contains("\"running\"", StringComparison.Ordinal)), "it never came to that");
        using var patience = new CancellationTokenSource(Patience);
        while (!Engine.IsRunningWith("usr/bin/make"))
            await Task.Delay(20, patience.Token);
    }
}
