using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Platforms.Contents;
using Monogres.Platforms.Lock;
using Monogres.Sources.Packages;
using Monogres.Testing;
using Monogres.Testing.Repositories;

namespace Monogres.Sources.Tests.Packages;

/// <summary>The platforms are the real ones, the archive is one in memory, and each lock has one package of it.</summary>
public class FamilyLockerTests
{
    private static readonly PackageAsk Sodium = new("sodium", [new WantedFile(WantedKind.Library, "sodium"), new WantedFile(WantedKind.Header, "sodium.h")]);

    private readonly SmallMirror _mirror = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_library_comes_into_the_sets_and_locks_of_all_platforms_by_the_names_that_each_suite_has()
    {
        Publish();
        var addition = await AddAsync(Sodium);
        Assert.Equal(
            [
                "debian12-amd64: sodium-build=libsodium-dev sodium-runtime=libsodium23 +2",
                "debian12-arm64: sodium-build=libsodium-dev sodium-runtime=libsodium23 +2",
                "debian13-amd64: sodium-build=libsodium-dev sodium-runtime=libsodium26 +2",
            ],
            addition.Platforms.Select(Words));
        Assert.Empty(addition.Notes);
        var arm = addition.Platforms[1].Lock;
        Assert.Equal(["base", "libsodium-dev", "libsodium23"], arm.Packages.Select(package => package.Name));
        Assert.Equal("pool/main/libsodium-dev_1_arm64.deb", arm.Find("libsodium-dev")!.Path.Value);
        Assert.Equal(SmallMirror.Date, arm.Release.Date);
    }

    [Fact]
    public async Task What_is_locked_stays_and_what_exists_is_not_added_again()
    {
        Publish();
        var before = (await AddAsync(Sodium)).Platforms;
        var locks = before.ToDictionary(platform => platform.Platform.Name, platform => platform.Lock);
        var again = await AddAsync([.. before.Select(platform => platform.Platform with { PackageSets = platform.Platform.PackageSets.AddRange(platform.Sets) })], platform => locks[platform.Name], Sodium);
        Assert.Every(again.Platforms, platform => Assert.False(platform.IsChange));
        Assert.Every(again.Platforms, platform => Assert.Equal(PackagesLockFile.Write(locks[platform.Platform.Name]), PackagesLockFile.Write(platform.Lock)));
    }

