using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Monogres.Core;
using Monogres.Testing;

namespace Monogres.Cli.Tests.Commands;

public sealed partial class DoctorTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_would_go_wrong_is_said_with_what_to_do()
    {
        Write("Makefile", """
            EXTENSION = troubled
            DATA = troubled--1.0.sql
            MODULE_big = troubled
            OBJS = troubled.o
            OPTFLAGS = -march=native
            PG_CFLAGS += $(OPTFLAGS) -DBUILT=$(shell git rev-parse HEAD)
            SHLIB_LINK = -lgmp -lfrobnicate
            PG_CONFIG = pg_config
            PGXS := $(shell $(PG_CONFIG) --pgxs)
            include $(PGXS)

            """);
        Write("troubled.control", "comment = 'In trouble'\ndefault_version = '1.1'\nmodule_pathname = '$libdir/troubled'\nrequires = 'hstore, unheard_of'\n");
        Write("troubled--1.0.sql", "");
        Write("troubled.c", "#if PG_VERSION_NUM < 160000\n#error too old\n#endif\nvoid _PG_init(void)\n{\n    if (!process_shared_preload_libraries_in_progress)\n        elog(ERROR, \"no\");\n    puts(__DATE__);\n}\n");
        File.CreateSymbolicLink(_directory["source/out"], "/usr/share/doc");

        var (exitCode, output, error) = await DoctorAsync("--postgres", "15.18");
        Assert.Equal((ExitCode.Failed, ""), (exitCode, error));
        Golden.Match(output, "doctor.txt");

        using var document = JsonDocument.Parse((await DoctorAsync("--postgres", "15.18", "--json")).Out);
        var diagnosis = Assert.Single(document.RootElement.GetProperty("diagnoses").EnumerateArray());
        Assert.True(diagnosis.GetProperty("fails").GetBoolean());
        Assert.Equal("troubled", diagnosis.GetProperty("name").GetString());
        Assert.Equal(output.Split('\n').Count(line => line.StartsWith("error ", StringComparison.Ordinal)),
            diagnosis.GetProperty("findings").EnumerateArray().Count(finding => finding.GetProperty("severity").GetString() == "error"));
    }

    [Fact]
    public async Task What_will_work_is_said_in_few_lines()
    {
        Write("plain.control", "default_version = '1.0'\n");
        Write("plain--1.0.sql", "select 1;\n");
        Write("LICENSE", "This is under the PostgreSQL License.\n");
        var (exitCode, output, _) = await DoctorAsync("--postgres", "17.11");
        Assert.Equal(ExitCode.Done, exitCode);
        Assert.Equal("""
            plain@1.0 in SOURCE
              build      sql-only, because of plain.control
              creates    plain 1.0
              license    PostgreSQL
              plan       postgres@17.11+minimal on debian12-amd64
            note no-tests: plain.control: no tests are known
              `monogres test` then only checks that it can be created and updated. PGXS runs the tests that `REGRESS`, `ISOLATION` and `TAP_TESTS` name.
            nothing is certain to fail: 0 warnings

            """, output);
    }

    [Theory]
    [InlineData("`postgres@15` is not an extension", "doctor", "postgres@15")]
    [InlineData("`hstore` is a module of PostgreSQL", "doctor", "hstore")]
    [InlineData("no project `vektor` in the index", "doctor", "vektor")]
    [InlineData("there is no `./nothing-here`", "doctor", "./nothing-here")]
    [InlineData("`postgres@99` selects no release", "doctor", "/", "--postgres", "99")]
    [InlineData("there is no `./nothing-here`", "build", "postgres@15", "./nothing-here")]
    [InlineData("there is no `./nothing-here`", "run", "postgres@15", "--with", "./nothing-here")]
    [InlineData("no release `15.99` of `postgres`", "build", "/", "postgres@15.99")]
    [InlineData("`v1` in `https://example.org/x.git@v1` is not a full commit", "plan", "https://example.org/x.git@v1")]
    public async Task A_slip_is_said_before_a_store_is_looked_for(string message, params string[] args)
    {
        var (exitCode, output, error) = await CommandLine.RunAsync(args);
        Assert.Equal((ExitCode.Failed, ""), (exitCode, output));
        Assert.StartsWith($"error: {message}", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Which_PostgreSQL_is_asked_of_sources_only()
    {
        var (exitCode, _, error) = await CommandLine.RunAsync("build", "pgvector/postgres@17", "--postgres", "17");
        Assert.Equal(ExitCode.Usage, exitCode);
        Assert.StartsWith("error: `--postgres` is only for local sources", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_is_planned_with_a_store_of_its_own()
    {
        Write("plain.control", "default_version = '1.0'\n");
        Write("plain--1.0.sql", "select 1;\n");
        var (exitCode, output, _) = await CommandLine.RunAsync("plan", _directory["source"], "--postgres", "15.18", "--store", _directory["store"]);
        Assert.Equal(ExitCode.Done, exitCode);
        Assert.StartsWith("plain@1.0/postgres@15.18+minimal  debian12-amd64  gcc  a local source  ", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_hint_that_names_one_of_several_can_be_pasted()
    {
        var source = _directory["my source"];
        Directory.CreateDirectory(source);
        await File.WriteAllTextAsync(Path.Combine(source, "plain.control"), "default_version = '1.0'\n", TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(Path.Combine(source, "plain--1.0.sql"), "select 1;\n", TestContext.Current.CancellationToken);
        string[] store = ["--store", _directory["store"]];
        var (exitCode, _, error) = await CommandLine.RunAsync(["explain", source, "--packages", "gawk", "--postgres", "14..15", "--option-set", "full", "--toolchain", "llvm", .. store]);
        Assert.Equal(ExitCode.Failed, exitCode);

        // As the shell takes it apart.
        var pasted = Hint().Match(error).Groups["target"].Value;
        var newest = (await Monogres.Index.IndexReader.ReadAsync(RepositoryFiles.Index, TestContext.Current.CancellationToken)).OrThrow().DefaultServer.Releases.Last(release => release.Version.Major == 15).Version;
        Assert.Equal($"'{source}' --packages gawk --postgres {newest}+full --toolchain llvm", pasted);
        var (planned, output, _) = await CommandLine.RunAsync(["plan", source, .. pasted[(source.Length + 3)..].Split(' '), "--json", .. store]);
        Assert.Equal(ExitCode.Done, planned);
        var plan = JsonNode.Parse(output.Trim())!;
        Assert.Equal(($"plain@1.0/postgres@{newest}+full", "llvm"), ((string?)plan["target"], (string?)plan["toolchain"]));
        Assert.Contains("gawk", plan["buildPackages"]!.AsArray().Select(package => (string?)package));
    }

    [Theory]
    [InlineData("build", "pgvector/postgres@17")]
    [InlineData("run", "postgres@17")]
    [InlineData("doctor", "pgvector")]
    public async Task Package_sets_are_asked_of_sources_only(params string[] args)
    {
        var (exitCode, _, error) = await CommandLine.RunAsync([.. args, "--packages", "gawk"]);
        Assert.Equal(ExitCode.Usage, exitCode);
        Assert.StartsWith("error: `--packages` is only for local sources", error, StringComparison.Ordinal);
    }

    private void Write(string path, string content)
    {
        Directory.CreateDirectory(_directory["source"]);
        File.WriteAllText(Path.Combine(_directory["source"], path), content);
    }

    private async Task<(ExitCode ExitCode, string Out, string Error)> DoctorAsync(params string[] more)
    {
        var (exitCode, output, error) = await CommandLine.RunAsync(["doctor", _directory["source"], "--store", _directory["store"], .. more]);
        return (exitCode, output.Replace(_directory["source"], "SOURCE", StringComparison.Ordinal), error);
    }

    [GeneratedRegex("such as `(?<target>[^`]+)`", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Hint();
}
