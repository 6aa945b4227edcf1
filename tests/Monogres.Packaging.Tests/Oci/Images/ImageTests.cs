using System.Diagnostics;
using System.Formats.Tar;
using System.Text;
using Monogres.Core;
using Monogres.Packaging.Oci.Images;
using Monogres.Packaging.Oci.Model;
using Monogres.Store;
using Monogres.Store.Trees;
using Monogres.Testing;
using Monogres.Testing.Properties;
using Monogres.Testing.Stores;

namespace Monogres.Packaging.Tests.Oci.Images;

public sealed class ImageTests
{
    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_layer_is_the_archive_of_a_tree_from_its_root_on()
    {
        var layer = await new LayerArchive("runtime", SmallImage.Time).OfAsync(_blobs, Cancel, await SmallImage.Root.PutAsync(_blobs, Cancel));
        Assert.Equal(
            ["bin 0777 0 usr/bin", "etc/ 0755 0", "etc/group 0644 0", "etc/passwd 0644 0", "run/ 0755 0", "tmp/ 0755 0", "usr/ 0755 0", "usr/bin/ 0755 0", "usr/bin/sh 0755 0"],
            (await EntriesAsync(layer)).Select(entry => entry.Line));
    }

    [Fact]
    public async Task A_file_that_is_lost_is_not_half_a_layer()
    {
        var tree = await SmallImage.Root.PutAsync(_blobs, Cancel);
        _blobs.Drop(Digest.Of("a shell"u8));
        var before = _blobs.Digests.Count;
        await Assert.ThrowsAsync<BlobMissingException>(() => new LayerArchive("runtime", SmallImage.Time).OfAsync(_blobs, Cancel, tree));
        Assert.Equal(before, _blobs.Digests.Count);
    }

    [Fact]
    public async Task A_full_disk_ends_the_archive()
    {
        var tree = await new TestTree().WithFile("a", new string('a', 500_000)).WithFile("b", "b").PutAsync(_blobs, Cancel);
        await Assert.ThrowsAsync<IOException>(() => new LayerArchive("runtime", SmallImage.Time).OfAsync(new FullStore(_blobs), Cancel, tree));
    }

    [Fact]
    public async Task The_configuration_layer_has_the_user_its_directories_and_the_entry_point()
    {
        var entries = await ConfigurationAsync(SmallImage.Server);
        Assert.Equal(
            [
                "docker-entrypoint-initdb.d/ 0755 0", "etc/ 0755 0", "etc/group 0644 0", "etc/passwd 0644 0", "run/ 0755 0", "run/postgresql/ 3777 999", "tmp/ 1777 0",
                "usr/ 0755 0", "usr/lib/ 0755 0", "usr/lib/postgresql/ 0755 0", "usr/lib/postgresql/17/ 0755 0", "usr/lib/postgresql/17/share/ 0755 0",
                "usr/lib/postgresql/17/share/postgresql.conf.sample 0644 0", "usr/local/ 0755 0", "usr/local/bin/ 0755 0", "usr/local/bin/docker-entrypoint.sh 0755 0",
                "usr/share/ 0755 0", "usr/share/postgresql/ 0755 0", "usr/share/postgresql/postgresql.conf.sample 0777 0 ../../lib/postgresql/17/share/postgresql.conf.sample",
                "var/ 0755 0", "var/lib/ 0755 0", "var/lib/postgresql/ 0755 999", "var/lib/postgresql/data/ 1777 999", "var/run 0777 0 ../run",
            ],
            entries.Select(entry => entry.Line));
        Assert.Equal(
            "root:x:0:0:root:/root:/bin/sh\nbuild:x:1000:1000:build:/build:/bin/sh\npostgres:x:999:999::/var/lib/postgresql:/bin/sh\n",
            entries.Single(entry => entry.Name == "etc/passwd").Content);
        Assert.Equal("root:x:0:\nbuild:x:1000:\npostgres:x:999:\n", entries.Single(entry => entry.Name == "etc/group").Content);
        var sample = entries.Single(entry => entry.Name == "usr/lib/postgresql/17/share/postgresql.conf.sample").Content;
        Assert.StartsWith("#listen_addresses = 'localhost'\n\n", sample, StringComparison.Ordinal);
        Assert.EndsWith("\nlisten_addresses = '*'\nunix_socket_directories = '/var/run/postgresql'\n", sample, StringComparison.Ordinal);
        Assert.StartsWith("#!/bin/bash\n", entries.Single(entry => entry.Name.EndsWith("entrypoint.sh", StringComparison.Ordinal)).Content, StringComparison.Ordinal);
    }

