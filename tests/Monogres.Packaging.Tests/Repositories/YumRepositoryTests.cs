using System.Text;
using System.Xml.Linq;
using Microsoft.Extensions.Time.Testing;
using Monogres.Core;
using Monogres.Packaging.Repositories;
using Monogres.Packaging.Repositories.Yum;
using Monogres.Platforms.Signatures;
using Monogres.Testing;
using Monogres.Testing.Repositories;

namespace Monogres.Packaging.Tests.Repositories;

public sealed class YumRepositoryTests : RepositoryContract<SmallRpm>
{
    private static readonly TestKey OwnKey = new(rsa: 2048);
    private static readonly SmallRpm Hello = new();
    private static readonly XNamespace Common = "http://linux.duke.edu/metadata/common", Relations = "http://linux.duke.edu/metadata/rpm";

    protected override TestKey Key => OwnKey;

    protected override SmallRpm First => Hello;

    protected override string FirstPath => "Packages/m/monogres-hello-1.0-1.x86_64.rpm";

    protected override SmallRpm Other => Hello with { Content = "bye\n" };

    protected override SmallRpm[] Several =>
        [Hello with { Version = "1.10" }, Hello with { Version = "1.9", Date = Hello.Date.AddDays(3) }, Hello with { Name = "a-data", Architecture = "noarch" }, Hello with { Architecture = "aarch64" }];

    protected override SmallRpm Held => Hello with { Name = "held", Provides = ["monogres-project(held)"] };

    protected override string WhatIsSigned => "the repository";

    protected override (string Kind, string Folder, string KeyFile) Names => ("a yum", "repodata", YumRepository.KeyFile);

    protected override YumPublication Nothing { get; } = new();

