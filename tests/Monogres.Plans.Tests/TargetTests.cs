using Monogres.Actions;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Index.Extensions;
using Monogres.Payloads.Layout;
using Monogres.Plans.Targets;
using Monogres.Store.Trees;
using Monogres.Testing;

namespace Monogres.Plans.Tests;

/// <summary>Targets from the index to their trees, in memory: what was only ever seen at work with a real PostgreSQL.</summary>
public class TargetTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_server_is_built_and_taken_apart()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        var built = await world.Builds.BuildAsync(world.Plan(SmallWorld.Server), useCache: true, Cancel);
        Assert.Equal(
            ["usr/lib/postgresql/15/bin/postgres", "usr/lib/postgresql/15/share/extension/hstore--1.8.sql", "usr/lib/postgresql/15/share/extension/hstore.control"],
            await FilesAsync(world, built.Payload));
        Assert.Equal([".build-id/ab/cd.debug"], await FilesAsync(world, built.Symbols!.Value));
        Assert.Null(built.Inspection);
        Assert.False(built.Cached);
        Assert.True((await world.Builds.BuildAsync(world.Plan(SmallWorld.Server), useCache: true, Cancel)).Cached);
    }

    [Fact]
    public async Task An_extension_is_built_over_its_server_and_over_all_that_it_requires()
    {
        IReadOnlyList<string> layers = [];
        SmallWorld? world = null;
        world = await SmallWorld.NewAsync(Cancel, async (request, blobs, cancel) =>
        {
            if (request.Name.StartsWith("needy", StringComparison.Ordinal))
                layers = await FilesAsync(world!, request.Action.InputRoot);
            return await world!.InstallAsync(request, blobs, cancel);
        });
        using (world)
        {
            var built = await world.Builds.BuildAsync(world.Plan(SmallWorld.Requiring), useCache: true, Cancel);
            Assert.Equal(["postgres@15.18+minimal build", "tiny@1.0/postgres@15.18+minimal build", "needy@2.0/postgres@15.18+minimal build"], world.Ran);
            Assert.Contains("usr/lib/postgresql/15/bin/postgres", layers);
            Assert.Contains("usr/lib/postgresql/15/share/extension/tiny.control", layers);
            Assert.Contains("build/src/needy/README", layers);
            Assert.Contains("build/run.sh", layers);
            Assert.Equal("needy", Assert.Single(built.Inspection!.Extensions).Name);
            Assert.Equal(["usr/lib/postgresql/15/share/extension/needy--1.0.sql", "usr/lib/postgresql/15/share/extension/needy.control"], await FilesAsync(world, built.Payload));
        }
    }

    [Fact]
    public async Task A_module_is_split_off_its_server_and_nothing_is_built_for_it()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        var module = world.Plan(SmallWorld.Module);
        Assert.False(module.HasOwnBuild);
        var built = await world.Builds.BuildAsync(module, useCache: true, Cancel);
        Assert.Equal(["postgres@15.18+minimal build"], world.Ran);
        Assert.Equal(["usr/lib/postgresql/15/share/extension/hstore--1.8.sql", "usr/lib/postgresql/15/share/extension/hstore.control"], await FilesAsync(world, built.Payload));
        Assert.Null(built.Symbols);
    }

    [Fact]
    public async Task A_tree_of_this_machine_is_built_as_an_extension_of_the_index_is()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        var source = world.Plan(SmallWorld.Extension).Ingredients.Source;
        var tree = (await world.Small.Engine.GetAsync(source, Cancel)).Tree;
        var local = world.Planner.PlanLocal(world.Index.Extension(ProjectName.Parse("tiny")), tree, "./tiny", TargetName.Parse(SmallWorld.Server));
        Assert.NotEqual(world.Plan(SmallWorld.Extension).Payload.Key, local.Payload.Key);

        // The same files: the same action, whatever they came from.
        await world.Builds.BuildAsync(world.Plan(SmallWorld.Extension), useCache: true, Cancel);
        Assert.True((await world.Builds.BuildAsync(local, useCache: true, Cancel)).Cached);
    }

    [Fact]
    public async Task Tests_run_over_a_cluster_with_all_that_is_installed()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        await world.Small.Engine.TryRunAsync(world.Plan(SmallWorld.Requiring).SmokeTest!, useCache: true, Cancel);
        Assert.Equal(
            ["needy@2.0/postgres@15.18+minimal build", "needy@2.0/postgres@15.18+minimal smoke test", "postgres@15.18+minimal build", "postgres@15.18+minimal initdb", "tiny@1.0/postgres@15.18+minimal build"],
            world.Ran.Order(StringComparer.Ordinal));
        await world.Small.Engine.TryRunAsync(world.Plan(SmallWorld.Extension).Tests!.Command, useCache: true, Cancel);
        Assert.Equal("tiny@1.0/postgres@15.18+minimal test", world.Ran[^1]);
    }

    [Fact]
    public async Task A_server_that_is_started_has_what_was_asked_for_and_all_that_it_requires_once()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        var session = Planner.PlanSession(world.Plan(SmallWorld.Requiring), [world.Plan(SmallWorld.Extension), world.Plan(SmallWorld.Module)], debugger: true);
        Assert.Equal(SmallWorld.Server, session.Server.Id.Name.ToString());
        var trees = await world.Small.Engine.GetAllAsync(session.Layers, Cancel);
        var merged = await TreeUnion.MergeAsync(world.Small.Blobs, [.. trees.Select(tree => new UnionLayer(tree.Tree, Overrides: false))], Cancel);
        var files = await FilesAsync(world, merged);
        Assert.Contains("build/data/PG_VERSION", files);
        Assert.Contains("build/src/postgres/README", files);
        Assert.Contains("usr/lib/debug/.build-id/ab/cd.debug", files);
        Assert.Contains("usr/lib/postgresql/15/share/extension/needy.control", files);
        Assert.Contains("usr/lib/postgresql/15/share/extension/tiny.control", files);
    }

    [Theory]
    [InlineData("lib/common.so", false)] // the same file
    [InlineData("lib/common.so", true)]
    [InlineData("bin/postgres", true)] // one of the server's own
    public async Task A_server_is_not_started_with_two_different_files_at_one_path(string path, bool differs)
    {
        const string Prefix = "usr/lib/postgresql/15";
        SmallWorld? world = null;
        world = await SmallWorld.NewAsync(Cancel, (request, blobs, cancel) => request.Name.Split('@')[0] is "tiny" or "other" && request.Name.EndsWith("build", StringComparison.Ordinal)
            ? SmallWorld.TreeAsync(blobs, cancel, ($"{Prefix}/{path}", differs ? request.Name : "equal"), ($"{Prefix}/share/doc/extension/README.md", request.Name))
            : world!.InstallAsync(request, blobs, cancel));
        using (world)
        {
            var tiny = world.Plan(SmallWorld.Extension);
            var tree = (await world.Small.Engine.GetAsync(tiny.Ingredients.Source, Cancel)).Tree;
            var project = world.Index.Extension(ProjectName.Parse("tiny"));
            var origin = (ExtensionOrigin.Source)project.Origin;
            project = project with { Name = ProjectName.Parse("other"), Origin = origin with { Build = origin.Build with { Arguments = ["ANOTHER=1"] } } };
            var other = world.Planner.PlanLocal(project, tree, "./other", TargetName.Parse(SmallWorld.Server));
            var session = Planner.PlanSession(tiny, [other], debugger: false);
            if (!differs)
            {
                var trees = await world.Small.Engine.GetAllAsync(session.Layers, Cancel);
                Assert.Contains($"{Prefix}/{path}", (await Task.WhenAll(trees.Select(layer => FilesAsync(world, layer.Tree)))).SelectMany(files => files));
                return;
            }

            var error = await Assert.ThrowsAsync<UserErrorException>(() => world.Small.Engine.GetAllAsync(session.Layers, Cancel));
            Assert.Equal($"the inputs of `{SmallWorld.Server} with extensions` conflict: `{Prefix}/{path}` differs between two layers", error.Message);
            Assert.Contains($"`other@1.0/{SmallWorld.Server} payload` has `{Prefix}/{path}`", error.Details);
        }
    }

    [Fact]
    public async Task An_extension_that_installs_elsewhere_is_refused()
    {
        SmallWorld? world = null;
        world = await SmallWorld.NewAsync(Cancel, (request, blobs, cancel) => request.Name.StartsWith("tiny", StringComparison.Ordinal)
            ? SmallWorld.TreeAsync(blobs, cancel, ("usr/lib/postgresql/15/share/extension/tiny.control", ""), ("etc/tiny.conf", ""))
            : world!.InstallAsync(request, blobs, cancel));
        using (world)
        {
            var error = await Assert.ThrowsAsync<UserErrorException>(() => world.Builds.BuildAsync(world.Plan(SmallWorld.Extension), useCache: true, Cancel));
            Assert.Equal("the build of `tiny@1.0/postgres@15.18+minimal` installed files outside of `/usr/lib/postgresql/15`", error.Message);
            Assert.Equal(["/etc/tiny.conf"], error.Details);
        }
    }

    [Fact]
    public async Task A_build_that_installs_nothing_is_refused()
    {
        using var world = await SmallWorld.NewAsync(Cancel, (_, blobs, cancel) => SmallWorld.TreeAsync(blobs, cancel, ("etc/passwd", "")));
        var error = await Assert.ThrowsAsync<UserErrorException>(() => world.Builds.BuildAsync(world.Plan(SmallWorld.Server), useCache: true, Cancel));
        Assert.Equal("the build of `postgres@15.18+minimal` installed nothing in `/usr/lib/postgresql/15`", error.Message);
    }

    [Theory]
    [InlineData(SmallWorld.Server)]
    [InlineData(SmallWorld.Extension)]
    [InlineData(SmallWorld.Requiring)]
    [InlineData(SmallWorld.Module)]
    public async Task Keys_are_equal_for_equal_inputs_and_differ_when_an_input_does(string target)
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        using var same = await SmallWorld.NewAsync(Cancel);
        using var other = await SmallWorld.NewAsync(Cancel, change: (path, repo) =>
        {
            if (path is "servers/postgres/repo.json")
                repo["versions"]!["15.18"]!["released"] = "2026-05-12T20:00:00Z";
        });
        Assert.Equal(world.Plan(target).Key, same.Plan(target).Key);
        Assert.Equal(world.Plan(target).Payload.Key, same.Plan(target).Payload.Key);
        Assert.NotEqual(world.Plan(target).Key, other.Plan(target).Key);
        Assert.NotEqual(world.Plan(target).Payload.Key, other.Plan(target).Payload.Key);
    }

    [Fact]
    public async Task No_two_targets_have_one_key()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        string[] names = [SmallWorld.Server, SmallWorld.Extension, SmallWorld.Requiring, SmallWorld.Module, "postgres@15.17+minimal", "postgres@15.18+barebones", "tiny@1.0/postgres@15.17+minimal", "tiny@1.0/postgres@17.11+minimal"];
        Assert.Equal(names.Length, names.Select(name => world.Plan(name).Payload.Key).Distinct().Count());
        Assert.NotEqual(world.Plan(SmallWorld.Server).Payload.Key, world.NewPlanner(world.Platform, "llvm").Plan(TargetName.Parse(SmallWorld.Server)).Payload.Key);
    }

    [Fact]
    public async Task What_an_extension_changes_leaves_its_server_as_it_was()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        using var other = await SmallWorld.NewAsync(Cancel, change: (path, repo) =>
        {
            if (path is "extensions/tiny/repo.json")
                repo["build"]!["arguments"] = new System.Text.Json.Nodes.JsonArray("OPTFLAGS=");
        });
        Assert.Equal(world.Plan(SmallWorld.Server).Payload.Key, other.Plan(SmallWorld.Server).Payload.Key);
        Assert.NotEqual(world.Plan(SmallWorld.Extension).Payload.Key, other.Plan(SmallWorld.Extension).Payload.Key);
        Assert.NotEqual(world.Plan(SmallWorld.Requiring).Payload.Key, other.Plan(SmallWorld.Requiring).Payload.Key);
    }

    [Fact]
    public async Task A_lost_file_of_a_server_is_restored_for_the_extension_that_needs_it()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        var server = world.Plan(SmallWorld.Server);
        await world.Builds.BuildAsync(server, useCache: true, Cancel);
        var share = await TreeWalk.FindDirectoryAsync(world.Small.Blobs, (await world.Small.Engine.GetAsync(server.Payload, Cancel)).Tree, RelativePath.Parse("usr/lib/postgresql/15/share"), Cancel);
        world.Small.Blobs.Drop(share!.Value);
        await world.Builds.BuildAsync(world.Plan(SmallWorld.Extension), useCache: true, Cancel);
        Assert.Equal(2, world.Ran.Count(name => name is "postgres@15.18+minimal build"));
    }

    [Fact]
    public async Task A_failing_server_fails_each_of_its_extensions_with_one_build()
    {
        var builds = 0;
        using var world = await SmallWorld.NewAsync(Cancel, async (_, blobs, cancel) =>
        {
            builds++;
            return new ActionOutcome.Failed(2, await FakeActionRunner.ResultAsync(blobs, 2, "error: no\n", cancel));
        });
        foreach (var target in new[] { SmallWorld.Extension, SmallWorld.Requiring, SmallWorld.Module })
        {
            var error = await Assert.ThrowsAsync<UserErrorException>(() => world.Builds.BuildAsync(world.Plan(target), useCache: true, Cancel));
            Assert.Equal("`postgres@15.18+minimal build` failed with exit code 2", error.Message);
            Assert.Equal("inspect its sandbox with `monogres shell postgres@15.18+minimal`", error.Hint);
        }

        Assert.Equal(1, builds);
    }

    [Fact]
    public async Task A_hint_names_platform_and_toolchain_where_they_are_not_the_default()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        Assert.Equal("inspect its sandbox with `monogres shell postgres@15.18+minimal --toolchain llvm`", world.NewPlanner(world.Platform, "llvm").Plan(TargetName.Parse(SmallWorld.Server)).Build.Hint!([]));
    }

    [Fact]
    public async Task A_hint_for_a_tree_of_this_machine_names_it_as_it_was_typed()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        var tiny = world.Index.Extension(ProjectName.Parse("tiny"));
        var local = world.NewPlanner(world.Platform, "llvm").PlanLocal(tiny, Digest.Empty, "'./my tiny'", TargetName.Parse(SmallWorld.Server));
        const string look = "inspect its sandbox with `monogres shell './my tiny' --postgres 15.18+minimal --toolchain llvm`";
        Assert.Every(new[] { local.Build, local.SmokeTest! }, step => Assert.Equal(look, step.Hint!([])));
        Assert.Equal($"`gawk` is in the package set `gawk`: add it with `--packages gawk`; {look}", local.Build.Hint!(["  /bin/sh: 1: gawk: not found"]));
    }

    [Theory]
    [InlineData("make: patch: No such file or directory", "`patch` is in the package set `patch`: name it under `build_packages` of its repo.json")]
    [InlineData("make[1]: /bin/bash: No such file or directory", "`bash` is in the package set `bash`: name it under `build_packages` of its repo.json")]
    [InlineData("./gen.sh: line 3: xz: command not found", "`xz` is in the package set `xz`: name it under `build_packages` of its repo.json")]
    [InlineData("/usr/bin/env: 'python3': No such file or directory", "`python3` is in the package set `python`: name it under `build_packages` of its repo.json")]
    [InlineData("meson.build:2:0: ERROR: Program 'tclsh' not found or not executable", "`tclsh` is in the package set `tcl`: name it under `build_packages` of its repo.json")]
    [InlineData("sh: ./gen.tcl: /usr/bin/tclsh: bad interpreter: No such file or directory", "`tclsh` is in the package set `tcl`: name it under `build_packages` of its repo.json")]
    [InlineData("/bin/sh: 1: xxd: not found", "`xxd` is in Debian's package `xxd`, which no package set of debian12-amd64 has: `monogres platform add xxd xxd --tool` adds one; then name `xxd` under `build_packages` of its repo.json")]
    [InlineData("Can't locate HTML/Tiny.pm in @INC (you may need to install the HTML::Tiny module)", "the Perl module HTML::Tiny is in Debian's package `libhtml-tiny-perl`, which no package set of debian12-amd64 has: `monogres platform add libhtml-tiny-perl libhtml-tiny-perl --tool` adds one; then name `libhtml-tiny-perl` under `build_packages` of its repo.json")]
    [InlineData("make: ./gen.sh: No such file or directory", "`./gen.sh` is also not found when its first line names a program that is not there")]
    [InlineData("a.c:1:10: fatal error: frobnicate/api.h: No such file or directory", "`frobnicate/api.h` is in no package of the build: `monogres platform add frobnicate frobnicate/api.h` finds Debian's package with it and locks it; then name `frobnicate-build` under `build_packages` of its repo.json")]
    [InlineData("a.c:1:10: fatal error: 'frobnicate.h' file not found", "`frobnicate.h` is in no package of the build: `monogres platform add frobnicate frobnicate.h` finds Debian's package with it and locks it; then name `frobnicate-build` under `build_packages` of its repo.json")]
    [InlineData("a.c:2:10: fatal error: gmp.h: No such file or directory", "`gmp.h` belongs to the package set `gmp-build`: name `gmp-build` under `build_packages` of its repo.json")]
    [InlineData("/usr/bin/ld: cannot find -lsybdb: No such file or directory", "`-lsybdb` is in no package of the build: `monogres platform add freetds -lsybdb` finds Debian's package with it and locks it; then name `freetds-build` under `build_packages` of its repo.json")]
    [InlineData("ld.lld: error: unable to find library -lz", "`-lz` belongs to the package set `zlib-build`: name `zlib-build` under `build_packages` of its repo.json")]
    [InlineData("Package 'libfrob', required by 'virtual:world', not found", "`libfrob.pc` is in no package of the build: `monogres platform add frob libfrob.pc` finds Debian's package with it and locks it; then name `frob-build` under `build_packages` of its repo.json")]
    [InlineData("Package libfrob was not found in the pkg-config search path.", "`libfrob.pc` is in no package of the build: `monogres platform add frob libfrob.pc` finds Debian's package with it and locks it; then name `frob-build` under `build_packages` of its repo.json")]
    [InlineData("No package 'libfrob' found", "`libfrob.pc` is in no package of the build: `monogres platform add frob libfrob.pc` finds Debian's package with it and locks it; then name `frob-build` under `build_packages` of its repo.json")]
    [InlineData("Run-time dependency frob found: NO (tried pkgconfig and cmake)", "`frob.pc` is in no package of the build: `monogres platform add frob frob.pc` finds Debian's package with it and locks it; then name `frob-build` under `build_packages` of its repo.json")]
    [InlineData("a.c:3:10: fatal error: utils/varlena.h: No such file or directory", null)]
    [InlineData("/usr/bin/ld: cannot find -lm", null)]
    [InlineData("cat: file: No such file or directory", null)]
    [InlineData("a.c:1:10: fatal error: file: No such file or directory", null)]
    [InlineData("/bin/sh: 1: frobnicate: not found", null)]
    [InlineData("checking for gawk... not found", null)]
    public async Task A_failed_build_says_what_brings_a_program_that_was_not_found(string line, string? expected)
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        var look = $"inspect its sandbox with `monogres shell {SmallWorld.Extension}`";
        Assert.Equal(expected is null ? look : $"{expected}; {look}", world.Plan(SmallWorld.Extension).Build.Hint!(["the last lines:", $"  {line}", $"  {line}"]));
    }

    [Fact]
    public async Task A_toolchain_of_an_archive_has_it_in_its_root_and_says_what_to_do_when_it_is_unavailable()
    {
        using var world = await SmallWorld.NewAsync(Cancel);
        var archive = SmallArchive.Of(("zig-1/zig", "the compiler", true));
        var file = world.Small.Files.Add("zig.tar.gz", archive);
        var toolchain = world.Platform.Toolchain("zig");
        var small = toolchain with { Archives = [toolchain.Archives[0] with { Name = "zig.tar.gz", Sha256 = file.Sha256, Size = archive.Length, StripPrefix = RelativePath.Parse("zig-1") }] };
        var platform = world.Platform with { Toolchains = world.Platform.Toolchains.SetItem("zig", small) };
        var plan = world.NewPlanner(platform, "zig").Plan(TargetName.Parse(SmallWorld.Server));
        var root = await world.Small.Engine.GetAsync(plan.Ingredients.BuildRoot[0], Cancel);
        Assert.Equal("the compiler", await world.Small.TextAsync(root.Tree, "usr/lib/zig/zig"));

        world.Small.Files.Remove(file);
        world.Small.Blobs.Drop(new Digest(file.Sha256, archive.Length));
        world.Small.Memo.Clear();
        var error = await Assert.ThrowsAsync<UserErrorException>(() => world.Small.New().GetAsync(plan.Ingredients.BuildRoot[0], Cancel));
        Assert.True(error.Unavailable);
        Assert.StartsWith("the archive of the toolchain `zig` is unavailable: ", error.Message, StringComparison.Ordinal);
        Assert.Contains("choose another toolchain: `--toolchain gcc`", error.Hint, StringComparison.Ordinal);
    }

    private static async Task<IReadOnlyList<string>> FilesAsync(SmallWorld world, Digest tree)
    {
        List<string> files = [];
        await foreach (var entry in TreeWalk.EntriesAsync(world.Small.Blobs, tree, Cancel))
        {
            if (entry is TreeEntry.File file)
                files.Add(file.Path.Value);
        }

        return files;
    }
}
