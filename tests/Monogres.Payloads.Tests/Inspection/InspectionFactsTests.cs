using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Payloads.Extensions;
using Monogres.Payloads.Inspection;
using Monogres.Payloads.Tests.Binaries;
using Monogres.Payloads.Tests.Extensions;
using Monogres.Testing.Properties;
using Monogres.Testing.Stores;

namespace Monogres.Payloads.Tests.Inspection;

public class InspectionFactsTests
{
    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Each_input_is_what_its_place_says()
    {
        // Needs the server's symbol, a library of the second layer of the root, and an extension of what is required.
        var inspection = await InspectAsync(layers: 2, [await RequiredAsync()], log: "gcc -march=native -c sample.c\n");
        Assert.Equal(["sample"], inspection.Extensions.Select(extension => extension.Name));
        Assert.Empty(inspection.Problems);
        Assert.Equal(["palloc"], inspection.ServerSymbols.Names);
        Assert.Equal(["native-cpu"], inspection.Findings.Select(finding => finding.Check));
    }

    [Fact]
    public async Task What_no_input_has_is_found()
    {
        var inspection = await InspectAsync(layers: 1, [], log: "");
        Assert.Contains(inspection.Problems, problem => problem.ToString().Contains("pgq", StringComparison.Ordinal));
        Assert.Equal(["undeclared-library"], inspection.Findings.Select(finding => finding.Check));
    }

    [Fact]
    public async Task A_module_has_no_log_of_its_own()
    {
        var inspection = await InspectAsync(layers: 2, [await RequiredAsync()], log: null);
        Assert.Empty(inspection.Findings);
        Assert.Empty(inspection.Problems);
    }

    [Fact]
    public async Task A_log_that_is_lost_has_nothing_to_say()
    {
        var inspection = await InspectAsync(layers: 2, [await RequiredAsync()], log: "gcc -march=native -c sample.c\n", isLost: true);
        Assert.Empty(inspection.Findings);
        Assert.Empty(inspection.Problems);
    }

    [Fact]
    public void Whatever_the_facts_depend_on_makes_them_another_function()
    {
        Digest[] keys =
        [
            Function(1, hasBuild: true).Key(), Function(2, hasBuild: true).Key(), Function(1, hasBuild: false).Key(),
            new InspectionFacts(Installed.Project("other"), PgVersion.Of(17, 11), Installed.Prefix, 1, hasBuild: true).Key(),
            new InspectionFacts(Installed.Project("sample"), PgVersion.Of(17, 10), Installed.Prefix, 1, hasBuild: true).Key(),
            new InspectionFacts(Installed.Project("sample"), PgVersion.Of(17, 11), RelativePath.Parse("usr"), 1, hasBuild: true).Key(),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(keys[0], Function(1, hasBuild: true).Key());
    }

    private static InspectionFacts Function(int layers, bool hasBuild) => new(Installed.Project("sample"), PgVersion.Of(17, 11), Installed.Prefix, layers, hasBuild);

    private async Task<ExtensionInspection> InspectAsync(int layers, Digest[] required, string? log, bool isLost = false)
    {
        var libraries = RelativePath.Parse("usr/lib/x86_64-linux-gnu");
        Digest[] root =
        [
            await Installed.PutAsync(_blobs, libraries, Cancel, ("libc.so.6", new ElfBuilder { Symbols = [new("memcpy", Defined: true, Version: "GLIBC_2.14")] }.Build())),
            await Installed.PutAsync(_blobs, libraries, Cancel, ("libgeos.so.1", new ElfBuilder().Build())),
        ];
        Digest[] trees =
        [
            await Installed.PutAsync(_blobs, Installed.Prefix, Cancel,
                ("lib/sample.so", new ElfBuilder { Needed = ["libc.so.6", "libgeos.so.1"], Symbols = [new("palloc", Defined: false), new("Pg_magic_func", Defined: true)] }.Build()),
                ("share/extension/sample.control", "default_version = '1'\nmodule_pathname = '$libdir/sample'\nrequires = 'pgq'\n"u8.ToArray()),
                ("share/extension/sample--1.sql", "SELECT 1;"u8.ToArray())),
            await Installed.PutAsync(_blobs, Installed.Prefix, Cancel,
                ("bin/postgres", new ElfBuilder { Program = true, Needed = ["libc.so.6"], Symbols = [new("palloc", Defined: true)] }.Build())),
            await new TestTree().WithFile("Makefile", "PGXS").WithFile("LICENSE", "").PutAsync(_blobs, Cancel),
            .. root.Take(layers),
            .. required,
        ];

        var inputs = trees.Select(Result).ToList();
        if (log is not null)
        {
            var written = await _blobs.PutAsync(System.Text.Encoding.UTF8.GetBytes(log), Cancel);
            if (isLost)
                _blobs.Drop(written);
            inputs.Add(Result(Digest.Empty) with { Log = written });
        }

        var facts = await Function(layers, log is not null).ApplyAsync([.. inputs], new TreeStore(_blobs, new MemoryMemo()), Cancel);
        return await InspectionFacts.ReadAsync(_blobs, facts, Cancel);
    }

    private Task<Digest> RequiredAsync() => Installed.PutAsync(_blobs, Installed.Prefix, Cancel, ("share/extension/pgq.control", "default_version = '3.5'"u8.ToArray()));

    private static StepResult Result(Digest tree) => new(new StoredStep(new StepName("test", "input"), tree), tree);
}
