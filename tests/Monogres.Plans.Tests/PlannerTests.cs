using System.Text;
using Monogres.Actions;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Index;
using Monogres.Index.Options;
using Monogres.Index.Platforms;
using Monogres.Payloads.Layout;
using Monogres.Plans.Scripts;
using Monogres.Plans.Targets;
using Monogres.Platforms.Lock;
using Monogres.Testing;

namespace Monogres.Plans.Tests;

public class PlannerTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("postgres@13.0+minimal")]
    [InlineData("postgres@15.18+barebones")]
    [InlineData("postgres@15.18+minimal")]
    [InlineData("postgres@18.6+minimal")]
    public async Task The_plan_of_a_target_is_known_line_by_line(string target) =>
        Golden.Match(Text(Plan(await ReadIndexAsync(), target)), $"{target.Replace('@', '-').Replace('+', '-')}.plan.txt");

    /// <summary>What is linked with a library could be built, and not run, in a root without what that library is linked with.</summary>
    [Fact]
    public async Task Whatever_a_root_has_of_libraries_it_has_what_they_are_linked_with()
    {
        static bool IsLibrary(string package) => package.StartsWith("lib", StringComparison.Ordinal) && char.IsAsciiDigit(package.Replace("t64", "", StringComparison.Ordinal)[^1]);
        var (index, followed) = (await ReadIndexAsync(), 0);
        foreach (var platform in index.Platforms)
        {
            var packages = PackagesLockFile.ReadFile(Path.Combine(RepositoryFiles.Index, platform.Folder, PackagesLockFile.FileName), platform.Name.ToString());
            foreach (var (set, wanted) in platform.PackageSets)
            {
                var closure = packages.Closure(wanted, platform.Omissions.Packages.Except(wanted, StringComparer.Ordinal)).Select(package => package.Name).ToHashSet(StringComparer.Ordinal);
                foreach (var needed in closure.Where(IsLibrary).SelectMany(library => packages.Find(library)!.Depends).Where(IsLibrary))
                {
                    followed++;
                    Assert.True(closure.Contains(needed), $"the package set {set} of {platform.Name} lacks {needed}");
                }
            }
        }

        Assert.True(followed > 1000, $"only {followed} dependencies of libraries were looked at");
    }

    [Fact]
    public async Task A_root_has_the_links_of_its_packages_and_the_key_of_no_other_changes_with_them()
    {
        var index = await ReadIndexAsync();
        var platform = index.Platform(TargetId.DefaultPlatform);
        var link = new PlatformLink(RelativePath.Parse("usr/bin/nc"), RelativePath.Parse("usr/bin/nc.openbsd"));
        ComposeStep Root(params PackageAlternatives[] alternatives) => new Planner(
            index, platform with { Alternatives = [.. alternatives] }, "gcc", _ => PackagesLockFile.ReadFile(Path.Combine(RepositoryFiles.Index, platform.Folder, PackagesLockFile.FileName), platform.Name.ToString()))
            .Plan(TargetName.Parse("postgres@15.18+minimal")).Ingredients.BuildRoot[0];

        Assert.Contains(Root(new PackageAlternatives("gcc", [link])).Recipe.Links, one => one.Path == link.Path);
        Assert.Equal(Root().Key, Root(new PackageAlternatives("netcat-openbsd", [link])).Key);
        Assert.NotEqual(Root().Key, Root(new PackageAlternatives("gcc", [link])).Key);
    }

    [Fact]
    public async Task Another_toolchain_is_named_to_configure_with_its_linker()
    {
        var index = await ReadIndexAsync();
        var plan = Plan(index, "postgres@15.18+barebones", toolchain: "llvm");
        Assert.Contains(" LDFLAGS=-fuse-ld=lld CC=clang CXX=clang++\n", ScriptOf(plan.Build), StringComparison.Ordinal);
        Assert.Contains("lld-14", plan.Ingredients.BuildPackages.Own);
        Assert.DoesNotContain("gcc", plan.Ingredients.BuildPackages.Own);
        Assert.Equal("postgres-15.18-barebones-debian12-amd64-llvm", plan.FileName);
    }

    [Theory]
    [InlineData("debian11-amd64")]
    [InlineData("debian12-amd64")]
    [InlineData("debian13-amd64")]
    public async Task A_compiler_of_several_words_is_one_argument_of_configure(string platform)
    {
        var index = await ReadIndexAsync();
        var plan = Plan(index, "postgres@15.18+barebones", platform, "zig");
        Assert.EndsWith(" CC='zig cc' CXX='zig c++'", ScriptOf(plan.Build).Split('\n').Single(line => line.Contains("./configure", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.DoesNotContain("gcc", plan.Ingredients.BuildPackages.Own);
        Assert.Equal($"postgres-15.18-barebones-{platform}-zig", plan.FileName);
    }

    [Fact]
    public async Task The_plan_for_another_kind_of_machine_takes_its_programs_from_a_platform_that_builds_for_it() =>
        Golden.Match(Text(Plan(await ReadIndexAsync(), "postgres@18.6+full", "debian12-arm64")), "postgres-18.6-full-arm64.plan.txt");

    [Fact]
    public async Task Under_an_emulator_there_are_smoke_tests_but_no_regression_tests()
    {
        var plan = Plan(await ReadIndexAsync(), "postgres@15.18+barebones", "debian12-arm64");
        Assert.Null(plan.Tests);
        Assert.NotNull(plan.SmokeTest);
    }

    [Theory]
    [InlineData("debian11-amd64")]
    [InlineData("debian12-amd64")]
    [InlineData("debian13-amd64")]
    public async Task Every_release_can_be_planned_with_every_option_set(string platform)
    {
        var index = await ReadIndexAsync();
        var targets = index.OptionSets.Sets.SelectMany(set => index.Projects.SelectMany(project => project.Releases.Select(release =>
            new TargetName(project.Name, release.Version) { OptionSet = set.Name }))).ToArray();
        Assert.True(targets.Length >= 2 * 85, $"{targets.Length} targets");

        var planner = PlannerOf(index, platform);
        foreach (var plan in targets.Select(planner.Plan))
        {
            Assert.NotEmpty(plan.Ingredients.Configure);
            Assert.DoesNotContain(plan.Ingredients.Configure, argument => argument.Contains('{', StringComparison.Ordinal));
            Assert.NotEmpty(plan.Ingredients.BuildPackages.Own);
            Assert.NotEmpty(plan.Ingredients.RuntimePackages.Own);
            Assert.NotEmpty(plan.Ingredients.Archives[0].Files);
            Assert.Contains("== configure", ScriptOf(plan.Build), StringComparison.Ordinal);
            Assert.Contains("== install", ScriptOf(plan.Build), StringComparison.Ordinal);
            Assert.Contains("== regress", ScriptOf(plan.Tests?.Command), StringComparison.Ordinal);
            Assert.Equal($"usr/lib/postgresql/{plan.Postgres.Major}", plan.Prefix.Value);
            Assert.Equal($"{plan.Id.Name.Server}-{plan.Id.Name.Version}-{plan.Id.Name.OptionSet}-{platform}", plan.FileName);
        }
    }

    [Fact]
    public async Task Every_build_root_has_the_programs_that_split_debug_information_off()
    {
        var index = await ReadIndexAsync();
        Assert.Every(index.Platforms.SelectMany(platform => platform.Toolchains.Keys.Select(toolchain => (Platform: platform, Toolchain: toolchain))), one =>
        {
            var packages = PlannerOf(index, one.Platform.Name.ToString(), one.Toolchain).Plan(TargetName.Parse("postgres@15.18+barebones")).Ingredients.BuildPackages;
            var programs = one.Platform.Cross is null ? packages.Own : packages.Tools;
            Assert.Contains("perl", programs);
            Assert.Contains(programs, name => name.StartsWith("binutils", StringComparison.Ordinal));
        });
    }

    [Theory]
    [InlineData("postgres@16.2+regular", "--without-llvm")]
    [InlineData("postgres@16.3+regular", "--with-llvm")]
    public async Task An_option_that_the_platform_lacks_is_planned_as_off(string target, string told)
    {
        var index = await ReadIndexAsync();
        var plan = Plan(index, target, "debian13-amd64");
        Assert.Contains(told, plan.Ingredients.Configure);
        Assert.Equal(told is "--with-llvm", plan.Ingredients.BuildPackages.Own.Contains("llvm-19-dev"));
        Assert.Equal(told is "--with-llvm", plan.Ingredients.RuntimePackages.Own.Contains("libllvm19"));
        Assert.Equal(told is "--with-llvm", ScriptOf(plan.SmokeTest).Contains("check option:llvm", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Planning_reads_no_file()
    {
        MonogresIndex index;
        using (var copy = new TemporaryDirectory())
        {
            CopyIndex(copy.Path);
            index = (await IndexReader.ReadAsync(copy.Path, Cancel)).OrThrow();
        }

        // The directory is gone: whatever is planned now comes from memory.
        Assert.Equal(Text(Plan(await ReadIndexAsync(), "postgres@15.18+minimal")), Text(Plan(index, "postgres@15.18+minimal")));
    }

    [Fact]
    public async Task A_target_without_option_set_gets_the_default_one_by_name()
    {
        var index = await ReadIndexAsync();
        Assert.Equal($"postgres@15.18+{index.OptionSets.Default}", Plan(index, "postgres@15.18").Id.Name.ToString());
    }

    [Theory]
    [InlineData("pgaudit@1.7.0/postgres@15.18+minimal")]
    [InlineData("pgq_node@3.5/postgres@15.18+minimal")]
    [InlineData("hstore@15.18/postgres@15.18+minimal")]
    public async Task All_that_is_done_for_an_extension_follows_from_the_index(string target)
    {
        var index = await ReadIndexAsync();
        var plan = Plan(index, target);
        var text = $"{Text(plan)}# smoke test\n{ScriptOf(plan.SmokeTest)}\n# requires\n{string.Join(' ', plan.Installs.SkipLast(1).Select(required => required.Id.Name))}\n# settings\n{plan.Settings.ToConfiguration()}";
        Golden.Match(text, $"{target.Replace('@', '-').Replace('+', '-').Replace('/', '-')}.plan.txt");
    }

    [Fact]
    public async Task What_an_extension_is_built_in_begins_with_what_PostgreSQL_was_built_in()
    {
        var index = await ReadIndexAsync();
        var planner = PlannerOf(index);
        var plan = planner.Plan(TargetName.Parse("pgmp@1.0.5/postgres@15.18"));
        Assert.Empty(plan.Server.Ingredients.BuildPackages.Own.Except(plan.Ingredients.BuildPackages.Own, StringComparer.Ordinal));
        Assert.Contains("libgmp-dev", plan.Ingredients.BuildPackages.Own);
        Assert.Same(plan.Server, planner.Plan(TargetName.Parse("postgres@15.18")));
    }

    [Fact]
    public async Task What_the_index_lacks_is_the_readers_error()
    {
        var index = await ReadIndexAsync();
        var planner = PlannerOf(index);
        Assert.Equal("no extension `pgvektor` in the index", Assert.Throws<UserErrorException>(() => planner.Plan(TargetName.Parse("pgvektor@0.8.0/postgres@17.5"))).Message);
        Assert.Equal("`pgaudit@1.7.0` supports PostgreSQL >=15, <16, not 17.5", Assert.Throws<UserErrorException>(() => planner.Plan(TargetName.Parse("pgaudit@1.7.0/postgres@17.5"))).Message);
        Assert.Equal(
            "`plperl@17.5` needs the option plperl, which `postgres@17.5+minimal` does not have",
            Assert.Throws<UserErrorException>(() => planner.Plan(TargetName.Parse("plperl@17.5/postgres@17.5+minimal"))).Message);
        Assert.Throws<UserErrorException>(() => planner.Plan(TargetName.Parse("postgres@15.99")));
        Assert.Throws<UserErrorException>(() => planner.Plan(TargetName.Parse("postgres@15.18+maximal")));
        Assert.Throws<UserErrorException>(() => PlannerOf(index, toolchain: "tcc").Plan(TargetName.Parse("postgres@15.18")));
    }

    [Fact]
    public async Task An_extension_for_another_machine_is_cross_compiled_as_its_server_is_and_told_of_both_machines()
    {
        var plan = PlannerOf(await ReadIndexAsync(), "debian12-arm64").Plan(TargetName.Parse("postgis@3.3.2/postgres@15.18"));

        // Its scripts ask pg_config, which runs under the emulator.
        Assert.Contains(plan.Build.Inputs, layer => layer.Name.ToString().EndsWith("payload with an emulator", StringComparison.Ordinal));
        Assert.Contains("libgeos-dev", plan.Ingredients.BuildPackages.Own);
        Assert.Contains("autoconf", plan.Ingredients.BuildPackages.Tools);
        Assert.DoesNotContain("autoconf", plan.Ingredients.BuildPackages.Own);
        Assert.Contains("host_alias=aarch64-linux-gnu", plan.Ingredients.Script.Render(), StringComparison.Ordinal);
        Assert.Null(plan.Tests);
        Assert.NotNull(plan.SmokeTest);
    }

    [Fact]
    public void The_environment_of_an_action_is_fixed() => Assert.Equal(
        "GIT_CEILING_DIRECTORIES=/build HOME=/build LC_ALL=C.UTF-8 PATH=/usr/bin:/usr/sbin PERL_HASH_SEED=0 PYTHONDONTWRITEBYTECODE=1 PYTHONHASHSEED=0 SOURCE_DATE_EPOCH=1700000000 TMPDIR=/tmp TZ=UTC",
        string.Join(' ', Commands.EnvironmentOf(DateTimeOffset.FromUnixTimeSeconds(1_700_000_000)).Select(pair => $"{pair.Key}={pair.Value}")));

    [Fact]
    public void The_output_directory_of_the_scripts_is_the_one_that_is_captured() =>
        Assert.Equal($"{BuildPaths.Work}/{CanonicalAction.OutputDirectory}", BuildPaths.Output.Value);

    private static async Task<MonogresIndex> ReadIndexAsync() => (await IndexReader.ReadAsync(RepositoryFiles.Index, Cancel)).OrThrow();

    private static Target Plan(MonogresIndex index, string target, string platform = "debian12-amd64", string toolchain = "gcc") =>
        PlannerOf(index, platform, toolchain).Plan(TargetName.Parse(target));

    private static Planner PlannerOf(MonogresIndex index, string platform = "debian12-amd64", string toolchain = "gcc") =>
        new(index, index.Platform(PlatformName.Parse(platform)), toolchain, LockOf);

    private static PackagesLock LockOf(Platform platform) =>
        PackagesLockFile.ReadFile(Path.Combine(RepositoryFiles.Index, platform.Folder, PackagesLockFile.FileName), platform.Name.ToString());

    private static string ScriptOf(RunStep? command) => ((WriteStep)command!.Inputs[^1]).Files[0].Content.Render();

    private static string Text(Target plan)
    {
        var text = new StringBuilder();
        void Section(string name, IEnumerable<string> lines)
        {
            text.Append($"# {name}\n");
            foreach (var line in lines)
                text.Append(line).Append('\n');
            text.Append('\n');
        }

        var made = plan.Ingredients;
        Section("target", [$"{plan.Id.Name} for {plan.Id.Platform} with {plan.Id.Toolchain}", plan.FileName, $"/{plan.Prefix}", $"{plan.SourceDate:yyyy-MM-dd'T'HH:mm:ss'Z'}"]);
        Section("sources", made.Archives[0].Files.Select(file => $"{file.Label} {file.File.Sha256} {file.File.Name}"));
        Section("omitted from the source", [$"{made.Archives[0].Omit.Length} globs"]);
        void Packages(string name, PackageNames packages)
        {
            Section(name, [string.Join(' ', packages.Own)]);
            if (!packages.Tools.IsEmpty)
                Section($"{name} of the machine that builds", [string.Join(' ', packages.Tools)]);
        }

        Packages("build packages", made.BuildPackages);
        Packages("run-time packages", made.RuntimePackages);
        if (!made.Configure.IsEmpty && plan.HasOwnBuild)
            Section("configure", made.Configure);
        Section("layers of the build", plan.Build.Inputs.Select(input => input.ToString()));
        Section("build script", ScriptOf(plan.Build).TrimEnd('\n').Split('\n'));
        if (plan.Tests is { } tests)
        {
            Section("layers of the tests", tests.Command.Inputs.Select(input => input.ToString()));
            Section("test script", ScriptOf(tests.Command).TrimEnd('\n').Split('\n'));
        }

        return text.ToString();
    }

    private static void CopyIndex(string directory)
    {
        foreach (var file in Directory.EnumerateFiles(RepositoryFiles.Index, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(directory, Path.GetRelativePath(RepositoryFiles.Index, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
