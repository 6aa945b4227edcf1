using Monogres.Core;
using Monogres.Index.Projects;
using Monogres.Index.Tests.Extensions;

namespace Monogres.Index.Tests;

/// <summary>A server that numbers its releases itself, and is based on PostgreSQL.</summary>
public class OtherServerTests
{
    private const string Repo = "servers/otherdb/repo.json";

    private const string OtherDb = """
        { "version": 1, "name": "otherdb", "kind": "server", "license": "Apache-2.0", "homepage": "https://example.org/", "summary": "Another one",
          "build": { "style": "postgres-autoconf" },
          "options": { "required": { "uuid": "initdb needs it" }, "without_sets": { "barebones": "it lacks what a client needs" } },
          "run": { "initdb": ["--dbmode=other"], "settings": { "shared_preload_libraries": "other_ora", "other.port": "1521" }, "port": 1521, "database": "other" },
          "sources": { "web": { "summary": "x", "strip_prefix": "otherdb-{version}", "places": [ { "url": "https://example.org/{major}/{version}.tar.gz" } ] } },
          "versions": {
            "4.6": { "postgres": "17.6", "parts": { "contrib/part": { "sha256": "cccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccccc", "places": [ { "url": "https://example.org/part.tar.gz" } ] } }, "patches": ["contrib/part/*.diff"], "released": "2025-09-01T00:00:00Z", "files": { "web": { "sha256": "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" } } },
            "5.4": { "postgres": "18.4", "released": "2026-05-20T00:00:00Z", "files": { "web": { "sha256": "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb" } } } } }
        """;

    // A module that only this server has; of the others, `wall` is in PostgreSQL up to 16 and `roof` since 18.
    private const string Modules = """
        { "version": 1, "tests": { "style": "plain", "directory": "contrib/{name}" }, "modules": { "other_ora": { "summary": "Its own", "category": "compatibility", "postgres": ">=18" } } }
        """;

    private static ExtensionIndex Files() => new ExtensionIndex()
        .Write(Repo, OtherDb)
        .Write("servers/otherdb/modules.json", Modules)
        .Add("pgvector", [("0.8.0", ">=13, <18"), ("0.10.0", ">=15, <19")], creates: "vector")
        .Add("late", [("1.0", ">=18.4")]);

    [Fact]
    public async Task A_release_has_a_name_of_its_own_and_the_PostgreSQL_that_it_is_based_on()
    {
        using var files = Files();
        var index = await files.ReadAsync();
        var server = index.Project(ProjectName.Parse("otherdb"));
        Assert.Equal(["otherdb", "postgres"], index.Projects.Select(project => project.Name.Value));
        Assert.Equal(["4.6 is 17.6", "5.4 is 18.4"], server.Releases.Select(release => $"{release.Version} is {release.Postgres}"));
        Assert.Equal("https://example.org/5/5.4.tar.gz", Assert.IsType<Place.Web>(server.Releases[1].Files[0].Places[0]).Address.AbsoluteUri);
        Assert.Equal("servers/otherdb", server.Folder);
        Assert.Equal(("contrib/part", 'c'), (server.Releases[0].Parts[0].To.Value, server.Releases[0].Parts[0].File.Sha256.ToString()[0]));
        Assert.Equal(["contrib/part/*.diff"], server.Releases[0].Patches);
        Assert.Empty(server.Releases[1].Patches);
        Assert.Equal("initdb needs it", server.RequiredOptions["uuid"]);
        Assert.Equal("it lacks what a client needs", server.WithoutOptionSets["barebones"]);
        Assert.Equal(["--dbmode=other"], server.Run.InitDb);
        Assert.Equal(["other.port=1521", "shared_preload_libraries=other_ora"], server.Run.Settings.Select(setting => $"{setting.Key}={setting.Value}"));
        Assert.Equal((1521, "other"), (server.Run.Port, server.Run.Database));
        Assert.Empty(index.DefaultServer.Run.InitDb);
        Assert.Empty(index.DefaultServer.RequiredOptions);
        Assert.Every(index.DefaultServer.Releases, release => Assert.Equal(release.Version, release.Postgres));
    }

