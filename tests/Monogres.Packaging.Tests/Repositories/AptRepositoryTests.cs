using System.Text;
using Microsoft.Extensions.Time.Testing;
using Monogres.Core;
using Monogres.Packaging.Repositories;
using Monogres.Packaging.Repositories.Apt;
using Monogres.Platforms.Lock;
using Monogres.Platforms.Signatures;
using Monogres.Store.Locks;
using Monogres.Testing;
using Monogres.Testing.Repositories;

namespace Monogres.Packaging.Tests.Repositories;

public sealed class AptRepositoryTests : RepositoryContract<SmallDeb>
{
    private static readonly TestKey OwnKey = new();
    private static readonly SmallDeb Hello = new();

    protected override TestKey Key => OwnKey;

    protected override SmallDeb First => Hello;

    protected override string FirstPath => "pool/main/m/monogres-hello/monogres-hello_1.0-1_amd64.deb";

    protected override SmallDeb Other => Hello with { Content = "bye\n" };

    protected override SmallDeb[] Several =>
    [
        Hello with { Version = "1.10-1" }, Hello with { Version = "1.9-1", Date = Hello.Date.AddDays(3) }, Hello with { Name = "a-data", Architecture = "all" }, Hello with { Architecture = "arm64" },
    ];

    protected override SmallDeb Held => Hello with { Name = "held", Fields = ["Monogres-Payload: x", "Monogres-Project: held", "Monogres-License: PostgreSQL"] };

    protected override string WhatIsSigned => "the suite `stable`";

    protected override (string Kind, string Folder, string KeyFile) Names => ("an apt", "dists", AptRepository.KeyFile);

    protected override AptPublication Nothing { get; } = new() { Suite = "stable", Component = "main" };

    [Fact]
    public async Task A_package_is_where_Debian_has_it_and_every_index_names_it()
    {
        var deb = Hello with { Name = "postgresql-17-hello", Version = "1:1.0-1", Fields = ["Source: libhello (1.0)", "Depends: libc6 (>= 2.36)"] };
        var published = await PublishAsync(deb);
        const string path = "pool/main/libh/libhello/postgresql-17-hello_1.0-1_amd64.deb";
        Assert.Equal((path, 1, deb.Date), (Assert.Single(published.Added).Value, published.Packages, published.Date));
        Assert.Equal(deb.ToArray(), await File.ReadAllBytesAsync(At(path), Cancel));

        var digest = Digest.Of(deb.ToArray());
        var index = $"{deb.Control}Filename: {path}\nSize: {digest.Size}\nSHA256: {digest.Hash}\n\n";
        Assert.Equal(index, Text("dists/stable/main/binary-amd64/Packages"));
        var listed = Digest.Of(Encoding.UTF8.GetBytes(index));
        Assert.Equal(index, Text($"dists/stable/main/binary-amd64/by-hash/SHA256/{listed.Hash}"));

        var release = $"""
            Origin: Monogres
            Label: Monogres
            Suite: stable
            Codename: stable
            Date: Thu, 13 Aug 2026 12:00:00 UTC
            Acquire-By-Hash: yes
            Architectures: amd64
            Components: main
            SHA256:
             {listed.Hash} {listed.Size} main/binary-amd64/Packages

            """;
        Assert.Equal(release, Text("dists/stable/Release"));
        Assert.Equal(release, ReleaseSignature.Verify(await File.ReadAllBytesAsync(At("dists/stable/InRelease"), Cancel), "it", Keyring.Parse(Key.Public, "ring"), Clock).Text);
        Assert.Equal(Signer().SignDetached(Encoding.ASCII.GetBytes(release), deb.Date), Text("dists/stable/Release.gpg"));
        Assert.Equal(Key.Fingerprints, Keyring.Parse(await File.ReadAllBytesAsync(At("archive-keyring.asc"), Cancel), "ring").Fingerprints);

        // What reads Debian's archive reads this.
        Assert.Equal(path, Assert.Single(ArchivePackage.Parse(index)).Path.Value);
        Assert.True(ReleaseFile.Parse(release).AcquireByHash);
    }

