using Monogres.Core;
using Monogres.Index.Platforms;
using Monogres.Testing;

namespace Monogres.Index.Tests;

public class IndexProblemTests
{
    private const string Repo = "servers/postgres/repo.json", Options = "servers/postgres/option-sets.json", Style = "styles/postgres-autoconf.json", Platform = "platforms/debian12-amd64/platform.json", Cross = "platforms/debian12-arm64/platform.json";

    [Theory]
    [InlineData(Repo, "\"version\": 1", "\"version\": 2", "servers/postgres/repo.json: version is 2: this version of Monogres reads format 1")]
    [InlineData(Repo, "\"license\"", "\"licence\"", "servers/postgres/repo.json: licence is not a field of repo (did you mean `license`?)", "servers/postgres/repo.json: license is missing: repo needs it")]
    [InlineData(Repo, "\"15.18\"", "\"15.018\"", "servers/postgres/repo.json: versions[\"15.018\"] is not a PostgreSQL version (versions look like 15.18, 19beta2, 19rc1)")]
    [InlineData(Repo, "11df0df97f", "11DF0df97f", "servers/postgres/repo.json: versions[\"15.18\"].files.tarball.sha256 is `11DF0df97fe3ea4ba9a791faaf39cee1d2fe571e78885b5b55d8517d27c323b4`: expected a SHA-256, 64 digits of 0-9 and a-f")]
    [InlineData(Repo, "23405115", "0", "servers/postgres/repo.json: versions[\"15.18\"].files.tarball.size is 0: expected a whole number of at least 1")]
    [InlineData(Repo, "23405115", "\"23405115\"", "servers/postgres/repo.json: versions[\"15.18\"].files.tarball.size is a text: expected a whole number of at least 1")]
    [InlineData(Repo, "archive/refs/tags/{tag}", "archive/refs/tags/{tga}", "servers/postgres/repo.json: sources.tag.places[0].url has the unknown placeholder {tga} (did you mean `tag`?)")]
    [InlineData(Repo, "https://github.com/postgres/postgres/archive", "http://github.com/postgres/postgres/archive", "servers/postgres/repo.json: sources.tag.places[0].url is `http://github.com/postgres/postgres/archive/refs/tags/REL_13_0.tar.gz`: expected an https address")]
    [InlineData(Repo, "\"tag\": \"REL_13_0\",", "", "servers/postgres/repo.json: versions[\"13.0\"].files.tag needs `tag` of its release for `https://github.com/postgres/postgres/archive/refs/tags/{tag}.tar.gz`", "servers/postgres/repo.json: versions[\"13.0\"].files.tag needs `tag` of its release for `postgres-{tag}`")]
    [InlineData(Repo, "pool/main/p/postgresql-15/", "pool/../", "servers/postgres/repo.json: versions[\"15.18\"].files.tarball.places[0].path is `pool/../postgresql-15_15.18.orig.tar.bz2`: expected a relative path without `.`, `..` or empty parts")]
    [InlineData(Repo, "2020-09-21T20:47:36Z", "2020-09-21", "servers/postgres/repo.json: versions[\"13.0\"].released is `2020-09-21`: expected a time such as `2024-10-30T00:00:00Z`")]
    [InlineData(Repo, "29be9983a64c011eac0b9ee29895cce71e15ea77", "29be998", "servers/postgres/repo.json: versions[\"13.0\"].commit is `29be998`: expected 40 digits of 0-9 and a-f")]
    [InlineData(Repo, "\"homepage\": \"https:", "\"homepage\": \"http:", "servers/postgres/repo.json: homepage is `http://www.postgresql.org/`: expected an https address")]
    [InlineData(Repo, "\"style\": \"postgres-autoconf\"", "\"style\": \"postgres-autconf\"", "servers/postgres/repo.json: build.style names the unknown style `postgres-autconf` (did you mean `postgres-autoconf`?)")]
    [InlineData(Repo, "\"13.1\"", "\"13.0\"", "servers/postgres/repo.json: versions[\"13.0\"] is a duplicate: keep one")]
    [InlineData(Repo, "\"authorities\": [\"docker-library\"", "\"authorities\": [\"docker-libary\"", "servers/postgres/repo.json: versions[\"13.0\"].files.tarball.authorities names the unknown authority `docker-libary` (did you mean `docker-library`?)")]
    [InlineData(Repo, "\"compression\": \"bzip2\"", "\"compression\": \"xz\"", "servers/postgres/repo.json: sources.tarball.git_archive.compression is `xz`: expected `gzip` or `bzip2`")]
    [InlineData(Repo, "\">=14.0, <14.4\"", "\">=14.0, <13\"", "servers/postgres/repo.json: warnings[0] is about no release of the file (see `versions`)")]
    [InlineData(Repo, "\">=14.0, <14.4\"", "\"since 14\"", "servers/postgres/repo.json: warnings[0].versions[0] is `since 14`: expected a version range, such as `>=15, <18` (see docs/reference/versions.md)")]
    [InlineData(Options, "\"extends\": \"barebones\"", "\"extends\": \"barebone\"", "servers/postgres/option-sets.json: sets.minimal.extends names the unknown option set `barebone` (did you mean `barebones`?)")]
    [InlineData(Options, "\"extends\": \"barebones\"", "\"extends\": \"minimal\"", "servers/postgres/option-sets.json: sets.minimal.extends is circular: `minimal` extends itself")]
    [InlineData(Options, "\"default\": \"minimal\"", "\"default\": \"large\"", "servers/postgres/option-sets.json: default names the unknown option set `large`")]
    [InlineData(Options, "        \"zlib\"\n", "        \"zlip\"\n", "servers/postgres/option-sets.json: sets.minimal.options[4] names the unknown option `zlip` (did you mean `zlib`?)")]
    [InlineData(Options, "\">=14\"", "\"=>14\"", "servers/postgres/option-sets.json: options.lz4.postgres is `=>14`: expected a version range, such as `>=15, <18` (see docs/reference/versions.md)")]
    [InlineData(Options, "\"zlib-build\"", "\"zlib-bulid\"", "servers/postgres/option-sets.json: options.zlib.build_packages[0] names the package set `zlib-bulid`, which platforms/debian11-amd64/platform.json does not have (did you mean `zlib-build`?)", "servers/postgres/option-sets.json: options.zlib.build_packages[0] names the package set `zlib-bulid`, which platforms/debian11-arm64/platform.json does not have (did you mean `zlib-build`?)", "servers/postgres/option-sets.json: options.zlib.build_packages[0] names the package set `zlib-bulid`, which platforms/debian12-amd64/platform.json does not have (did you mean `zlib-build`?)", "servers/postgres/option-sets.json: options.zlib.build_packages[0] names the package set `zlib-bulid`, which platforms/debian12-arm64/platform.json does not have (did you mean `zlib-build`?)", "servers/postgres/option-sets.json: options.zlib.build_packages[0] names the package set `zlib-bulid`, which platforms/debian13-amd64/platform.json does not have (did you mean `zlib-build`?)", "servers/postgres/option-sets.json: options.zlib.build_packages[0] names the package set `zlib-bulid`, which platforms/debian13-arm64/platform.json does not have (did you mean `zlib-build`?)")]
    [InlineData(Style, "{configure}", "{confiugre}", "styles/postgres-autoconf.json: steps[0].run has the unknown placeholder {confiugre} (did you mean `configure`?)")]
    [InlineData(Style, "\"name\": \"postgres-autoconf\"", "\"name\": \"other\"", "styles/postgres-autoconf.json: name is `other`, but the file is `postgres-autoconf.json` (give both the same name)")]
    [InlineData(Platform, "\"libc6-dev\"", "\"Libc6\"", "platforms/debian12-amd64/platform.json: package_sets.gcc[3] is `Libc6`: expected the name of a package")]
    [InlineData(Platform, "../shims/uname", "../shims/unnamed", "platforms/debian12-amd64/platform.json: shims.files[\"usr/bin/uname\"].from names the file `platforms/shims/unnamed`, which does not exist")]
    [InlineData(Platform, "../shims/uname", "../../../uname", "platforms/debian12-amd64/platform.json: shims.files[\"usr/bin/uname\"].from is `../../../uname`, which is outside the index")]
    [InlineData(Platform, "\"etc/passwd\"", "\"/etc/passwd\"", "platforms/debian12-amd64/platform.json: files[\"/etc/passwd\"] is not a valid path: expected one from the root, without leading slash, `.` or `..`")]
    [InlineData(Platform, "\"llvm\": {\n      \"postgres\"", "\"llvmm\": {\n      \"postgres\"", "platforms/debian12-amd64/platform.json: lacks.llvmm names the unknown option `llvmm` (did you mean `llvm`?)")]
    [InlineData(Platform, "\"<13.7\"", "\"=<13.7\"", "platforms/debian12-amd64/platform.json: lacks.llvm.postgres[0] is `=<13.7`: expected a version range, such as `>=15, <18` (see docs/reference/versions.md)")]
    [InlineData(Platform, "\"why\": \"the JIT", "\"because\": \"the JIT", "platforms/debian12-amd64/platform.json: lacks.llvm.because is not a field of lack (the fields are postgres, why)", "platforms/debian12-amd64/platform.json: lacks.llvm.why is missing: lack needs it")]
    [InlineData(Platform, "\"zig-toolchain\"\n      ],\n      \"archives\"", "\"zig-tools\"\n      ],\n      \"archives\"", "platforms/debian12-amd64/platform.json: toolchains.zig.packages[0] names the package set `zig-tools`, which platforms/debian12-amd64/platform.json does not have")]
    [InlineData(Platform, "\"name\": \"zig-linux", "\"name\": \"../zig-linux", "platforms/debian12-amd64/platform.json: toolchains.zig.archives[0].name is `../zig-linux-x86_64-0.13.0.tar.xz`: expected the name of a file")]
    [InlineData(Platform, "\"https://ziglang.org", "\"http://ziglang.org", "platforms/debian12-amd64/platform.json: toolchains.zig.archives[0].urls[0] is `http://ziglang.org/download/0.13.0/zig-linux-x86_64-0.13.0.tar.xz`: expected an https address")]
    [InlineData(Platform, "d45312e61e", "D45312e61e", "platforms/debian12-amd64/platform.json: toolchains.zig.archives[0].sha256 is `D45312e61ebcc48032b77bc4cf7fd6915c11fa16e4aad116b66c9468211230ea`: expected a SHA-256, 64 digits of 0-9 and a-f")]
    [InlineData(Platform, "47082308", "0", "platforms/debian12-amd64/platform.json: toolchains.zig.archives[0].size is 0: expected a whole number of at least 1")]
    [InlineData(Platform, "\"strip_prefix\": \"zig", "\"strip_prefix\": \"/zig", "platforms/debian12-amd64/platform.json: toolchains.zig.archives[0].strip_prefix is `/zig-linux-x86_64-0.13.0`: expected a relative path without `.`, `..` or empty parts")]
    [InlineData(Platform, "\"to\": \"usr/lib/zig\"", "\"into\": \"usr/lib/zig\"", "platforms/debian12-amd64/platform.json: toolchains.zig.archives[0].into is not a field of pinned archive (did you mean `to`?)", "platforms/debian12-amd64/platform.json: toolchains.zig.archives[0].to is missing: pinned archive needs it")]
    [InlineData(Platform, "\"from\": \"../shims/zig\"", "\"from\": \"../shims/zag\"", "platforms/debian12-amd64/platform.json: toolchains.zig.shims.files[\"usr/bin/zig\"].from names the file `platforms/shims/zag`, which does not exist")]
    [InlineData(Cross, "\"tools\": \"debian12-amd64\"", "\"tools\": \"debian12-arm64\"", "platforms/debian12-arm64/platform.json: cross.tools is `debian12-arm64`: expected a platform whose own programs build for it")]
    [InlineData(Cross, "        \"gcc-arm64\",\n", "        \"gcc-amr64\",\n", "platforms/debian12-arm64/platform.json: cross.package_sets.gcc[0] names the package set `gcc-amr64`, which platforms/debian12-amd64/platform.json does not have (did you mean `gcc-arm64`?)")]
    [InlineData(Cross, "\"option\": \"pltcl\"", "\"option\": \"pltlc\"", "platforms/debian12-arm64/platform.json: cross.configure[5].option names the unknown option `pltlc` (did you mean `pltcl`?)")]
    [InlineData(Cross, "\"emulator\": \"usr", "\"emulator\": \"/usr", "platforms/debian12-arm64/platform.json: cross.emulator is `/usr/bin/qemu-aarch64-static`: expected a path from the root, without leading slash")]
    public async Task A_mistake_is_reported_with_its_field(string file, string old, string @new, params string[] problems) =>
        Assert.Equal(problems, await Repository.ProblemsWithAsync(file, (old, @new)));