    [Theory]
    [InlineData("otherdb", "otherdb@5.4+minimal")]
    [InlineData("otherdb@4", "otherdb@4.6+minimal")]
    [InlineData("otherdb@5", "otherdb@5.4+minimal")]
    [InlineData("otherdb@4..5", "otherdb@4.6+minimal otherdb@5.4+minimal")]
    [InlineData("*@5", "otherdb@5.4+minimal")]
    [InlineData("pgvector/otherdb@5", "pgvector@0.10.0/otherdb@5.4+minimal")]
    [InlineData("pgvector@0.8.0/otherdb@*", "pgvector@0.8.0/otherdb@4.6+minimal")]
    [InlineData("*/otherdb@5.4", "brick@5.4/otherdb@5.4+minimal late@1.0/otherdb@5.4+minimal other_ora@5.4/otherdb@5.4+minimal pgvector@0.10.0/otherdb@5.4+minimal roof@5.4/otherdb@5.4+minimal")]
    [InlineData("*/otherdb@4.6", "brick@4.6/otherdb@4.6+minimal pgvector@0.10.0/otherdb@4.6+minimal")]
    [InlineData("late/*@*", "late@1.0/otherdb@5.4+minimal late@1.0/postgres@18.4+minimal late@1.0/postgres@18.6+minimal late@1.0/postgres@19beta1+minimal late@1.0/postgres@19beta2+minimal late@1.0/postgres@19beta3+minimal late@1.0/postgres@19beta4+minimal late@1.0/postgres@19rc1+minimal")]
    public async Task A_pattern_selects_by_its_own_version_and_extensions_fit_by_that_of_PostgreSQL(string pattern, string targets)
    {
        using var files = Files();
        Assert.Equal(targets, string.Join(' ', (await files.ReadAsync()).Select(TargetPattern.Parse(pattern))));
    }

    [Theory]
    [InlineData("other_ora/postgres@18", "`other_ora` is not in `postgres@18.6+minimal`", null, "it is a module of `otherdb` alone, where that is based on PostgreSQL >=18")]
    [InlineData("late/otherdb@4.6", "`late` does not support `otherdb@4.6+minimal`", "ask for `late@1.0/otherdb@5.4+minimal`", "1.0: PostgreSQL >=18.4")]
    [InlineData("otherdb@18", "`otherdb@18` selects no release", null, "`otherdb` has the majors 4, 5")]
    [InlineData("pgvector", "no project `pgvector` in the index", "`pgvector` is an extension: add the PostgreSQL to build it against, `pgvector/postgres`")]
    public async Task What_does_not_fit_is_told_with_the_reason(string pattern, string message, string? hint, params string[] details)
    {
        using var files = Files();
        var index = await files.ReadAsync();
        var error = Assert.Throws<UserErrorException>(() => index.Select(TargetPattern.Parse(pattern)));
        Assert.Equal((message, hint), (error.Message, error.Hint));
        Assert.Equal(details, error.Details);
    }

    [Fact]
    public async Task An_extension_that_is_for_some_servers_is_selected_for_these_alone()
    {
        using var files = Files().Add("patched", [("1.0", ">=13"), ("2.0", ">=18")], more: """, "servers": ["otherdb"]""");
        var index = await files.ReadAsync();
        string Selected(string pattern) => string.Join(' ', index.Select(TargetPattern.Parse(pattern)));
        Assert.Equal("patched@2.0/otherdb@5.4+minimal", Selected("patched/otherdb@5"));
        Assert.Equal("patched@1.0/otherdb@5.4+minimal patched@2.0/otherdb@5.4+minimal", Selected("patched@*/otherdb@5"));
        Assert.DoesNotContain("patched", Selected("*/postgres@18"), StringComparison.Ordinal);
        var error = Assert.Throws<UserErrorException>(() => index.Select(TargetPattern.Parse("patched/postgres@18")));
        Assert.Equal(("`patched` is not for `postgres@18.6+minimal`", "ask for `patched/otherdb`"), (error.Message, error.Hint));
        Assert.Equal(["it needs what only `otherdb` has"], error.Details);
    }

