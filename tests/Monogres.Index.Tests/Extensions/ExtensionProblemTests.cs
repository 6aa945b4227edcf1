using Monogres.Testing;

namespace Monogres.Index.Tests.Extensions;

public class ExtensionProblemTests
{
    private const string All = "extensions/pg_all/repo.json", Modules = "servers/postgres/modules.json", Plain = "styles/plain.json", Split = "styles/steps/split-symbols.json", Server = "styles/postgres-autoconf.json";

    [Theory]
    [InlineData(All, "\"style\": \"plain\"", "\"style\": \"plane\"", "extensions/pg_all/repo.json: build.style names the unknown style `plane` (did you mean `plain`?)")]
    [InlineData(All, "\"style\": \"plain\"", "\"style\": \"postgres-autoconf\"", "extensions/pg_all/repo.json: build.style names the style `postgres-autoconf`, which builds servers")]
    [InlineData(All, "\"brick\", \"pg_base\"", "\"brik\"", "extensions/pg_all/repo.json: requires[0] names the unknown project `brik` (did you mean `brick`?)")]
    [InlineData(All, "\"brick\", \"pg_base\"", "\"Brick\"", "extensions/pg_all/repo.json: requires[0] is `Brick`: expected the name of a project: lower-case letters, digits, `-` and `_`")]
    [InlineData(All, "\"pg_helper\"", "\"pg_helpr\"", "extensions/pg_all/repo.json: tests.requires[0] names the unknown project `pg_helpr` (did you mean `pg_helper`?)")]
    [InlineData(All, "\"brick\", \"pg_base\"", "\"pg_all\"", "extensions/pg_all/repo.json: requires[0] is circular: `pg_all` requires `pg_all`")]
    [InlineData(All, "\"zlib-build\"", "\"zlib-bulid\"", "extensions/pg_all/repo.json: build.build_packages[0] names the package set `zlib-bulid`, which no platform has (did you mean `zlib-build`?)")]
    [InlineData(All, "\"packages\": [\"make\"]", "\"packages\": [\"mkae\"]", "extensions/pg_all/repo.json: tests.packages[0] names the package set `mkae`, which no platform has (did you mean `make`?)")]
    [InlineData(All, "\"postgres\": \">=13\",", "", "extensions/pg_all/repo.json: versions[\"1.10\"] has no `postgres`: neither the version nor the project says which PostgreSQL it works with (add a range such as `>=13, <18`)")]
    [InlineData(All, "\"foreign-data\"", "\"foreign\"", "extensions/pg_all/repo.json: category is `foreign`, which is not a category (the categories are administration, security, types, functions, search, geospatial, access, languages, foreign-data, replication, analytics, compatibility, testing)")]
    [InlineData(All, "\"foreign-data\"", "\"foreign_data\"", "extensions/pg_all/repo.json: category is `foreign_data`, which is not a category (did you mean `foreign-data`?)")]
    [InlineData(All, "\"tests\": {", "\"tests\": { \"skip\": \"why\",", "extensions/pg_all/repo.json: tests.skip excludes all other fields: tests that are not run need nothing (remove either `skip` or the other fields)")]
    [InlineData(All, "\"1.10\"", "\".10\"", "extensions/pg_all/repo.json: versions[\".10\"] cannot be the version of an extension (versions are letters, digits, `.`, `-`, `_` and `~`, a letter or digit first)")]
    [InlineData(All, "\"released\": \"2024-02-01T00:00:00Z\", ", "", "extensions/pg_all/repo.json: versions[\"1.10\"].released is missing: release needs it")]
    [InlineData(All, "\"tag\": \"v1.9\", ", "", "extensions/pg_all/repo.json: versions[\"1.9\"].files.github needs `tag` of its release for `https://example.org/{tag}/{commit}.tar.gz`", "extensions/pg_all/repo.json: versions[\"1.9\"].parts[\"vendor/h3\"] needs `tag` of its release for `h3-{tag}`")]
    [InlineData(All, "pool/main/p/pg-all/pg-all_{version}", "pool/{major}", "extensions/pg_all/repo.json: sources.debian.places[0].path has the unknown placeholder {major} (the placeholders are {version}, {tag}, {commit})")]
    [InlineData(All, "\"vendor/h3\"", "\"../h3\"", "extensions/pg_all/repo.json: versions[\"1.9\"].parts[\"../h3\"] is not a valid path: expected a directory of the source, without leading slash, `.` or `..`")]
    [InlineData(All, "\"all_more\"", "\"a--b\"", "extensions/pg_all/repo.json: extensions[1] is `a--b`: expected what CREATE EXTENSION takes: without slash, without `-` at an end, without `--`")]
    [InlineData(All, "\"$libdir/more\"", "\"a,b\"", "extensions/pg_all/repo.json: preload[1] is `a,b`: expected the name of a library")]
    [InlineData(All, "\"all.database\"", "\"all database\"", "extensions/pg_all/repo.json: settings[\"all database\"] cannot be the name of a server setting")]
    [InlineData(All, "\"B\": \"2\"", "\"2B\": \"2\"", "extensions/pg_all/repo.json: build.environment[\"2B\"] cannot be the name of an environment variable")]
    [InlineData(All, "\"kind\": \"extension\"", "\"kind\": \"server\"", "extensions/pg_all/repo.json: kind is `server`: expected `extension`")]
    [InlineData(All, "\"why\": \"other locale data\"", "\"because\": \"x\"", "extensions/pg_all/repo.json: tests.drift[0].because is not a field of drift (the fields are test, postgres, why)", "extensions/pg_all/repo.json: tests.drift[0].why is missing: drift needs it")]
    [InlineData(Modules, "\"plperl\", \"pltcl\"", "\"lz5\"", "servers/postgres/modules.json: modules.wall.options[0] names the unknown option `lz5` (did you mean `lz4`?)")]
    [InlineData(Modules, "\"requires\": [\"brick\"]", "\"requires\": [\"brck\"]", "servers/postgres/modules.json: modules.wall.requires[0] names the unknown project `brck` (did you mean `brick`?)")]
    [InlineData(Modules, "\"roof\"", "\"Roof\"", "servers/postgres/modules.json: modules.Roof is not a valid name: expected lower-case letters, digits, `-` and `_`")]
    [InlineData(Modules, "\"roof\"", "\"pg_base\"", "extensions/pg_base/repo.json: name is `pg_base`, which is also the name of a module in servers/postgres/modules.json")]
    [InlineData(Modules, "\"roof\"", "\"postgres\"", "servers/postgres/modules.json: modules.postgres is also the name of the server in servers/postgres/repo.json")]
    [InlineData(Modules, "share/tsearch_data", "/share/tsearch_data", "servers/postgres/modules.json: modules.wall.files[0] is `/share/tsearch_data/wall.rules`: expected a relative path or glob without `.`, `..` or empty parts")]
    [InlineData(Plain, "split-symbols", "split-symbol", "styles/plain.json: steps[1].use names the unknown step `split-symbol` (did you mean `split-symbols`?)")]
    [InlineData(Plain, "\"use\": \"split-symbols\"", "\"use\": \"split-symbols\", \"run\": []", "styles/plain.json: steps[1] needs exactly one of `run` (the lines of its script) and `use` (the shared step that has them)")]
    [InlineData(Plain, "make install DESTDIR={out}", "{start_server}", "styles/plain.json: steps[0].run has the unknown placeholder {start_server} (the placeholders are {version}, {tag}, {commit}, {postgres}, {major}, {prefix}, {pg_config}, {arguments}, {environment}, {cc}, {cxx}, {out}, {jobs})")]
    [InlineData(Plain, "\"make\"]", "\"mkae\"]", "styles/plain.json: build_packages[1] names the package set `mkae`, which no platform has (did you mean `make`?)")]
    [InlineData(Split, "find {out} -type f", "find {prefix} -type f", "styles/steps/split-symbols.json: run has the unknown placeholder {prefix} (the placeholders are {out})")]
    [InlineData(Server, "\"builds\": \"server\"", "\"builds\": \"servers\"", "styles/postgres-autoconf.json: builds is `servers`: expected `server` or `extension` (did you mean `server`?)")]
    public async Task A_mistake_is_reported_with_its_field(string file, string old, string @new, params string[] problems)
    {
        using var files = new ExtensionIndex().AddEverything().Change(file, old, @new);
        Assert.Equal(problems, await files.ProblemsAsync());
    }

