using Monogres.Core;
using Monogres.Packaging.Oci.Images;
using Monogres.Packaging.Oci.Model;
using Monogres.Store;
using Monogres.Testing.Properties;
using Monogres.Testing.Stores;

namespace Monogres.Packaging.Tests.Oci.Images;

public sealed class SqlVersionTests
{
    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("1.6", "pg_cron", "1.6", "other", "2.0")] // That of the project.
    [InlineData("1.6", "cron", "1.6", "other", "1.6")] // All say the same.
    [InlineData(null, "cron", "1.6", "other", "2.0")] // They do not.
    [InlineData(null, "pg_cron", null, "other", "2.0")] // `CREATE EXTENSION` needs a version.
    [InlineData("1.6", "pg_cron", "1.6", "pg_cron--1.7", null)] // One that is of a single version.
    public async Task It_is_what_the_control_files_say(string? expected, string name, string? version, string otherName, string? otherVersion)
    {
        var payload = new TestTree().WithFile(At(name), Control(version)).WithFile(At(otherName), Control(otherVersion));
        Assert.Equal(expected, await Of("pg_cron").FindAsync(_blobs, await payload.PutAsync(_blobs, Cancel), Cancel));
    }

    [Fact]
    public async Task Without_control_files_there_is_none()
    {
        Assert.Null(await Of("pg_cron").FindAsync(_blobs, await new TestTree().WithFile($"{SmallImage.Prefix}/lib/a.so", "").PutAsync(_blobs, Cancel), Cancel));
        Assert.Null(await Of("pg_cron").FindAsync(_blobs, await new TestTree().WithFile(At("x").Replace(".control", ".sql", StringComparison.Ordinal), "").PutAsync(_blobs, Cancel), Cancel));
    }

    [Fact]
    public async Task An_image_says_it_in_its_annotations_and_labels()
    {
        var payload = await new TestTree().WithFile(At("pg_cron"), Control("1.6")).PutAsync(_blobs, Cancel);
        var layer = await new LayerArchive("extension", SmallImage.Time).OfAsync(_blobs, Cancel, payload);
        var description = SmallImage.Describe("amd64", 3) with { Layers = ["pg_cron 1.6.4"], SqlVersion = Of("pg_cron") };
        var (entry, _) = await LayoutTree.ReadAsync(_blobs, await new ImageLayout(description).OfAsync(_blobs, Cancel, payload, layer, layer), Cancel);
        var manifest = OciJson.ReadManifest(await _blobs.ReadAllAsync(entry.ToBlob(), Cancel));
        Assert.Equal("1.6", manifest.Annotations!["io.cloudnativepg.image.sql.version"]);
        Assert.Equal(manifest.Annotations, OciJson.ReadConfig(await _blobs.ReadAllAsync(manifest.Config.ToBlob(), Cancel)).Config.Labels);
        Assert.NotEqual(new ImageLayout(description).Key(), new ImageLayout(description with { SqlVersion = Of("other") }).Key());
    }

    private static SqlVersion Of(string project) => new(SmallImage.Prefix, ProjectName.Parse(project), PgVersion.Parse("17.11"));

    private static string At(string name) => $"{SmallImage.Prefix}/share/extension/{name}.control";

    private static string Control(string? version) => version is null ? "comment = 'x'\n" : $"comment = 'x'\ndefault_version = '{version}'\n";
}
