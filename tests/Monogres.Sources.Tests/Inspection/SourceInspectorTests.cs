using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Platforms.Contents;
using Monogres.Sources.Inspection;
using Monogres.Store.Trees;
using Monogres.Testing;
using Monogres.Testing.Stores;

namespace Monogres.Sources.Tests.Inspection;

public class SourceInspectorTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_plain_extension_is_described_and_nothing_is_wrong_with_it()
    {
        var (facts, findings) = await InspectAsync();
        Assert.Empty(findings);
        Assert.Equal(("pgxs", "Makefile"), (facts.Style, facts.StyleFile));
        Assert.Equal([("plain", "1.0", "Does nothing")], facts.Extensions.Select(one => (one.Name, one.DefaultVersion!, one.Comment!)));
        Assert.Equal(("PostgreSQL", "plain", "Does nothing"), (facts.License, facts.Name, facts.Summary));
        Assert.Equal(["plain"], facts.Regress);
        Assert.True(facts.HasTests);
        Assert.Equal(PostgresClaim.Nothing, facts.Postgres);
        Assert.Empty(facts.Libraries);
        Assert.Empty(facts.Preload);
    }

    [Theory]
    [InlineData("cargo-pgrx", "Cargo.toml", "[dependencies]\npgrx = \"=0.12.9\"\n")]
    [InlineData("autoconf", "configure.ac", "AC_INIT([x],[1])\n")]
    [InlineData("cmake", "CMakeLists.txt", "project(x)\n")]
    [InlineData("meson", "meson.build", "project('x')\n")]
    [InlineData("pgxs", "GNUmakefile", "all:\n\t$(MAKE) -C src\n")]
    public async Task The_style_is_told_by_the_build_file(string style, string file, string text) =>
        Assert.Equal((style, file), await StyleAsync(("Makefile", null), (file, text)));

    [Fact]
    public async Task A_makefile_with_PGXS_comes_before_other_ways_to_build() =>
        Assert.Equal(("pgxs", "Makefile"), await StyleAsync(("meson.build", "project('x')\n"), ("configure", "#!/bin/sh\n"), ("CMakeLists.txt", "project(x)\n")));

    [Fact]
    public async Task A_makefile_that_only_calls_cmake_is_none() =>
        Assert.Equal(("cmake", "CMakeLists.txt"), await StyleAsync(("Makefile", "all:\n\tcmake -B build\n"), ("CMakeLists.txt", "project(x)\n")));

    [Fact]
    public async Task Control_files_and_scripts_alone_are_enough() =>
        Assert.Equal(("sql-only", "plain.control"), await StyleAsync(("Makefile", null)));

    [Fact]
    public async Task Control_files_of_tests_are_none_of_the_source() =>
        Assert.Null((await InspectAsync(("Makefile", null), ("plain.control", null), ("test/plain.control", "default_version = '1.0'\n"))).Facts.Style);

    [Theory]
    [InlineData("sql/plain--1.0.sql", false)]
    [InlineData("test/plain--1.0.sql", true)]
    [InlineData("sql/old/plain--1.0.sql", true)]
    public async Task Without_a_makefile_a_script_is_where_it_is_copied_from(string script, bool isMissing)
    {
        var findings = (await InspectAsync(("Makefile", null), ("plain--1.0.sql", null), (script, "select 1;\n"))).Findings;
        Assert.Equal(isMissing, findings.Any(one => one is { Rule.Id: "no-script", Severity: FindingSeverity.Error }));
    }

    [Fact]
    public async Task The_style_copies_nothing_from_folders_that_are_passed_over()
    {
        var script = (await SmallPlanner.OfAsync(Cancel)).Index.ExtensionStyles.Single(style => style.Name is SourceStyles.SqlOnly).Steps.Single().Run.Text;
        Assert.Contains($"'^\\./({string.Join('|', SourceMakefiles.AsideFolders).Replace(".", "\\.", StringComparison.Ordinal)})/'", script, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_anything_to_build_with_that_is_the_error()
    {
        var findings = (await InspectAsync(("Makefile", null), ("plain.control", null))).Findings;
        Assert.Equal("no-build", Assert.Single(findings, one => one.Severity is FindingSeverity.Error).Rule.Id);
    }

    public static TheoryData<string, string, string, string?> Findings => new()
    {
        { "warning no-script plain.control:2", "`DATA` of Makefile does not name the script that creates `1.0`; built here with `DATA=LICENSE plain--1.0.sql`", "Makefile", $"EXTENSION = plain\nDATA = LICENSE\nREGRESS = plain\n{SmallSource.Pgxs}" },
        { "error no-script plain.control:1", "`default_version` is `2.0`, and there is neither `plain--2.0.sql` nor an update path from an older version", "plain.control", "default_version = '2.0'\n" },
        { "warning no-all Makefile", "it includes no PGXS, and has no rule for `all`", "Makefile", "build:\n\t$(MAKE) -C src\ninstall:\n\t$(MAKE) -C src install\ninstallcheck:\n" },
        { "error control-file plain.control:1", "`superuser` is `yes, please`", "plain.control", "superuser = 'yes, please'\n" },
        { "error missing-file Makefile:1", "`EXTENSION` names `other`, and there is no `other.control`", "Makefile", $"EXTENSION = plain other\nDATA = plain--1.0.sql\nREGRESS = plain\n{SmallSource.Pgxs}" },
        { "note libdir-path plain.control:2", "`module_pathname` is `$libdir/plain`", "plain.control", "default_version = '1.0'\nmodule_pathname = '$libdir/plain'\n" },
        { "warning native-cpu Makefile:4", "`-march=native` is in `PG_CFLAGS`", "Makefile", $"EXTENSION = plain\nDATA = plain--1.0.sql\nREGRESS = plain\nPG_CFLAGS = -O3 -march=native\n{SmallSource.Pgxs}" },
        { "note native-cpu Makefile:4", "`-march=native` is in `OPTFLAGS`; built here with `OPTFLAGS=-O3`", "Makefile", $"EXTENSION = plain\nDATA = plain--1.0.sql\nREGRESS = plain\nOPTFLAGS = -O3 -march=native\nPG_CFLAGS += $(OPTFLAGS)\n{SmallSource.Pgxs}" },
        { "warning impure-command Makefile:4", "`git` is run for `HASH`: it does not work in a build", "Makefile", $"EXTENSION = plain\nDATA = plain--1.0.sql\nREGRESS = plain\nHASH = $(shell git rev-parse HEAD)\nPG_CPPFLAGS = -DHASH=$(HASH)\n{SmallSource.Pgxs}" },
        { "warning impure-command Makefile:4", "`date` is run for `PG_CPPFLAGS`", "Makefile", $"EXTENSION = plain\nDATA = plain--1.0.sql\nREGRESS = plain\nPG_CPPFLAGS = -DBUILT=$(shell date +%s)\n{SmallSource.Pgxs}" },
        { "warning download Makefile:5", "`curl https://example.org/x.csv` is in the recipe of `x.csv`", "Makefile", $"EXTENSION = plain\nDATA = plain--1.0.sql x.csv\nREGRESS = plain\nx.csv:\n\tcurl https://example.org/x.csv > $@\n{SmallSource.Pgxs}" },
        { "error no-pgxs Makefile", "it includes the makefiles of PostgreSQL's source, but never PGXS", "Makefile", "EXTENSION = plain\nDATA = plain--1.0.sql\nREGRESS = plain\ntop_builddir = ../..\ninclude $(top_builddir)/src/Makefile.global\n" },
        { "note no-tests Makefile", "no tests are known", "Makefile", $"EXTENSION = plain\nDATA = plain--1.0.sql\n{SmallSource.Pgxs}" },
        { "warning licence-file LICENSE", "its licence is not recognised", "LICENSE", "Do what you like.\n" },
        { "warning licence-file", "there is no LICENSE, COPYING or COPYRIGHT", "LICENSE", null },
        { "warning build-products plain.o", "1 files are the output of a compiler", "plain.o", "\u007fELF" },
        { "note submodule .gitmodules:2", "the submodule `vendor/h3` is not in the source, and no build file names it", ".gitmodules", "[submodule \"h3\"]\n\tpath = vendor/h3\n\turl = https://example.org/h3.git\n" },
        { "note generated-control other.control.in", "`other.control` is generated from this by the build", "other.control.in", "default_version = '@VERSION@'\n" },
    };

    [Theory]
    [MemberData(nameof(Findings))]
    public async Task What_endangers_a_build_is_found(string what, string text, string file, string? content)
    {
        // A further control file counts when the makefile does not say which there are.
        var makefile = file is "other.control.in" ? $"DATA = plain--1.0.sql\nREGRESS = plain\n{SmallSource.Pgxs}" : SmallSource.Plain["Makefile"];
        var found = Assert.Single((await InspectAsync(("Makefile", makefile), (file, content))).Findings);
        Assert.Equal(what, $"{found.Severity.ToString().ToLowerInvariant()} {found.Rule.Id} {found.Place}".TrimEnd());
        Assert.StartsWith(text, found.Text, StringComparison.Ordinal);
        Assert.Contains(found.Rule, SourceRules.All);
    }

    [Theory]
    [InlineData("DATA = $(wildcard plain--*.sql)")]
    [InlineData("DATA = plain--*.sql")]
    [InlineData("DATA_built = plain--1.0.sql")]
    [InlineData("DATA = $(call files,x)")]
    [InlineData("install: more\nmore:\n\tinstall -m 644 plain--1.0.sql $(DESTDIR)$(datadir)/extension/")]
    [InlineData("ifeq ($(shell pg_config --version),x)\nDATA = LICENSE\nelse\nDATA = plain--1.0.sql\nendif")]
    [InlineData("V = $(shell grep default_version plain.control | sed -e 's/a/b/')\nDATA = sql/plain--$(V).sql\nsql/plain--$(V).sql: x.sql\n\tcp $< $@")]
    public async Task A_script_that_is_installed_in_some_way_is_no_finding(string data) =>
        Assert.Empty((await InspectAsync(("Makefile", $"EXTENSION = plain\nREGRESS = plain\n{data}\n{SmallSource.Pgxs}"))).Findings);

    [Fact]
    public async Task A_default_version_that_updates_lead_to_is_no_finding() => Assert.Empty((await InspectAsync(
        ("Makefile", $"EXTENSION = plain\nREGRESS = plain\nDATA = plain--1.0.sql plain--1.0--1.1.sql\n{SmallSource.Pgxs}"), ("plain.control", "default_version = '1.1'\n"), ("plain--1.0--1.1.sql", ""))).Findings);

    [Fact]
    public async Task What_the_project_does_beside_its_build_is_no_finding() => Assert.Empty((await InspectAsync(("Makefile", $"""
        EXTENSION = plain
        DATA = plain--1.0.sql
        REGRESS = plain
        VERSION = $(shell git describe --tags)
        {SmallSource.Pgxs}
        dist:
        	git archive --prefix=plain-$(VERSION)/ HEAD > plain.tar
        	curl -T plain.tar https://example.org/

        """))).Findings);

    [Theory]
    [InlineData("`plain` must be in `shared_preload_libraries`", "plain", "if (!process_shared_preload_libraries_in_progress)\n    ereport(ERROR, (errmsg(\"no\")));\n", "")]
    [InlineData("`plain` should be in `shared_preload_libraries`", "plain", "if (!process_shared_preload_libraries_in_progress)\n    return;\n", "")]
    [InlineData("`plain` should be in `shared_preload_libraries`", "plain", "planner_hook = mine;\n", "shared_preload_libraries = 'other, plain'\n")]
    [InlineData("it fails when the server preloads it", "", "if (process_shared_preload_libraries_in_progress)\n    ereport(FATAL, (errmsg(\"no\")));\n", "shared_preload_libraries = 'plain'\n")]
    [InlineData(null, "", "if (!process_shared_preload_libraries_in_progress)\n    InitTranche();\n", "")]
    [InlineData(null, "", "int x;\n", "shared_preload_libraries = 'plain'\n")]
    [InlineData("`plain` should be in `shared_preload_libraries`", "plain", "previous = shmem_startup_hook;\nshmem_startup_hook = startup;\n", "")]
    [InlineData("`plain` should be in `shared_preload_libraries`", "plain", "shmem_request_hook = request;\n", "")]
    [InlineData("`plain` should be in `shared_preload_libraries`", "plain", "RequestAddinShmemSpace(1);\n", "")]
    [InlineData("`plain` should be in `shared_preload_libraries`", "plain", "RegisterBackgroundWorker(&worker);\n", "")]
    [InlineData(null, "", "if (shmem_startup_hook == NULL) RegisterDynamicBackgroundWorker(&worker, NULL);\n", "")]
    [InlineData(null, "", "MarkGUCPrefixReserved(\"plain\");\n/* then\n   RegisterBackgroundWorker(&worker);\n*/\nputs(\"RequestAddinShmemSpace(1)\");\n", "")]
    public async Task What_must_be_preloaded_is_told_by_C_and_the_readme(string? text, string preload, string c, string readme)
    {
        var (facts, findings) = await InspectAsync(
            ("Makefile", $"EXTENSION = plain\nDATA = plain--1.0.sql\nREGRESS = plain\nMODULES = plain\n{SmallSource.Pgxs}"), ("plain.c", $"void _PG_init(void)\n{{\n{c}}}\n"), ("README.md", readme));
        Assert.Equal(preload, string.Join(' ', facts.Preload));
        Assert.Equal(text is null ? [] : [true], findings.Select(one => one.Rule.Id is "preload" && one.Text.StartsWith(text!, StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("plain.c", "const char *built = __DATE__;\n", FindingSeverity.Error)]
    [InlineData("plain.c", "#ifdef DEBUG\nconst char *built = __TIME__;\n#endif\n", FindingSeverity.Warning)]
    [InlineData("plain.h", "#define BUILT __DATE__\n", FindingSeverity.Warning)]
    [InlineData("plain.c", "#define BUILT __DATE__\n", FindingSeverity.Warning)]
    [InlineData("other/plain.c", "const char *built = __DATE__;\n", FindingSeverity.Warning)]
    [InlineData("plain.c", "/*\n  __DATE__\n*/\nconst char *name = \"__DATE__\";\n", null)]
    [InlineData("plain.c", "/* __DATE__ would be nice */\n", null)]
    public async Task A_date_that_is_compiled_in_is_found(string file, string c, FindingSeverity? severity)
    {
        var findings = (await InspectAsync(("Makefile", $"EXTENSION = plain\nDATA = plain--1.0.sql\nREGRESS = plain\nMODULE_big = plain\nOBJS = plain.o\n{SmallSource.Pgxs}"), ("plain.c", ""), (file, c))).Findings;
        Assert.Equal(severity is { } expected ? [("generated-date", expected)] : [], findings.Select(one => (one.Rule.Id, one.Severity)));
    }

    [Theory]
    [InlineData(">=13", "plain.c:1", "#if PG_VERSION_NUM < 130000\n#error too old\n#endif\n", null, null)]
    [InlineData(">=10, <18", "plain.c:1", "#if (PG_VERSION_NUM < 100000 || PG_VERSION_NUM >= 180000)\n#error unknown\n#endif\n", null, null)]
    [InlineData(">=14", "META.json", "", "9.2.0", ">= 14.0.0")]
    [InlineData(">=17, <18", "META.json", "", null, ">= 17.0, < 18.0.0")]
    [InlineData(null, "", "#if PG_VERSION_NUM < 90300\n#error too old\n#endif\n", null, "9.1.0")]
    [InlineData(null, "", "#if PG_VERSION_NUM < 130000 && defined(X)\n#error x\n#endif\n#if PG_VERSION_NUM >= 130000\nint x;\n#endif\n", null, null)]
    public async Task The_claimed_versions_of_PostgreSQL_are_read(string? range, string from, string c, string? build, string? runtime)
    {
        string Prerequisite(string phase, string? version) => version is null ? "" : $"\"{phase}\": {{ \"requires\": {{ \"PostgreSQL\": \"{version}\" }} }}";
        var prereqs = string.Join(", ", new[] { Prerequisite("runtime", runtime), Prerequisite("build", build) }.Where(one => one.Length > 0));
        var claim = (await InspectAsync(("plain.c", c), ("META.json", $"{{ \"prereqs\": {{ {prereqs} }} }}"))).Facts.Postgres;
        Assert.Equal((range, from), (claim.ToRange(0), claim.From));
    }

    [Fact]
    public async Task A_guard_in_a_makefile_is_a_claim_too()
    {
        var claim = (await InspectAsync(("Makefile", $"MIN = 14\nifeq ($(shell expr x),0)\n$(error Minimum version of PostgreSQL required is $(MIN))\nendif\n{SmallSource.Plain["Makefile"]}"))).Facts.Postgres;
        Assert.Equal((">=14", "Makefile:3"), (claim.ToRange(13), claim.From));
    }

    [Theory]
    [InlineData("gmp-build", "gmp-runtime", "SHLIB_LINK = -lgmp -lm", "")]
    [InlineData("pcre-build pkg-config", "pcre-runtime", "SHLIB_LINK += $(shell pkg-config --libs libpcre)", "")]
    [InlineData("icu-build", "icu-runtime", "SHLIB_LINK = $(ICU_LIBS)", "")]
    [InlineData("libxml-build", "libxml-runtime", "PG_CPPFLAGS = $(shell xml2-config --cflags)", "")]
    [InlineData("curl-build", "curl-runtime", "SHLIB_LINK := $(LIBS)", "#include <curl/curl.h>")]
    [InlineData("openssl-build", "openssl-runtime", "LDFLAGS_SL += -lcrypto -lssl", "")]
    [InlineData("", "", "SHLIB_LINK = $(libpq) -lpq -lm -lstdc++", "#include \"postgres.h\"")]
    public async Task Libraries_are_found_as_package_sets_of_the_platform(string build, string runtime, string link, string include)
    {
        var platform = (await IndexReader.ReadAsync(RepositoryFiles.Index, Cancel)).OrThrow().Platform(PlatformName.Parse("debian12-amd64"));
        var facts = (await InspectAsync(("Makefile", $"EXTENSION = plain\nDATA = plain--1.0.sql\nREGRESS = plain\nMODULES = plain\n{link}\n{SmallSource.Pgxs}"), ("plain.c", include + "\n"))).Facts;
        var packages = LibraryPackages.Of(facts, platform);
        Assert.Equal((build, runtime), (string.Join(' ', packages.Build), string.Join(' ', packages.Runtime)));
        Assert.Empty(packages.Missing);
    }

    [Fact]
    public async Task A_library_that_the_platform_lacks_is_named_with_its_mention()
    {
        var platform = (await IndexReader.ReadAsync(RepositoryFiles.Index, Cancel)).OrThrow().Platform(PlatformName.Parse("debian12-amd64"));
        var facts = (await InspectAsync(("Makefile", $"EXTENSION = plain\nDATA = plain--1.0.sql\nSHLIB_LINK = -lfrobnicate\n{SmallSource.Pgxs}"))).Facts;
        var missing = Assert.Single(LibraryPackages.Of(facts, platform).Missing);
        Assert.Equal(("frobnicate", "-lfrobnicate", "Makefile", 3, true), (missing.Name, missing.Mention, missing.File, missing.Line, missing.IsLinked));
        Assert.Equal([new WantedFile(WantedKind.Library, "frobnicate")], missing.Files);
    }

    [Fact]
    public async Task A_project_in_Rust_needs_its_crates()
    {
        var (facts, findings) = await InspectAsync(("Makefile", null), ("Cargo.toml", "[dependencies]\npgrx = { version = \"=0.12.9\", features = [] }\n"));
        Assert.Equal("cargo-pgrx", facts.Style);
        Assert.Contains(findings, one => one is { Rule.Id: "cargo", Severity: FindingSeverity.Error } && one.Text.StartsWith("pgrx 0.12.9 ", StringComparison.Ordinal));
        Assert.DoesNotContain((await InspectAsync(("Makefile", null), ("Cargo.toml", "[dependencies]\npgrx = \"0.12\"\n"), ("vendor/pgrx-0.12/Cargo.toml", ""))).Findings, one => one.Rule.Id is "cargo");

        // With a lock file the crates can be had; cargo-pgrx is a part of its own.
        (string, string?)[] locked = [("Makefile", null), ("Cargo.toml", "[dependencies]\npgrx = \"=0.12.9\"\n"), ("Cargo.lock", "version = 3\n")];
        (facts, findings) = await InspectAsync(locked);
        Assert.Equal(["Cargo.lock"], facts.CrateLocks);
        Assert.Contains(findings, one => one is { Rule.Id: "cargo" } && one.Text.EndsWith("which is not in `vendor/cargo-pgrx/`", StringComparison.Ordinal));
        (facts, findings) = await InspectAsync([.. locked, ("vendor/cargo-pgrx/Cargo.lock", "version = 3\n")]);
        Assert.Equal(["Cargo.lock", "vendor/cargo-pgrx/Cargo.lock"], facts.CrateLocks);
        Assert.DoesNotContain(findings, one => one.Rule.Id is "cargo");
        Assert.Empty((await InspectAsync([.. locked, ("vendor/pgrx-0.12.9/Cargo.toml", "")])).Facts.CrateLocks);
    }

    [Fact]
    public async Task What_cmake_would_download_is_found()
    {
        var findings = (await InspectAsync(("Makefile", null), ("CMakeLists.txt", "project(plain)\n"), ("cmake/h3.cmake", "# FetchContent_Declare(old)\nFetchContent_Declare(\n  h3\n"))).Findings;
        Assert.Contains(findings, one => one is { Rule.Id: "download", Place: "cmake/h3.cmake:2" });
    }

    [Fact]
    public async Task Several_extensions_come_in_the_order_of_the_makefile()
    {
        var facts = (await InspectAsync(
            ("Makefile", $"EXTENSION = zeta alpha\nDATA = zeta--1.sql alpha--1.sql\n{SmallSource.Pgxs}"), ("plain.control", null),
            ("zeta.control", "default_version = 1\n"), ("alpha.control", "default_version = 1\nrequires = 'zeta, hstore'\n"), ("test/third.control", "default_version = 1\n"))).Facts;
        Assert.Equal(["zeta", "alpha"], facts.Extensions.Select(one => one.Name));
        Assert.Equal(["zeta", "hstore"], facts.Extensions[1].Requires);
    }

    [Fact]
    public async Task A_link_to_a_build_file_is_that_file()
    {
        var store = new MemoryBlobStore();
        var tree = new TreeBuilder();
        foreach (var (path, text) in SmallSource.Plain)
            tree.AddFile(RelativePath.Parse(path is "LICENSE" ? "doc/LICENSE" : path), await store.PutAsync(System.Text.Encoding.UTF8.GetBytes(text), Cancel), executable: false);
        tree.AddSymlink(RelativePath.Parse("LICENSE"), "doc/LICENSE");
        Assert.Equal("PostgreSQL", (await SourceInspector.InspectAsync(store, await tree.WriteAsync(store, Cancel), Cancel)).Facts.License);
    }

    [Theory]
    [InlineData("it is to be built with `plain-1.0/Makefile`, which is not at its top", "plain-1.0/Makefile", "PGXS")]
    [InlineData("it is to be built with `plain-1.0/CMakeLists.txt`, which is not at its top", "plain-1.0/CMakeLists.txt", "project(x)\n")]
    [InlineData("it is to be built with `src/Makefile`, which is not at its top", "src/Makefile", "PGXS")]
    [InlineData("nothing at its top compiles `src/x.c`", "src/x.c", "#include \"postgres.h\"\n")]
    [InlineData(null, "test/Makefile", "PGXS")]
    [InlineData(null, "doc/Makefile", "all:\n\tdocbook x\n")]
    [InlineData(null, "tools/x.c", "#include <stdio.h>\nint main(void) { return 0; }\n")]
    public async Task Copying_scripts_is_not_all_when_something_is_to_be_built(string? why, string file, string text)
    {
        var folder = file.StartsWith("plain-1.0/", StringComparison.Ordinal) ? "plain-1.0/" : "";
        var files = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            // A second project, so that it is not known which one is meant.
            [folder.Length > 0 ? "other/other.control" : "plain.sql"] = "",
            [$"{folder}plain.control"] = SmallSource.Plain["plain.control"], [$"{folder}plain--1.0.sql"] = "", ["LICENSE"] = SmallSource.License, [file] = text is "PGXS" ? $"MODULES = x\n{SmallSource.Pgxs}" : text,
        };
        var inspection = await SmallSource.InspectAsync(files, Cancel);
        Assert.Equal((why is null ? "sql-only" : null, why), (inspection.Facts.Style, inspection.WhyNoStyle?.Text));
    }

    [Theory]
    [InlineData("error missing-file Makefile:4", "`DATA` names `plain--1.0-1.1.sql`, which is not there; there is `plain--1.0--1.1.sql`", "DATA += plain--1.0-1.1.sql", "plain--1.0--1.1.sql")]
    [InlineData("error missing-file Makefile:4", "`DOCS` names `README.plain`, which is not there", "DOCS = README.plain", null)]
    [InlineData("error missing-file Makefile:4", "`OBJS` names `src/b.o`, and there is no source of it", "OBJS = src/a.o src/b.o\nMODULE_big = plain", "src/a.cpp")]
    [InlineData("error missing-file Makefile:4", "`MODULES` names `plain`, and there is no source of it", "MODULES = plain", null)]
    [InlineData("error missing-file Makefile:4", "`DATA_built` names `made.sql`, which is not there", "DATA_built = made.sql", null)]
    [InlineData("warning missing-file Makefile:4", "`MODULES` names `plain`, and there is no source of it", "MODULES = plain\nall: x\nx:\n\tgenerate", null)]
    [InlineData("warning missing-file Makefile:4", "`DOCS` names `README.plain`, which is not there", "DOCS = README.plain\ninclude config.mk", null)]
    [InlineData("warning missing-file Makefile:4", "`ISOLATION` names `locks`, and there is no `locks.spec`", "ISOLATION = locks", null)]
    [InlineData("warning missing-file Makefile:4", "`REGRESS` names `more`, and there is no `more.out` with what it should print", "REGRESS += more", "sql/more.sql")]
    [InlineData("warning missing-file Makefile:4", "`REGRESS_OPTS` names `test/plain.conf`, which is not there", "REGRESS_OPTS = --temp-config=test/plain.conf", null)]
    [InlineData(null, null, "MODULES = plain\nplain.c: plain.rl\n\tragel $<", "plain.rl")]
    [InlineData(null, null, "DATA_built = made.sql\nmade.sql:\n\techo > $@", null)]
    [InlineData(null, null, "DATA_built = made.sql", "made.sql.in")]
    [InlineData(null, null, "DOCS = $(wildcard docs/*) docs", "docs/x.md")]
    [InlineData(null, null, "DATA += extra--*.sql", null)]
    [InlineData("warning missing-file Makefile:4", "`REGRESS` names `more`, of which there is only the template `more.source`: since PostgreSQL 15, nothing makes a test of that", "REGRESS += more", "test/input/more.source")]
    [InlineData(null, null, "REGRESS += more\nsql/%.sql: input/%.source\n\tsed s/a/b/ $< > $@", "input/more.source")]
    [InlineData(null, null, "REGRESS += more\ntest/sql/more.sql: generate\n\t./generate", null)]
    [InlineData(null, null, "OBJS = nothing.o", null)]
    public async Task A_file_that_a_makefile_names_and_that_is_not_there_is_named(string? what, string? text, string line, string? file)
    {
        var makefile = $"EXTENSION = plain\nDATA = plain--1.0.sql\nREGRESS = plain\n{line}\n{SmallSource.Pgxs}";
        var inspection = file is null ? await InspectAsync(("Makefile", makefile)) : await InspectAsync(("Makefile", makefile), (file, ""));
        Assert.Equal(what is null ? [] : [(what, text)], inspection.Findings.Select(one => ($"{one.Severity.ToString().ToLowerInvariant()} {one.Rule.Id} {one.Place}", (string?)one.Text)));
    }

    [Fact]
    public async Task A_library_that_no_makefile_makes_is_named_when_a_script_loads_it()
    {
        var script = ("plain--1.0.sql", "create function f() returns int language c as 'MODULE_PATHNAME';\n");
        Assert.Equal("`module_pathname` names the library `plain`, which no makefile makes", Assert.Single((await InspectAsync(script)).Findings).Text);
        Assert.Empty((await InspectAsync(script, ("Makefile", $"MODULES = plain\n{SmallSource.Plain["Makefile"]}"), ("plain.c", ""))).Findings);
    }

    [Fact]
    public async Task An_error_is_only_what_nothing_in_the_makefile_can_prevent()
    {
        const string missing = "DATA = plain--0.9.sql";
        foreach (var more in (string[])["install: more\nmore:\n\t./install.sh", "include config.mk", "$(eval $(call more))"])
        {
            var makefile = $"EXTENSION = plain\n{missing}\nREGRESS = plain\nPG_CFLAGS = -march=native\nMODULES = plain\n{more}\n{SmallSource.Pgxs}";
            Assert.DoesNotContain((await InspectAsync(("Makefile", makefile), ("plain.c", ""))).Findings, one => one.Severity is FindingSeverity.Error && one.Rule.Id is not "native-cpu");
        }

        var plain = $"EXTENSION = plain\n{missing}\nREGRESS = plain\nPG_CFLAGS = -march=native\nMODULES = plain\n{SmallSource.Pgxs}";
        Assert.Equal(["missing-file", "native-cpu", "no-script"], (await InspectAsync(("Makefile", plain), ("plain.c", ""))).Findings.Where(one => one.Severity is FindingSeverity.Error).Select(one => one.Rule.Id).Order(StringComparer.Ordinal));
        Assert.DoesNotContain((await InspectAsync(("Makefile", plain.Replace("PG_CFLAGS =", "UNUSED :=", StringComparison.Ordinal).Replace(missing, "DATA = plain--1.0.sql", StringComparison.Ordinal)), ("plain.c", ""))).Findings, one => one.Severity is FindingSeverity.Error);
    }

    [Theory]
    [InlineData(true, "plain.c", "#if PG_VERSION_NUM < 160000\n#error no\n#endif\n")]
    [InlineData(false, "other.c", "#if PG_VERSION_NUM < 160000\n#error no\n#endif\n")]
    [InlineData(false, "plain.c", "#ifdef WIN32\n#if PG_VERSION_NUM < 160000\n#error no\n#endif\n#endif\n")]
    public async Task A_build_stops_for_certain_only_in_code_that_is_compiled(bool isCertain, string file, string c)
    {
        var facts = (await InspectAsync(("Makefile", $"MODULES = plain\n{SmallSource.Plain["Makefile"]}"), ("plain.c", ""), (file, c))).Facts;
        Assert.Equal((">=16", isCertain ? ">=16" : null), (facts.Postgres.ToRange(0), facts.Enforced.ToRange(0)));
    }

    [Fact]
    public async Task A_byte_order_mark_is_found_where_PostgreSQL_would_read_it()
    {
        const string mark = "\uFEFF";
        Assert.Equal(("error byte-order-mark plain--1.0.sql", "line 1 begins with a byte-order mark"), await OneAsync(("plain--1.0.sql", $"{mark}select 1;\n")));
        Assert.Equal(("error control-file plain.control", "line 1 begins with a byte-order mark"), await OneAsync(("plain.control", $"{mark}default_version = '1.0'\n")));
        Assert.Equal(("warning byte-order-mark plain--0.9--1.0.sql", "line 1 begins with a byte-order mark"), await OneAsync(("plain--0.9--1.0.sql", $"{mark}select 1;\n")));
        Assert.Empty((await InspectAsync(("Makefile", mark + SmallSource.Plain["Makefile"]), ("sql/plain.sql", $"{mark}select 1;\n"))).Findings);
        Assert.Equal("1.2.0", (await InspectAsync(("META.json", $"{mark}{{ \"version\": \"1.2.0\" }}"))).Facts.Meta?.Version);
    }

    [Theory]
    [InlineData("REGRESS_OPTS = --temp-config=plain.conf")]
    [InlineData("REGRESS_OPTS = --load-extension=plain --temp-config plain.conf")]
    [InlineData("EXTRA_REGRESS_OPTS = --temp-config=$(srcdir)/plain.conf")]
    [InlineData("CONF = plain.conf\nISOLATION_OPTS += --temp-config=$(CONF)")]
    [InlineData("REGRESS_OPTS = --temp-config $(top_srcdir)/contrib/plain/plain.conf")]
    public async Task The_settings_file_of_its_tests_is_read(string line)
    {
        var facts = (await InspectAsync(
            ("Makefile", $"{SmallSource.Plain["Makefile"]}{line}\n"),
            ("plain.conf", "# settings\nWal_Level = logical # for slots\nmax_wal_senders 4\nplain.text = 'a ''b'' \\\\c'\ninclude 'other.conf'\n\nmax_worker_processes=9\n"))).Facts;
        Assert.Equal(["max_wal_senders=4", "max_worker_processes=9", "plain.text=a 'b' \\c", "wal_level=logical"], facts.TestSettings.Select(one => $"{one.Key}={one.Value}"));
    }

    [Fact]
    public async Task What_its_tests_preload_of_its_own_its_users_must_preload()
    {
        var (facts, findings) = await InspectAsync(
            ("Makefile", $"MODULES = plain\nREGRESS_OPTS = --temp-config=plain.conf\n{SmallSource.Plain["Makefile"]}"), ("plain.c", ""), ("plain.conf", "\nshared_preload_libraries = 'pg_stat_statements, plain'\n"));
        Assert.Equal(["plain"], facts.Preload);
        Assert.Equal(("preload", "plain.conf:2", "`plain` should be in `shared_preload_libraries`"), findings.Select(one => (one.Rule.Id, one.Place, one.Text)).Single());
    }

    [Theory]
    [InlineData("$(notdir $(CURDIR))")]
    [InlineData("$(notdir $(shell pwd))")]
    [InlineData("$(shell basename $(CURDIR))")]
    public async Task A_name_that_is_taken_from_the_directory_is_that_of_the_control_file(string name)
    {
        var (facts, findings) = await InspectAsync(("Makefile", $"EXTENSION = {name}\nDATA = $(EXTENSION)--1.0.sql\nREGRESS = plain\n{SmallSource.Pgxs}"));
        Assert.Empty(findings);
        Assert.Equal("plain", facts.Name);
    }

    private static async Task<(string What, string Text)> OneAsync(params (string Path, string? Text)[] changes)
    {
        var found = Assert.Single((await InspectAsync(changes)).Findings);
        return ($"{found.Severity.ToString().ToLowerInvariant()} {found.Rule.Id} {found.Place}", found.Text);
    }

    private static Task<SourceInspection> InspectAsync(params ReadOnlySpan<(string Path, string? Text)> changes) => SmallSource.InspectAsync(SmallSource.Plain.With(changes), Cancel);

    private static async Task<(string?, string?)> StyleAsync(params (string Path, string? Text)[] changes)
    {
        var facts = (await InspectAsync(changes)).Facts;
        return (facts.Style, facts.StyleFile);
    }
}
