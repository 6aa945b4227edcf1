using FsCheck;
using FsCheck.Fluent;
using Monogres.Core;
using Monogres.Platforms.Composer;
using Monogres.Platforms.Tests.Archives;
using Monogres.Platforms.Tests.Packages;
using Monogres.Testing;
using Monogres.Testing.Stores;

namespace Monogres.Platforms.Tests.Composer;

public class RootComposerTests
{
    private readonly MemoryBlobStore _store = new();
    private readonly MemoryMemo _memo = new();

    [Fact]
    public async Task A_root_holds_packages_files_links_and_shims()
    {
        var root = await ComposeAsync(await WholeAsync());
        Golden.Match($"{root}\n{string.Join('\n', await _store.ListAsync(root))}\n", "composed-root.txt");
    }

    [Fact]
    public async Task The_order_of_packages_does_not_matter()
    {
        var recipe = await WholeAsync();
        var expected = await ComposeAsync(recipe);
        Prop.ForAll(Gen.Shuffle(recipe.Packages.ToArray()).ToArbitrary(), packages =>
        {
            _memo.Clear();
            return ComposeAsync(recipe with { Packages = [.. packages] }).GetAwaiter().GetResult() == expected;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(20).WithReplay(1, 3));
    }

    [Fact]
    public async Task The_number_of_packages_at_a_time_does_not_matter()
    {
        var recipe = await WholeAsync();
        var expected = await ComposeAsync(recipe);
        _memo.Clear();
        Assert.Equal(expected, await new RootComposer(_store, _memo, parallelism: 1).ComposeAsync(recipe, null, CancellationToken.None));
    }

    [Fact]
    public async Task A_root_is_composed_once_whatever_the_order_of_its_lists()
    {
        var recipe = await WholeAsync();
        var root = await ComposeAsync(recipe);
        foreach (var package in recipe.Packages)
            _store.Drop(package.Deb);

        Assert.Equal(root, await ComposeAsync(recipe with { Packages = [.. recipe.Packages.Reverse()], Links = [.. recipe.Links.Reverse()] }));
    }

    [Fact]
    public async Task Every_part_of_a_recipe_changes_its_key()
    {
        var recipe = await WholeAsync();
        RootRecipe[] others =
        [
            recipe,
            recipe with { Packages = recipe.Packages[1..] },
            recipe with { Rules = recipe.Rules with { Omissions = [] } },
            recipe with { Rules = recipe.Rules with { Moves = [] } },
            recipe with { Directories = [] },
            recipe with { Files = [] },
            recipe with { Files = [recipe.Files[0] with { Content = "other" }] },
            recipe with { Files = [recipe.Files[0] with { Executable = true }] },
            recipe with { Links = [] },
            recipe with { Moves = [] },
            recipe with { ShimFiles = [] },
            recipe with { ShimLinks = [] },
            recipe with { ShimLinks = recipe.Links, Links = recipe.ShimLinks },
            recipe with { LowerLayer = new LowerPackages(recipe.Packages, recipe.Rules) },
            recipe with { LowerLayer = new LowerPackages(recipe.Packages, new CompositionRules()) },
            recipe with { LowerLayer = new LowerPackages(recipe.Packages[1..], recipe.Rules) },
        ];
        Assert.Equal(others.Length, others.Select(other => other.Describe().Digest).Distinct().Count());
    }

    [Fact]
    public async Task A_forgotten_root_is_composed_again_from_the_packages()
    {
        var recipe = await WholeAsync();
        var root = await ComposeAsync(recipe);
        _store.Drop(Digest.Of("gcc"u8));
        await new RootComposer(_store, _memo, 2).ForgetAsync(recipe, CancellationToken.None);

        Assert.Equal(root, await ComposeAsync(recipe));
        Assert.Contains(Digest.Of("gcc"u8), _store.Digests);
    }

    [Fact]
    public async Task Packages_that_clash_are_named()
    {
        var recipe = new RootRecipe
        {
            Rules = new CompositionRules(),
            Packages = [await PackageAsync("one", tar => tar.File("bin/x", "1")), await PackageAsync("none", tar => tar.File("bin/y", "1")), await PackageAsync("two", tar => tar.File("usr/bin/x", "2"))],
        };
        var error = await Assert.ThrowsAsync<UserErrorException>(() => ComposeAsync(recipe));
        Assert.Equal("packages cannot be composed into one root: `usr/bin/x` differs between two layers", error.Message);
        Assert.Equal(["`one` has `usr/bin/x`", "`two` has `usr/bin/x`"], error.Details);
    }

    [Fact]
    public async Task Packages_of_another_machine_lie_beneath_by_rules_of_their_own()
    {
        var recipe = new RootRecipe
        {
            Rules = new CompositionRules(),
            Packages = [await PackageAsync("tools", tar => tar.File("usr/bin/perl", "runs here", executable: true).File("usr/lib/shared", "of the tools"))],
            LowerLayer = new LowerPackages(
                [
                    await PackageAsync("libc", tar => tar.File("usr/lib/arm64/libc.so", "theirs").File("usr/lib/shared", "of the libraries")),
                    await PackageAsync("perl", tar => tar.File("usr/bin/perl", "does not run here").File("usr/bin/perl-arm64", "nor this")),
                ],
                new CompositionRules { Omissions = ["usr/bin"] }),
            ShimLinks = [new(Path("usr/lib/libc.so"), Path("usr/lib/arm64/libc.so"))],
        };
        var root = await ComposeAsync(recipe);
        Golden.Match($"{string.Join('\n', await _store.ListAsync(root))}\n", "composed-root-beneath.txt");

        _store.Drop(Digest.Of("theirs"u8));
        await new RootComposer(_store, _memo, 2).ForgetAsync(recipe, CancellationToken.None);
        Assert.Equal(root, await ComposeAsync(recipe));
        Assert.Contains(Digest.Of("theirs"u8), _store.Digests);
    }

    [Fact]
    public async Task An_archive_is_laid_over_the_packages_where_shims_and_links_find_it()
    {
        var recipe = await WithArchiveAsync("lib/cc", tar => tar.Directory("cc-1/").File("cc-1/cc", "compiler", executable: true).File("cc-1/lib/crt.o", "start"));
        var root = await ComposeAsync(recipe with
        {
            Links = [new(Path("usr/bin/cc"), Path("usr/lib/cc/cc"))],
            Moves = [new(Path("usr/lib/cc/cc"), Path("usr/libexec/cc"))],
            ShimFiles = [new(Path("usr/lib/cc/cc"), "wrapper", Executable: true)],
        });
        Golden.Match($"{string.Join('\n', await _store.ListAsync(root))}\n", "composed-root-archive.txt");
    }

    [Fact]
    public async Task The_content_of_an_archive_its_place_and_its_top_directory_are_part_of_the_key()
    {
        var recipe = await WithArchiveAsync("opt/cc", tar => tar.File("cc-1/cc", "compiler"));
        var archive = recipe.Archives[0];
        RootRecipe[] others =
        [
            recipe,
            recipe with { Archives = [] },
            recipe with { Archives = [archive with { File = Digest.Of("another"u8) }] },
            recipe with { Archives = [archive with { StripPrefix = Path("cc-2") }] },
            recipe with { Archives = [archive with { To = Path("opt/c") }] },
        ];
        Assert.Equal(others.Length, others.Select(other => other.Digest).Distinct().Count());
        Assert.Equal(recipe.Digest, (recipe with { Archives = [archive with { Name = "known by another name" }] }).Digest);
    }

    [Fact]
    public async Task A_recipe_without_archives_has_the_key_that_it_had_before_there_were_any() =>
        Assert.Equal("ea2b2b78876f30b310d9e55aea10bf9dd9d183cb3d8ac41e79a9e537858c6785/955", (await WholeAsync() with { Packages = [new("libc6", Digest.Of("libc6"u8)), new("mawk", Digest.Of("mawk"u8))] }).Digest.ToString());

    [Fact]
    public async Task An_archive_that_has_something_else_at_the_path_of_a_package_is_an_error()
    {
        var recipe = await WithArchiveAsync("usr", tar => tar.File("cc-1/bin/sh", "another shell"));
        var error = await Assert.ThrowsAsync<UserErrorException>(() => ComposeAsync(recipe));
        Assert.Equal("the archive `cc-1.tar` of the platform conflict with its packages: `usr/bin/sh` differs between two layers", error.Message);
    }

    [Fact]
    public async Task An_archive_with_another_top_directory_is_named()
    {
        var recipe = await WithArchiveAsync("opt/cc", tar => tar.File("cc-2/cc", "compiler"));
        Assert.StartsWith("cannot unpack `cc-1.tar`: ", (await Assert.ThrowsAsync<UserErrorException>(() => ComposeAsync(recipe))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_forgotten_root_unpacks_its_archives_again()
    {
        var recipe = await WithArchiveAsync("opt/cc", tar => tar.File("cc-1/cc", "compiler"));
        var root = await ComposeAsync(recipe);
        _store.Drop(Digest.Of("compiler"u8));
        await new RootComposer(_store, _memo, 2).ForgetAsync(recipe, CancellationToken.None);

        Assert.Equal(root, await ComposeAsync(recipe));
        Assert.Contains(Digest.Of("compiler"u8), _store.Digests);
    }

    [Fact]
    public async Task A_package_that_cannot_be_unpacked_is_named()
    {
        var recipe = new RootRecipe { Rules = new CompositionRules(), Packages = [await PackageAsync("evil", tar => tar.Raw('0', "../x"))] };
        var error = await Assert.ThrowsAsync<UserErrorException>(() => ComposeAsync(recipe));
        Assert.Equal("cannot unpack package `evil`: entry `../x` has `..` in its name", error.Message);
    }

    [Fact]
    public async Task A_file_of_the_platform_does_not_silently_replace_one_of_a_package()
    {
        var recipe = new RootRecipe
        {
            Rules = new CompositionRules(),
            Packages = [await PackageAsync("base", tar => tar.File("etc/passwd", "theirs"))],
            Files = [new(Path("etc/passwd"), "ours", Executable: false)],
        };
        var error = await Assert.ThrowsAsync<UserErrorException>(() => ComposeAsync(recipe));
        Assert.Equal("the files and links of the platform conflict with its packages: `etc/passwd` differs between two layers", error.Message);
    }

    [Fact]
    public async Task Two_entries_for_one_path_are_refused_since_their_order_would_matter()
    {
        var recipe = await WholeAsync();
        var error = await Assert.ThrowsAsync<UserErrorException>(() => ComposeAsync(recipe with { Links = [.. recipe.Links, new(Path("usr/bin/awk"), Path("usr/bin/gcc"))] }));
        Assert.Equal("the links of the platform name `usr/bin/awk` twice", error.Message);
    }

    [Fact]
    public async Task Progress_counts_every_package_and_archive()
    {
        var seen = new Progress();
        var recipe = await WholeAsync() with { Archives = (await WithArchiveAsync("opt/cc", tar => tar.File("cc-1/cc", "compiler"))).Archives };
        await new RootComposer(_store, _memo, 1).ComposeAsync(recipe, seen, CancellationToken.None);
        Assert.Equal([1, 2, 3, 4], seen.Reports.Select(report => report.Done));
        Assert.Every(seen.Reports, report => Assert.Equal(4, report.Total));
        Assert.Equal("cc-1.tar", seen.Reports[^1].Name);
    }

    private static RelativePath Path(string path) => RelativePath.Parse(path);

    private Task<Digest> ComposeAsync(RootRecipe recipe) => new RootComposer(_store, _memo, parallelism: 2).ComposeAsync(recipe, null, CancellationToken.None);

    private async Task<RootPackage> PackageAsync(string name, Func<TarBuilder, TarBuilder> content) =>
        new(name, await _store.PutAsync(DebBuilder.Around(content(new TarBuilder().Directory("./").Directory("./usr/")).ToArray()), CancellationToken.None));

    private async Task<RootRecipe> WithArchiveAsync(string to, Func<TarBuilder, TarBuilder> content) => new()
    {
        Rules = new CompositionRules(),
        Packages = [await PackageAsync("shell", tar => tar.File("bin/sh", "shell", executable: true))],
        Archives = [new("cc-1.tar", await _store.PutAsync(content(new TarBuilder()).ToArray(), CancellationToken.None), Path("cc-1"), Path(to))],
    };

    private async Task<RootRecipe> WholeAsync() => new()
    {
        Rules = new CompositionRules { Omissions = ["usr/share/doc"] },
        Packages =
        [
            await PackageAsync("libc6", tar => tar.File("lib/x86_64-linux-gnu/libc.so.6", "libc", executable: true).Symlink("lib64/ld.so", "/lib/x86_64-linux-gnu/libc.so.6")),
            await PackageAsync("mawk", tar => tar.File("usr/bin/mawk", "mawk", executable: true).File("usr/share/doc/mawk/copyright", "c")),
            await PackageAsync("gcc", tar => tar.File("usr/bin/gcc-12", "gcc", executable: true).Symlink("usr/bin/gcc", "gcc-12")),
        ],
        Directories = [Path("proc"), Path("tmp"), Path("usr")],
        Files = [new(Path("etc/passwd"), "root:x:0:0::/:/bin/sh\n", Executable: false)],
        Links = [new(Path("usr/bin/nawk"), Path("bin/awk")), new(Path("bin/awk"), Path("bin/mawk")), new(Path("bin/python"), Path("bin/python3"))],
        Moves = [new(Path("usr/bin/gcc"), Path("usr/libexec/real/gcc")), new(Path("usr/bin/g++"), Path("usr/libexec/real/g++"))],
        ShimFiles =
        [
            new(Path("usr/bin/gcc"), "wrapper", Executable: true),
            new(Path("usr/bin/g++"), "wrapper of what is not there", Executable: true),
            new(Path("usr/bin/uname"), "shim", Executable: true),
        ],
        ShimLinks = [new(Path("usr/bin/cc"), Path("usr/bin/gcc")), new(Path("usr/bin/mawk"), Path("usr/bin/uname"))],
    };

    private sealed class Progress : IProgress<CompositionProgress>
    {
        public List<CompositionProgress> Reports { get; } = [];

        public void Report(CompositionProgress value) => Reports.Add(value);
    }
}