    [Fact]
    public async Task A_circle_of_requirements_is_named_once()
    {
        using var files = new ExtensionIndex()
            .Add("one", [("1", ">=13")], """, "requires": ["two"] """)
            .Add("two", [("1", ">=13")], """, "requires": ["brick", "three"] """)
            .Add("three", [("1", ">=13")], """, "requires": ["one"] """);
        Assert.Equal(["extensions/three/repo.json: requires[0] is circular: `three` requires `one`, which requires `two`, which requires `three`"], await files.ProblemsAsync());
    }

    [Fact]
    public async Task Two_ways_to_one_requirement_are_no_circle()
    {
        using var files = new ExtensionIndex()
            .Add("one", [("1", ">=13")], """, "requires": ["three", "two"] """)
            .Add("two", [("1", ">=13")], """, "requires": ["three"], "tests": { "requires": ["one"] } """)
            .Add("three", [("1", ">=13")]);
        Assert.Equal(6, (await files.ReadAsync()).Extensions.Length);
    }

    [Fact]
    public async Task A_server_is_not_built_by_a_style_for_extensions()
    {
        using var files = new ExtensionIndex().Change("servers/postgres/repo.json", "\"postgres-autoconf\"", "\"plain\"");
        Assert.Equal(["servers/postgres/repo.json: build.style names the style `plain`, which builds extensions"], await files.ProblemsAsync());
    }

