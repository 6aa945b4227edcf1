using System.Text;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Payloads.Extensions;
using Monogres.Payloads.Inspection;
using Monogres.Payloads.Tests.Binaries;
using Monogres.Store;
using Monogres.Testing;
using Monogres.Testing.Stores;

namespace Monogres.Payloads.Tests.Extensions;

public class ExtensionInspectorTests
{
    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Everything_that_is_known_is_put_together()
    {
        var inspection = await InspectAsync(await RequestAsync());
        Golden.Match(inspection.ToText(), "inspection.json");
        Assert.Equal(inspection.ToText(), ExtensionInspection.Parse(inspection.ToText()).ToText());
    }

    [Fact]
    public async Task Two_inspections_of_one_payload_are_equal()
    {
        var request = await RequestAsync();
        Assert.Equal((await InspectAsync(request)).ToText(), (await InspectAsync(request)).ToText());
    }

    [Fact]
    public async Task A_payload_of_scripts_only_needs_nothing()
    {
        var payload = await Installed.PutAsync(_blobs, Installed.Prefix, Cancel, ("share/extension/sample.control", "default_version = '1'"u8.ToArray()), ("share/extension/sample--1.sql", "SELECT 1;"u8.ToArray()));
        var inspection = await InspectAsync(await RequestAsync() with { Payload = payload, Project = Installed.Project("sample"), BuildLog = [] });
        Assert.Empty(inspection.Problems);
        Assert.Empty(inspection.Findings);
        Assert.Empty(inspection.Libraries);
        Assert.Equal((0, Digest.Empty), (inspection.ServerSymbols.Count, inspection.ServerSymbols.Digest));
    }

    [Fact]
    public async Task A_date_is_complained_about_only_when_the_source_does_not_hold_it()
    {
        async Task<Digest> PayloadAsync(string date) => await Installed.PutAsync(_blobs, Installed.Prefix, Cancel,
            ("share/extension/sample.control", "default_version = '1'"u8.ToArray()), ("share/extension/sample--1.sql", Encoding.UTF8.GetBytes($"-- {date}")));

        var request = await RequestAsync() with { BuildLog = [] };
        Assert.Empty((await InspectAsync(request with { Payload = await PayloadAsync("Apr 12 2013") })).Findings);
        Assert.Equal("generated-date", Assert.Single((await InspectAsync(request with { Payload = await PayloadAsync("Apr 13 2013") })).Findings).Check);
    }

    [Fact]
    public async Task A_damaged_library_is_named()
    {
        var payload = await Installed.PutAsync(_blobs, Installed.Prefix, Cancel, ("lib/sample.so", [0x7f, (byte)'E', (byte)'L', (byte)'F']));
        var request = await RequestAsync() with { Payload = payload };
        Assert.Equal("`lib/sample.so` of the payload cannot be read: it is not an ELF file", (await Assert.ThrowsAsync<UserErrorException>(() => InspectAsync(request))).Message);
    }

    private Task<ExtensionInspection> InspectAsync(InspectionRequest request) => new ExtensionInspector(new TreeStore(_blobs, new MemoryMemo())).InspectAsync(request, Cancel);

    private async Task<InspectionRequest> RequestAsync() => new()
    {
        Project = Installed.Project("sample", "sample_more"),
        ServerVersion = PgVersion.Of(17, 11),
        Prefix = Installed.Prefix,
        Payload = await Installed.PutAsync(_blobs, Installed.Prefix, Cancel,
            ("lib/sample.so", new ElfBuilder
            {
                Needed = ["libc.so.6", "libgone.so.1"],
                StackFlags = 7,
                Symbols = [new("palloc", Defined: false), new("elog", Defined: false), new("memcpy", Defined: false, Version: "GLIBC_2.14"), new("Pg_magic_func", Defined: true)],
            }.Build()),
            ("share/extension/sample.control", "comment = 'It''s a sample'\ndefault_version = '1.1'\nmodule_pathname = '$libdir/sample'\nrequires = 'pgq'\n"u8.ToArray()),
            ("share/extension/sample--1.0.sql", "CREATE FUNCTION f() RETURNS int AS 'MODULE_PATHNAME', 'f' LANGUAGE C;"u8.ToArray()),
            ("share/extension/sample--1.0--1.1.sql", "SELECT 1;"u8.ToArray()),
            ("share/extension/sample--0.9.sql", ""u8.ToArray())),
        Server = await Installed.PutAsync(_blobs, Installed.Prefix, Cancel,
            ("bin/postgres", new ElfBuilder { Program = true, Needed = ["libc.so.6"], Symbols = [new("palloc", Defined: true), new("elog", Defined: true)] }.Build())),
        Required = [await Installed.PutAsync(_blobs, Installed.Prefix, Cancel, ("share/extension/pgq.control", "default_version = '3.5'"u8.ToArray()))],
        RuntimeRoot = await Installed.PutAsync(_blobs, RelativePath.Parse("usr/lib/x86_64-linux-gnu"), Cancel,
            ("libc.so.6", new ElfBuilder { Symbols = [new("memcpy", Defined: true, Version: "GLIBC_2.14")] }.Build())),
        Source = await Installed.PutAsync(_blobs, RelativePath.Root, Cancel, ("Makefile", "PGXS"u8.ToArray()), ("LICENSE", ""u8.ToArray()), ("sql/sample.sql", "-- Apr 12 2013"u8.ToArray())),
        BuildLog = ["== make", "gcc -march=native -c sample.c"],
    };
}