    [Fact]
    public async Task Packages_are_listed_by_name_and_version_for_each_processor()
    {
        await PublishAsync(Several);
        Assert.Equal(["a-data 1.0-1", "monogres-hello 1.9-1", "monogres-hello 1.10-1"], Listed("amd64"));
        Assert.Equal(["a-data 1.0-1", "monogres-hello 1.0-1"], Listed("arm64"));
    }

    [Fact]
    public async Task Packages_for_every_processor_have_an_index_of_their_own_until_there_are_others()
    {
        await PublishAsync(Hello with { Architecture = "all" });
        Assert.Contains("\nArchitectures: all\n", Text("dists/stable/Release"), StringComparison.Ordinal);
        await PublishAsync(Hello with { Name = "other" });
        Assert.Contains("\nArchitectures: amd64\n", Text("dists/stable/Release"), StringComparison.Ordinal);
        Assert.Equal(["monogres-hello 1.0-1", "other 1.0-1"], Listed("amd64"));
    }

    [Fact]
    public async Task What_is_there_is_not_written_again()
    {
        await PublishAsync(Hello);
        HardLink.Create(At("dists/stable/InRelease"), Place["same"]);
        await PublishAsync(Hello);
        await File.AppendAllTextAsync(Place["same"], "x", Cancel);
        Assert.EndsWith("x", Text("dists/stable/InRelease"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_content_is_an_error_in_another_suite_and_under_the_name_of_another_source_too()
    {
        await PublishAsync(Hello);
        var before = Contents();
        await Refused(() => PublishAsync("another", Other));
        // It would have another path.
        await Refused(() => PublishAsync(Other with { Fields = ["Source: elsewhere"] }));
        Assert.Equal(before, Contents());
    }

    [Fact]
    public async Task Suites_and_components_share_a_pool_and_keep_each_other()
    {
        await PublishAsync(Hello);
        await PublishAsync("testing", Hello);
        await PublishAsync(Nothing with { Files = [Write(Hello with { Name = "extra" })], Component = "17" });
        Assert.Contains("\nComponents: 17 main\n", Text("dists/stable/Release"), StringComparison.Ordinal);
        await PublishAsync(Hello with { Version = "2.0-1" });
        Assert.Contains("main/binary-amd64/Packages\n", Text("dists/stable/Release"), StringComparison.Ordinal);
        Assert.Contains(" 17/binary-amd64/Packages\n", Text("dists/stable/Release"), StringComparison.Ordinal);
        Assert.Equal(3, Directory.GetFiles(At("pool"), "*.deb", SearchOption.AllDirectories).Length);
    }

    [Fact]
    public async Task A_snapshot_keeps_what_the_suite_was()
    {
        var with = Nothing with { Files = [Write(Hello)], Snapshot = "2026-11-28", ValidFor = TimeSpan.FromDays(1) };
        await PublishAsync(with);
        var snapshot = Text("dists/stable/2026-11-28/InRelease");
        Assert.DoesNotContain("Valid-Until", snapshot, StringComparison.Ordinal);
        Assert.Contains("\nValid-Until: Sun, 29 Nov 2026 12:00:00 UTC\n", Text("dists/stable/Release"), StringComparison.Ordinal);
        await PublishAsync(with);

        await PublishAsync(Hello with { Version = "2.0-1" });
        Assert.Equal(snapshot, Text("dists/stable/2026-11-28/InRelease"));
        foreach (var (path, digest) in ReleaseFile.Parse(Text("dists/stable/2026-11-28/Release")).Files)
        {
            var folder = Path.GetDirectoryName(At($"dists/stable/2026-11-28/{path}"))!;
            Assert.Equal(digest, Digest.Of(await File.ReadAllBytesAsync(Path.Combine(folder, "by-hash", "SHA256", digest.Hash.ToString()), Cancel)));
        }

        Assert.Equal("the snapshot `2026-11-28` of `stable` has another content", (await Refused(() => PublishAsync(with with { Files = [] }))).Message);
        Assert.Equal("the component cannot be called `2026-11-28`: a snapshot of the suite has that name", (await Refused(() => PublishAsync(with with { Component = "2026-11-28", Snapshot = null }))).Message);
        await PublishAsync(with with { Component = "17", Snapshot = null });
        Assert.Equal("the snapshot cannot be called `17`: a component of the suite has that name", (await Refused(() => PublishAsync(with with { Snapshot = "17" }))).Message);
    }

    [Fact]
    public async Task The_date_is_given_or_that_of_the_newest_package_and_never_goes_back()
    {
        Assert.Equal(Hello.Date, (await PublishAsync(Hello)).Date);
        Assert.Equal(Hello.Date, (await PublishAsync(Hello with { Version = "0.9-1", Date = Hello.Date.AddDays(-9) })).Date);
        Assert.Equal(Hello.Date.AddDays(1), (await PublishAsync(Hello with { Version = "1.1-1", Date = Hello.Date.AddDays(1) })).Date);

        Assert.Equal(Now, (await PublishAsync(Nothing with { ValidFor = TimeSpan.FromDays(14) })).Date);
        Assert.Contains("\nValid-Until: Sat, 12 Dec 2026 12:00:00 UTC\n", Text("dists/stable/Release"), StringComparison.Ordinal);
        Assert.Contains(" is before that of the suite, ", (await Refused(() => PublishAsync(Nothing with { Date = Now.AddSeconds(-1) }))).Message, StringComparison.Ordinal);
        Assert.Contains(" is in the future ", (await Refused(() => PublishAsync(Nothing with { Date = Now.AddSeconds(1) }))).Message, StringComparison.Ordinal);
        Clock.Advance(TimeSpan.FromDays(2));
        Assert.Contains(", which is past", (await Refused(() => PublishAsync(Nothing with { Date = Now, ValidFor = TimeSpan.FromDays(1) }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Compressed_indices_are_published_when_there_is_a_compressor()
    {
        var reversed = new IndexCompression(".rev", async (from, to, cancel) => await File.WriteAllBytesAsync(to, [.. (await File.ReadAllBytesAsync(from, cancel)).Reverse()], cancel));
        await new AptRepository(Repository, Signer(), [reversed], Clock).PublishAsync(Nothing with { Files = [Write(Hello)] }, waiting: null, Cancel);
        Assert.Equal(Text("dists/stable/main/binary-amd64/Packages"), string.Concat(Text("dists/stable/main/binary-amd64/Packages.rev").Reverse()));
        Assert.Contains("main/binary-amd64/Packages.rev\n", Text("dists/stable/Release"), StringComparison.Ordinal);
        Assert.Equal(2, Directory.GetFiles(At("dists/stable/main/binary-amd64/by-hash/SHA256")).Length);
    }

    [Fact]
    public async Task What_three_generations_do_not_name_is_removed()
    {
        for (var i = 0; i < 6; i++)
            await PublishAsync(Hello with { Version = $"{i}-1" });
        Assert.Equal(3, Directory.GetFiles(At("dists/stable/main/binary-amd64/by-hash/SHA256")).Length);
        Assert.Equal(6, Listed("amd64").Count());
    }

    [Theory]
    [InlineData("dists/stable/InRelease", "is not signed by the key")]
    [InlineData("dists/stable/main/binary-amd64/by-hash/SHA256/*", "of the repository is damaged")]
    public async Task Nothing_is_signed_that_was_changed_by_another(string file, string message)
    {
        await PublishAsync(Hello);
        var path = Directory.GetFiles(Path.GetDirectoryName(At(file))!, Path.GetFileName(file)).Single();
        await File.WriteAllTextAsync(path, (await File.ReadAllTextAsync(path, Cancel)).Replace("amd64", "arm64", StringComparison.Ordinal), Cancel);
        Assert.Contains(message, (await Refused(() => PublishAsync(Hello))).Message, StringComparison.Ordinal);
        File.Delete(path);
        if (message.EndsWith("damaged", StringComparison.Ordinal))
            Assert.EndsWith("is damaged: it is missing", (await Refused(() => PublishAsync(Hello))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_ends_anywhere_leaves_the_suite_before_or_after_and_the_next_one_finishes()
    {
        await PublishAsync(Hello);
        var published = Contents();
        var next = Hello with { Version = "2.0-1", Date = Hello.Date.AddDays(1) };
        await PublishAsync(next);
        var (whole, before) = (Contents(), ReleaseTexts(published));

        // The files of a publication get their names in this order; a run that is killed has renamed the first of them.
        string[] order = [.. whole.Where(file => !published.Contains(file)).Select(file => file.Path).OrderBy(path => path.Contains(".deb") ? 0 : path.Contains("by-hash") ? 1 : path.EndsWith("Packages", StringComparison.Ordinal) ? 2 : path.EndsWith("/Release", StringComparison.Ordinal) ? 3 : path.EndsWith(".gpg", StringComparison.Ordinal) ? 4 : 5)];
        Assert.Equal(6, order.Length);
        for (var renamed = 0; renamed < order.Length; renamed++)
        {
            Directory.Delete(Repository, recursive: true);
            await PublishAsync(Hello);
            foreach (var path in order[..renamed])
            {
                Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
                await File.WriteAllTextAsync(At(path), whole.Single(file => file.Path == path).Content, Encoding.Latin1, Cancel);
            }

            Directory.CreateDirectory(At(".monogres-apt/new"));
            await File.WriteAllTextAsync(At(".monogres-apt/new/0"), "half", Cancel);

            Assert.Equal(before, Text("dists/stable/InRelease"));
            AssertWhole();
            await PublishAsync(next);
            Assert.Equal(whole, Contents());
        }
    }

    [Fact]
    public async Task What_cannot_be_written_or_read_is_the_readers_error_and_the_repository_stays()
    {
        await PublishAsync(Hello);
        var before = Contents();
        var full = new IndexCompression(".xz", (_, _, _) => throw new IOException("No space left on device"));
        var publication = Nothing with { Files = [Write(Hello with { Version = "2.0-1" })] };
        var error = await Refused(() => new AptRepository(Repository, Signer(), [full], Clock).PublishAsync(publication, waiting: null, Cancel));
        Assert.Equal($"cannot publish to `{Repository}`: No space left on device", error.Message);
        Assert.Equal(before, Contents());

        Assert.Equal("there is no file `/nowhere/a.deb`", (await Refused(() => PublishAsync(publication with { Files = ["/nowhere/a.deb"] }))).Message);
        await File.WriteAllTextAsync(Place["not.deb"], "not a package", Cancel);
        Assert.Equal($"cannot publish `{Place["not.deb"]}`: the file is not an ar archive", (await Refused(() => PublishAsync(publication with { Files = [publication.Files[0], Place["not.deb"]] }))).Message);
        Assert.Equal("there is no suite `new` in the repository, and no package to begin it with", (await Refused(() => PublishAsync(publication with { Files = [], Suite = "new" }))).Message);
        Assert.Equal(before, Contents());
    }

    [Theory]
    [InlineData("Package", "../up")]
    [InlineData("Package", "Capital")]
    [InlineData("Version", "one")]
    [InlineData("Version", "1/../../2")]
    [InlineData("Architecture", "am/d64")]
    [InlineData("Source", "../../up")]
    [InlineData("Filename", "elsewhere")]
    [InlineData("SHA256", "0")]
    public async Task A_package_that_says_what_cannot_be_published_is_refused(string field, string value)
    {
        var deb = field switch
        {
            "Package" => Hello with { Name = value },
            "Version" => Hello with { Version = value },
            "Architecture" => Hello with { Architecture = value },
            _ => Hello with { Fields = [$"{field}: {value}"] },
        };
        Assert.StartsWith($"cannot publish `{Place.Path}/", (await Refused(() => PublishAsync(deb))).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(At("pool")));
    }

    [Theory]
    [InlineData("../up", "main", null)]
    [InlineData("a/b", "main", null)]
    [InlineData("", "main", null)]
    [InlineData("stable", "Main", null)]
    [InlineData("stable", "..", null)]
    [InlineData("stable", "main", "first")]
    [InlineData("stable", "main", "2026/11")]
    public async Task Names_that_are_no_folders_are_refused(string suite, string component, string? snapshot)
    {
        var error = await Refused(() => PublishAsync(Nothing with { Files = [Write(Hello)], Suite = suite, Component = component, Snapshot = snapshot }));
        Assert.Equal(ExitCode.Usage, error.ExitCode);
        Assert.False(Directory.Exists(Repository));
    }

    [Fact]
    public async Task Two_runs_at_once_wait_for_each_other()
    {
        using var started = new SemaphoreSlim(0);
        using var goOn = new SemaphoreSlim(0);
        var slow = new IndexCompression(".slow", async (from, to, cancel) =>
        {
            started.Release();
            await goOn.WaitAsync(cancel);
            File.Copy(from, to);
        });
        var first = new AptRepository(Repository, Signer(), [slow], TimeProvider.System)
            .PublishAsync(Nothing with { Files = [Write(Hello)] }, waiting: null, Cancel);
        await started.WaitAsync(Cancel);

        var waiting = new TaskCompletionSource<LockHolder>();
        var second = new AptRepository(Repository, Signer(), [], TimeProvider.System)
            .PublishAsync(Nothing with { Files = [Write(Hello with { Version = "2.0-1" })] }, new Told(waiting), Cancel);
        Assert.Equal("publishing", (await waiting.Task.WaitAsync(Cancel)).Doing);
        Assert.False(File.Exists(At("dists/stable/InRelease")));
        goOn.Release();
        await first;
        Assert.Equal(2, (await second).Packages);
    }

    private sealed class Told(TaskCompletionSource<LockHolder> source) : IProgress<LockHolder>
    {
        public void Report(LockHolder value) => source.TrySetResult(value);
    }

    /// <summary>What a client does: every index that the suite names is there under its hash, with the packages that it names.</summary>
    private void AssertWhole()
    {
        var release = ReleaseFile.Parse(ReleaseSignature.Verify(File.ReadAllBytes(At("dists/stable/InRelease")), "it", Keyring.Parse(Key.Public, "ring"), Clock).Text);
        foreach (var (path, digest) in release.Files)
        {
            var index = File.ReadAllBytes(At($"dists/stable/{Path.GetDirectoryName(path)}/by-hash/SHA256/{digest.Hash}"));
            Assert.Equal(digest, Digest.Of(index));
            foreach (var package in ArchivePackage.Parse(Encoding.UTF8.GetString(index)))
                Assert.Equal(package.Digest, Digest.Of(File.ReadAllBytes(At(package.Path.Value))));
        }
    }

    private static string ReleaseTexts(IReadOnlyList<(string Path, string Content)> files) => files.Single(file => file.Path == "dists/stable/InRelease").Content;

    protected override Task<Published> PublishAsync(Publication publication, TestKey? key = null) =>
        new AptRepository(Repository, Signer(key), compressions: [], Clock).PublishAsync((AptPublication)publication, waiting: null, Cancel);

    protected override byte[] BytesOf(SmallDeb package) => package.ToArray();

    private Task<Published> PublishAsync(string suite, params SmallDeb[] debs) => PublishAsync(Nothing with { Files = [.. debs.Select(Write)], Suite = suite });

    private IEnumerable<string> Listed(string architecture) =>
        ArchivePackage.Parse(Text($"dists/stable/main/binary-{architecture}/Packages")).Select(package => $"{package.Name} {package.Version}");

    /// <summary>Every file, but for those that only an older InRelease names.</summary>
    protected override IReadOnlyList<(string Path, string Content)> Contents()
    {
        var named = Directory.GetFiles(At("dists"), "Release", SearchOption.AllDirectories).SelectMany(file => ReleaseFile.Parse(File.ReadAllText(file)).Files.Values).Select(digest => digest.Hash.ToString()).ToHashSet();
        return [.. Directory.GetFiles(Repository, "*", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/.monogres-apt/") && (!file.Contains("/by-hash/") || named.Contains(Path.GetFileName(file))))
            .Select(file => (Path.GetRelativePath(Repository, file), File.ReadAllText(file, Encoding.Latin1))).Order()];
    }
}
