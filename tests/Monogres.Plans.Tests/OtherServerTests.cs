using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Index;
using Monogres.Index.Projects;
using Monogres.Plans.Scripts;
using Monogres.Plans.Targets;
using Monogres.Platforms.Lock;
using Monogres.Testing;

namespace Monogres.Plans.Tests;

/// <summary>A server that is based on PostgreSQL is planned by what the index says of it, and PostgreSQL itself as if there were none.</summary>
public class OtherServerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_it_cannot_be_without_is_on_in_every_option_set()
    {
        var planner = await PlannerAsync();
        foreach (var set in (string[])["barebones", "minimal", "full"])
        {
            var configure = planner.Plan(TargetName.Parse($"ivorysql@5.4+{set}")).Ingredients.Configure;
            Assert.Contains("--with-libxml", configure);
            Assert.Contains("--with-uuid=e2fs", configure);
        }

        Assert.DoesNotContain("--with-libxml", planner.Plan(TargetName.Parse("postgres@18.4+minimal")).Ingredients.Configure);
    }

    [Fact]
    public async Task Its_cluster_is_made_with_its_own_arguments()
    {
        var planner = await PlannerAsync();
        Assert.Contains("--locale=C.UTF-8 --dbmode=oracle -D /build/out\n", InitDbOf(planner, "ivorysql@5.4+minimal"), StringComparison.Ordinal);
        Assert.Contains("--locale=C.UTF-8 -D /build/out\n", InitDbOf(planner, "postgres@18.4+minimal"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_it_preloads_comes_before_what_extensions_preload()
    {
        var planner = await PlannerAsync();
        var server = planner.Plan(TargetName.Parse("ivorysql@5.4+minimal"));
        var session = Planner.PlanSession(planner.Plan(TargetName.Parse("pg_stat_statements@5.4/ivorysql@5.4+minimal")), [], debugger: false);
        Assert.Equal(["liboracle_parser", "ivorysql_ora", "pg_stat_statements"], session.Settings.Preload);
        Assert.Equal(["liboracle_parser", "ivorysql_ora"], Planner.PlanSession(server, [], debugger: false).Settings.Preload);
        Assert.EndsWith("export PGPORT=1521", StartOf(ServerScripts.RunProgram(server.Prefix, null, session.Settings, session.Run)), StringComparison.Ordinal);
        Assert.DoesNotContain("PGPORT", ServerScripts.RunProgram(server.Prefix, null, ServerSettings.None, ServerRun.Plain), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_extension_for_it_is_another_one_than_for_the_PostgreSQL_that_it_is_based_on()
    {
        var planner = await PlannerAsync();
        var (own, plain) = (planner.Plan(TargetName.Parse("hypopg@1.4.2/ivorysql@5.4+minimal")), planner.Plan(TargetName.Parse("hypopg@1.4.2/postgres@18.4+minimal")));
        Assert.NotEqual(own.Payload.Key, plain.Payload.Key);
        Assert.Equal(own.Prefix, plain.Prefix);
        Assert.Equal(own.Postgres, plain.Postgres);
    }

    [Fact]
    public async Task A_set_that_it_is_not_built_with_is_refused_with_the_reason()
    {
        using var copy = new TemporaryDirectory();
        foreach (var file in Directory.EnumerateFiles(RepositoryFiles.Index, "*", SearchOption.AllDirectories))
        {
            var to = copy[Path.GetRelativePath(RepositoryFiles.Index, file)];
            Directory.CreateDirectory(Path.GetDirectoryName(to)!);
            File.Copy(file, to);
        }

        var repo = copy["servers/ivorysql/repo.json"];
        await File.WriteAllTextAsync(repo, (await File.ReadAllTextAsync(repo, Cancel)).Replace("\"required\":", "\"without_sets\": { \"debug\": \"its assertions fail\" }, \"required\":", StringComparison.Ordinal), Cancel);
        var planner = PlannerOf((await IndexReader.ReadAsync(copy.Path, Cancel)).OrThrow());
        var error = Assert.Throws<UserErrorException>(() => planner.Plan(TargetName.Parse("ivorysql@5.4+debug")));
        Assert.Equal("`ivorysql` is not built with the option set `debug`: its assertions fail", error.Message);
        Assert.NotNull(planner.Plan(TargetName.Parse("postgres@18.4+debug")));
    }

    // Up to where the program is run.
    private static string StartOf(string script) => script[..script.IndexOf("\n# Ctrl-C is", StringComparison.Ordinal)];

    [Fact]
    public async Task Patches_are_applied_once_to_a_source_with_its_parts_and_everything_is_built_from_that()
    {
        var planner = await PlannerAsync();
        var patched = planner.Plan(TargetName.Parse("pgedge@17.11+minimal"));
        var source = Assert.IsType<RunStep>(patched.Ingredients.Source);
        Assert.Equal("source with patches", source.Name.Facet);
        Assert.Equal(2, patched.Ingredients.Archives.Length);
        Assert.Contains("for patch in contrib/spock/patches/17/*.diff; do", ((WriteStep)source.Inputs[^1]).Files[0].Content.Render(), StringComparison.Ordinal);
        Assert.Equal(source.Key, planner.Plan(TargetName.Parse("pgedge@17.11+full")).Ingredients.Source.Key);
        Assert.IsType<UnpackStep>(planner.Plan(TargetName.Parse("postgres@17.11+minimal")).Ingredients.Source);
        Assert.NotEqual(patched.Build.Key, planner.Plan(TargetName.Parse("postgres@17.11+minimal")).Build.Key);
    }

    [Fact]
    public async Task An_extension_that_is_for_another_server_is_refused()
    {
        var planner = await PlannerAsync();
        var error = Assert.Throws<UserErrorException>(() => planner.Plan(TargetName.Parse("spock@5.0.11/postgres@17.11+minimal")));
        Assert.Equal(("`spock@5.0.11` is not for `postgres`: it needs what only pgedge has", "ask for `spock/pgedge`"), (error.Message, error.Hint));
        Assert.NotNull(planner.Plan(TargetName.Parse("spock@5.0.11/pgedge@17.11+minimal")));
    }

    private static string InitDbOf(Planner planner, string target)
    {
        var cluster = Planner.PlanSession(planner.Plan(TargetName.Parse(target)), [], debugger: false).Layers.OfType<PickStep>().Single(layer => layer.Name.Facet is "cluster");
        return ((WriteStep)cluster.Inputs[0].Inputs[^1]).Files[0].Content.Render();
    }

    private static async Task<Planner> PlannerAsync() => PlannerOf((await IndexReader.ReadAsync(RepositoryFiles.Index, Cancel)).OrThrow());

    private static Planner PlannerOf(MonogresIndex index) => new(index, index.Platform(PlatformName.Parse("debian12-amd64")), "gcc",
        platform => PackagesLockFile.ReadFile(Path.Combine(RepositoryFiles.Index, platform.Folder, PackagesLockFile.FileName), platform.Name.ToString()));
}
