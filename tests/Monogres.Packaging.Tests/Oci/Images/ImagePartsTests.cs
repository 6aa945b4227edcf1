using Monogres.Core;
using Monogres.Packaging.Formats;
using Monogres.Packaging.Oci.Images;
using Monogres.Payloads.Tests.Binaries;
using Monogres.Store;
using Monogres.Store.Trees;
using Monogres.Testing;
using Monogres.Testing.Properties;
using Monogres.Testing.Stores;

namespace Monogres.Packaging.Tests.Oci.Images;

public sealed class ImagePartsTests
{
    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Certificates_are_put_together_in_the_order_of_their_names()
    {
        var root = new TestTree()
            .WithFile("usr/share/ca-certificates/mozilla/B.crt", "b\n\n")
            .WithFile("usr/share/ca-certificates/mozilla/A.crt", "a")
            .WithFile("usr/share/ca-certificates/mozilla/README", "not one");
        Assert.Equal(
            new TestTree().WithFile("etc/ssl/certs/ca-certificates.crt", "a\nb\n").WithSymlink("usr/lib/ssl/cert.pem", "../../../etc/ssl/certs/ca-certificates.crt"),
            await TestTree.ReadAsync(_blobs, await new CertificateBundle().OfAsync(_blobs, Cancel, await root.PutAsync(_blobs, Cancel)), Cancel));
    }

    [Fact]
    public async Task Without_certificates_nobody_is_trusted() => Assert.Equal(
        new TestTree(), await TestTree.ReadAsync(_blobs, await new CertificateBundle().OfAsync(_blobs, Cancel, await new TestTree().PutAsync(_blobs, Cancel)), Cancel));

    [Fact]
    public async Task Locales_of_other_encodings_are_left_out_and_what_links_to_them_is_not()
    {
        var locales = new TestTree()
            .WithFile("usr/lib/locale/aa_DJ/LC_CTYPE", "\0ISO-8859-1\0")
            .WithFile("usr/lib/locale/aa_DJ/LC_PAPER", "A4")
            .WithFile("usr/lib/locale/aa_DJ.utf8/LC_CTYPE", "\0UTF-8\0")
            .WithSymlink("usr/lib/locale/de_DE.utf8/LC_CTYPE", "../aa_DJ.utf8/LC_CTYPE")
            .WithSymlink("usr/lib/locale/de_DE.utf8/LC_PAPER", "../aa_DJ/LC_PAPER")
            .WithFile("usr/lib/locale/de_DE.utf8/LC_MESSAGES/SYS_LC_MESSAGES", "ja|nein")
            .WithSymlink("usr/lib/locale/de_DE/LC_CTYPE", "../aa_DJ/LC_CTYPE")
            .WithFile("usr/share/other", "");
        Assert.Equal(
            new TestTree()
                .WithFile("usr/lib/locale/aa_DJ.utf8/LC_CTYPE", "\0UTF-8\0")
                .WithSymlink("usr/lib/locale/de_DE.utf8/LC_CTYPE", "../aa_DJ.utf8/LC_CTYPE")
                .WithFile("usr/lib/locale/de_DE.utf8/LC_PAPER", "A4")
                .WithFile("usr/lib/locale/de_DE.utf8/LC_MESSAGES/SYS_LC_MESSAGES", "ja|nein"),
            await TestTree.ReadAsync(_blobs, await new Utf8Locales().OfAsync(_blobs, Cancel, await locales.PutAsync(_blobs, Cancel)), Cancel));
    }

    /// <summary>The extension needs libgeos, which needs libstdc; libc is in the server's image, libvector in the payload, libother in that of a required extension.</summary>
    [Fact]
    public async Task Libraries_that_the_server_lacks_are_brought_with_what_they_need_themselves()
    {
        var payload = await TreeAsync(("usr/lib/postgresql/18/lib/postgis.so", ["libgeos.so.1", "libc.so.6", "libvector.so", "libother.so"]), ("usr/lib/postgresql/18/lib/libvector.so", []));
        var server = await TreeAsync(("usr/lib/x/libc.so.6", []));
        var root = await BuilderAsync([("usr/lib/x/libc.so.6", []), ("usr/lib/x/libgeos.so.1.2", ["libstdc.so"]), ("usr/lib/x/sub/libstdc.so", ["libc.so.6"]), ("usr/lib/x/libunused.so", [])]);
        root.AddSymlink(RelativePath.Parse("usr/lib/x/libgeos.so.1"), "libgeos.so.1.2");
        var required = await TreeAsync(("usr/lib/postgresql/18/lib/libother.so", []));

        var brought = await new SystemLibraries().OfAsync(_blobs, Cancel, payload, server, await root.WriteAsync(_blobs, Cancel), server, required);
        Assert.Equal(["libgeos.so.1", "libstdc.so"], (await TestTree.ReadAsync(_blobs, brought, Cancel)).Entries.Keys);
    }

    [Fact]
    public async Task A_library_that_is_nowhere_is_named()
    {
        var nothing = await new TestTree().PutAsync(_blobs, Cancel);
        var payload = await TreeAsync(("usr/lib/postgresql/18/lib/postgis.so", ["libgeos.so.1"]));
        var error = await Assert.ThrowsAsync<UserErrorException>(() => new SystemLibraries().OfAsync(_blobs, Cancel, payload, nothing, nothing, nothing));
        Assert.Equal("`usr/lib/postgresql/18/lib/postgis.so` needs `libgeos.so.1`, and none of the packages that it runs with has that library", error.Message);
    }

    private async Task<Digest> TreeAsync(params (string Path, string[] Needed)[] files) => await (await BuilderAsync(files)).WriteAsync(_blobs, Cancel);

    private async Task<TreeBuilder> BuilderAsync((string Path, string[] Needed)[] files)
    {
        var tree = new TreeBuilder();
        foreach (var (path, needed) in files)
            tree.AddFile(RelativePath.Parse(path), await _blobs.PutAsync(new ElfBuilder { Needed = needed, Data = path }.Build(), Cancel), executable: false);
        return tree;
    }

    [Fact]
    public void An_image_is_named_after_the_extensions_in_it()
    {
        PackagedExtension[] two = [Extension("pgvector", "0.8.0"), Extension("pg_cron", "1.6")];
        Assert.Equal("-with-pg_cron-1.6-pgvector-0.8.0-cnpg", ImageNames.SuffixOf(two, ServerUser.CloudNativePg));
        Assert.Equal(("", "-cnpg"), (ImageNames.SuffixOf([], ServerUser.Official), ImageNames.SuffixOf([], ServerUser.CloudNativePg)));
        var many = ImageNames.SuffixOf([.. Enumerable.Range(0, 30).Select(i => Extension($"extension{i}", "1.0"))], ServerUser.Official);
        Assert.Equal("-with-".Length + 12, many.Length);
    }

    private static PackagedExtension Extension(string name, string version) => new(ProjectName.Parse(name), version, "PostgreSQL", SmallEngine.File("x", "x"));
}