    [Fact]
    public async Task What_is_not_JSON_is_reported_with_line_and_column()
    {
        Assert.StartsWith("servers/postgres/repo.json: line 4, column ", Assert.Single(await Repository.ProblemsWithAsync(Repo, ("  \"name\"", "  // why\n  \"name\""))), StringComparison.Ordinal);
        Assert.StartsWith("servers/postgres/repo.json: line 4, column ", Assert.Single(await Repository.ProblemsWithAsync(Repo, ("\"version\": 1,\n", "\"version\": 1,,\n"), ("1,,", "1\n,,"))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_trailing_comma_is_refused() =>
        Assert.Contains("no comma after the last element", Assert.Single(await Repository.ProblemsWithAsync(Options, ("        \"zlib\"\n", "        \"zlib\",\n"))), StringComparison.Ordinal);

    [Fact]
    public async Task A_missing_file_is_a_problem()
    {
        using var copy = new TemporaryDirectory();
        Repository.CopyTo(copy.Path);
        File.Delete(copy[Options]);
        File.Delete(copy[Platform]);
        var reading = await IndexReader.ReadAsync(copy.Path, TestContext.Current.CancellationToken);
        Assert.Equal(
            [
                "platforms/debian12-amd64/platform.json: is not there",
                "platforms/debian12-arm64/platform.json: cross.tools is `debian12-amd64`: expected a platform whose own programs build for it",
                "servers/postgres/option-sets.json: is not there",
            ],
            // Packages of extensions and their styles that no other platform names are problems that follow from the missing one.
            Assert.IsType<IndexReading.InvalidIndex>(reading).Problems.Select(problem => problem.ToString()).Where(problem => !problem.StartsWith("extensions/", StringComparison.Ordinal) && !problem.StartsWith("styles/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_directory_without_an_index_is_an_error()
    {
        using var empty = new TemporaryDirectory();
        var error = await Assert.ThrowsAsync<UserErrorException>(() => IndexReader.ReadAsync(empty.Path, TestContext.Current.CancellationToken));
        Assert.Equal($"there is no index in `{empty.Path}`", error.Message);
    }

    [Fact]
    public async Task Everything_that_is_wrong_is_reported_at_once()
    {
        using var broken = new TemporaryDirectory();
        Directory.CreateDirectory(broken["servers/postgres"]);
        await File.WriteAllTextAsync(broken["index.json"], "{ \"version\": 1, \"default\": \"postgres\" }", TestContext.Current.CancellationToken);
        Directory.CreateDirectory(broken["styles"]);
        Directory.CreateDirectory(broken["platforms/debian12-amd64"]);
        await File.WriteAllTextAsync(broken[Repo], """
            { "version": "1", "name": "Postgres", "kind": "servant", "license": "", "homepage": 7, "sumary": "x",
              "build": { "style": "autoconf", "styl": 1 },
              "sources": { "tag": { "summary": "x", "strip_prefix": "/{tag}", "places": [ { "url": "ftp://example.org/{tag}" }, { "archive": "debian", "url": "x" }, 5 ] } },
              "versions": {
                "15": {},
                "15.0": { "tag": "REL_15_0", "released": "yesterday", "files": { "tag": { "sha256": "abc", "size": -1, "colour": "red" }, "tagg": {} } },
                "15.0": {},
                "15.1": { "files": {} } } }
            """, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(broken[Options], """
            { "version": 1, "default": "none",
              "options": { "Nls": { "summary": "x", "postgres": ">=x", "on": { "arguments": ["nls"], "environment": { "A B": "", "C": 1 } }, "off": [] , "build_packages": ["a", "a"] } },
              "sets": { "a": { "summary": "x", "options": ["nsl"], "extends": "b" }, "b": { "summary": "x", "options": "all", "extends": "a" } } }
            """, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(broken["styles/s.json"], """
            { "version": 1, "name": "s", "summary": "x", "build_packages": [], "prefix": "usr/{minor}", "compiler_flags": null, "configure": {}, "drop": [ { "postgres": "13", "paths": ["../x"] } ],
              "steps": [], "tests": [ { "name": "t", "run": ["a\nb", 1, "{bogus} ${shell} {a,b}"] } ] }
            """, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(broken[Platform], """
            { "version": 1, "name": "debian12", "links": { "../x": "/y" }, "files": { "a": {}, "b": { "lines": [], "from": "x" }, "c": { "lines": ["x"], "executable": "yes" } },
              "archive": { "name": "debian", "suites": [], "components": ["main", "main"], "keyring": "" }, "package_sets": { "x": ["A"] }, "sandbox": ["y"] }
            """, TestContext.Current.CancellationToken);
        var reading = await IndexReader.ReadAsync(broken.Path, TestContext.Current.CancellationToken);
        var problems = Assert.IsType<IndexReading.InvalidIndex>(reading).Problems;
        Golden.Match(string.Concat(problems.Select(problem => $"{problem}\n")), "broken-index.txt");
        var error = Assert.Throws<UserErrorException>(reading.OrThrow);
        Assert.Equal(problems.Count, error.Details.Count);
    }
}