    [Fact]
    public async Task A_package_is_signed_and_every_file_of_metadata_names_it()
    {
        var published = await PublishAsync(Hello);
        Assert.Equal((FirstPath, 1, Hello.Date), (Assert.Single(published.Added).Value, published.Packages, published.Date));

        var digest = Digest.Of(await File.ReadAllBytesAsync(At(FirstPath), Cancel));
        var index = Index();
        Assert.Equal(["primary", "filelists", "other", "monogres"], index.Files.Select(file => file.Kind));
        Assert.Every(index.Files, file => Assert.Equal(file.Digest, Digest.Of(File.ReadAllBytes(At($"repodata/{YumIndex.FileOf(file.Kind, file.Digest)}")))));
        var package = Assert.Single(XDocument.Parse(Metadata("primary")).Root!.Elements(Common + "package"));
        Assert.Equal(
            ("monogres-hello", "x86_64", digest.Hash.ToString(), FirstPath, "It says <hello> & \"bye\".\n", digest.Size.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            (package.Element(Common + "name")!.Value, package.Element(Common + "arch")!.Value, package.Element(Common + "checksum")!.Value, package.Element(Common + "location")!.Attribute("href")!.Value,
                package.Element(Common + "description")!.Value, package.Element(Common + "size")!.Attribute("package")!.Value));
        Assert.Equal(["libc.so.6(GLIBC_2.34)(64bit)"], package.Descendants(Relations + "requires").Elements().Select(entry => entry.Attribute("name")!.Value));
        Assert.Contains("<file>/usr/share/monogres-hello/hello</file>", Metadata("filelists"), StringComparison.Ordinal);
        Assert.Contains($"{digest} {Digest.Of(Hello.ToArray())} monogres-hello-0:1.0-1.x86_64 {FirstPath}\n", Metadata("monogres"), StringComparison.Ordinal);

        ReleaseSignature.VerifyDetached(Bytes("repodata/repomd.xml"), Bytes("repodata/repomd.xml.asc"), "it", Keyring.Parse(Key.Public, "ring"), Clock);
        Assert.Equal(Key.Fingerprints, Keyring.Parse(Bytes("RPM-GPG-KEY-monogres"), "ring").Fingerprints);
        Assert.False(File.Exists(At("monogres.repo")));
    }

    [Fact]
    public async Task The_metadata_of_a_small_package_are_known()
    {
        await PublishAsync(Hello);
        // Its digest is that of a file with the signature of a key that is new each time.
        var digest = Digest.Of(Bytes(FirstPath));
        Golden.Match($"{Metadata("primary")}{Metadata("filelists")}{Metadata("other")}".Replace(digest.Hash.ToString(), "DIGEST", StringComparison.Ordinal), "yum-metadata.xml");
    }

    [Fact]
    public async Task A_signature_takes_the_place_of_any_other_and_leaves_the_rest_of_a_package()
    {
        await PublishAsync(Hello);
        var (built, signed) = (Hello.ToArray(), Bytes(FirstPath));
        var (before, after) = (await ReadAsync(built), await ReadAsync(signed));
        Assert.Equal(built[(int)before.HeaderRange.Start..], signed[(int)after.HeaderRange.Start..]);

        // Signed again by another it is as if that alone had signed.
        var other = new TestKey();
        var (once, twice) = (new MemoryStream(), new MemoryStream());
        await before.WriteSignedAsync(new MemoryStream(built), once, Signer(other), Cancel);
        await after.WriteSignedAsync(new MemoryStream(signed), twice, Signer(other), Cancel);
        Assert.Equal(once.ToArray(), twice.ToArray());
        Assert.NotEqual(signed, once.ToArray());
    }

    [Fact]
    public async Task A_snapshot_keeps_what_the_repository_was()
    {
        var with = new YumPublication { Files = [Write(Hello)], Snapshot = "2026-11-28" };
        await PublishAsync(with);
        var snapshot = Text("snapshots/2026-11-28/repodata/repomd.xml");
        await PublishAsync(with);
        await PublishAsync(Hello with { Version = "2.0" });
        Assert.Equal(snapshot, Text("snapshots/2026-11-28/repodata/repomd.xml"));
        var files = YumIndex.Parse(snapshot).Files;
        var primary = Text($"snapshots/2026-11-28/repodata/{YumIndex.FileOf("primary", files[0].Digest)}");
        Assert.Contains($"<location href=\"../../{FirstPath}\"/>", primary, StringComparison.Ordinal);
        Assert.Equal("the snapshot `2026-11-28` of the repository has another content", (await Refused(() => PublishAsync(with with { Files = [] }))).Message);
        Assert.Equal(ExitCode.Usage, (await Refused(() => PublishAsync(with with { Snapshot = "../up" }))).ExitCode);
    }

    [Fact]
    public async Task The_date_is_given_or_that_of_the_newest_package_and_never_goes_back()
    {
        Assert.Equal(Hello.Date, (await PublishAsync(Hello)).Date);
        Assert.Equal(Hello.Date, (await PublishAsync(Hello with { Version = "0.9", Date = Hello.Date.AddDays(-9) })).Date);
        Assert.Equal(Now, (await PublishAsync(Nothing with { Date = Now })).Date);
        Assert.Contains(" is before that of the repository, ", (await Refused(() => PublishAsync(Nothing with { Date = Now.AddSeconds(-1) }))).Message, StringComparison.Ordinal);
        Assert.Contains(" is in the future ", (await Refused(() => PublishAsync(Nothing with { Date = Now.AddSeconds(1) }))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_two_states_before_name_can_still_be_read_and_older_ones_are_removed()
    {
        List<YumIndex> states = [];
        for (var i = 0; i < 5; i++)
        {
            await PublishAsync(Hello with { Version = $"{i}" });
            states.Add(Index());
        }

        Assert.Every(states[2..].SelectMany(state => state.Files), file => Assert.Equal(file.Digest, Digest.Of(Bytes($"repodata/{YumIndex.FileOf(file.Kind, file.Digest)}"))));
        Assert.False(File.Exists(At($"repodata/{YumIndex.FileOf("primary", states[0].Files[0].Digest)}")));
        Assert.Equal(3, Directory.GetDirectories(At("metadata")).Length);
    }

    [Fact]
    public async Task A_run_that_ends_anywhere_leaves_what_clients_see_before_or_after_and_the_next_one_finishes()
    {
        await PublishAsync(Hello);
        var (seen, before) = (Contents(), Files());
        var next = Hello with { Version = "2.0", Date = Hello.Date.AddDays(1) };
        await PublishAsync(next);
        var whole = Files();

        // The files of a publication get their names in this order, and the link its new target at last; a run that is killed has renamed the first of them.
        var older = before.Select(file => Path.GetFileName(file.Path)).ToHashSet();
        string[] order = [.. whole.Except(before).Select(file => file.Path).OrderBy(path => path switch
        {
            _ when path.StartsWith("Packages/", StringComparison.Ordinal) => 0,
            _ when path.EndsWith("repomd.xml.asc", StringComparison.Ordinal) => 2,
            _ when path.EndsWith("repomd.xml", StringComparison.Ordinal) => 3,
            _ => older.Contains(Path.GetFileName(path)) ? 4 : 1,
        })];
        Assert.Equal(11, order.Length);
        for (var renamed = 0; renamed <= order.Length; renamed++)
        {
            Directory.Delete(Repository, recursive: true);
            await PublishAsync(Hello);
            foreach (var path in order[..renamed])
            {
                Directory.CreateDirectory(Path.GetDirectoryName(At(path))!);
                await File.WriteAllTextAsync(At(path), whole.Single(file => file.Path == path).Content, Encoding.Latin1, Cancel);
            }

            Directory.CreateDirectory(At(".monogres-yum/new"));
            await File.WriteAllTextAsync(At(".monogres-yum/new/0"), "half", Cancel);
            // A package that no state names is nothing that clients see.
            Assert.Equal(seen, Contents().Where(file => !order.Contains(file.Path)));
            await PublishAsync(next);
            Assert.Equal(whole, Files());
        }
    }

    [Theory]
    [InlineData("repodata/repomd.xml", "is not signed by the key")]
    [InlineData("repodata/*-primary.xml", "of the repository is damaged")]
    [InlineData("repodata/*-monogres.txt", "of the repository is damaged")]
    public async Task Nothing_is_signed_that_was_changed_by_another(string file, string message)
    {
        await PublishAsync(Hello);
        var path = Directory.GetFiles(At("repodata/"), Path.GetFileName(file)).Single();
        await File.AppendAllTextAsync(path, " ", Cancel);
        Assert.Contains(message, (await Refused(() => PublishAsync(Hello))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_repository_does_not_begin_with_nothing() =>
        Assert.Equal("there is nothing in the repository, and no package to begin it with", (await Refused(() => PublishAsync(Nothing))).Message);

    [Theory]
    [InlineData("../up", "1.0", "x86_64")]
    [InlineData("hello", "1/../../2", "x86_64")]
    [InlineData("hello", "1.0", "x86/64")]
    public async Task A_package_that_says_what_cannot_be_published_is_refused(string name, string version, string architecture)
    {
        Assert.StartsWith($"cannot publish `{Place.Path}/", (await Refused(() => PublishAsync(Hello with { Name = name, Version = version, Architecture = architecture }))).Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(At("Packages")));
    }

    [Fact]
    public async Task A_package_of_which_any_byte_is_missing_or_wrong_is_refused()
    {
        var whole = Hello.ToArray();
        for (var length = 0; length < whole.Length; length += 7)
            await Assert.ThrowsAsync<FormatException>(() => ReadAsync(whole[..length]));
        var header = await ReadAsync(whole);
        for (var i = (int)header.HeaderRange.Start; i < whole.Length; i += 5)
        {
            var changed = (byte[])whole.Clone();
            changed[i] ^= 1;
            await Assert.ThrowsAsync<FormatException>(() => ReadAsync(changed));
        }
    }

    [Fact]
    public async Task Clients_are_told_where_the_repository_is_when_that_is_known()
    {
        await PublishAsync(new YumPublication { Files = [Write(Hello)], Address = new Uri("https://packages.example.org/yum") });
        var text = Text("monogres.repo");
        Assert.Contains("\nbaseurl=https://packages.example.org/yum/\n", text, StringComparison.Ordinal);
        Assert.Contains("\ngpgcheck=1\nrepo_gpgcheck=1\ngpgkey=https://packages.example.org/yum/RPM-GPG-KEY-monogres\n", text, StringComparison.Ordinal);
        await PublishAsync(Hello with { Version = "2.0" });
        Assert.Equal(text, Text("monogres.repo"));
    }

    [Fact]
    public async Task Two_runs_at_once_wait_for_each_other()
    {
        await Task.WhenAll(Enumerable.Range(0, 4).Select(i => PublishAsync(Hello with { Version = $"{i}" })));
        Assert.Equal(4, Index(Metadata("monogres")).Length);
    }

    private static Task<RpmFile> ReadAsync(byte[] bytes) => RpmFile.ReadAsync(new MemoryStream(bytes), Cancel);

    protected override Task<Published> PublishAsync(Publication publication, TestKey? key = null) => new YumRepository(Repository, Signer(key), Clock).PublishAsync((YumPublication)publication, waiting: null, Cancel);

    protected override byte[] BytesOf(SmallRpm package) => package.ToArray();

    private YumIndex Index() => YumIndex.Parse(Text("repodata/repomd.xml"));

    private static string[] Index(string list) => list.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private string Metadata(string kind) => Text($"repodata/{YumIndex.FileOf(kind, Index().Files.Single(file => file.Kind == kind).Digest)}");

    /// <summary>Every file, each once. Our own are not read: a process that another test starts can hold the lock for a moment.</summary>
    private List<(string Path, string Content)> Files() =>
        [.. Directory.GetFiles(Repository, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Repository, file))
            .Where(path => !path.StartsWith('.') && !path.StartsWith("repodata/", StringComparison.Ordinal)).Select(path => (Path: path, Content: File.ReadAllText(At(path), Encoding.Latin1))).Order()];

    /// <summary>Every file that a client is led to.</summary>
    protected override IReadOnlyList<(string Path, string Content)> Contents()
    {
        var named = Index().Files.Select(file => YumIndex.FileOf(file.Kind, file.Digest)).ToHashSet();
        return [.. Directory.GetFiles(At("Packages"), "*", SearchOption.AllDirectories).Concat(Directory.GetFiles(At("repodata/")).Where(file => named.Contains(Path.GetFileName(file)) || file.Contains("repomd")))
            .Append(At("RPM-GPG-KEY-monogres")).Select(file => (Path.GetRelativePath(Repository, file), File.ReadAllText(file, Encoding.Latin1))).Order()];
    }
}
