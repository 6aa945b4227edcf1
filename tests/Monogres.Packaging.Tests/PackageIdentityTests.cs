using System.Text;
using Monogres.Core;
using Monogres.Packaging.Formats;
using Monogres.Packaging.Tar;
using Monogres.Store;
using Monogres.Testing.Properties;

namespace Monogres.Packaging.Tests;

public class PackageIdentityTests
{
    private static readonly PackageIdentity Image = new()
    {
        Target = new TargetId(TargetName.Parse("postgres@17.11+full"), PlatformName.Parse("debian11-arm64"), "llvm"),
        Recipe = Digest.Of("recipe"u8),
        ImageFormat = "cnpg",
        With = ["pgvector@0.8.0", "pg_stat_statements"],
        Payload = Digest.Of("payload"u8),
    };

    private readonly SmallPacking _packing = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void What_is_written_reads_back()
    {
        foreach (var identity in new[] { Image, Image with { ImageFormat = null, With = [], Payload = null }, Image with { ImageFormat = null, IsPortable = true, With = [] } })
        {
            var facts = identity.Facts().ToDictionary(fact => fact.Name, fact => fact.Value, StringComparer.Ordinal);
            Assert.Equal(facts.Count, identity.Facts().Count());
            var read = PackageIdentity.Read(facts.GetValueOrDefault)!;
            Assert.Equal(identity.Facts(), read.Facts());
            Assert.Equal((identity.IsPortable, identity.ImageFormat), (read.IsPortable, read.ImageFormat));
        }
    }

    [Fact]
    public void A_fact_that_is_missing_or_none_is_refused_and_without_a_target_there_is_none()
    {
        var facts = Image.Facts().ToDictionary(fact => fact.Name, fact => fact.Value, StringComparer.Ordinal);
        foreach (var missing in new[] { "platform", "toolchain", "recipe" })
            Assert.Equal($"it names a target and no {missing}", Assert.Throws<FormatException>(() => PackageIdentity.Read(name => string.Equals(name, missing, StringComparison.Ordinal) ? null : facts.GetValueOrDefault(name))).Message);
        Assert.Throws<FormatException>(() => PackageIdentity.Read(name => name is "recipe" ? "x" : facts.GetValueOrDefault(name)));
        Assert.Null(PackageIdentity.Read(name => name is "target" ? null : facts.GetValueOrDefault(name)));
    }

    [Fact]
    public async Task An_archive_holds_what_says_what_it_is()
    {
        var request = SmallPayload.Of(await SmallPayload.StepAsync(SmallPayload.Files, _packing.Engine.Blobs, Cancel), await SmallPayload.StepAsync(SmallPayload.Symbols, _packing.Engine.Blobs, Cancel));
        var archives = await _packing.PackAsync(new TarPackager(null), request, Cancel);
        Assert.Equal(2, archives.Count);
        var payload = (await _packing.Engine.Engine.GetAsync(request.Payload, Cancel)).Tree;
        Assert.Every(archives.Values, archive => Assert.Contains(
            $$"""
            {
              "version": 1,
              "target": "postgres@15.18+minimal",
              "platform": "debian12-amd64",
              "toolchain": "gcc",
              "recipe": "{{request.Recipe}}",
              "payload": "{{payload}}"
            }

            """,
            Encoding.UTF8.GetString(archive), StringComparison.Ordinal));
    }

    [Fact]
    public async Task Of_what_is_empty_there_is_no_archive()
    {
        var empty = await SmallPayload.StepAsync(new TestTree(), _packing.Engine.Blobs, Cancel);
        Assert.Empty(await _packing.PackAsync(new TarPackager(null), SmallPayload.Of(empty, empty), Cancel));
    }
}
