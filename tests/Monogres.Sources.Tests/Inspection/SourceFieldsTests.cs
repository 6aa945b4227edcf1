using Monogres.Index.Extensions;
using Monogres.Sources.Inspection;

namespace Monogres.Sources.Tests.Inspection;

/// <summary>What a source says of itself: for which PostgreSQL it is, what it is for, its licence, the folder that is built.</summary>
public class SourceFieldsTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ifeq (,$(findstring $(MAJORVERSION), 13 14 15 16 17))\n$(error PostgreSQL 13 to 17 is required)\nendif", ">=13, <18")]
    [InlineData("ifndef MAJORVERSION\nMAJORVERSION := $(basename $(VERSION))\nendif\nifeq (,$(filter $(MAJORVERSION),15 16))\n$(error unsupported)\nendif", ">=15, <17")]
    [InlineData("ifneq (,$(findstring $(MAJORVERSION),9.6 10 11 12 13))\n$(error too old)\nendif", ">=14")]
    [InlineData("V = $(shell $(PG_CONFIG) --version | sed \"s/^[^ ]* \\([0-9]*\\).*$$/\\1/\")\nifeq ($(shell expr \"14\" \\<= \"$(V)\"), 0)\n$(error Minimum version is 14)\nendif\nifeq ($(shell expr \"18\" \\>= \"$(V)\"), 0)\n$(error Maximum version is 18)\nendif", ">=14, <19")]
    [InlineData("ifeq ($(shell test $(VERSION_NUM) -lt 150000; echo $$?),0)\n$(error 15 or later)\nendif", ">=15")]
    [InlineData("ifeq ($(PGVER),)\n$(error PGVER is not set)\nendif", null)]
    [InlineData("$(error configure first)", null)]
    public async Task A_makefile_is_read_for_one_PostgreSQL_after_the_other(string check, string? range)
    {
        var facts = await FactsAsync(("Makefile", $"{SmallSource.Plain["Makefile"]}\n{check}\n"));
        Assert.Equal((range, range), (facts.Postgres.ToRange(0), facts.Enforced.ToRange(0)));
    }

    [Theory]
    [InlineData("configure.ac", "AC_INIT([plain],[1.0])\nif test \"$version_num\" != '15' -a \"$version_num\" != '16'; then\n  AC_MSG_ERROR([not compatible])\nfi\n", ">=15, <17")]
    [InlineData("configure.ac", "AC_INIT([plain],[1.0])\nif test $PG_VERSION -lt 14; then\n  AC_MSG_ERROR([too old])\nfi\n", ">=14")]
    [InlineData("CMakeLists.txt", "project(plain)\nif(${PG_VERSION_MAJOR} LESS 14)\n  message(FATAL_ERROR \"14 or later\")\nendif()\nif(${PG_VERSION_MAJOR} GREATER 17)\n  message(FATAL_ERROR \"at most 17\")\nendif()\n", ">=14, <18")]
    [InlineData("Cargo.toml", "[dependencies]\npgrx = \"=0.16.1\"\n[features]\npg14 = [\"pgrx/pg14\"]\npg15 = [\"pgrx/pg15\", \"pgrx-tests/pg15\" ]\n", ">=14, <16")]
    public async Task Other_build_files_say_it_too(string file, string text, string range) =>
        Assert.Equal(range, (await FactsAsync(("Makefile", null), (file, text))).Postgres.ToRange(0));

    [Theory]
    [InlineData("jobs:\n  test:\n    strategy:\n      matrix:\n        pg: [17, 16, 15, 14]\n", ">=14")]
    [InlineData("        pg-version: ['13', '14']\n", ">=13")]
    [InlineData("        postgresql:\n          - 14\n          - \"15\"\n    runs-on: ubuntu-22\n", ">=14")]
    [InlineData("        python: [3.9, 3.10]\n        pg: [17]\n", null)]
    public async Task The_oldest_one_that_is_tested_with_counts_when_nothing_else_says_it(string pipeline, string? range)
    {
        Assert.Equal(range, (await FactsAsync((".github/workflows/test.yml", pipeline))).Postgres.ToRange(0));
        Assert.Equal(">=12", (await FactsAsync((".github/workflows/test.yml", pipeline), ("META.json", """{ "prereqs": { "runtime": { "requires": { "PostgreSQL": "12.0.0" } } } }"""))).Postgres.ToRange(0));
    }

    [Fact]
    public async Task A_claim_that_contradicts_a_better_one_does_not_count()
    {
        var facts = await FactsAsync(("Makefile", $"{SmallSource.Plain["Makefile"]}\nifneq ($(MAJORVERSION),13)\n$(error 13)\nendif\n"), ("META.json", """{ "prereqs": { "runtime": { "requires": { "PostgreSQL": "14.0.0" } } } }"""));
        Assert.Equal(">=13, <14", facts.Postgres.ToRange(0));
    }

    [Theory]
    [InlineData("comment = 'Counts things'", "", "Counts things")]
    [InlineData("comment = 'plain'", "# plain\n\nPlain counts things in tables. It is fast.\n", "Plain counts things in tables")]
    [InlineData("comment = 'The plain extension'", "[![build](https://x/y.svg)](https://x)\n\nplain\n=====\n\nA [data type](https://x) for `things`\nthat are counted.\n", "A data type for things that are counted")]
    [InlineData("", "<p align=\"center\">\n<img src=\"x\">\n</p>\n\n## Installation\n\n* first\n* second\n\n    make install\n\n**It counts things in tables, e.g. rows.** More.\n", "It counts things in tables, e.g. rows")]
    [InlineData("", "Copyright (c) 2020 Somebody and some others\n\nIt is a module that counts rows.\n", "It is a module that counts rows")]
    [InlineData("", "# plain\n\nmake install\n", null)]
    public async Task The_summary_is_the_first_line_that_says_more_than_the_name(string comment, string readme, string? summary) =>
        Assert.Equal(summary, (await FactsAsync(("plain.control", $"default_version = '1.0'\n{comment}\n"), ("README.md", readme))).Summary);

    [Theory]
    [InlineData("plain is released under the [PostgreSQL License](https://opensource.org/licenses/postgresql), a liberal one.", "PostgreSQL")]
    [InlineData("## License\n\nMIT\n", "MIT")]
    [InlineData("## License\n\nThe PostgreSQL License\n", "PostgreSQL")]
    [InlineData("## License\n\nBSD\n", null)]
    [InlineData("Ask for a license.", null)]
    public async Task A_readme_can_name_the_licence(string readme, string? license) =>
        Assert.Equal(license, (await FactsAsync(("LICENSE", null), ("README.md", readme))).License);

    [Theory]
    [InlineData("a parser for full-text search of Chinese", ExtensionCategory.Search)]
    [InlineData("Foreign data wrapper for querying a TDS database", ExtensionCategory.ForeignData)]
    [InlineData("JSON Web Token API for Postgresql", ExtensionCategory.Security)]
    [InlineData("Extension to propose Oracle DBMS_METADATA compatibility for PostgreSQL", ExtensionCategory.Compatibility)]
    [InlineData("unsigned integer types", ExtensionCategory.Types)]
    [InlineData("Partitioning tool for PostgreSQL", ExtensionCategory.Administration)]
    [InlineData("does nothing", ExtensionCategory.Functions)]
    public async Task The_category_follows_from_what_a_source_says_of_itself(string comment, ExtensionCategory category)
    {
        var found = (await FactsAsync(("plain.control", $"default_version = '1.0'\ncomment = '{comment}'\n"))).Category;
        Assert.Equal(category, found.Category);
        Assert.Equal(category is ExtensionCategory.Functions ? "" : "in plain.control", found.Evidence.Split('`')[^1].Trim());
    }

    [Fact]
    public async Task A_wrapper_that_a_project_has_besides_is_no_wrapper_project() =>
        Assert.Equal(ExtensionCategory.Analytics, (await FactsAsync(("plain.control", "default_version = '1.0'\ncomment = 'Vectorized analytics'\n"), ("a.c", "FdwRoutine *r = makeNode(FdwRoutine);\n"), ("plain--1.0.sql", "CREATE FOREIGN DATA WRAPPER plain;\n"))).Category.Category);

    [Theory]
    [InlineData("Makefile", "push:\n\tdocker build .\n", "columnar", "AGPL-3.0-only")]
    [InlineData("README", "", "columnar", "AGPL-3.0-only")]
    [InlineData("Makefile", "all:\n\t$(MAKE) -C columnar\n", "", "PostgreSQL")]
    [InlineData("CMakeLists.txt", "project(x)\n", "", "PostgreSQL")]
    public async Task A_source_whose_top_builds_nothing_is_built_in_the_folder_that_has_its_extension(string file, string text, string folder, string license)
    {
        var inspection = await SmallSource.InspectAsync(new Dictionary<string, string>(StringComparer.Ordinal)
        {
            [file] = text,
            ["LICENSE"] = SmallSource.License,
            ["columnar/LICENSE"] = "GNU AFFERO GENERAL PUBLIC LICENSE Version 3",
            ["columnar/configure.ac"] = "AC_INIT([columnar],[1])\nAC_CHECK_LIB(x)\n",
            ["columnar/src/columnar.control"] = "default_version = '1.0'\n",
        }, Cancel);
        Assert.Equal((folder, license), (inspection.Facts.Folder, inspection.Facts.License));
        if (folder.Length > 0)
            Assert.Equal(("autoconf", "columnar", "columnar/configure.ac"), (inspection.Facts.Style, inspection.Facts.Name, inspection.Findings.First(one => one.File is not null).File));
    }

    [Theory]
    [InlineData("PG_CFLAGS += -Wall -lz -lzstd\n", "SHLIB_LINK=-lz -lzstd")]
    [InlineData("PG_CFLAGS += -lz\nSHLIB_LINK = -lz\n", "")]
    [InlineData("PG_CPPFLAGS += -lm\n", "")]
    [InlineData("PYTHON ?= python\nplain.h: make.py\n\t$(PYTHON) $< > $@\n", "PYTHON=python3")]
    [InlineData("plain.h: make.py\n\t$(PYTHON) $< > $@\n", "PYTHON=python3")]
    [InlineData("PYTHON = python3.11\nplain.h: make.py\n\t$(PYTHON) $< > $@\n", "")]
    public async Task Arguments_mend_what_a_build_here_would_stumble_over(string text, string arguments) =>
        Assert.Equal(arguments, string.Join('|', (await FactsAsync(("Makefile", $"MODULES = plain\n{SmallSource.Plain["Makefile"]}{text}"), ("plain.c", ""))).Arguments));

    [Fact]
    public async Task A_script_that_DATA_forgets_is_installed_all_the_same()
    {
        var inspection = await SmallSource.InspectAsync(SmallSource.Plain.With(("plain.control", "default_version = '1.1'\n"), ("sql/plain--1.0--1.1.sql", "")), Cancel);
        Assert.Equal(["DATA=plain--1.0.sql sql/plain--1.0--1.1.sql"], inspection.Facts.Arguments);
        Assert.Equal(FindingSeverity.Warning, inspection.Findings.Single(one => one.Rule.Id is "no-script").Severity);
    }

    [Fact]
    public async Task A_workspace_of_crates_with_pgrx_is_built_by_cargo_whatever_its_makefile_does() =>
        Assert.Equal("cargo-pgrx", (await FactsAsync(("Cargo.toml", "[workspace]\nmembers = [\"plain\"]\n"), ("plain/Cargo.toml", "[dependencies]\npgrx = \"=0.16.1\"\n"))).Style);

    [Fact]
    public async Task A_submodule_that_a_build_file_names_is_missed()
    {
        const string modules = "[submodule \"h3\"]\n\tpath = vendor/h3\n\turl = https://example.org/h3.git\n";
        var inspection = await SmallSource.InspectAsync(SmallSource.Plain.With((".gitmodules", modules), ("Makefile", $"{SmallSource.Plain["Makefile"]}PG_CPPFLAGS = -Ivendor/h3/include\n")), Cancel);
        Assert.Equal((FindingSeverity.Warning, "the submodule `vendor/h3` is not in the source"), inspection.Findings.Where(one => one.Rule.Id is "submodule").Select(one => (one.Severity, one.Text)).Single());
    }

    [Fact]
    public async Task Patches_to_the_server_are_noticed()
    {
        var inspection = await SmallSource.InspectAsync(SmallSource.Plain.With(("patches/REL_15_STABLE-plain.diff", "")), Cancel);
        Assert.Equal("patches/REL_15_STABLE-plain.diff", Assert.Single(inspection.Findings, one => one.Rule.Id is "server-patch").Place);
    }

    [Theory]
    [InlineData("if (process_shared_preload_libraries_in_progress)\n    ereport(ERROR, x);", "", "plain")]
    [InlineData("if (!process_shared_preload_libraries_in_progress)\n    return;\n  RegisterBackgroundWorker(&worker);", "plain", "")]
    [InlineData("if (!process_shared_preload_libraries_in_progress)\n    return;\n  if (access(script, X_OK))\n    proc_exit(1);", "", "")]
    public async Task What_would_stop_the_server_is_not_preloaded(string code, string preload, string session)
    {
        var facts = await FactsAsync(("Makefile", $"MODULES = plain\n{SmallSource.Plain["Makefile"]}"), ("plain.c", $"void _PG_init(void)\n{{\n  {code}\n}}\n"), ("README.md", "shared_preload_libraries = 'plain'\n"));
        Assert.Equal((preload, session), (string.Join(' ', facts.Preload), string.Join(' ', facts.SessionPreload)));
    }

    [Theory]
    [InlineData("SHLIB_LINK = -lsodium", "", true)]
    [InlineData("SHLIB_LINK = -lsodium\nifdef X\nSHLIB_LINK += -lz\nendif", "", false)]
    [InlineData("", "#include <gdal.h>\n", true)]
    [InlineData("", "#ifdef HAVE_GDAL\n#include <gdal.h>\n#endif\n", false)]
    public async Task A_library_that_no_build_gets_by_without_is_certain(string make, string code, bool isCertain) =>
        Assert.Equal(isCertain, (await FactsAsync(("Makefile", $"MODULES = plain\ninclude $(PGXS)\n{make}\n"), ("plain.c", code))).Libraries.First(library => library.Name is "sodium" or "gdal").IsCertain);

    [Theory]
    [InlineData("src/plain.h", "/* This is free software; you can redistribute it under the terms of the GNU General Public License as published by\n * the Free Software Foundation; either version 3 of the License, or\n * (at your option) any later version. */", "GPL-3.0-or-later")]
    [InlineData("plain.c", "/* Licence: PostgreSQL */", "PostgreSQL")]
    [InlineData("plain.c", "// SPDX-License-Identifier: Apache-2.0", "Apache-2.0")]
    public async Task Without_a_licence_file_the_heads_of_the_files_count(string file, string head, string license) =>
        Assert.Equal(license, (await FactsAsync(("LICENSE", null), (file, head))).License);

    private static async Task<SourceFacts> FactsAsync(params (string Path, string? Text)[] changes) => (await SmallSource.InspectAsync(SmallSource.Plain.With(changes), Cancel)).Facts;
}
