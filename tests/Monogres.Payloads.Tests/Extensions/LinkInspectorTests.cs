using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Payloads.Binaries;
using Monogres.Payloads.Extensions;
using Monogres.Payloads.Inspection;
using Monogres.Payloads.Tests.Binaries;
using Monogres.Store.Trees;
using Monogres.Testing.Stores;

namespace Monogres.Payloads.Tests.Extensions;

public class LinkInspectorTests
{
    private static readonly ElfBuilder CLibrary = new() { Soname = "libc.so.6", Symbols = [new("memcpy", Defined: true, Version: "GLIBC_2.14"), new("stdout", Defined: true, Version: "GLIBC_2.2.5")] };

    private static readonly ElfBuilder Server = new()
    {
        Program = true,
        Needed = ["libc.so.6", "libssl.so.3"],
        Symbols = [new("palloc", Defined: true), new("elog", Defined: true), new("stdout", Defined: true, Version: "GLIBC_2.2.5"), new("memcpy", Defined: false, Version: "GLIBC_2.14")],
    };

    private readonly MemoryBlobStore _blobs = new();
    private readonly MemoryMemo _memo = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Symbols_come_from_the_server_its_libraries_and_the_file_s_own()
    {
        var file = await InspectAsync(new ElfBuilder
        {
            Needed = ["libgeos.so.1", "libc.so.6"],
            Symbols =
            [
                new("palloc", Defined: false), new("elog", Defined: false, Weak: true), new("memcpy", Defined: false, Version: "GLIBC_2.14"), new("stdout", Defined: false, Version: "GLIBC_2.2.5"),
                new("SSL_new", Defined: false), new("geos", Defined: false), new("optional", Defined: false, Weak: true),
            ],
        });
        Assert.Empty(file.MissingLibraries);
        Assert.Empty(file.MissingSymbols);
        Assert.Equal(["elog", "palloc"], file.ServerSymbols);
    }

    [Fact]
    public async Task A_symbol_that_nothing_gives_is_found()
    {
        var file = await InspectAsync(new ElfBuilder { Needed = ["libc.so.6"], Symbols = [new("palloc", Defined: false), new("heap_gone", Defined: false), new("memcpy", Defined: false, Version: "GLIBC_2.99")] });
        Assert.Equal(["heap_gone", "memcpy@GLIBC_2.99"], file.MissingSymbols);
    }

    [Fact]
    public async Task A_library_that_is_nowhere_is_found_with_what_needs_it_and_symbols_are_not_guessed()
    {
        var file = await InspectAsync(new ElfBuilder { Needed = ["libgone.so.1", "libbroken.so.1"], Symbols = [new("gone", Defined: false)] });
        Assert.Equal([new("libgone.so.1", null), new MissingLibrary("liblost.so.2", "libbroken.so.1")], file.MissingLibraries);
        Assert.Empty(file.MissingSymbols);
    }

    [Fact]
    public async Task A_symbol_of_a_library_that_is_loaded_beside_it_will_do() =>
        Assert.Empty((await InspectAsync(new ElfBuilder { Symbols = [new("plpgsql_build", Defined: false), new("pgq_tick", Defined: false), new("own_helper", Defined: false)] })).MissingSymbols);

    [Fact]
    public async Task A_directory_of_the_root_that_its_RUNPATH_names_is_searched_and_said()
    {
        var file = await InspectAsync(new ElfBuilder { Needed = ["libR.so"], Runpath = "/usr/lib/R/lib:/usr/lib/unused" });
        Assert.Empty(file.MissingLibraries);
        Assert.Equal(["/usr/lib/R/lib"], file.UsedDirectories);
        Assert.Equal([new MissingLibrary("libR.so", null)], (await InspectAsync(new ElfBuilder { Needed = ["libR.so"] })).MissingLibraries);
    }

    [Fact]
    public async Task A_program_has_no_symbols_of_the_server() =>
        Assert.Equal(["palloc"], (await InspectAsync(new ElfBuilder { Program = true, Needed = ["libc.so.6"], Symbols = [new("palloc", Defined: false), new("memcpy", Defined: false, Version: "GLIBC_2.14")] })).MissingSymbols);

    [Fact]
    public async Task A_library_for_another_processor_is_passed_over()
    {
        Assert.Equal([new MissingLibrary("libgeos.so.1", null), new MissingLibrary("libc.so.6", null)], (await InspectAsync(new ElfBuilder { Machine = 183, Needed = ["libgeos.so.1", "libc.so.6"] })).MissingLibraries);
        Assert.Empty((await InspectAsync(new ElfBuilder { Needed = ["libc.so.6"] })).MissingLibraries);
    }

