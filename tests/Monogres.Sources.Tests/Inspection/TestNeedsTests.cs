using Monogres.Sources.Inspection;

namespace Monogres.Sources.Tests.Inspection;

/// <summary>What tests need is found in what they run.</summary>
public class TestNeedsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("create extension plain;\nCREATE EXTENSION IF NOT EXISTS hstore;\ncreate extension \"pg_trgm\" cascade;", "hstore pg_trgm")]
    [InlineData("-- create extension hstore;\nselect 1;", "")]
    [InlineData("create function f() returns int as '$libdir/dblink' language c;\nLOAD 'pageinspect';", "dblink pageinspect")]
    [InlineData("create extension plpgsql;", "")]
    public async Task Extensions_that_a_test_creates_are_required(string test, string names) =>
        Assert.Equal(names, string.Join(' ', (await FactsAsync(("sql/plain.sql", test))).TestRequires));

    [Fact]
    public async Task So_are_those_that_options_load_and_settings_preload()
    {
        var facts = await FactsAsync(("Makefile", $"{SmallSource.Plain["Makefile"]}\nREGRESS_OPTS = --load-extension=pgaudit --temp-config=regress.conf\n"), ("regress.conf", "shared_preload_libraries = 'plain,pg_stat_statements'\n"));
        Assert.Equal(["pg_stat_statements", "pgaudit", "plain"], facts.TestRequires.Append("plain").Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task What_the_functions_of_an_extension_need_its_tests_need_too()
    {
        var facts = await FactsAsync(("plain--1.0.sql", "create function f() returns int as '$libdir/dblink', 'dblink_exec' language c;\ncreate function g() returns int as $$ select pg_create_logical_replication_slot('s', 'x') $$ language sql;\n"));
        Assert.Equal(["dblink"], facts.TestRequires);
        Assert.Equal("logical", facts.TestSettings["wal_level"]);
    }

    [Theory]
    [InlineData("SELECT pg_create_logical_replication_slot('s', 'plain');", "wal_level", "logical")]
    [InlineData("prepare transaction 'x';", "max_prepared_transactions", "10")]
    [InlineData("select pg_xact_commit_timestamp(xmin) from t;", "track_commit_timestamp", "on")]
    public async Task Statements_that_a_default_server_refuses_bring_a_setting(string test, string setting, string value) =>
        Assert.Equal(value, (await FactsAsync(("sql/plain.sql", test))).TestSettings[setting]);

    [Theory]
    [InlineData("REGRESS_OPTS = --inputdir=test\ntest/sql/plain.sql: generate.py\n\tpython3 generate.py", "test/sql/plain.sql", null)]
    [InlineData("sql/plain.sql:\n\ttouch $@", "sql/plain.sql", null)]
    [InlineData("sql/plain.sql:\n\ttouch $@\ninstallcheck: sql/plain.sql", "", null)]
    [InlineData("made.sql: a.sql\n\tcp $< $@", "all", "\\i made.sql\n")]
    [InlineData("", "", "\\i made.sql\n")]
    public async Task Inputs_that_the_build_makes_are_made_before_the_tests(string rules, string arguments, string? test) =>
        Assert.Equal(arguments, string.Join(' ', (await FactsAsync(("Makefile", $"{SmallSource.Plain["Makefile"]}\n{rules}\n"), ("sql/plain.sql", test))).TestArguments));

    [Theory]
    [InlineData("sql/plain.sql", "\\! xxd -p data/1.jpg > /tmp/x\n", "xxd")]
    [InlineData("sql/plain.sql", "\\set content `cat data | jq .`\n", "jq")]
    [InlineData("sql/plain.sql", "COPY t FROM PROGRAM 'xz -dc data.xz';\n", "xz-utils")]
    [InlineData("t/001.pl", "use strict;\nuse Text::Trim qw(trim);\nuse PostgreSQL::Test::Cluster;\nuse File::Basename;\n", "libtext-trim-perl")]
    public async Task Programs_and_Perl_modules_of_tests_are_packages(string file, string text, string package)
    {
        var facts = await FactsAsync(("Makefile", $"{SmallSource.Plain["Makefile"]}TAP_TESTS = 1\n"), (file, text));
        Assert.Equal(package, Assert.Single(facts.TestTools).Tool.Package);
        Assert.Empty(facts.Tools);
    }

    [Fact]
    public async Task Tests_of_which_nothing_is_there_are_none()
    {
        Assert.False((await FactsAsync(("sql/plain.sql", null))).HasTests);
        Assert.True((await FactsAsync(("sql/plain.sql", null), ("input/plain.source", ""))).HasTests);
    }

    private static async Task<SourceFacts> FactsAsync(params (string Path, string? Text)[] changes) => (await SmallSource.InspectAsync(SmallSource.Plain.With(changes), Cancel)).Facts;
}