    [Fact]
    public async Task A_folder_without_its_file_is_a_problem()
    {
        using var files = new ExtensionIndex();
        Directory.CreateDirectory(Path.Combine(files.Path, "extensions/empty"));
        Assert.Equal(["extensions/empty/repo.json: is not there"], await files.ProblemsAsync());
    }

    [Fact]
    public async Task A_package_set_that_one_platform_has_is_no_problem()
    {
        using var files = new ExtensionIndex().AddEverything()
            .Change(All, "\"zlib-build\"", "\"only-here\"")
            .Change("platforms/debian13-amd64/platform.json", "\"package_sets\": {", "\"package_sets\": { \"only-here\": [\"zlib1g-dev\"],");
        Assert.IsType<IndexReading.ValidIndex>(await files.TryReadAsync());
    }

    [Fact]
    public async Task Everything_that_is_wrong_with_extensions_is_reported_at_once()
    {
        using var files = new ExtensionIndex()
            .Add("broken", """
                { "version": 2, "name": "Broken", "kind": "extension", "license": "", "homepage": 7, "sumary": "x", "category": "typ",
                  "sources": { "web": { "places": [ { "url": "ftp://example.org/{tag}" }, 5 ] } },
                  "versions": { "1": { "postgres": "=>13", "released": "yesterday", "files": { "web": { "sha256": "abc", "size": 0 }, "wbe": {} }, "parts": { "/x": { "sha256": 1 } } },
                                "1": {}, "2": { "released": "2024-01-01T00:00:00Z", "files": {} }, "3": 4 },
                  "build": { "styl": "x", "environment": { "A B": "" }, "build_packages": ["nothing"] }, "extensions": ["", "-x", "a", "a"], "requires": ["nobody", 3], "preload": {}, "settings": [],
                  "tests": { "skip": "", "drift": [ {} ] } }
                """)
            .Add("empty", "{ }").Add("list", "[]").Add("text", "{").Add("none", """
                { "version": 1, "name": "none", "kind": "extension", "homepage": "https://example.org/", "summary": "x", "category": "types", "sources": {}, "versions": {}, "build": {}, "extensions": [] }
                """)
            .Write("styles/plain.json", """{ "version": 1, "builds": "extension", "name": "plane", "prefix": "/x", "steps": [ { "use": 1 }, {}, 5 ], "build_packages": ["nothing"] }""")
            .Write("styles/steps/bad.json", """{ "version": 1, "run": "x", "name": "bad" }""")
            .Write(Modules, """
                { "version": 1, "modules": { "A": {}, "B": { "summary": "x", "category": "types", "postgres": ">=x", "options": ["opnssl"], "files": ["../x"] }, "broken": { "summary": "x", "category": "types", "postgres": "*", "requires": ["broken"] } } }
                """);
        Golden.Match(string.Concat((await files.ProblemsAsync()).Select(problem => problem + "\n")), "broken-extensions.txt");
    }
}