    [Fact]
    public async Task An_extension_for_a_server_that_there_is_none_of_is_a_problem()
    {
        using var files = Files().Add("patched", [("1.0", ">=13")], more: """, "servers": ["otherbd"]""");
        Assert.Equal(["extensions/patched/repo.json: servers[0] names the unknown server `otherbd` (did you mean `otherdb`?)"], await files.ProblemsAsync());
    }

    [Fact]
    public async Task The_index_says_which_server_is_meant_when_none_is_named()
    {
        using var files = Files().Change("index.json", "\"postgres\"", "\"otherdb\"");
        Directory.Move(Path.Combine(files.Path, "servers/postgres/option-sets.json"), Path.Combine(files.Path, "servers/otherdb/option-sets.json"));
        var index = await files.ReadAsync();
        Assert.Equal("otherdb", index.DefaultServer.Name.Value);
        Assert.Equal("`pgvector` is an extension: add the PostgreSQL to build it against, `pgvector/otherdb`", Assert.Throws<UserErrorException>(() => index.Select(TargetPattern.Parse("pgvector"))).Hint);
    }

    [Theory]
    [InlineData("index.json", "\"postgres\"", "\"postgers\"", "index.json: default_server names the unknown server `postgers` (did you mean `postgres`?)")]
    [InlineData("index.json", "\"postgres\"", "\"Postgres\"", "index.json: default_server is `Postgres`: expected the name of a server: lower-case letters, digits, `-` and `_`")]
    [InlineData(Repo, "\"postgres\": \"17.6\", ", "", "servers/otherdb/repo.json: versions[\"4.6\"] has no `postgres`, which other versions have (say of every version which PostgreSQL it is based on, or of none when this is PostgreSQL itself)")]
    [InlineData(Repo, "\"17.6\"", "\"4.6\"", "servers/otherdb/repo.json: versions[\"4.6\"].postgres is `4.6`: expected a version of PostgreSQL such as `18.4`")]
    [InlineData(Repo, "\"otherdb\"", "\"other\"", "servers/otherdb/repo.json: name is `other`, but the folder is `servers/otherdb` (give both the same name)")]
    [InlineData("servers/postgres/repo.json", "\"13.0\"", "\"3.0\"", "servers/postgres/repo.json: versions[\"3.0\"] is not a version of PostgreSQL itself, and has no `postgres` (the version of PostgreSQL that it is based on, such as `18.4`)")]
    [InlineData(Repo, "\"uuid\"", "\"uid\"", "servers/otherdb/repo.json: options.required.uid names the unknown option `uid` (did you mean `uuid`?)")]
    [InlineData(Repo, "\"barebones\"", "\"bones\"", "servers/otherdb/repo.json: options.without_sets.bones names the unknown option set `bones`")]
    [InlineData(Repo, "--dbmode=other", "dbmode=other", "servers/otherdb/repo.json: run.initdb[0] is `dbmode=other`: expected an argument of initdb, which begins with `-`")]
    [InlineData(Repo, "\"port\": 1521", "\"port\": 152100", "servers/otherdb/repo.json: run.port is 152100: expected a TCP port, at most 65535")]
    [InlineData("servers/otherdb/modules.json", "other_ora", "brick", "servers/postgres/modules.json: modules.brick is also the name of a module in servers/otherdb/modules.json")]
    [InlineData("servers/otherdb/modules.json", "other_ora", "postgres", "servers/otherdb/modules.json: modules.postgres is also the name of the server in servers/postgres/repo.json")]
    public async Task A_mistake_is_reported_with_its_field(string file, string old, string @new, string problem)
    {
        using var files = Files().Change(file, old, @new);
        Assert.Equal([problem], await files.ProblemsAsync());
    }

    [Fact]
    public async Task Option_sets_that_nobody_reads_are_a_problem()
    {
        using var files = Files().Write("servers/otherdb/option-sets.json", "{}");
        Assert.Equal(["servers/otherdb/option-sets.json: is not used: every server has the option sets of `postgres` (remove it)"], await files.ProblemsAsync());
    }
}
