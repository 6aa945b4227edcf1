using System.Formats.Tar;
using System.Text;
using Monogres.Core;
using Monogres.Testing;
using Monogres.Testing.Repositories;

namespace Monogres.Cli.Tests.Commands;

/// <summary>
/// What the index says may not be redistributed is published nowhere: a target is refused before anything is built, an image in a file
/// before anything is sent. The registry of these commands does not exist.
/// </summary>
public sealed class RedistributionTests : IDisposable
{
    private const string Registry = "registry.invalid:5000/monogres";

    private const string Rules = """{"version": 1, "refused": {"SSPL-1.0": "no distribution takes it"}, "projects": {"pgvector": {"redistributable": false, "why": "withdrawn by its owner"}}}""";

    private readonly TemporaryDirectory _directory = new();

    public RedistributionTests()
    {
        // The index of this repository with other rules.
        Directory.CreateDirectory(_directory["index"]);
        foreach (var part in Directory.EnumerateFileSystemEntries(RepositoryFiles.Index).Where(part => Path.GetFileName(part) is not "licenses.json"))
            File.CreateSymbolicLink(_directory[$"index/{Path.GetFileName(part)}"], part);
        File.WriteAllText(_directory["index/licenses.json"], Rules);
        File.WriteAllBytes(_directory["release.key"], new TestKey().Secret);
    }

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("oci", Registry, "pgvector/postgres@18", "--format", "cnpg")]
    [InlineData("oci", Registry, "postgres@18", "--with", "pgvector")]
    [InlineData("apt", "repository", "pgvector/postgres@18", "--key", "release.key")]
    [InlineData("yum", "repository", "pgvector/postgres@18", "--key", "release.key")]
    public async Task A_target_is_refused_by_name_before_anything_is_built(params string[] command)
    {
        string[] words = [.. command.Select(word => word is "repository" or "release.key" ? _directory[word] : word)];
        var error = await RefusedAsync(words);
        Assert.Contains("error: `pgvector@0.8.", error, StringComparison.Ordinal);
        Assert.Contains("` is not published: withdrawn by its owner\n  project: pgvector\n  licence: PostgreSQL\n", error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(_directory["repository"]));
    }

    [Theory]
    [InlineData("postgres", "SSPL-1.0", "no distribution takes it")]
    [InlineData("postgres", "PostgreSQL AND SSPL-1.0", "no distribution takes it")]
    [InlineData("postgres", null, "its licence is not known")]
    [InlineData("pgvector", "PostgreSQL", "withdrawn by its owner")]
    public async Task An_image_in_a_file_is_refused_by_name_before_anything_is_sent(string project, string? license, string reason)
    {
        var file = WriteImage(project, license);
        var error = await RefusedAsync("oci", Registry, file);
        Assert.Contains($"error: `image.oci.tar` is not published: {reason}\n  project: {project}\n  licence: {license ?? "not known"}\n  file: {file}\n", error, StringComparison.Ordinal);
    }

    private async Task<string> RefusedAsync(params string[] command)
    {
        var (exitCode, output, error) = await CommandLine.RunAsync(["publish", .. command, "--index", _directory["index"], "--store", _directory["store"]]);
        Assert.Equal((ExitCode.Failed, ""), (exitCode, output));
        Assert.Contains("licenses.json", error, StringComparison.Ordinal);
        return error;
    }

    /// <summary>An image without layers: a layout in a tar archive.</summary>
    private string WriteImage(string project, string? license)
    {
        var config = Encoding.UTF8.GetBytes("""{"architecture":"amd64","os":"linux","rootfs":{"type":"layers","diff_ids":[]}}""");
        var annotations = license is null ? "{}" : $$"""{"org.opencontainers.image.licenses":"{{license}}"}""";
        var manifest = Encoding.UTF8.GetBytes($$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","config":{{Descriptor("config", config)}}},"layers":[],"annotations":{{annotations}}}
            """);
        var index = $$$"""
            {"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{{{Descriptor("manifest", manifest)}}},
            "annotations":{"io.monogres.project":"{{{project}}}","io.monogres.short-tag":"1.0","org.opencontainers.image.ref.name":"1.0-bookworm"}}]}
            """;

        using var file = File.Create(_directory["image.oci.tar"]);
        using var tar = new TarWriter(file, TarEntryFormat.Ustar);
        foreach (var (path, content) in (ReadOnlySpan<(string, byte[])>)
            [("index.json", Encoding.UTF8.GetBytes(index)), ("oci-layout", """{"imageLayoutVersion":"1.0.0"}"""u8.ToArray()), (BlobOf(config), config), (BlobOf(manifest), manifest)])
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, path) { DataStream = new MemoryStream(content) });
        return _directory["image.oci.tar"];

        static string BlobOf(byte[] content) => $"blobs/sha256/{Sha256Hash.Of(content)}";

        // Left open, for what follows in it.
        static string Descriptor(string kind, byte[] content) =>
            $$"""{"mediaType":"application/vnd.oci.image.{{kind}}.v1+json","digest":"sha256:{{Sha256Hash.Of(content)}}","size":{{content.Length}}""";
    }
}