    [Fact]
    public async Task What_libraries_give_is_read_once_for_all_payloads()
    {
        var (server, required, root) = await TreesAsync();
        async Task<IReadOnlyCollection<Digest>> OpenedAsync(string name)
        {
            // Another process: nothing is in memory.
            var counting = new CountingBlobStore(_blobs);
            var payload = Installed.Tree(Installed.File($"lib/{name}.so", new ElfBuilder { Soname = name, Symbols = [new("palloc", Defined: false)] }.Build()));
            await new LinkInspector(new TreeFiles(counting), new CachedLibraries(new TreeStore(counting, _memo)), payload, new LinkTrees(server, [required], root)).InspectAsync(Cancel);
            return counting.Opened;
        }

        var program = Digest.Of(Server.Build());
        Assert.Contains(program, await OpenedAsync("one"));
        Assert.DoesNotContain(program, await OpenedAsync("two"));
    }

    [Fact]
    public async Task A_library_that_was_remembered_and_is_lost_is_read_again()
    {
        var content = await _blobs.PutAsync(CLibrary.Build(), Cancel);
        var path = RelativePath.Parse("usr/lib/libc.so.6");
        var first = await new CachedLibraries(new TreeStore(_blobs, _memo)).OfAsync(path, content, Cancel);
        foreach (var digest in _blobs.Digests.Where(digest => digest != content))
            _blobs.Drop(digest);
        var again = await new CachedLibraries(new TreeStore(_blobs, _memo)).OfAsync(path, content, Cancel);
        Assert.Equal(first!.Exports.Order(Comparer<ExportedSymbol>.Create((one, other) => string.CompareOrdinal(one.Name, other.Name))), again!.Exports.Order(Comparer<ExportedSymbol>.Create((one, other) => string.CompareOrdinal(one.Name, other.Name))));
        Assert.Null(await new CachedLibraries(new TreeStore(_blobs, _memo)).OfAsync(path, await _blobs.PutAsync("GROUP ( libc.so.6 )"u8.ToArray(), Cancel), Cancel));
    }

    private async Task<LinkedFile> InspectAsync(ElfBuilder file)
    {
        var (server, required, root) = await TreesAsync();
        var payload = Installed.Tree(
            Installed.File(file.Program ? "bin/sample" : "lib/sample.so", file.Build()),
            Installed.File("lib/own.so", new ElfBuilder { Symbols = [new("own_helper", Defined: true)] }.Build()));
        var linked = await new LinkInspector(new TreeFiles(_blobs), new CachedLibraries(new TreeStore(_blobs, _memo)), payload, new LinkTrees(server, [required], root)).InspectAsync(Cancel);
        return linked.Single(one => one.Path.Name.StartsWith("sample", StringComparison.Ordinal));
    }

    private async Task<(Digest Server, Digest Required, Digest Root)> TreesAsync()
    {
        var server = await Installed.PutAsync(_blobs, Installed.Prefix, Cancel,
            ("bin/postgres", Server.Build()),
            ("lib/plpgsql.so", new ElfBuilder { Symbols = [new("plpgsql_build", Defined: true)] }.Build()));
        var required = await Installed.PutAsync(_blobs, Installed.Prefix, Cancel, ("lib/pgq.so", new ElfBuilder { Symbols = [new("pgq_tick", Defined: true)] }.Build()));

        var root = new TreeBuilder();
        async Task AddAsync(string path, ElfBuilder library) => root.AddFile(RelativePath.Parse(path), await _blobs.PutAsync(library.Build(), Cancel), executable: false);
        await AddAsync("usr/lib/x86_64-linux-gnu/libc.so.6", CLibrary);
        await AddAsync("usr/lib/x86_64-linux-gnu/libgeos.so.1.2.3", new ElfBuilder { Needed = ["libc.so.6"], Symbols = [new("geos", Defined: true)] });
        await AddAsync("usr/lib/x86_64-linux-gnu/libbroken.so.1", new ElfBuilder { Needed = ["liblost.so.2"] });
        await AddAsync("usr/lib/libssl.so.3", new ElfBuilder { Symbols = [new("SSL_new", Defined: true, Version: "OPENSSL_3.0.0")] });
        await AddAsync("usr/lib/R/lib/libR.so", new ElfBuilder());
        root.AddSymlink(RelativePath.Parse("usr/lib/x86_64-linux-gnu/libgeos.so.1"), "../geos/libgeos.so");
        root.AddSymlink(RelativePath.Parse("usr/lib/geos"), "x86_64-linux-gnu");
        root.AddSymlink(RelativePath.Parse("usr/lib/x86_64-linux-gnu/libgeos.so"), "libgeos.so.1.2.3");
        return (server, required, await root.WriteAsync(_blobs, Cancel));
    }
}
