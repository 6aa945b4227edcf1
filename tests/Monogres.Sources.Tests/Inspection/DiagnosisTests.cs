using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;
using Monogres.Sources.Inspection;
using Monogres.Sources.Local;
using Monogres.Testing;
using Monogres.Testing.Stores;

namespace Monogres.Sources.Tests.Inspection;

public class DiagnosisTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Nothing_is_wrong_with_a_plain_extension()
    {
        var diagnosis = await DiagnoseAsync(SmallSource.Plain);
        Assert.False(diagnosis.CertainlyFails);
        Assert.Empty(diagnosis.Findings);
        Assert.Equal(["plain@1.0/postgres@15.18+minimal", "plain@1.0/postgres@17.11+minimal"], diagnosis.Plans.Select(plan => plan.Id.Name.ToString()));
    }

    [Theory]
    [InlineData("error requires plain.control", "it requires `unheard_of`, which no project of the index provides", "plain.control", "default_version = '1.0'\nrequires = unheard_of\n")]
    [InlineData("warning postgres-range", "PostgreSQL 15: it supports >=16 (plain.c:1)", "plain.c", "#if PG_VERSION_NUM < 160000\n#error no\n#endif\n")]
    [InlineData("warning postgres-range", "PostgreSQL 17: it supports <16 (META.json)", "META.json", "{ \"prereqs\": { \"runtime\": { \"requires\": { \"PostgreSQL\": \"<= 15.0\" } } } }")]
    [InlineData("warning library Makefile:4", "`-lfrobnicate`: debian12-amd64 has no package set `frobnicate-build`", "Makefile", $"EXTENSION = plain\nDATA = plain--1.0.sql\nREGRESS = plain\nSHLIB_LINK = -lfrobnicate\n{SmallSource.Pgxs}")]
    [InlineData("warning tool Makefile:5", "`xxd` is called: debian12-amd64 has no package set with Debian's package `xxd`", "Makefile", $"EXTENSION = plain\nDATA = plain--1.0.sql\nREGRESS = plain\nplain.h: plain.bin\n\txxd -i $< > $@\n{SmallSource.Pgxs}")]
    public async Task What_the_plans_would_run_into_is_found(string what, string text, string file, string content)
    {
        var found = Assert.Single((await DiagnoseAsync(SmallSource.Plain.With((file, content)))).Findings);
        Assert.Equal((what, text), ($"{found.Severity.ToString().ToLowerInvariant()} {found.Rule.Id} {found.Place}".TrimEnd(), found.Text));
    }

    [Fact]
    public async Task What_cannot_be_planned_is_an_error_with_its_hint()
    {
        var diagnosis = await DiagnoseAsync(SmallSource.Plain.With(("plain.control", "default_version = '1.0'\nrequires = pg_logicalinspect\n")));
        Assert.True(diagnosis.CertainlyFails);
        Assert.Empty(diagnosis.Plans);
        Assert.Every(diagnosis.Findings, finding => Assert.Equal("plan", finding.Rule.Id));
    }

    [Fact]
    public async Task What_was_left_out_of_a_directory_is_told()
    {
        var found = Assert.Single((await DiagnoseAsync(SmallSource.Plain, taken => taken with { Omitted = [new(RelativePath.Parse("out"), "is a symbolic link to `../x`, which leads out of the source")] })).Findings);
        Assert.Equal(("left-out", "out", "it is a symbolic link to `../x`, which leads out of the source"), (found.Rule.Id, found.Place, found.Text));
    }

    [Fact]
    public async Task What_cannot_be_built_at_all_is_diagnosed_without_a_plan()
    {
        var diagnosis = await DiagnoseAsync(new() { ["LICENSE"] = SmallSource.License });
        Assert.True(diagnosis.CertainlyFails);
        Assert.Null(diagnosis.Extension);
        Assert.Equal(["no-build"], diagnosis.Findings.Select(finding => finding.Rule.Id));
    }

    [Fact]
    public async Task An_entry_of_the_index_must_undo_what_the_compiler_refuses()
    {
        var (index, platform, planner) = await SmallPlanner.OfAsync(Cancel);
        var plan = planner.Plan(TargetName.Parse("pgvector@0.8.0/postgres@17.11+minimal"));
        var build = ((ExtensionOrigin.Source)index.Extension(ProjectName.Parse("pgvector")).Origin).Build;
        var inspection = await SmallSource.InspectAsync(SmallSource.Plain.With(("Makefile", $"EXTENSION = plain\nDATA = plain--1.0.sql\nREGRESS = plain\nOPTFLAGS = -march=native\nPG_CFLAGS += $(OPTFLAGS)\n{SmallSource.Pgxs}")), Cancel);
        Assert.False(Diagnosis.Of([plan], build, inspection, platform).CertainlyFails);

        Assert.DoesNotContain(Diagnosis.Of([plan], build, inspection, platform).Findings, one => one.Severity is FindingSeverity.Warning);
        Assert.Equal("add `OPTFLAGS=` to `build.arguments` in its repo.json", Assert.Single(Diagnosis.Of([plan], build with { Arguments = [] }, inspection, platform).Findings, one => one.Severity is FindingSeverity.Warning).Advice);
    }

    [Fact]
    public async Task What_an_entry_of_the_index_says_of_the_build_may_be_the_answer()
    {
        var (index, platform, planner) = await SmallPlanner.OfAsync(Cancel);
        var plan = planner.Plan(TargetName.Parse("pgvector@0.8.0/postgres@17.11+minimal"));
        var build = ((ExtensionOrigin.Source)index.Extension(ProjectName.Parse("pgvector")).Origin).Build;
        var inspection = await SmallSource.InspectAsync(SmallSource.Plain.With(("plain.control", "default_version = '2.0'\n")), Cancel);
        Assert.False(Diagnosis.Of([plan], build with { Arguments = ["EXTVERSION=2.0"] }, inspection, platform).CertainlyFails);
        Assert.True(Diagnosis.Of([plan], build with { Arguments = [] }, inspection, platform).CertainlyFails);
    }

    [Fact]
    public async Task An_entry_of_the_index_must_name_the_package_sets_of_what_its_makefile_calls()
    {
        var (index, platform, planner) = await SmallPlanner.OfAsync(Cancel);
        var calling = SmallSource.Plain.With(("Makefile", $"EXTENSION = plain\nDATA = plain--1.0.sql\nREGRESS = plain\nplain.h: plain.in\n\tpatch -o $@ $<\n{SmallSource.Pgxs}"));
        var inspection = await SmallSource.InspectAsync(calling, Cancel);
        IEnumerable<SourceFinding> Findings(string target)
        {
            var plan = planner.Plan(TargetName.Parse(target));
            var build = ((ExtensionOrigin.Source)index.Extension(plan.Id.Name.Extension!.Name).Origin).Build;
            return Diagnosis.Of([plan], build, inspection, platform).Findings;
        }

        var found = Assert.Single(Findings("pgvector@0.8.0/postgres@17.11+minimal"));
        Assert.Equal(("tool", "Makefile:5", "add `patch` to `build.build_packages` in its repo.json"), (found.Rule.Id, found.Place, found.Advice));
        Assert.Empty(Findings("pgtap@1.3.4/postgres@17.11+minimal"));
    }

    [Fact]
    public async Task A_package_set_that_is_asked_for_is_in_the_plan_and_in_what_names_it()
    {
        var plan = (await DiagnoseAsync(SmallSource.Plain, taken => taken with { PackageSets = ["gawk", "xz"] })).Plans[0];
        Assert.Equal(["gawk", "xz-utils"], plan.Ingredients.BuildPackages.Own.Except(plan.Server.Ingredients.BuildPackages.Own));
        Assert.Equal("./plain --packages gawk,xz --postgres 15.18+minimal", plan.Arguments);

        var unknown = await DiagnoseAsync(SmallSource.Plain, taken => taken with { PackageSets = ["frobnicate"] });
        Assert.Every(unknown.Findings, finding => Assert.Contains("needs the package set `frobnicate`", finding.Text, StringComparison.Ordinal));
        Assert.True(unknown.CertainlyFails);
    }

    private static async Task<Diagnosis> DiagnoseAsync(Dictionary<string, string> files, Func<ImportedSource, ImportedSource>? change = null)
    {
        var store = new MemoryBlobStore();
        var (index, platform, planner) = await SmallPlanner.OfAsync(Cancel);
        var taken = new ImportedSource(new LocalSource.Folder("./plain", "/plain"), await SmallSource.PutAsync(store, files, Cancel));
        return Diagnosis.Of(
            change?.Invoke(taken) ?? taken, await SourceInspector.InspectAsync(store, taken.Tree, Cancel), index, planner, platform,
            [TargetName.Parse("postgres@15.18+minimal"), TargetName.Parse("postgres@17.11+minimal")]);
    }
}
