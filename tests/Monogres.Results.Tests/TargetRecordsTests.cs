using Monogres.Records;
using Monogres.Core;
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
    public async Task A_target_that_was_never_built_has_no_record() => Assert.Null(await _records.FindAsync("postgres-15.18", Cancel));

    [Fact]
    public async Task The_last_manifest_of_each_target_is_kept()
    {
        await _records.KeepAsync("postgres-15.18", TargetManifestTests.Sample, Cancel);
        await _records.KeepAsync("postgres-15.18", TargetManifestTests.Sample with { Payload = Digest.Empty }, Cancel);
        await _records.KeepAsync("postgres-16.1", TargetManifestTests.Sample with { Target = "postgres@16.1+minimal" }, Cancel);
        Assert.Equal(Digest.Empty, (await _records.FindAsync("postgres-15.18", Cancel))?.Payload);
        Assert.Equal("postgres@16.1+minimal", (await _records.FindAsync("postgres-16.1", Cancel))?.Target);
        Assert.Equal(["postgres-15.18.json", "postgres-16.1.json"], Directory.EnumerateFiles(_directory["records"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_record_that_cannot_be_read_counts_as_none()
    {
        await _records.KeepAsync("postgres-15.18", TargetManifestTests.Sample, Cancel);
        var file = Assert.Single(Directory.EnumerateFiles(_directory["records"]));
        await File.WriteAllTextAsync(file, (await File.ReadAllTextAsync(file, Cancel))[..100], Cancel);
        Assert.Null(await _records.FindAsync("postgres-15.18", Cancel));
    }
}
