using System.Formats.Tar;
using System.Text;
using System.Text.Json.Nodes;
using Monogres.Core;
using Monogres.Platforms.Lock;
using Monogres.Testing;
using Monogres.Testing.Repositories;

namespace Monogres.Cli.Tests.Commands;

/// <summary>
/// <c>index add --lock</c> and <c>platform add</c> with the real platforms and locks, whose archive is a directory: it has what
/// is locked, as it is locked, and a library besides.
/// </summary>
public sealed class LockingTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly SmallMirror _mirror = new();

    public LockingTests()
    {
        Directory.CreateDirectory(_directory["index/extensions"]);
        foreach (var part in (string[])["index.json", "servers", "schemas", "styles"])
            File.CreateSymbolicLink(_directory[$"index/{part}"], Path.Combine(RepositoryFiles.Index, part));
        foreach (var file in Directory.EnumerateFiles(Path.Combine(RepositoryFiles.Index, "platforms"), "*", SearchOption.AllDirectories))
        {
            var copy = _directory[$"index/{Path.GetRelativePath(RepositoryFiles.Index, file)}"];
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            File.Copy(file, copy);
        }

        File.WriteAllBytes(_directory["index/platforms/keyrings/debian-archive.gpg"], SmallMirror.PublicKey);
        Publish();
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task What_a_source_links_with_is_locked_on_every_platform_and_named_in_the_entry()
    {
        var keys = await KeysAsync();
        var before = Locks();
        Assert.Equal(
            """
            debian11-amd64: frob-build (libfrob-dev), frob-runtime (libfrob2); 2 more packages in the lock
            debian11-arm64: frob-build (libfrob-dev), frob-runtime (libfrob2); 2 more packages in the lock
            debian12-amd64: frob-build (libfrob-dev), frob-runtime (libfrob2); 2 more packages in the lock
            debian12-arm64: frob-build (libfrob-dev), frob-runtime (libfrob2); 2 more packages in the lock
            debian13-amd64: frob-build (libfrob-dev), frob-runtime (libfrob2); 2 more packages in the lock
            debian13-arm64: frob-build (libfrob-dev), frob-runtime (libfrob2); 2 more packages in the lock
            DIR/index/extensions/plain/repo.json: a draft of 1.0

            """, (await RunAsync("index", "add", "plain", "--source", Source("-lfrob"), "--lock")).Out);
        var entry = JsonNode.Parse(await File.ReadAllTextAsync(_directory["index/extensions/plain/repo.json"], Cancel))!;
        Assert.Equal(("""["frob-build"]""", """["frob-runtime"]"""), (entry["build"]!["build_packages"]!.ToJsonString(), entry["build"]!["runtime_packages"]!.ToJsonString()));
        Assert.StartsWith("the index is valid: ", (await RunAsync("index", "check")).Out, StringComparison.Ordinal);
        Assert.Contains("libfrob-dev", (await RunAsync("plan", "plain/postgres@15.18", "--json")).Out, StringComparison.Ordinal);

        // Only what uses a set depends on it.
        Assert.Equal(keys, await KeysAsync());
        foreach (var (file, text) in before)
            Assert.Empty(text.Split('\n').Select(line => line.TrimEnd(',')).Where(line => line.Contains("\"path\"", StringComparison.Ordinal)).Except(File.ReadAllText(file).Split('\n').Select(line => line.TrimEnd(',')), StringComparer.Ordinal));

        // A second time nothing changes.
        var all = Everything();
        Assert.EndsWith("repo.json: unchanged\n", (await RunAsync("index", "add", "plain", "--source", Source("-lfrob"), "--lock")).Out, StringComparison.Ordinal);
        Assert.Equal(all, Everything());
    }

    [Fact]
    public async Task An_entry_that_exists_gets_the_sets_that_it_lacks()
    {
        Assert.Contains("add it with `--lock`", (await RunAsync("index", "add", "plain", "--source", Source("-lfrob"))).Error, StringComparison.Ordinal);
        Assert.EndsWith("repo.json: added the package sets that it needs\n", (await RunAsync("index", "add", "plain", "--source", Source("-lfrob"), "--lock")).Out, StringComparison.Ordinal);
        Assert.Contains("frob-runtime", await File.ReadAllTextAsync(_directory["index/extensions/plain/repo.json"], Cancel), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_library_that_no_package_has_is_said_and_the_entry_is_drafted()
    {
        var (exitCode, output, error) = await RunAsync("index", "add", "plain", "--source", Source("-lscws"), "--lock");
        Assert.Equal((ExitCode.Done, "unchanged\nDIR/index/extensions/plain/repo.json: a draft of 1.0\n"), (exitCode, output));
        Assert.StartsWith("- `scws`: no package has `-lscws` (debian11-amd64, ", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_two_packages_with_a_library_a_person_chooses_one()
    {
        Assert.Contains("`-ltwice` is in each of `one-dev`, `two-dev`: choose with `monogres platform add twice PACKAGE`", (await RunAsync("index", "add", "plain", "--source", Source("-ltwice"), "--lock")).Error, StringComparison.Ordinal);
        var (exitCode, output, _) = await RunAsync("platform", "add", "twice", "one-dev");
        Assert.Equal(ExitCode.Done, exitCode);
        Assert.StartsWith("debian11-amd64: twice-build (one-dev); 1 more packages in the lock\n", output, StringComparison.Ordinal);
        Assert.EndsWith("added the package sets that it needs\n", (await RunAsync("index", "add", "plain", "--source", Source("-ltwice"), "--lock")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_that_a_set_was_added_to_is_the_one_that_is_made_anew()
    {
        await RunAsync("platform", "add", "frob", "frob.h");
        var added = PackagesLockFile.ReadFile(_directory["index/platforms/debian12-amd64/packages.lock.json"], "debian12-amd64");
        await RunAsync("platform", "lock", "debian12-amd64");
        var renewed = PackagesLockFile.ReadFile(_directory["index/platforms/debian12-amd64/packages.lock.json"], "debian12-amd64");
        Assert.Equal(added.Packages.Select(package => $"{package.Name} {package.Version} {package.Digest}"), renewed.Packages.Select(package => $"{package.Name} {package.Version} {package.Digest}"));
    }

    [Theory]
    [InlineData("error: the archive has moved on since the lock of `debian13-amd64` was made: 1 of its ", "moved on")]
    [InlineData("error: no mirror has a usable release file of `", "another key")]
    [InlineData("error: nothing in trixie/main satisfies the requirement `absent (>= 3)` of `libfrob2`", "unsatisfiable")]
    [InlineData("error: locks are made from a mirror, and `--offline` forbids that", "offline")]
    public async Task What_goes_wrong_is_said_and_nothing_is_written(string message, string what)
    {
        if (what is "moved on")
            Publish(changed: "zlib1g");
        else if (what is "another key")
            await File.WriteAllBytesAsync(_directory["index/platforms/keyrings/debian-archive.gpg"], new TestKey().Public, Cancel);
        else if (what is "unsatisfiable")
            Publish(depends: "absent (>= 3)");

        var before = Everything();
        var (exitCode, _, error) = await RunAsync(["index", "add", "plain", "--source", Source("-lfrob"), "--lock", .. what is "offline" ? ["--offline"] : Array.Empty<string>()]);
        Assert.NotEqual(ExitCode.Done, exitCode);
        Assert.StartsWith(message, error, StringComparison.Ordinal);
        Assert.Equal(before, Everything());
    }

    [Fact]
    public async Task Wherever_it_is_stopped_the_index_is_whole_and_the_next_time_completes_it()
    {
        var before = Files();
        await RunAsync("index", "add", "plain", "--source", Source("-lfrob"), "--lock");
        var after = Files();

        // In the order in which they are written: each replaces its file as a whole.
        string[] written = [.. after.Keys.Where(file => !before.TryGetValue(file, out var text) || !string.Equals(text, after[file], StringComparison.Ordinal))
            .OrderBy(file => file.EndsWith("repo.json", StringComparison.Ordinal) ? 2 : file.EndsWith("platform.json", StringComparison.Ordinal) ? 1 : 0).ThenBy(file => file, StringComparer.Ordinal)];
        Assert.Equal(13, written.Length);
        foreach (var count in (int[])[1, 6, 7, 12])
        {
            Directory.Delete(_directory["index/extensions/plain"], recursive: true);
            foreach (var (file, text) in before)
                await File.WriteAllTextAsync(file, text, Cancel);
            foreach (var file in written.Take(count))
                await File.WriteAllTextAsync(file, after[file], Cancel);

            Assert.StartsWith("the index is valid: ", (await RunAsync("index", "check")).Out, StringComparison.Ordinal);
            await RunAsync("index", "add", "plain", "--source", Source("-lfrob"), "--lock");
            Assert.Equal(after, Files());
        }
    }

    [Theory]
    [InlineData("Frob")]
    [InlineData("a b")]
    public async Task A_name_that_no_set_can_have_is_refused(string name) =>
        Assert.Equal(ExitCode.Usage, (await RunAsync("platform", "add", name, "libfrob-dev")).ExitCode);

    private string Source(string link)
    {
        using var file = File.Create(_directory["plain_1.0.orig.tar.gz"]);
        using var tar = new TarWriter(file, TarEntryFormat.Ustar);
        foreach (var (path, content) in (ReadOnlySpan<(string, string)>)
        [
            ("Makefile", $"EXTENSION = plain\nDATA = plain--1.0.sql\nMODULES = plain\nSHLIB_LINK = {link}\nPG_CONFIG = pg_config\nPGXS := $(shell $(PG_CONFIG) --pgxs)\ninclude $(PGXS)\n"),
            ("plain.c", "#include \"postgres.h\"\n"), ("plain.control", "comment = 'Does nothing'\ndefault_version = '1.0'\n"), ("plain--1.0.sql", "select 1;\n"), ("LICENSE", "This is under the PostgreSQL License.\n"),
        ])
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"plain-1.0/{path}") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)), ModificationTime = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000) });
        }

        return _directory["plain_1.0.orig.tar.gz"];
    }

    /// <summary>Makes the archive of what is locked, and of libraries besides.</summary>
    private void Publish(string? changed = null, string depends = "libc6")
    {
        var locks = Directory.EnumerateDirectories(_directory["index/platforms"]).Where(folder => File.Exists(Path.Combine(folder, PackagesLockFile.FileName)))
            .Select(folder => PackagesLockFile.ReadFile(Path.Combine(folder, PackagesLockFile.FileName), Path.GetFileName(folder)));
        foreach (var suite in locks.GroupBy(one => one.Suite, StringComparer.Ordinal))
        {
            var isLast = suite.Key is "trixie";
            _mirror.Publish(suite.Key,
            [
                .. suite.Select(one => ($"main/binary-{one.Architecture}/Packages", string.Concat(one.Packages.Select(package => Stanza(package, isLast ? changed : null)))
                    + string.Concat(((string[])["one-dev 1", "two-dev 1", "libfrob-dev 2.0-1 Depends: libfrob2 (= 2.0-1)", $"libfrob2 2.0-1 Depends: {(isLast ? depends : "libc6")}"]).Select(line => SmallMirror.Stanza(line, one.Architecture))))),
                ("main/Contents-amd64", "usr/include/frob.h libdevel/libfrob-dev\nusr/lib/x86_64-linux-gnu/libfrob.so libdevel/libfrob-dev\nusr/lib/x86_64-linux-gnu/libfrob.so.2 libs/libfrob2\nusr/lib/x86_64-linux-gnu/libtwice.so x/one-dev,x/two-dev\n"),
            ], suite.First().Release.Date);
        }

        _mirror.WriteTo(_directory["mirror"]);
    }

    private static string Stanza(LockedPackage package, string? changed) =>
        $"Package: {package.Name}\nVersion: {package.Version}\nArchitecture: {package.Architecture}\nDepends: {string.Join(", ", package.Depends)}\nFilename: {package.Path}\nSize: {package.Size}\n" +
        $"SHA256: {(string.Equals(package.Name, changed, StringComparison.Ordinal) ? Sha256Hash.Of([1]) : package.Sha256)}\n\n";

    private async Task<string> KeysAsync() => string.Concat((await Task.WhenAll(((string[])["debian12-amd64", "debian12-arm64", "debian13-amd64"])
        .Select(async platform => (await RunAsync("plan", "postgres@15.18+minimal", "postgres@18.6", "hstore/postgres@15.18", "--platform", platform, "--json")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)
            .Select(line => JsonNode.Parse(line)!).Select(plan => $"{plan["target"]} {plan["key"]}\n")))).SelectMany(keys => keys));

    private Dictionary<string, string> Locks() => Files().Where(file => file.Key.EndsWith(PackagesLockFile.FileName, StringComparison.Ordinal)).ToDictionary();

    private SortedDictionary<string, string> Files() => new(
        Directory.EnumerateFiles(_directory["index/platforms"], "*.json", SearchOption.AllDirectories).Concat(Directory.EnumerateFiles(_directory["index/extensions"], "*", SearchOption.AllDirectories))
            .ToDictionary(file => file, File.ReadAllText, StringComparer.Ordinal), StringComparer.Ordinal);

    private string Everything() => string.Concat(Files().Select(file => $"{file.Key}\n{file.Value}\n"));

    private async Task<(ExitCode ExitCode, string Out, string Error)> RunAsync(params string[] args)
    {
        var (exitCode, output, error) = await CommandLine.RunAsync([.. args, "--index", _directory["index"], "--store", _directory["store"], "--mirror", _directory["mirror"]]);
        string Shown(string text) => text.Replace(_directory.Path, "DIR", StringComparison.Ordinal);
        return (exitCode, Shown(output), Shown(error));
    }
}
