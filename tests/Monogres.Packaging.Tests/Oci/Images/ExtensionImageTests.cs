using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Packaging.Oci.Images;
using Monogres.Packaging.Oci.Model;
using Monogres.Testing.Properties;
using Monogres.Testing.Stores;

namespace Monogres.Packaging.Tests.Oci.Images;

public sealed class ExtensionImageTests
{
    private const string Prefix = "usr/lib/postgresql/18";

    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_extension_is_laid_out_as_it_is_mounted()
    {
        var payload = new TestTree()
            .WithFile($"{Prefix}/bin/tool", "tool", executable: true)
            .WithFile($"{Prefix}/lib/vector.so", "module", executable: true)
            .WithSymlink($"{Prefix}/lib/libvector.so.1", "vector.so")
            .WithFile($"{Prefix}/lib/libvector.a", "archive")
            .WithFile($"{Prefix}/lib/pkgconfig/vector.pc", "")
            .WithFile($"{Prefix}/lib/bitcode/vector.index.bc", "bitcode")
            .WithFile($"{Prefix}/include/server/vector.h", "")
            .WithFile($"{Prefix}/share/extension/vector.control", "control")
            .WithFile($"{Prefix}/share/doc/extension/vector/README", "");
        var licences = new TestTree().WithFile("LICENSE", "free");
        var libraries = new TestTree().WithFile("libgeos.so.1", "library");
        var packages = new TestTree().WithFile("usr/share/doc/libgeos1/copyright", "also free").WithFile("usr/share/doc/libgeos1/changelog.gz", "long");

        var tree = await new ExtensionImageTree(ProjectName.Parse("pgvector"), RelativePath.Parse(Prefix)).OfAsync(
            _blobs, Cancel, await payload.PutAsync(_blobs, Cancel), await licences.PutAsync(_blobs, Cancel), await libraries.PutAsync(_blobs, Cancel), await packages.PutAsync(_blobs, Cancel));
        Assert.True(await ExtensionImageTree.HasLibrariesAsync(_blobs, tree, Cancel));
        Assert.Equal(
            new TestTree()
                .WithFile("bin/tool", "tool", executable: true)
                .WithFile("lib/vector.so", "module", executable: true)
                .WithSymlink("lib/libvector.so.1", "vector.so")
                .WithFile("lib/bitcode/vector.index.bc", "bitcode")
                .WithFile("share/extension/vector.control", "control")
                .WithFile("licenses/libgeos1/copyright", "also free")
                .WithFile("licenses/pgvector/LICENSE", "free")
                .WithFile("system/libgeos.so.1", "library"),
            await TestTree.ReadAsync(_blobs, tree, Cancel));
    }

    [Fact]
    public async Task Licences_of_packages_go_with_their_libraries_only()
    {
        var tree = await new ExtensionImageTree(ProjectName.Parse("pgvector"), RelativePath.Parse(Prefix)).OfAsync(
            _blobs, Cancel, await new TestTree().WithFile($"{Prefix}/lib/vector.so", "module").PutAsync(_blobs, Cancel), await new TestTree().PutAsync(_blobs, Cancel),
            await new TestTree().PutAsync(_blobs, Cancel), await new TestTree().WithFile("usr/share/doc/libgeos1/copyright", "free").PutAsync(_blobs, Cancel));
        Assert.Equal(new TestTree().WithFile("lib/vector.so", "module"), await TestTree.ReadAsync(_blobs, tree, Cancel));
        Assert.False(await ExtensionImageTree.HasLibrariesAsync(_blobs, tree, Cancel));
    }

    [Fact]
    public void An_extension_says_what_it_is_for()
    {
        var facts = SmallImage.Facts with { ForMajor = 18, ForRelease = "bookworm" };
        Assert.Equal(
            $"""
            io.cloudnativepg.image.base.name=scratch
            io.cloudnativepg.image.base.os=bookworm
            io.cloudnativepg.image.base.pgmajor=18
            io.monogres.platform=debian12-amd64
            io.monogres.recipe={Digest.Of("recipe"u8)}
            io.monogres.target=postgres@17.11+full
            io.monogres.toolchain=gcc
            org.opencontainers.image.base.name=scratch
            org.opencontainers.image.description=The relational database
            org.opencontainers.image.licenses=PostgreSQL
            org.opencontainers.image.title=PostgreSQL 17.11
            org.opencontainers.image.url=https://www.postgresql.org/
            org.opencontainers.image.version=17.11
            """,
            string.Join('\n', facts.ToDictionary().Select(fact => $"{fact.Key}={fact.Value}")));
        Assert.DoesNotContain(SmallImage.Facts.ToDictionary().Keys, key => key.StartsWith("io.cloudnativepg", StringComparison.Ordinal));
    }

    [Fact]
    public void Images_are_called_as_registries_and_CloudNativePG_want_them()
    {
        Assert.Equal("pg-cron", ImageNames.RepositoryOf(ProjectName.Parse("pg_cron")));
        Assert.Equal("17.11-full-bookworm", ImageNames.ServerTag(PgVersion.Parse("17.11"), OptionSetName.Parse("full"), "bookworm"));
        Assert.Equal("17.11-full", ImageNames.ServerTag(PgVersion.Parse("17.11"), OptionSetName.Parse("full"), release: null));
        Assert.Equal("0.8.0-18-trixie", ImageNames.ExtensionTag("0.8.0", 18, "trixie"));
        Assert.Equal("1.0-git1-18-trixie", ImageNames.ExtensionTag("1.0+git1", 18, "trixie"));
    }

    [Fact]
    public void A_catalogue_names_images_by_digest()
    {
        static OciDescriptor Image(string text) => OciDescriptor.Of(OciMediaTypes.Index, Digest.Of(System.Text.Encoding.UTF8.GetBytes(text)));
        var catalog = new ImageCatalog("monogres", [
            new CatalogServer(18, "registry.example/postgres", Image("18"), [
                new CatalogExtension(ProjectName.Parse("postgis"), "registry.example/postgis", Image("postgis"), HasLibraries: true),
                new CatalogExtension(ProjectName.Parse("pg_cron"), "registry.example/pg-cron", Image("cron"), HasLibraries: false)]),
            new CatalogServer(17, "registry.example/postgres", Image("17"), ImmutableArray<CatalogExtension>.Empty)]);
        Assert.Equal($"""
            apiVersion: postgresql.cnpg.io/v1
            kind: ClusterImageCatalog
            metadata:
              name: monogres
            spec:
              images:
              - major: 17
                image: registry.example/postgres@{Image("17").Digest}
              - major: 18
                image: registry.example/postgres@{Image("18").Digest}
                extensions:
                - name: pg-cron
                  image:
                    reference: registry.example/pg-cron@{Image("cron").Digest}
                - name: postgis
                  image:
                    reference: registry.example/postgis@{Image("postgis").Digest}
                  ld_library_path:
                  - system

            """, catalog.ToYaml());
    }
}
