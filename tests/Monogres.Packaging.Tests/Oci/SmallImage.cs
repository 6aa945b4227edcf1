using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Packaging.Formats;
using Monogres.Packaging.Oci.Images;
using Monogres.Packaging.Oci.Model;
using Monogres.Store;
using Monogres.Testing.Properties;

namespace Monogres.Packaging.Tests.Oci;

/// <summary>An image of a few files, made as a target's is: the archives of the layers, what a compressor makes of them, the layout.</summary>
internal static class SmallImage
{
    public static ImageName Name { get; } = new(ProjectName.Parse("postgres"), "17.11-minimal-bookworm", "17.11-minimal");

    public static RelativePath Prefix { get; } = RelativePath.Parse("usr/lib/postgresql/17");

    public static DateTimeOffset Time { get; } = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    public static ServerImage Server { get; } = new() { Major = 17, Prefix = Prefix, SourceDate = Time };

    public static TestTree Root { get; } = new TestTree()
        .WithFile("etc/passwd", "root:x:0:0:root:/root:/bin/sh\nbuild:x:1000:1000:build:/build:/bin/sh\n")
        .WithFile("etc/group", "root:x:0:\nbuild:x:1000:\n")
        .WithFile("usr/bin/sh", "a shell", executable: true)
        .WithSymlink("bin", "usr/bin")
        .WithDirectory("run")
        .WithDirectory("tmp");

    public static TestTree Payload { get; } = new TestTree()
        .WithFile($"{Prefix}/bin/postgres", "a program", executable: true)
        .WithFile($"{Prefix}/share/postgresql.conf.sample", "#listen_addresses = 'localhost'\n");

    public static ImageAnnotations Facts { get; } = new()
    {
        Identity = new PackageIdentity { Target = new TargetId(TargetName.Parse("postgres@17.11+full"), TargetId.DefaultPlatform, TargetId.DefaultToolchain), Recipe = Digest.Of("recipe"u8) },
        Title = "PostgreSQL 17.11", Version = "17.11", Description = "The relational database", Homepage = new Uri("https://www.postgresql.org/"), Licenses = "PostgreSQL",
    };

    /// <summary>The layout of the image for an architecture.</summary>
    /// <param name="blobs">Gets it.</param>
    /// <param name="cancel">Stops.</param>
    /// <param name="architecture">What it runs on.</param>
    /// <param name="extension">A file of a further layer; null for an image without extension.</param>
    /// <param name="compress">What a compressor makes of an archive; it stays as it is when null.</param>
    public static async Task<Digest> PutAsync(
        IIngestingBlobStore blobs, CancellationToken cancel, string architecture = "amd64", string? extension = null, Func<Digest, Task<Digest>>? compress = null)
    {
        var (root, payload) = (await Root.WithFile("usr/lib/machine", architecture).PutAsync(blobs, cancel), await Payload.PutAsync(blobs, cancel));
        List<Digest> archives = [await new LayerArchive("runtime", Time).OfAsync(blobs, cancel, root), await new LayerArchive("postgresql", Time).OfAsync(blobs, cancel, payload)];
        if (extension is not null)
            archives.Add(await new LayerArchive("extension", Time).OfAsync(blobs, cancel, await new TestTree().WithFile($"{Prefix}/lib/extension.so", extension).PutAsync(blobs, cancel)));
        archives.Add(await new ConfigurationLayer(Server).OfAsync(blobs, cancel, root, payload));

        List<Digest> inputs = [payload];
        foreach (var archive in archives)
            inputs.AddRange([archive, compress is null ? archive : await compress(archive)]);
        return await new ImageLayout(Describe(architecture, archives.Count)).OfAsync(blobs, cancel, [.. inputs]);
    }

    public static ImageDescription Describe(string architecture, int layers) => new()
    {
        Name = Name,
        Architecture = architecture,
        SourceDate = Time,
        Container = Server.ToContainerConfig(),
        Annotations = Facts.ToDictionary(),
        Layers = [.. new[] { "run-time root", "PostgreSQL 17.11", "extension", "configuration" }.Where((_, i) => layers == 4 || i != 2).ToImmutableArray()],
    };

    /// <summary>Puts other content in place of an archive, under the name that a compressor gives it.</summary>
    public static async Task<Digest> RenamedAsync(IBlobStore blobs, Digest layer, string extension, Func<byte[], byte[]> compress, CancellationToken cancel)
    {
        var file = await LayerArchive.FindAsync(blobs, layer, cancel);
        var tree = new Monogres.Store.Trees.TreeBuilder();
        tree.AddFile(RelativePath.Root.Child(file.Path.Name + extension), await blobs.PutAsync(compress(await blobs.ReadAllAsync(file.Content, cancel)), cancel), executable: false);
        return await tree.WriteAsync(blobs, cancel);
    }
}