    [Fact]
    public async Task A_program_runs_on_the_machine_that_builds()
    {
        Publish();
        var addition = await AddAsync(new PackageAsk("xxd", []) { Packages = ["xxd"], IsTool = true });
        Assert.Equal(["debian12-amd64: xxd=xxd +1", "debian12-arm64: cross xxd +0", "debian13-amd64: xxd=xxd +1"], addition.Platforms.Select(Words));
        Assert.DoesNotContain(_mirror.Asked, path => path.Contains("Contents", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_library_whose_program_the_build_calls_is_also_one_of_the_tools()
    {
        Publish();
        var addition = await AddAsync(new PackageAsk("sodium", [new WantedFile(WantedKind.Program, "sodium-config")]));
        Assert.Equal("debian12-arm64: sodium-build=libsodium-dev sodium-runtime=libsodium23 cross sodium-build +2", Words(addition.Platforms[1]));
    }

    [Fact]
    public async Task A_library_in_no_package_or_several_or_some_suites_only_is_said()
    {
        Publish();
        var addition = await AddAsync(new PackageAsk("scws", [new WantedFile(WantedKind.Header, "scws.h")]), new PackageAsk("curl", [new WantedFile(WantedKind.Library, "curl")]), new PackageAsk("new", [new WantedFile(WantedKind.Library, "new")]));
        Assert.Equal(
            [
                "`scws`: no package has `scws.h` (debian12-amd64, debian12-arm64, debian13-amd64)",
                "`curl`: `-lcurl` is in each of `one-dev`, `two-dev`: choose with `monogres platform add curl PACKAGE` (debian12-amd64, debian12-arm64, debian13-amd64)",
                "`new`: no package has `-lnew` (debian12-amd64, debian12-arm64)",
            ],
            addition.Notes);
        Assert.Equal("debian13-amd64: new-build=libnew-dev +1", Words(addition.Platforms[2]));
    }

    [Fact]
    public async Task A_package_that_an_architecture_lacks_is_said()
    {
        Publish(arm: "base 1");
        var addition = await AddAsync(Sodium);
        Assert.Equal(["`sodium`: there is no package `libsodium-dev` (debian12-arm64)"], addition.Notes);
        Assert.False(addition.Platforms[1].IsChange);
        Assert.True(addition.Platforms[0].IsChange);
    }

    [Fact]
    public async Task A_suite_whose_contents_cannot_be_had_has_the_packages_that_another_has()
    {
        Publish();
        _mirror.Files["dists/trixie/main/Contents-amd64.gz"] = [0];
        var addition = await AddAsync(Sodium);
        Assert.Equal("debian13-amd64: sodium-build=libsodium-dev sodium-runtime=libsodium26 +2", Words(addition.Platforms[2]));
        Assert.Equal(["the packages of `trixie` were chosen by the names that another suite has for them: no mirror has a usable index of contents of `trixie`"], addition.Notes);

        _mirror.Files["dists/bookworm/main/Contents-amd64.gz"] = [0];
        Assert.Equal("no mirror has a usable index of contents of `bookworm`", (await Assert.ThrowsAsync<UserErrorException>(() => AddAsync(Sodium))).Message);
    }

    [Fact]
    public async Task Nothing_is_added_when_an_archive_has_moved_on()
    {
        Publish();
        Publish("trixie", contents: "", ["base 2", "libsodium-dev 1", "libsodium26 1"]);
        Assert.StartsWith("the archive has moved on since the lock of `debian13-amd64` was made", (await Assert.ThrowsAsync<UserErrorException>(() => AddAsync(Sodium with { Files = [], Packages = ["libsodium-dev"] }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sets_are_added_to_the_file_of_a_platform_and_nothing_else_changes()
    {
        Publish();
        var addition = (await AddAsync(new PackageAsk("sodium", [new WantedFile(WantedKind.Program, "sodium-config")]))).Platforms[1];
        var file = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(RepositoryFiles.Index, addition.Platform.Folder, "platform.json"), Cancel))!.AsObject();
        var changed = file.DeepClone().AsObject();
        PlatformEdit.Apply(changed, "platform.json", addition);
        Assert.Equal("""["libsodium-dev"]""", changed["package_sets"]!["sodium-build"]!.ToJsonString());
        Assert.Equal("""["sodium-build"]""", changed["cross"]!["package_sets"]!["sodium-build"]!.ToJsonString());
        changed["package_sets"]!.AsObject().Remove("sodium-build");
        changed["package_sets"]!.AsObject().Remove("sodium-runtime");
        changed["cross"]!["package_sets"]!.AsObject().Remove("sodium-build");
        Assert.True(JsonNode.DeepEquals(file, changed));

        Assert.Throws<UserErrorException>(() => PlatformEdit.Apply([], "platform.json", addition));
    }

    private void Publish(string arm = "")
    {
        string[] packages = ["base 1", "xxd 1", "one-dev 1", "two-dev 1", "libsodium-dev 1 Depends: libsodium23 (= 1)", "libsodium23 1"];
        const string shared = "usr/bin/sodium-config libdevel/libsodium-dev\nusr/lib/x86_64-linux-gnu/libcurl.so x/one-dev,x/two-dev\nusr/lib/x86_64-linux-gnu/libsodium.so libdevel/libsodium-dev\n";
        _mirror.Publish("bookworm",
        [
            ("main/binary-amd64/Packages", string.Concat(packages.Select(line => SmallMirror.Stanza(line)))),
            ("main/binary-arm64/Packages", string.Concat((arm.Length > 0 ? [arm] : packages).Select(line => SmallMirror.Stanza(line, "arm64")))),
            ("main/Contents-amd64", $"{shared}usr/lib/x86_64-linux-gnu/libsodium.so.23 libs/libsodium23\n"),
        ]);
        Trixie("base 1", "xxd 1", "one-dev 1", "two-dev 1", "libsodium-dev 2 Depends: libsodium26 (= 2)", "libsodium26 2", "libnew-dev 1");
        void Trixie(params string[] lines) => Publish("trixie", $"{shared}usr/lib/x86_64-linux-gnu/libnew.so x/libnew-dev\nusr/lib/x86_64-linux-gnu/libsodium.so.26 libs/libsodium26\n", lines);
    }

    private void Publish(string suite, string contents, string[] lines) =>
        _mirror.Publish(suite, [("main/binary-amd64/Packages", string.Concat(lines.Select(line => SmallMirror.Stanza(line)))), ("main/Contents-amd64", contents)]);

    private async Task<FamilyAddition> AddAsync(params PackageAsk[] asks)
    {
        var index = (await IndexReader.ReadAsync(RepositoryFiles.Index, Cancel)).OrThrow();
        return await AddAsync([.. ((string[])["debian12-amd64", "debian12-arm64", "debian13-amd64"]).Select(name => index.Platform(PlatformName.Parse(name)))], LockOf, asks);
    }

    private Task<FamilyAddition> AddAsync(ImmutableArray<Platform> family, Func<Platform, PackagesLock> locks, params PackageAsk[] asks) =>
        new FamilyLocker(new SuiteReader(_mirror.OpenAsync, TimeProvider.System), platform => SmallMirror.Place(platform.Release), locks).AddAsync(family, asks, Cancel);

    private static PackagesLock LockOf(Platform platform)
    {
        var text = System.Text.Encoding.UTF8.GetBytes(SmallMirror.Stanza("base 1", platform.Architecture));
        return new PackagesLock
        {
            Version = PackagesLock.FormatVersion,
            Platform = platform.Name.ToString(),
            Archive = "debian",
            Suite = platform.Release,
            Component = "main",
            Architecture = platform.Architecture,
            Release = new LockedRelease { Date = DateTimeOffset.UnixEpoch, Sha256 = Sha256Hash.Of([]), Snapshot = "19700102T000000Z" },
            Packages = new LockResolver("test", new ArchivePackages(text, platform.Architecture), platform.Architecture).Resolve("test", new PackageSelection { Wanted = ["base"] }),
        };
    }

    private static string Words(PlatformAddition addition) =>
        $"{addition.Platform.Name}: {string.Concat(addition.Sets.Select(set => $"{set.Key}={string.Join(',', set.Value)} "))}{string.Concat(addition.CrossSets.Keys.Select(set => $"cross {set} "))}+{addition.Added}";
}
