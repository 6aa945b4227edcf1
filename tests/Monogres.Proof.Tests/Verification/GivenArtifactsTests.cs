using System.Collections.Immutable;
using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using System.Text.Json.Nodes;
using Monogres.Core;
using Monogres.Packaging.Deb;
using Monogres.Packaging.Formats;
using Monogres.Packaging.Oci.Images;
using Monogres.Packaging.Oci.Model;
using Monogres.Proof.Verification;
using Monogres.Testing;
using Monogres.Testing.Repositories;

namespace Monogres.Proof.Tests.Verification;

public sealed class GivenArtifactsTests : IDisposable
{
    private static readonly PackageIdentity Identity = new()
    {
        Target = new TargetId(TargetName.Parse("tiny@1.0/postgres@15.18+minimal"), TargetId.DefaultPlatform, TargetId.DefaultToolchain),
        Recipe = Digest.Of("recipe"u8),
        Payload = Digest.Of("payload"u8),
    };

    private static readonly string Name = Identity.Target.ToFileName();

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Whatever_it_is_called_a_package_says_what_it_is()
    {
        new SmallDeb { Fields = [.. Identity.Facts().Select(fact => $"{ControlFile.FieldOf(fact.Name)}: {fact.Value}")] }.WriteTo(_directory.Path, "a");
        new SmallRpm { Provides = [.. Identity.Facts().Select(fact => $"monogres-{fact.Name}({fact.Value})")] }.WriteTo(_directory.Path, "b");
        WriteTar("c", Json("share/doc/tiny"));
        WriteTar("d", Json("."));
        using (var gzip = new GZipStream(File.Create(_directory["e"]), CompressionLevel.Fastest))
            gzip.Write(File.ReadAllBytes(_directory["c"]));
        using (var zip = ZipFile.Open(_directory["f"], ZipArchiveMode.Create))
        using (var entry = zip.CreateEntry($"{Name}/share/doc/tiny/monogres.json").Open())
            entry.Write(Encoding.UTF8.GetBytes(Json("").Text));

        Assert.Equal(
            [
                ("deb", "monogres-hello_1.0-1_amd64.deb"), ("rpm", "monogres-hello-1.0-1.x86_64.rpm"), ("tar", $"{Name}.tar"), ("tar", $"{Name}-symbols.tar"), ("tar.gz", $"{Name}.tar.gz"), ("zip", $"{Name}.zip"),
            ],
            (await ReadAsync("a", "b", "c", "d", "e", "f")).Select(one => (one.Format, one.Name)));
        Assert.Every(await ReadAsync("a", "b", "c", "d", "e", "f"), one =>
        {
            Assert.Equal(ArtifactForm.File, one.Form);
            Assert.Equal(Identity.Facts(), one.Identity.Facts());
            // Packages of rpm are made of another tree than the payload.
            Assert.Equal(one.Format is "rpm" ? null : Identity.Payload, one.First.Payload);
        });
    }