    [Fact]
    public async Task From_18_on_the_volume_holds_the_clusters_of_all_versions()
    {
        var image = SmallImage.Server with { Major = 18 };
        Assert.Contains("PGDATA=/var/lib/postgresql/18/docker", image.ToContainerConfig().Env!.Value);
        Assert.Equal(["/var/lib/postgresql"], image.ToContainerConfig().Volumes!.Keys);
        var lines = (await ConfigurationAsync(image)).Select(entry => entry.Line).ToArray();
        Assert.Contains("var/lib/postgresql/ 1777 999", lines);
        Assert.DoesNotContain(lines, line => line.StartsWith("var/lib/postgresql/18", StringComparison.Ordinal));
    }

    [Fact]
    public async Task CloudNativePG_has_another_user()
    {
        var image = SmallImage.Server with { User = ServerUser.CloudNativePg };
        Assert.Equal("26", image.ToContainerConfig().User);
        Assert.Null(SmallImage.Server.ToContainerConfig().User);
        var entries = await ConfigurationAsync(image);
        Assert.Contains("run/postgresql/ 3777 26", entries.Select(entry => entry.Line));
        Assert.EndsWith("\npostgres:x:26:26::/var/lib/postgresql:/bin/sh\n", entries.Single(entry => entry.Name == "etc/passwd").Content, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("root:x:0:0:::\npostgres:x:5:5:::\n", "`postgres` with the number 5")]
    [InlineData("root:x:0:0:::\nsomeone:x:999:5:::", "`someone` with the number 999")]
    public async Task A_user_that_is_there_already_is_not_overlooked(string passwd, string said)
    {
        var root = await SmallImage.Root.WithFile("etc/passwd", passwd).PutAsync(_blobs, Cancel);
        var payload = await SmallImage.Payload.PutAsync(_blobs, Cancel);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => new ConfigurationLayer(SmallImage.Server).OfAsync(_blobs, Cancel, root, payload));
        Assert.Contains(said, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_root_without_users_is_refused()
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(async () => await new ConfigurationLayer(SmallImage.Server)
            .OfAsync(_blobs, Cancel, await new TestTree().PutAsync(_blobs, Cancel), await SmallImage.Payload.PutAsync(_blobs, Cancel)));
        Assert.Equal("an image cannot be made without `/etc/passwd`", error.Message);
    }

    [Fact]
    public async Task A_layout_has_the_documents_that_the_specification_wants()
    {
        var layout = await SmallImage.PutAsync(_blobs, Cancel);
        var text = new StringBuilder();
        await foreach (var entry in TreeWalk.EntriesAsync(_blobs, layout, Cancel))
        {
            if (entry is not TreeEntry.File file)
                continue;

            text.Append(file.Path).Append(' ').Append(file.Content.Size).Append('\n');
            var content = await _blobs.ReadAllAsync(file.Content, Cancel);
            if (content.Length > 0 && content[0] == '{')
                text.Append("    ").Append(Encoding.UTF8.GetString(content)).Append('\n');
            if (file.Path.Parent.Name == "sha256")
                Assert.Equal(Sha256Hash.Of(content).ToString(), file.Path.Name);
        }

        Golden.Match(text.ToString(), "layout.txt");
    }

    /// <summary>Whoever makes the same image, whenever, gets the same file. A change here changes every image that was published.</summary>
    [Fact]
    public async Task The_digest_of_an_image_is_fixed()
    {
        var layout = await SmallImage.PutAsync(_blobs, Cancel);
        var archive = await LayerArchive.FindAsync(_blobs, await new LayoutArchive("small", SmallImage.Time).OfAsync(_blobs, Cancel, layout), Cancel);
        Assert.Equal("small.oci.tar", archive.Path.Value);
        Golden.Match($"{(await LayoutTree.ReadAsync(_blobs, layout, Cancel)).Entry.Digest}\n{archive.Content}\n", "digests.txt");
        Assert.Equal(layout, await SmallImage.PutAsync(new MemoryBlobStore(), Cancel));
    }

    [Theory]
    [InlineData(".gz", OciMediaTypes.GzipLayer)]
    [InlineData(".zst", OciMediaTypes.ZstdLayer)]
    public async Task What_is_sent_is_compressed_and_what_is_promised_is_not(string extension, string mediaType)
    {
        var plain = await ReadAsync(await SmallImage.PutAsync(_blobs, Cancel));
        var (manifest, config) = await ReadAsync(await SmallImage.PutAsync(_blobs, Cancel,
            compress: archive => SmallImage.RenamedAsync(_blobs, archive, extension, bytes => [.. bytes.Take(100)], Cancel)));
        Assert.Equal(plain.Config.Rootfs.DiffIds, config.Rootfs.DiffIds);
        Assert.Every(manifest.Layers, layer => Assert.Equal((mediaType, 100), (layer.MediaType, layer.Size)));
        Assert.Equal(plain.Manifest.Layers.Select(layer => layer.Digest), config.Rootfs.DiffIds);
    }

    [Fact]
    public async Task A_layer_that_is_compressed_otherwise_is_refused() => await Assert.ThrowsAsync<InvalidOperationException>(() =>
        SmallImage.PutAsync(_blobs, Cancel, compress: archive => SmallImage.RenamedAsync(_blobs, archive, ".xz", bytes => bytes, Cancel)));

    [Fact]
    public async Task No_layer_is_read_when_the_layout_is_made()
    {
        var (payload, layer) = (await SmallImage.Payload.PutAsync(_blobs, Cancel), await new LayerArchive("one", SmallImage.Time).OfAsync(_blobs, Cancel, await SmallImage.Root.PutAsync(_blobs, Cancel)));
        var counting = new CountingBlobStore(_blobs);
        await new ImageLayout(SmallImage.Describe("amd64", 3) with { Layers = ["one"] }).OfAsync(counting, Cancel, payload, layer, layer);
        Assert.NotEmpty(counting.Opened);
        Assert.DoesNotContain((await LayerArchive.FindAsync(_blobs, layer, Cancel)).Content, counting.Opened);
    }

    [Fact]
    public async Task An_image_names_its_payload()
    {
        var (manifest, config) = await ReadAsync(await SmallImage.PutAsync(_blobs, Cancel));
        var payload = await SmallImage.Payload.PutAsync(_blobs, Cancel);
        Assert.Equal(payload.ToString(), manifest.Annotations![ImageAnnotations.Payload]);
        Assert.Equal(manifest.Annotations, config.Config.Labels);
        Assert.Equal(("2023-11-14T22:13:20Z", "2023-11-14T22:13:20Z"), (config.Created, manifest.Annotations[ImageAnnotations.Created]));
    }

    [Fact]
    public async Task Images_of_several_platforms_are_one_in_whatever_order_they_come()
    {
        var (amd, arm) = (await SmallImage.PutAsync(_blobs, Cancel), await SmallImage.PutAsync(_blobs, Cancel, "arm64"));
        var platforms = new PlatformsLayout(SmallImage.Name);
        var both = await platforms.OfAsync(_blobs, Cancel, amd, arm);
        Assert.Equal(both, await platforms.OfAsync(_blobs, Cancel, arm, amd));

        var (entry, blobs) = await LayoutTree.ReadAsync(_blobs, both, Cancel);
        Assert.Equal((OciMediaTypes.Index, SmallImage.Name.Tag), (entry.MediaType, entry.Annotations![ImageAnnotations.RefName]));
        var index = OciJson.ReadIndex(await _blobs.ReadAllAsync(entry.ToBlob(), Cancel));
        Assert.Equal([OciPlatform.Linux("amd64"), OciPlatform.Linux("arm64")], index.Manifests.Select(image => image.Platform));
        Assert.Every(index.Manifests, image => Assert.Contains(image.ToBlob(), blobs));
        Assert.Equal(SmallImage.Facts.ToDictionary().SetItem(ImageAnnotations.Created, "2023-11-14T22:13:20Z"), index.Annotations);
        // Two layers are the same for both; an index, two images with a configuration and a root each.
        Assert.Equal(1 + (2 * 3) + 2, blobs.Length);
    }

    [Fact]
    public async Task Two_images_for_one_architecture_are_refused()
    {
        var (one, other) = (await SmallImage.PutAsync(_blobs, Cancel), await SmallImage.PutAsync(_blobs, Cancel, extension: "x"));
        var error = await Assert.ThrowsAsync<UserErrorException>(() => new PlatformsLayout(SmallImage.Name).OfAsync(_blobs, Cancel, one, other));
        Assert.Equal($"two images of `{SmallImage.Name.Tag}` are for amd64", error.Message);
    }

    [Fact]
    public void Keys_differ_when_what_is_made_does()
    {
        var server = SmallImage.Server;
        var description = SmallImage.Describe("amd64", 3);
        Digest[] keys =
        [
            new LayerArchive("a", SmallImage.Time).Key(), new LayerArchive("b", SmallImage.Time).Key(), new LayerArchive("a", SmallImage.Time.AddSeconds(1)).Key(),
            new ConfigurationLayer(server).Key(), new ConfigurationLayer(server with { Major = 18 }).Key(), new ConfigurationLayer(server with { User = ServerUser.CloudNativePg }).Key(),
            new ConfigurationLayer(server with { SourceDate = SmallImage.Time.AddSeconds(1) }).Key(), new ConfigurationLayer(server with { Prefix = RelativePath.Parse("usr/x") }).Key(),
            new ImageLayout(description).Key(), new ImageLayout(description with { Name = description.Name with { Tag = "x" } }).Key(), new ImageLayout(description with { Architecture = "arm64" }).Key(),
            new ImageLayout(description with { Container = description.Container with { User = "x" } }).Key(), new ImageLayout(description with { Layers = ["x"] }).Key(),
            new ImageLayout(description with { SourceDate = SmallImage.Time.AddSeconds(1) }).Key(), new ImageLayout(description with { Annotations = description.Annotations.Add("x", "y") }).Key(),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(new ImageLayout(description).Key(), new ImageLayout(SmallImage.Describe("amd64", 3)).Key());
    }

    [Fact]
    public async Task The_archive_of_a_layout_is_unpacked_by_tar()
    {
        var layout = await SmallImage.PutAsync(_blobs, Cancel);
        var archive = await LayerArchive.FindAsync(_blobs, await new LayoutArchive("small", SmallImage.Time).OfAsync(_blobs, Cancel, layout), Cancel);
        using var directory = new TemporaryDirectory();
        await File.WriteAllBytesAsync(directory["small.oci.tar"], await _blobs.ReadAllAsync(archive.Content, Cancel), Cancel);
        Directory.CreateDirectory(directory["layout"]);
        using var tar = Process.Start("tar", ["--extract", "--file", directory["small.oci.tar"], "--directory", directory["layout"]]);
        await tar.WaitForExitAsync(Cancel);
        Assert.Equal(0, tar.ExitCode);
        Assert.Equal(layout, await TreeOfDirectory.PutAsync(_blobs, directory["layout"], Cancel));
    }

    private async Task<List<(string Name, string Line, string Content)>> ConfigurationAsync(ServerImage image) => await EntriesAsync(await new ConfigurationLayer(image)
        .OfAsync(_blobs, Cancel, await SmallImage.Root.PutAsync(_blobs, Cancel), await SmallImage.Payload.PutAsync(_blobs, Cancel)));

    private async Task<(OciManifest Manifest, OciConfig Config)> ReadAsync(Digest layout)
    {
        var (entry, _) = await LayoutTree.ReadAsync(_blobs, layout, Cancel);
        var manifest = OciJson.ReadManifest(await _blobs.ReadAllAsync(entry.ToBlob(), Cancel));
        return (manifest, OciJson.ReadConfig(await _blobs.ReadAllAsync(manifest.Config.ToBlob(), Cancel)));
    }

    private async Task<List<(string Name, string Line, string Content)>> EntriesAsync(Digest layer)
    {
        var file = await LayerArchive.FindAsync(_blobs, layer, Cancel);
        List<(string, string, string)> entries = [];
        await using var reader = new TarReader(await _blobs.OpenAsync(file.Content, Cancel));
        while (await reader.GetNextEntryAsync(copyData: true, Cancel) is { } entry)
        {
            Assert.Equal((SmallImage.Time, entry.Uid), (entry.ModificationTime, entry.Gid));
            var line = $"{entry.Name} {Convert.ToString((int)entry.Mode, 8).PadLeft(4, '0')} {entry.Uid} {entry.LinkName}".TrimEnd();
            entries.Add((entry.Name, line, entry.DataStream is { } data ? await new StreamReader(data).ReadToEndAsync(Cancel) : ""));
        }

        return entries;
    }

    /// <summary>A store that can be read, and no stream be written to.</summary>
    private sealed class FullStore(MemoryBlobStore inner) : IIngestingBlobStore
    {
        public ValueTask<IReadOnlySet<Digest>> FindMissingAsync(IReadOnlyCollection<Digest> digests, CancellationToken cancel) => inner.FindMissingAsync(digests, cancel);

        public ValueTask<Stream> OpenAsync(Digest digest, CancellationToken cancel) => inner.OpenAsync(digest, cancel);

        public ValueTask PutAsync(Digest digest, Stream content, CancellationToken cancel) => inner.PutAsync(digest, content, cancel);

        public ValueTask<Digest> PutAsync(ReadOnlyMemory<byte> content, CancellationToken cancel) => inner.PutAsync(content, cancel);

        // As a disk does: after some of it.
        public async ValueTask<Digest> PutAsync(Stream content, CancellationToken cancel)
        {
            await content.ReadExactlyAsync(new byte[1000], cancel);
            throw new IOException("No space left on device");
        }
    }
}
