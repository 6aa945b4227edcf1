using System.Collections.Immutable;
using System.Diagnostics;
using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Deb;
using Monogres.Packaging.Formats;
using Monogres.Payloads.Tests.Binaries;
using Monogres.Platforms.Lock;
using Monogres.Store;
using Monogres.Store.Trees;
using Monogres.Testing;
using Monogres.Testing.Properties;
using Monogres.Testing.Stores;

namespace Monogres.Packaging.Tests.Deb;

public class DebMembersTests
{
    private const string Prefix = "usr/lib/postgresql/17", Version = "17.11-1~mgr.deb12+1";

    private static readonly byte[] Program = Elf(["libpq.so.5", "libc.so.6"], program: true), Library = Elf(["libc.so.6"]);

    private static readonly DebRequest Server = new()
    {
        Names = new DebNames(17, Flavour: null),
        Platform = new DebPlatform("bookworm", "deb12", "amd64"),
        Prefix = RelativePath.Parse(Prefix),
        Identity = new PackageIdentity { Target = new TargetId(TargetName.Parse("postgres@17.11+full"), TargetId.DefaultPlatform, TargetId.DefaultToolchain), Recipe = Digest.Of("recipe"u8) },
        Extension = null,
        Project = "postgres",
        Version = "17.11",
        Title = "PostgreSQL",
        Summary = "A database server.",
        License = "PostgreSQL",
        Homepage = new Uri("https://www.example.org/"),
        Maintainer = "Some One <one@example.org>",
        SourceDate = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000),
        HasSymbols = true,
    };

    private static readonly DebRequest Extension = Server with
    {
        Extension = new DebExtension("pg_sample", ["postgresql-17-other"], ["sample-3"]),
        Project = "pg_sample",
        Version = "1.2",
        Title = "pg_sample",
        HasSymbols = false,
    };

    private readonly TreeStore _store = new(new MemoryBlobStore(), new MemoryMemo());

    private IBlobStore Blobs => _store.Blobs;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_is_split_as_users_of_Debian_expect() => Assert.Equal(
        """
        postgresql-17-dbgsym_17.11-1~mgr.deb12+1_amd64.deb
            usr/lib/debug/.build-id/ab/cd.debug
            usr/share/doc/postgresql-17-dbgsym -> postgresql-17
        postgresql-17_17.11-1~mgr.deb12+1_amd64.deb
            usr/lib/postgresql/17/bin/postgres*
            usr/lib/postgresql/17/bin/postmaster -> postgres
            usr/lib/postgresql/17/lib/dblink.so
            usr/lib/postgresql/17/lib/llvmjit.so
            usr/share/doc/postgresql-17/refint.example
            usr/share/lintian/overrides/postgresql-17
            usr/share/postgresql/17/extension/dblink.control
            usr/share/postgresql/17/pg_service.conf.sample
            usr/share/postgresql/17/postgres.bki
        postgresql-client-17_17.11-1~mgr.deb12+1_amd64.deb
            usr/lib/postgresql/17/bin/psql*
            usr/lib/postgresql/17/lib/libpq.so.5 -> libpq.so.5.17
            usr/lib/postgresql/17/lib/libpq.so.5.17
            usr/lib/postgresql/17/lib/pgxs/src/test/regress/pg_regress*
            usr/lib/postgresql/17/share -> ../../../share/postgresql/17
            usr/share/postgresql/17/locale/de/LC_MESSAGES/psql-17.mo
        postgresql-plperl-17_17.11-1~mgr.deb12+1_amd64.deb
            usr/lib/postgresql/17/lib/hstore_plperl.so
            usr/lib/postgresql/17/lib/plperl.so
            usr/share/postgresql/17/extension/plperl.control
        postgresql-server-dev-17_17.11-1~mgr.deb12+1_amd64.deb
            usr/include/postgresql/17/server/postgres.h
            usr/lib/postgresql/17/include -> ../../../include/postgresql/17
            usr/lib/postgresql/17/lib/libpq.a
            usr/lib/postgresql/17/lib/libpq.so -> libpq.so.5.17

        """,
        string.Concat((await PackAsync(Server, await ServerAsync(), symbols: true)).Select(package => $"{package.Key}\n{string.Concat(package.Value.Files.Select(file => $"    {file}\n"))}")));

    [Fact]
    public async Task Packages_depend_on_each_other_and_on_what_their_files_need()
    {
        var packages = await PackAsync(Server, await ServerAsync(), symbols: true);
        string Depends(string name) => Field(packages[$"{name}_{Version}_amd64.deb"].Control, "Depends");
        Assert.Equal($"postgresql-client-17 (= {Version}), postgresql-common (>= 225~), debconf (>= 0.5) | debconf-2.0, locales | locales-all, ssl-cert, libc6 (>= 2.34), libllvm14 (>= 1:14.0.6)", Depends("postgresql-17"));
        Assert.Equal("postgresql-client-common (>= 182~), libc6 (>= 2.34)", Depends("postgresql-client-17"));
        Assert.Equal($"postgresql-17 (= {Version}), libc6 (>= 2.34), libperl5.36 (>= 5.36.0)", Depends("postgresql-plperl-17"));
        Assert.Equal($"postgresql-client-17 (= {Version}), postgresql-common (>= 142~)", Depends("postgresql-server-dev-17"));
        Assert.Equal($"postgresql-17 (= {Version})", Depends("postgresql-17-dbgsym"));
        Assert.Equal("postgresql-contrib-17, postgresql-17-jit-llvm (= 14)", Field(packages[$"postgresql-17_{Version}_amd64.deb"].Control, "Provides"));
    }

    [Fact]
    public async Task A_file_can_move_from_one_package_of_a_build_to_another()
    {
        var client = (await PackAsync(Server, await ServerAsync(), symbols: true))[$"postgresql-client-17_{Version}_amd64.deb"].Control;
        string[] siblings = ["postgresql-server-dev-17", "postgresql-plperl-17", "postgresql-plpython3-17", "postgresql-pltcl-17", "postgresql-17"];
        Assert.Equal(string.Join(", ", siblings.Select(sibling => $"{sibling} (<< {Version})")), Field(client, "Replaces"));
        Assert.Equal(Field(client, "Replaces"), Field(client, "Breaks"));
    }

    [Fact]
    public async Task What_compiles_expressions_is_a_package_of_its_own_from_18_on()
    {
        var packages = await PackAsync(Server with { Names = new DebNames(18, Flavour: null), HasSymbols = false }, await ServerAsync());
        Assert.Equal("postgresql-18-jit-llvm (= 14)", Field(packages[$"postgresql-18-jit_{Version}_amd64.deb"].Control, "Provides"));
        Assert.Equal("postgresql-18-jit", Field(packages[$"postgresql-18_{Version}_amd64.deb"].Control, "Recommends"));
    }

    [Fact]
    public async Task A_server_runs_the_scripts_of_postgresql_common()
    {
        var server = (await PackAsync(Server, await ServerAsync(), symbols: true))[$"postgresql-17_{Version}_amd64.deb"];
        Assert.Equal(["control", "md5sums", "postinst*", "postrm*", "prerm*", "templates"], server.ControlFiles);
    }

    [Fact]
    public async Task An_extension_is_one_package_that_also_fits_the_server_of_the_distribution()
    {
        var (name, package) = (await PackAsync(Extension, await ExtensionAsync(), others: [await ServerAsync(), await OtherAsync()])).Single();
        Assert.Equal("postgresql-17-pg-sample_1.2-1~mgr.deb12+1_amd64.deb", name);
        Assert.Equal(
            [
                "usr/lib/postgresql/17/lib/bitcode/pg_sample.index.bc", "usr/lib/postgresql/17/lib/pg_sample.so", "usr/share/doc/postgresql-17-pg-sample/README", "usr/share/lintian/overrides/postgresql-17-pg-sample",
                "usr/share/postgresql/17/extension/newest.sql -> pg_sample--1.2.sql", "usr/share/postgresql/17/extension/pg_sample--1.2.sql",
                "usr/share/postgresql/17/pg_sample -> ../../../lib/postgresql/17/lib/pg_sample.so",
            ],
            package.Files);
        Assert.Equal("postgresql-17, postgresql-17-other, libc6 (>= 2.34)", Field(package.Control, "Depends"));
        Assert.Equal("postgresql-17-jit-llvm (<< 14)", Field(package.Control, "Breaks"));
        Assert.Equal("postgresql-17-sample, postgresql-17-sample-3", Field(package.Control, "Conflicts"));
        Assert.Equal("postgresql-17-sample, postgresql-17-sample-3", Field(package.Control, "Replaces"));
        Assert.Equal("postgresql-17-sample (= 1.2-1~mgr.deb12+1), postgresql-17-sample-3 (= 1.2-1~mgr.deb12+1)", Field(package.Control, "Provides"));
    }

    [Fact]
    public async Task An_extension_without_machine_code_is_for_every_machine() => Assert.Equal(
        ["postgresql-17-pg-sample_1.2-1~mgr.deb12+1_all.deb"],
        (await PackAsync(Extension, await new TestTree().WithFile($"{Prefix}/share/extension/pg_sample.control", "").PutAsync(Blobs, Cancel), others: [await ServerAsync()])).Keys);

    [Fact]
    public async Task Packages_of_another_server_cannot_be_installed_with_those_of_PostgreSQL()
    {
        var names = new DebNames(17, "debug");
        var server = (await PackAsync(Server with { Names = names, HasSymbols = false }, await ServerAsync()))[$"postgresql-17-monogres-debug_{Version}_amd64.deb"];
        Assert.Equal("postgresql-17, postgresql-17-monogres", Field(server.Control, "Conflicts"));
        Assert.Equal("postgresql-17-monogres, postgresql-17-monogres-debug-jit-llvm (= 14)", Field(server.Control, "Provides"));

        var extension = (await PackAsync(Extension with { Names = names, Extension = new DebExtension("pg_sample", ["postgresql-17-monogres-debug-other"], []) }, await ExtensionAsync(), others: [await ServerAsync(), await OtherAsync()])).Single();
        Assert.StartsWith("postgresql-17-monogres-debug-pg-sample_", extension.Key, StringComparison.Ordinal);
        Assert.Equal("postgresql-17-monogres-debug, postgresql-17-monogres-debug-other, libc6 (>= 2.34)", Field(extension.Value.Control, "Depends"));
    }

    [Fact]
    public async Task Every_package_says_what_it_is_made_of()
    {
        var payload = await ServerAsync();
        var packages = await PackAsync(Server, payload, symbols: true);
        Assert.Every(packages.Values, package => Assert.Equal(
            (payload.ToString(), "postgres@17.11+full", "debian12-amd64", "gcc", Server.Identity.Recipe.ToString()),
            (Field(package.Control, "Monogres-Payload"), Field(package.Control, "Monogres-Target"), Field(package.Control, "Monogres-Platform"), Field(package.Control, "Monogres-Toolchain"), Field(package.Control, "Monogres-Recipe"))));
        Assert.Every(packages.Where(package => !package.Key.Contains("-dbgsym", StringComparison.Ordinal)).Select(package => package.Value), package =>
        {
            Assert.Contains("Do as you like.", package.Copyright, StringComparison.Ordinal);
            Assert.Contains("Licence: PostgreSQL", package.Copyright, StringComparison.Ordinal);
        });
        Assert.Every(packages.Where(package => package.Key.StartsWith("postgresql-client", StringComparison.Ordinal)), package => Assert.Equal("postgresql-17", Field(package.Value.Control, "Source")));
    }

    [Fact]
    public async Task The_sums_are_those_of_the_files()
    {
        var client = (await PackAsync(Server, await ServerAsync(), symbols: true))[$"postgresql-client-17_{Version}_amd64.deb"];
#pragma warning disable CA5351 // What the format has.
        Assert.Contains($"{Convert.ToHexStringLower(MD5.HashData(Program))}  usr/lib/postgresql/17/bin/psql\n", client.Sums, StringComparison.Ordinal);
#pragma warning restore CA5351
        Assert.DoesNotContain("libpq.so.5\n", client.Sums, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_path_that_dpkg_does_not_read_is_refused()
    {
        var path = $"{Prefix}/share/{new string('x', 101)}";
        var payload = await new TestTree().WithFile(path, "").PutAsync(Blobs, Cancel);
        var server = await ServerAsync();
        Assert.Contains("cannot be in a Debian package", (await Assert.ThrowsAsync<UserErrorException>(() => PackAsync(Extension, payload, others: [server]))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Libraries_are_found_in_the_directories_of_the_loader()
    {
        ImmutableArray<LockedPackage> packages = [.. ((string[])["libsample1", "libsample-dev"]).Select(name => new LockedPackage
        {
            Name = name, Version = "1.0-1", Architecture = "amd64", Sha256 = Sha256Hash.Of([]), Size = 0, Path = RelativePath.Parse("pool/x.deb"), Depends = [],
        })];
        var first = await new TestTree().WithFile("usr/lib/x86_64-linux-gnu/libsample.so.1.2", "").WithSymlink("usr/lib/x86_64-linux-gnu/libsample.so.1", "libsample.so.1.2")
            .WithFile("usr/lib/x86_64-linux-gnu/private/libhidden.so.1", "").WithFile("usr/share/libsample.so.9", "").PutAsync(Blobs, Cancel);
        var second = await new TestTree().WithSymlink("usr/lib64/libsample.so", "x").PutAsync(Blobs, Cancel);
        var facts = await new LibraryPackages(packages).ApplyAsync([Result(first), Result(second)], _store, Cancel);
        Assert.Equal(
            ["libsample.so libsample-dev 1.0-1", "libsample.so.1 libsample1 1.0-1", "libsample.so.1.2 libsample1 1.0-1"],
            (await LibraryPackages.ReadAsync(Blobs, facts, Cancel)).Values.Select(library => $"{library.Library} {library.Package} {library.Version}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_files_of_a_small_payload_have_known_digests()
    {
        var text = new StringBuilder();
        foreach (var (name, digest) in await AssembleAsync())
            text.Append(name).Append(' ').Append(digest).Append('\n');
        Golden.Match(text.ToString(), "deb-digests.txt");
    }

    /// <summary>A second opinion, where the machine has one.</summary>
    [Fact]
    public async Task Packages_are_read_by_our_own_reader_and_by_dpkg()
    {
        using var directory = new TemporaryDirectory();
        foreach (var (name, digest) in await AssembleAsync())
        {
            var bytes = await Blobs.ReadAllAsync(digest, Cancel);
            using var file = new MemoryStream(bytes);
            await using (var reader = await Platforms.Packages.DebReader.OpenAsync(file, Store.Archives.ArchiveLimits.Default, Cancel))
            {
                using var tar = new TarReader(reader.Data, leaveOpen: true);
                Assert.NotNull(await tar.GetNextEntryAsync(cancellationToken: Cancel));
                while (await tar.GetNextEntryAsync(cancellationToken: Cancel) is not null)
                {
                }

                await reader.Data.CopyToAsync(Stream.Null, Cancel);
                await reader.FinishAsync(Cancel);
            }

            if (!File.Exists("/usr/bin/dpkg-deb"))
                continue;

            await File.WriteAllBytesAsync(directory[name], bytes, Cancel);
            Assert.Contains($"Package: {name.Split('_')[0]}", Run("--info", directory[name]), StringComparison.Ordinal);
            Assert.Contains("usr/share/doc/", Run("--contents", directory[name]), StringComparison.Ordinal);
        }

        static string Run(params string[] arguments)
        {
            using var process = Process.Start(new ProcessStartInfo("/usr/bin/dpkg-deb", arguments) { UseShellExecute = false, RedirectStandardOutput = true })!;
            var output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            Assert.Equal(0, process.ExitCode);
            return output;
        }
    }

    private async Task<List<(string Name, Digest Content)>> AssembleAsync()
    {
        var members = await MembersAsync(Server, await ServerAsync(), symbols: true, others: []);
        var files = await new DebAssembly(Server.SourceDate).ApplyAsync([Result(members)], _store, Cancel);
        List<(string, Digest)> packages = [];
        await foreach (var entry in TreeWalk.EntriesAsync(Blobs, files, Cancel))
            packages.Add((entry.Path.Value, ((TreeEntry.File)entry).Content));
        return packages;
    }

    private async Task<SortedDictionary<string, Packed>> PackAsync(DebRequest request, Digest payload, bool symbols = false, params Digest[] others)
    {
        var packages = new SortedDictionary<string, Packed>(StringComparer.Ordinal);
        var members = await MembersAsync(request, payload, symbols, others);
        foreach (var name in (await TestTree.ReadAsync(Blobs, members, Cancel)).Entries.Keys.Where(path => !path.Contains('/')))
        {
            var directory = (await TreeWalk.FindDirectoryAsync(Blobs, members, RelativePath.Parse(name), Cancel))!.Value;
            var (control, data) = (await EntriesAsync(directory, "control.tar"), await EntriesAsync(directory, "data.tar"));
            packages[name] = new Packed(
                control["control"].Text,
                control["md5sums"].Text,
                [.. control.Select(file => file.Key + (file.Value.Executable ? "*" : ""))],
                data.SingleOrDefault(file => file.Key.EndsWith("/copyright", StringComparison.Ordinal)).Value?.Text ?? "",
                [.. data.Where(file => !file.Key.EndsWith('/') && file.Value.Name is not "copyright" and not "changelog.Debian.gz").Select(file => file.Key + (file.Value.Executable ? "*" : "") + (file.Value.Link.Length > 0 ? $" -> {file.Value.Link}" : ""))]);
        }

        return packages;
    }

    private async Task<SortedDictionary<string, Entry>> EntriesAsync(Digest directory, string member)
    {
        var entries = new SortedDictionary<string, Entry>(StringComparer.Ordinal);
        var content = await new Payloads.Binaries.TreeFiles(Blobs).FindFileAsync(directory, RelativePath.Parse(member), Cancel);
        using var reader = new TarReader(new MemoryStream(await Blobs.ReadAllAsync(content!.Value, Cancel)));
        while (reader.GetNextEntry() is { } entry)
        {
            using var text = new StreamReader(entry.DataStream ?? Stream.Null, Encoding.Latin1);
            var isProgram = entry.EntryType is not TarEntryType.Directory and not TarEntryType.SymbolicLink && entry.Mode.HasFlag(UnixFileMode.UserExecute);
            entries.Add(entry.Name, new Entry(entry.Name.Split('/')[^1], isProgram, entry.LinkName ?? "", await text.ReadToEndAsync(Cancel)));
        }

        return entries;
    }

    private async Task<Digest> MembersAsync(DebRequest request, Digest payload, bool symbols, Digest[] others)
    {
        var source = await new TestTree().WithFile("COPYRIGHT", "Do as you like.\n").WithFile("README", "Read me.\n").PutAsync(Blobs, Cancel);
        var debug = await new TestTree().WithFile(".build-id/ab/cd.debug", "debug", executable: true).PutAsync(Blobs, Cancel);
        return await new DebMembers(request).ApplyAsync(
            [Result(payload), Result(source), Result(await LibrariesAsync()), .. symbols ? [Result(debug)] : Array.Empty<StepResult>(), .. others.Select(Result)], _store, Cancel);
    }

    private async Task<Digest> LibrariesAsync()
    {
        (string Package, string Version, string Library)[] packages = [("libc6", "2.36-9", "libc.so.6"), ("libllvm14", "1:14.0.6-12", "libLLVM-14.so.1"), ("libperl5.36", "5.36.0-7", "libperl.so.5.36")];
        List<StepResult> trees = [];
        foreach (var package in packages)
            trees.Add(Result(await new TestTree().WithFile($"usr/lib/x86_64-linux-gnu/{package.Library}", "").PutAsync(Blobs, Cancel)));
        return await new LibraryPackages([.. packages.Select(package => new LockedPackage
        {
            Name = package.Package, Version = package.Version, Architecture = "amd64", Sha256 = Sha256Hash.Of([]), Size = 0, Path = RelativePath.Parse("pool/x.deb"), Depends = [],
        })]).ApplyAsync([.. trees], _store, Cancel);
    }

    private async Task<Digest> ServerAsync()
    {
        var tree = new TreeBuilder();
        foreach (var (path, content, executable) in ((string, byte[], bool)[])
        [
            ("bin/postgres", Elf(["libc.so.6"], program: true), true), ("bin/psql", Program, true),
            ("lib/libpq.so.5.17", Library, true), ("lib/libpq.a", [1], false), ("lib/dblink.so", Elf(["libpq.so.5", "libc.so.6"]), true), ("lib/llvmjit.so", Elf(["libLLVM-14.so.1", "libc.so.6"]), true),
            ("lib/plperl.so", Elf(["libperl.so.5.36", "libc.so.6"]), true), ("lib/hstore_plperl.so", Library, true), ("lib/pgxs/src/test/regress/pg_regress", Program, true),
            ("include/server/postgres.h", [2], false), ("share/postgres.bki", [3], false), ("share/pg_service.conf.sample", [3], false), ("share/extension/plperl.control", [4], false), ("share/extension/dblink.control", [4], false),
            ("share/locale/de/LC_MESSAGES/psql-17.mo", [5], false), ("share/doc/extension/refint.example", [6], false),
        ])
            tree.AddFile(RelativePath.Parse($"{Prefix}/{path}"), await Blobs.PutAsync(content, Cancel), executable);
        tree.AddSymlink(RelativePath.Parse($"{Prefix}/bin/postmaster"), "postgres");
        tree.AddSymlink(RelativePath.Parse($"{Prefix}/lib/libpq.so"), "libpq.so.5.17");
        tree.AddSymlink(RelativePath.Parse($"{Prefix}/lib/libpq.so.5"), "libpq.so.5.17");
        return await tree.WriteAsync(Blobs, Cancel);
    }

    private async Task<Digest> OtherAsync() => await new TestTree().WithFile($"{Prefix}/lib/libother.so.1", "").PutAsync(Blobs, Cancel);

    private async Task<Digest> ExtensionAsync()
    {
        var tree = new TreeBuilder();
        foreach (var (path, content) in ((string, byte[])[])
        [
            ("lib/pg_sample.so", Elf(["libpq.so.5", "libother.so.1", "libc.so.6"], runpath: "$ORIGIN/../lib")), ("lib/bitcode/pg_sample.index.bc", [1]),
            ("share/extension/pg_sample--1.2.sql", [2]), ("share/doc/extension/pg_sample/README", [3]),
        ])
            tree.AddFile(RelativePath.Parse($"{Prefix}/{path}"), await Blobs.PutAsync(content, Cancel), executable: path.EndsWith(".so", StringComparison.Ordinal));
        tree.AddSymlink(RelativePath.Parse($"{Prefix}/share/pg_sample"), "../lib/pg_sample.so");
        tree.AddSymlink(RelativePath.Parse($"{Prefix}/share/extension/newest.sql"), "pg_sample--1.2.sql");
        return await tree.WriteAsync(Blobs, Cancel);
    }

    private static byte[] Elf(string[] needed, bool program = false, string? runpath = null) => new ElfBuilder
    {
        Needed = needed, Program = program, Runpath = runpath, Symbols = [new ElfBuilderSymbol("f", Defined: false, Version: "GLIBC_2.34")],
    }.Build();

    private static StepResult Result(Digest tree) => new(new StoredStep(new StepName("test", "tree"), tree), tree);

    private sealed record Packed(string Control, string Sums, string[] ControlFiles, string Copyright, string[] Files);

    private sealed record Entry(string Name, bool Executable, string Link, string Text);

    private static string Field(string control, string name) => control.Split('\n').Single(line => line.StartsWith(name + ": ", StringComparison.Ordinal))[(name.Length + 2)..];
}
