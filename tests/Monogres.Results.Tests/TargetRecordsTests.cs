using Monogres.Core;
using Monogres.Results.Records;
using Monogres.Testing;

namespace Monogres.Results.Tests;

public sealed class TargetRecordsTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly TargetRecords _records;

    public TargetRecordsTests() => _records = new TargetRecords(_directory["records"]);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_target_that_was_never_built_has_no_record()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        Assert.Null(await _records.FindAsync(world.Plan(SmallWorld.Server), Cancel));
        Assert.Null(await _records.FindPackagesAsync(Digest.Empty, Cancel));
    }

    [Fact]
    public async Task The_last_manifest_of_each_target_is_kept_and_a_closure_once()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        var (server, extension) = (world.Plan(SmallWorld.Server), world.Plan(SmallWorld.Extension));
        var other = TargetManifestTests.Sample with { Result = TargetManifestTests.Sample.Result with { Payload = Digest.Empty } };
        await _records.KeepAsync(server, TargetManifestTests.Sample, TargetManifestTests.Packages, Cancel);
        await _records.KeepAsync(server, other, TargetManifestTests.Packages, Cancel);
        await _records.KeepAsync(extension, TargetManifestTests.Sample, TargetManifestTests.Packages, Cancel);
        Assert.Equal(Digest.Empty, (await _records.FindAsync(server, Cancel))?.Result.Payload);
        Assert.Equal(TargetManifestTests.Sample.Result.Payload, (await _records.FindAsync(extension, Cancel))?.Result.Payload);
        Assert.Equal(TargetManifestTests.Packages.ToText(), (await _records.FindPackagesAsync(TargetManifestTests.Packages.ToDigest(), Cancel))?.ToText());
        Assert.Equal(3, Directory.EnumerateFiles(_directory["records"]).Count());
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_counts_as_none()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        var server = world.Plan(SmallWorld.Server);
        await _records.KeepAsync(server, TargetManifestTests.Sample, TargetManifestTests.Packages, Cancel);
        var file = _directory[$"records/{server.FileName}.json"];
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, Cancel))[..100], Cancel);
        Assert.Null(await _records.FindAsync(server, Cancel));
    }

    [Fact]
    public void Runs_are_added_line_by_line()
    {
        var run = new TargetRun { Target = "postgres@15.18", Payload = "x", Ended = DateTimeOffset.UnixEpoch, Seconds = 1.5, Cached = false, Host = "here" };
        _records.Add(run);
        _records.Add(run with { Seconds = 2 });
        Assert.Equal(
            ["""{"target":"postgres@15.18","payload":"x","ended":"1970-01-01T00:00:00+00:00","seconds":1.5,"cached":false,"host":"here"}""", """{"target":"postgres@15.18","payload":"x","ended":"1970-01-01T00:00:00+00:00","seconds":2,"cached":false,"host":"here"}"""],
            File.ReadAllLines(_directory["records/runs.jsonl"]));
    }
}
