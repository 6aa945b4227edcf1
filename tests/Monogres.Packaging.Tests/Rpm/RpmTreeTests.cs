using System.Collections.Immutable;
using System.Text;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Formats;
using Monogres.Packaging.Rpm;
using Monogres.Payloads.Tests.Binaries;
using Monogres.Store;
using Monogres.Store.Trees;
using Monogres.Testing;
using Monogres.Testing.Properties;
using Monogres.Testing.Stores;

namespace Monogres.Packaging.Tests.Rpm;

public class RpmTreeTests
{
    private const string Prefix = "usr/lib/postgresql/17";

    private static readonly RpmRequest Server = new()
    {
        Names = new RpmNames(17, Flavour: null),
        Platform = new RpmPlatform("x86_64", "x86-64", "2.31"),
        Prefix = RelativePath.Parse(Prefix),
        Identity = new PackageIdentity { Target = new TargetId(TargetName.Parse("postgres@17.11+full"), TargetId.DefaultPlatform, TargetId.DefaultToolchain), Recipe = Digest.Of("recipe"u8) },
        Extension = null,
        Version = RpmVersion.Of("17.11", "2.31", 1, variant: null),
        Project = "postgres",
        Title = "PostgreSQL 17.11",
        Summary = "A database server",
        License = "PostgreSQL",
        Homepage = new Uri("https://www.example.org/"),
        Maintainer = "Some One <one@example.org>",
        SourceDate = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000),
        HasSymbols = true,
    };

    private static readonly RpmRequest Extension = Server with
    {
        Extension = new RpmExtension("pg_sample", ["other_17", "postgresql17-contrib"]),
        Version = RpmVersion.Of("1.2", "2.31", 1, variant: null),
        Project = "pg_sample",
        Title = "pg_sample 1.2",
        Summary = "A 100% sample",
        HasSymbols = false,
    };

    private readonly TreeStore _store = new(new MemoryBlobStore(), new MemoryMemo());

    private IBlobStore Blobs => _store.Blobs;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_is_split_as_users_of_PGDG_expect() => Golden.Match((await SpecAsync(Server, await ServerAsync(), await new TestTree().WithFile(".build-id/ab/cd.debug", "symbols").PutAsync(Blobs, Cancel))).Spec, "server.spec");

    [Fact]
    public async Task An_extension_and_its_bitcode_are_two_packages() => Golden.Match((await SpecAsync(Extension, await ExtensionAsync(), await ServerAsync())).Spec, "extension.spec");

    [Fact]
    public async Task Every_file_that_a_spec_names_is_there_and_every_file_is_named()
    {
        foreach (var (spec, files) in new[] { await SpecAsync(Server, await ServerAsync(), await new TestTree().PutAsync(Blobs, Cancel)), await SpecAsync(Extension, await ExtensionAsync(), await ServerAsync()) })
        {
            var named = spec.Split('\n').Where(line => line.EndsWith('"') && line.Contains("%attr", StringComparison.Ordinal) && !line.Contains("%dir", StringComparison.Ordinal)).Select(line => line.Split('"')[1].Replace("%%", "%", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
            Assert.Equal(files, named);
        }
    }

    [Fact]
    public async Task An_extension_without_machine_code_is_for_every_machine()
    {
        var spec = (await SpecAsync(Extension, await new TestTree().WithFile($"{Prefix}/share/extension/pg_sample.control", "").PutAsync(Blobs, Cancel), await ServerAsync())).Spec;
        Assert.Contains("\nBuildArch: noarch\n", spec, StringComparison.Ordinal);
        Assert.DoesNotContain("llvmjit", spec, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Packages_of_another_server_cannot_be_installed_with_those_of_PostgreSQL()
    {
        var names = new RpmNames(17, "debug");
        var spec = (await SpecAsync(Server with { Names = names, HasSymbols = false }, await ServerAsync())).Spec;
        Assert.Contains("\n%package -n postgresql17-monogres-debug-server\n", spec, StringComparison.Ordinal);
        Assert.Contains("\nConflicts: postgresql17-server\nConflicts: postgresql17-monogres\n", spec, StringComparison.Ordinal);
        Assert.DoesNotContain("Provides: postgresql-server", spec, StringComparison.Ordinal);
        Assert.StartsWith("Name: pg_sample_17-monogres-debug\n", (await SpecAsync(Extension with { Names = names }, await ExtensionAsync(), await ServerAsync())).Spec, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a*b")]
    [InlineData("a\"b")]
    [InlineData("a[b]")]
    [InlineData("a\\b")]
    public async Task A_path_that_would_mean_other_files_is_refused(string name)
    {
        var payload = await new TestTree().WithFile($"{Prefix}/share/{name}", "").PutAsync(Blobs, Cancel);
        var server = await ServerAsync();
        Assert.Contains("cannot be in an rpm package", (await Assert.ThrowsAsync<UserErrorException>(() => SpecAsync(Extension, payload, server))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("17.11", null, "17.11-1~mgr1.glibc2.31")]
    [InlineData("19beta2", "full", "19~beta2-1~mgr1.glibc2.31.full")]
    [InlineData("v1-2", "a-b", "1.2-1~mgr1.glibc2.31.a.b")]
    public void Versions_are_as_rpm_orders_them(string version, string? variant, string package) => Assert.Equal(package, RpmVersion.Of(version, "2.31", 1, variant).ToString());

    [Theory]
    [InlineData("hstore", "postgresql17-contrib")]
    [InlineData("plpgsql", "postgresql17-server")]
    [InlineData("hstore_plpython", "postgresql17-plpython3")]
    public void A_module_is_in_the_package_where_PGDG_has_it(string module, string package) => Assert.Equal(package, Server.Names.Module(module));

    private async Task<(string Spec, IEnumerable<string> Files)> SpecAsync(RpmRequest request, Digest payload, params Digest[] others)
    {
        var source = await new TestTree().WithFile("COPYRIGHT", "Do as you like.\n").WithFile("LICENSES/MIT.txt", "Or so.\n").WithFile("src/LICENSE", "no").PutAsync(Blobs, Cancel);
        ImmutableArray<StepResult> inputs = [.. others.Prepend(source).Prepend(payload).Select(Result)];
        var tree = await new RpmTree(request).ApplyAsync(inputs, _store, Cancel);
        var (spec, files) = ("", new List<string>());
        await foreach (var entry in TreeWalk.EntriesAsync(Blobs, tree, Cancel))
        {
            if (entry is TreeEntry.File { Path.Value: "package.spec" } file)
                spec = Encoding.UTF8.GetString(await Blobs.ReadAllAsync(file.Content, Cancel));
            else if (entry is not TreeEntry.Directory)
                files.Add(entry.Path.Value["tree".Length..]);
        }

        return (spec, files.Order(StringComparer.Ordinal));
    }

    private async Task<Digest> ServerAsync()
    {
        var tree = new TreeBuilder();
        foreach (var (path, content) in ((string, byte[])[])
        [
            ("bin/postgres", Elf(["libssl-0123abcd.so.3", "libc.so.6"], program: true)), ("bin/psql", Elf(["libpq.so.5", "libc.so.6"], program: true)), ("bin/vacuumlo", [1]),
            ("lib/libpq.so.5.17", Elf(["libc.so.6"])), ("lib/dblink.so", Elf(["libpq.so.5", "libc.so.6"])), ("lib/plpgsql.so", Elf(["libc.so.6"])), ("lib/plperl.so", Elf(["libperl.so.5.36", "libc.so.6"])),
            ("lib/llvmjit.so", Elf(["libLLVM-14-89abcdef.so.1", "libc.so.6"])), ("lib/private/lib/libLLVM-14-89abcdef.so.1", Elf(["libc.so.6"])), ("lib/private/lib/libssl-0123abcd.so.3", Elf(["libc.so.6"])),
        ])
            tree.AddFile(RelativePath.Parse($"{Prefix}/{path}"), await Blobs.PutAsync(content, Cancel), executable: true);
        foreach (var path in (string[])
        [
            "include/server/postgres.h", "lib/bitcode/postgres/a b.bc", "share/extension/plpgsql.control", "share/extension/dblink.control", "share/locale/de/LC_MESSAGES/psql-17.mo",
            "share/doc/extension/refint.example", "share/postgres.bki",
        ])
            tree.AddFile(RelativePath.Parse($"{Prefix}/{path}"), Digest.Empty, executable: false);
        tree.AddSymlink(RelativePath.Parse($"{Prefix}/bin/postmaster"), "postgres");
        tree.AddSymlink(RelativePath.Parse($"{Prefix}/lib/libpq.so"), "libpq.so.5.17");
        tree.AddSymlink(RelativePath.Parse($"{Prefix}/lib/libpq.so.5"), "libpq.so.5.17");
        return await tree.WriteAsync(Blobs, Cancel);
    }

    private async Task<Digest> ExtensionAsync()
    {
        var tree = new TreeBuilder();
        tree.AddFile(RelativePath.Parse($"{Prefix}/lib/pg_sample.so"), await Blobs.PutAsync(Elf(["libpq.so.5", "libssl-0123abcd.so.3", "libc.so.6"]), Cancel), executable: true);
        tree.AddFile(RelativePath.Parse($"{Prefix}/lib/bitcode/pg_sample.index.bc"), Digest.Empty, executable: false);
        tree.AddFile(RelativePath.Parse($"{Prefix}/share/extension/pg_sample--100%.sql"), Digest.Empty, executable: false);
        return await tree.WriteAsync(Blobs, Cancel);
    }

    private static byte[] Elf(string[] needed, bool program = false) => new ElfBuilder
    {
        Needed = needed, Program = program, Symbols = [new ElfBuilderSymbol("f", Defined: false, Version: "GLIBC_2.34")],
    }.Build();

    private static StepResult Result(Digest tree) => new(new StoredStep(new StepName("test", "tree"), tree), tree);
}