    [Fact]
    public async Task An_unpacked_archive_is_a_tree_and_several_in_one_place_are_refused()
    {
        Write("tree/share/doc/tiny/monogres.json", Json("").Text);
        var tree = Assert.Single(await ReadAsync("tree"));
        Assert.Equal((ArtifactForm.Tree, $"{Name}.tar", "tar"), (tree.Form, tree.Name, tree.Format));

        Write("tree/share/doc/other/monogres.json", Json("").Text);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => ReadAsync("tree"));
        Assert.StartsWith($"{_directory["tree"]} holds several targets", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, error.Details.Count);
    }

    [Fact]
    public async Task A_directory_or_a_repository_is_every_package_in_it()
    {
        string[] fields = [.. Identity.Facts().Select(fact => $"{ControlFile.FieldOf(fact.Name)}: {fact.Value}")];
        Directory.CreateDirectory(_directory["apt/pool/main/t"]);
        new SmallDeb { Fields = fields }.WriteTo(_directory["apt/pool/main/t"]);
        new SmallDeb { Name = "other", Fields = fields }.WriteTo(_directory["apt/pool/main/t"]);
        Write("apt/dists/stable/Release", "Suite: stable\n");
        Assert.Equal(["monogres-hello_1.0-1_amd64.deb", "other_1.0-1_amd64.deb"], (await ReadAsync("apt")).Select(one => one.Name));
    }

    [Fact]
    public async Task A_layout_has_its_images_whose_parts_must_be_there_as_they_are_called()
    {
        var layer = WriteBlob("a layer");
        var manifest = OciJson.Write(new OciManifest
        {
            Config = OciDescriptor.Of(OciMediaTypes.Config, WriteBlob("{}")),
            Layers = [OciDescriptor.Of(OciMediaTypes.Layer, layer)],
            Annotations = Identity.Facts().ToImmutableSortedDictionary(fact => ImageAnnotations.OfFact(fact.Name), fact => fact.Value, StringComparer.Ordinal),
        });
        var entry = OciDescriptor.Of(OciMediaTypes.Manifest, WriteBlob(Encoding.UTF8.GetString(manifest)));
        // For several platforms, an index leads to another.
        var inner = OciJson.Write(new OciIndex { Manifests = [entry] });
        Write("layout/index.json", Encoding.UTF8.GetString(OciJson.Write(new OciIndex { Manifests = [OciDescriptor.Of(OciMediaTypes.Index, WriteBlob(Encoding.UTF8.GetString(inner)))] })));
        Write("layout/oci-layout", "{}");

        var image = Assert.Single(await ReadAsync("layout"));
        Assert.Equal((ArtifactForm.Image, "oci", entry.Digest), (image.Form, image.Format, image.ImageDigest));

        File.WriteAllText(_directory[$"layout/blobs/sha256/{layer.Hash}"], "another");
        Assert.Equal(ExitCode.NotIdentical, (await Assert.ThrowsAsync<UserErrorException>(() => ReadAsync("layout"))).ExitCode);
        File.Delete(_directory[$"layout/blobs/sha256/{layer.Hash}"]);
        Assert.Contains("lacks sha256:", (await Assert.ThrowsAsync<UserErrorException>(() => ReadAsync("layout"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_is_not_ours_or_damaged_is_refused_by_name()
    {
        new SmallDeb().WriteTo(_directory.Path, "foreign.deb");
        new SmallRpm().WriteTo(_directory.Path, "foreign.rpm");
        File.WriteAllText(_directory["letter.tar"], "dear");
        WriteTar("no.tar", ("x/y", "z"));
        Directory.CreateDirectory(_directory["empty"]);
        foreach (var name in new[] { "foreign.deb", "foreign.rpm", "letter.tar", "no.tar" })
            Assert.StartsWith($"nothing says what {_directory[name]} was made of", (await Assert.ThrowsAsync<UserErrorException>(() => ReadAsync(name))).Message, StringComparison.Ordinal);
        Assert.Contains("has no packages", (await Assert.ThrowsAsync<UserErrorException>(() => ReadAsync("empty"))).Message, StringComparison.Ordinal);

        File.WriteAllBytes(_directory["cut.deb"], new SmallDeb().ToArray()[..200]);
        var cut = await Assert.ThrowsAsync<UserErrorException>(() => ReadAsync("cut.deb"));
        Assert.Equal(($"{_directory["cut.deb"]} is damaged", ExitCode.NotIdentical), (cut.Message.Split(':')[0], cut.ExitCode));
        WriteTar("half.tar", ("x/share/doc/x/monogres.json", """{"target":"postgres@15.18+minimal"}"""));
        Assert.Contains("it names a target and no platform", (await Assert.ThrowsAsync<UserErrorException>(() => ReadAsync("half.tar"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_sum_of_a_tree_is_of_names_contents_and_who_may_run_them()
    {
        Write("tree/bin/program", "x");
        Write("other/bin/program", "x");
        File.SetUnixFileMode(_directory["other/bin/program"], UnixFileMode.UserRead | UnixFileMode.UserWrite);
        Assert.Equal(await TreeSum.OfAsync(_directory["tree"], Cancel), await TreeSum.OfAsync(_directory["other"], Cancel));

        foreach (var change in new Action[]
        {
            () => File.SetUnixFileMode(_directory["other/bin/program"], UnixFileMode.UserRead | UnixFileMode.UserExecute),
            () => File.WriteAllText(_directory["other/bin/program"], "y"),
            () => File.Move(_directory["other/bin/program"], _directory["other/bin/renamed"]),
            () => File.CreateSymbolicLink(_directory["other/bin/link"], "program"),
            () => Directory.CreateDirectory(_directory["other/lib"]),
        })
        {
            Directory.Delete(_directory["other"], recursive: true);
            Write("other/bin/program", "x");
            change();
            Assert.NotEqual(await TreeSum.OfAsync(_directory["tree"], Cancel), await TreeSum.OfAsync(_directory["other"], Cancel));
        }
    }

    private async Task<IReadOnlyList<GivenArtifact>> ReadAsync(params string[] names) => await GivenArtifacts.ReadAsync([.. names.Select(name => _directory[name])], Cancel);

    private static (string Path, string Text) Json(string directory)
    {
        var text = new JsonObject();
        foreach (var (name, value) in Identity.Facts())
            text[name] = value;
        return (directory is "." ? $"{Name}/monogres.json" : $"{Name}/{directory}/monogres.json", text.ToJsonString());
    }

    private void WriteTar(string name, (string Path, string Text) file)
    {
        using var tar = new TarWriter(File.Create(_directory[name]), TarEntryFormat.Ustar);
        tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, file.Path) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(file.Text)) });
    }

    private Digest WriteBlob(string content)
    {
        var digest = Digest.Of(Encoding.UTF8.GetBytes(content));
        Write($"layout/blobs/sha256/{digest.Hash}", content);
        return digest;
    }

    private void Write(string name, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_directory[name])!);
        File.WriteAllText(_directory[name], content);
    }
}
