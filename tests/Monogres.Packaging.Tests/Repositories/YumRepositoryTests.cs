using System.Text;
using System.Xml.Linq;
using Microsoft.Extensions.Time.Testing;
using Monogres.Core;
using Monogres.Packaging.Repositories.Yum;
using Monogres.Platforms.Signatures;
using Monogres.Testing;
using Monogres.Testing.Repositories;

namespace Monogres.Packaging.Tests.Repositories;

public sealed class YumRepositoryTests : IDisposable
{
    private const string Path = "Packages/m/monogres-hello-1.0-1.x86_64.rpm";

    private static readonly DateTimeOffset Now = new(2026, 11, 28, 12, 0, 0, TimeSpan.Zero);
    private static readonly TestKey Key = new(rsa: 2048);
    private static readonly SmallRpm Hello = new();
    private static readonly XNamespace Common = "http://linux.duke.edu/metadata/common", Relations = "http://linux.duke.edu/metadata/rpm";

    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTimeProvider _clock = new(Now);
    private int _files;

    private string Repository => _directory["repository"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_package_is_signed_and_every_file_of_metadata_names_it()
    {
        var published = await PublishAsync(Hello);
        Assert.Equal((Path, 1, Hello.Date), (Assert.Single(published.Added).Value, published.Packages, published.Date));

        var digest = Digest.Of(await File.ReadAllBytesAsync(At(Path), Cancel));
        var index = Index();
        Assert.Equal(["primary", "filelists", "other", "monogres"], index.Files.Select(file => file.Kind));
        Assert.Every(index.Files, file => Assert.Equal(file.Digest, Digest.Of(File.ReadAllBytes(At($"repodata/{YumIndex.FileOf(file.Kind, file.Digest)}")))));
        var package = Assert.Single(XDocument.Parse(Metadata("primary")).Root!.Elements(Common + "package"));
        Assert.Equal(
            ("monogres-hello", "x86_64", digest.Hash.ToString(), Path, "It says <hello> & \"bye\".\n", digest.Size.ToString(System.Globalization.CultureInfo.InvariantCulture)),
            (package.Element(Common + "name")!.Value, package.Element(Common + "arch")!.Value, package.Element(Common + "checksum")!.Value, package.Element(Common + "location")!.Attribute("href")!.Value,
                package.Element(Common + "description")!.Value, package.Element(Common + "size")!.Attribute("package")!.Value));
        Assert.Equal(["libc.so.6(GLIBC_2.34)(64bit)"], package.Descendants(Relations + "requires").Elements().Select(entry => entry.Attribute("name")!.Value));
        Assert.Contains("<file>/usr/share/monogres-hello/hello</file>", Metadata("filelists"), StringComparison.Ordinal);
        Assert.Contains($"{digest} {Digest.Of(Hello.ToArray())} monogres-hello-0:1.0-1.x86_64 {Path}\n", Metadata("monogres"), StringComparison.Ordinal);

        ReleaseSignature.VerifyDetached(Bytes("repodata/repomd.xml"), Bytes("repodata/repomd.xml.asc"), "it", Keyring.Parse(Key.Public, "ring"), _clock);
        Assert.Equal(Key.Fingerprints, Keyring.Parse(Bytes("RPM-GPG-KEY-monogres"), "ring").Fingerprints);
        Assert.False(File.Exists(At("monogres.repo")));
    }

    [Fact]
    public async Task The_metadata_of_a_small_package_are_known()
    {
        await PublishAsync(Hello);
        // Its digest is that of a file with the signature of a key that is new each time.
        var digest = Digest.Of(Bytes(Path));
        Golden.Match($"{Metadata("primary")}{Metadata("filelists")}{Metadata("other")}".Replace(digest.Hash.ToString(), "DIGEST", StringComparison.Ordinal), "yum-metadata.xml");
    }

    [Fact]
    public async Task A_signature_takes_the_place_of_any_other_and_leaves_the_rest_of_a_package()
    {
        await PublishAsync(Hello);
        var (built, signed) = (Hello.ToArray(), Bytes(Path));
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
    public async Task The_repository_does_not_depend_on_the_order_of_packages_or_on_how_many_came_at_once()
    {
        SmallRpm[] rpms = [Hello with { Version = "1.10" }, Hello with { Version = "1.9", Date = Hello.Date.AddDays(3) }, Hello with { Name = "a-data", Architecture = "noarch" }, Hello with { Architecture = "aarch64" }];
        await PublishAsync(rpms);
        var one = Contents();
        Directory.Delete(Repository, recursive: true);
        foreach (var rpm in rpms.Reverse())
            await PublishAsync(rpm);
        Assert.Equal(one, Contents());
        Assert.Equal(4, Index(Metadata("monogres")).Length);
    }

    [Fact]
    public async Task The_same_file_again_changes_nothing_and_restores_what_was_lost()
    {
        await PublishAsync(Hello);
        var before = Contents();
        Assert.Equal(Path, Assert.Single((await PublishAsync(Hello)).Kept).Value);
        Assert.Equal(before, Contents());
        foreach (var spoil in (Action<string>[])[File.Delete, file => File.WriteAllText(file, "x"), file => File.WriteAllBytes(file, new byte[new FileInfo(file).Length])])
        {
            spoil(At(Path));
            await PublishAsync(Hello);
            Assert.Equal(before, Contents());
        }
    }

    [Fact]
    public async Task Another_content_for_a_published_version_is_an_error()
    {
        await PublishAsync(Hello);
        var before = Contents();
        var error = await Refused(() => PublishAsync(Hello with { Content = "bye\n" }));
        Assert.EndsWith($" would replace `{Path}`, which has another content", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, Contents());
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
        Assert.Contains($"<location href=\"../../{Path}\"/>", primary, StringComparison.Ordinal);
        Assert.Equal("the snapshot `2026-11-28` of the repository has another content", (await Refused(() => PublishAsync(with with { Files = [] }))).Message);
        Assert.Equal(ExitCode.Usage, (await Refused(() => PublishAsync(with with { Snapshot = "../up" }))).ExitCode);
    }

    [Fact]
    public async Task The_date_is_given_or_that_of_the_newest_package_and_never_goes_back()
    {
        Assert.Equal(Hello.Date, (await PublishAsync(Hello)).Date);
        Assert.Equal(Hello.Date, (await PublishAsync(Hello with { Version = "0.9", Date = Hello.Date.AddDays(-9) })).Date);
        var nothing = new YumPublication { Files = [] };
        Assert.Equal(Now, (await PublishAsync(nothing with { Date = Now })).Date);
        Assert.Contains(" is before that of the repository, ", (await Refused(() => PublishAsync(nothing with { Date = Now.AddSeconds(-1) }))).Message, StringComparison.Ordinal);
        Assert.Contains(" is in the future ", (await Refused(() => PublishAsync(nothing with { Date = Now.AddSeconds(1) }))).Message, StringComparison.Ordinal);
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
    public async Task Clients_see_the_state_before_until_a_link_is_replaced()
    {
        await PublishAsync(Hello);
        var before = Contents();
        var state = new FileInfo(At("repodata")).LinkTarget!;
        await PublishAsync(Hello with { Version = "2.0" });
        var whole = Contents();

        // What a run leaves that is killed before its last step, with a file half-written.
        File.Delete(At("repodata"));
        File.CreateSymbolicLink(At("repodata"), state);
        Directory.CreateDirectory(At(".monogres-yum/new"));
        await File.WriteAllTextAsync(At(".monogres-yum/new/0"), "half", Cancel);
        Assert.Equal(before.Where(file => file.Path.StartsWith("repodata", StringComparison.Ordinal)), Contents().Where(file => file.Path.StartsWith("repodata", StringComparison.Ordinal)));
        await PublishAsync(Hello with { Version = "2.0" });
        Assert.Equal(whole, Contents());
    }

    [Fact]
    public async Task Nothing_is_signed_that_was_not_signed_by_the_same_key()
    {
        await PublishAsync(Hello);
        var before = Contents();
        var (other, nothing) = (new TestKey(), new YumPublication { Files = [] });
        Assert.Equal($"the repository is not signed by the key {other.Fingerprints[0]}", (await Refused(() => PublishAsync(nothing, other))).Message);
        Assert.Equal(before, Contents());
        var replacing = nothing with { OldKey = Keyring.Parse(Key.Public, "ring") };
        await PublishAsync(replacing, other);
        await PublishAsync(replacing, other);
        await Refused(() => PublishAsync(nothing));
        Assert.Equal(other.Fingerprints, Keyring.Parse(Bytes("RPM-GPG-KEY-monogres"), "ring").Fingerprints);
    }

    [Theory]
    [InlineData("repodata/repomd.xml", "is not signed by the key")]
    [InlineData("repodata/*-primary.xml", "of the repository is damaged")]
    [InlineData("repodata/*-monogres.txt", "of the repository is damaged")]
    public async Task Nothing_is_signed_that_was_changed_by_another(string file, string message)
    {
        await PublishAsync(Hello);
        var path = Directory.GetFiles(At("repodata/"), System.IO.Path.GetFileName(file)).Single();
        await File.AppendAllTextAsync(path, " ", Cancel);
        Assert.Contains(message, (await Refused(() => PublishAsync(Hello))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_is_not_a_repository_of_ours_is_refused_and_stays()
    {
        Directory.CreateDirectory(At("repodata"));
        Assert.Equal($"`{Repository}` is not empty, and not a yum repository made by monogres", (await Refused(() => PublishAsync(Hello))).Message);
        Assert.Equal(["repodata"], Directory.EnumerateFileSystemEntries(Repository).Select(System.IO.Path.GetFileName));
        Directory.Delete(Repository, recursive: true);
        Assert.Equal("there is nothing in the repository, and no package to begin it with", (await Refused(() => PublishAsync(new YumPublication { Files = [] }))).Message);
        Assert.Equal("there is no file `/nowhere/a.rpm`", (await Refused(() => PublishAsync(new YumPublication { Files = ["/nowhere/a.rpm"] }))).Message);
    }

    [Theory]
    [InlineData("../up", "1.0", "x86_64")]
    [InlineData("hello", "1/../../2", "x86_64")]
    [InlineData("hello", "1.0", "x86/64")]
    public async Task A_package_that_says_what_cannot_be_published_is_refused(string name, string version, string architecture)
    {
        Assert.StartsWith($"cannot publish `{_directory.Path}/", (await Refused(() => PublishAsync(Hello with { Name = name, Version = version, Architecture = architecture }))).Message, StringComparison.Ordinal);
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

    private ReleaseSigner Signer(TestKey? key = null) => ReleaseSigner.Read((key ?? Key).Secret, "release.key", passphrase: null, _clock);

    private Task<YumPublished> PublishAsync(params SmallRpm[] rpms) => PublishAsync(new YumPublication { Files = [.. rpms.Select(Write)] });

    private Task<YumPublished> PublishAsync(YumPublication publication, TestKey? key = null) => new YumRepository(Repository, Signer(key), _clock).PublishAsync(publication, waiting: null, Cancel);

    private static Task<UserErrorException> Refused(Func<Task> publish) => Assert.ThrowsAsync<UserErrorException>(publish);

    // Its own name says nothing.
    private string Write(SmallRpm rpm) => rpm.WriteTo(_directory.Path, $"{Interlocked.Increment(ref _files)}.rpm");

    private string At(string path) => System.IO.Path.Combine(Repository, path);

    private byte[] Bytes(string path) => File.ReadAllBytes(At(path));

    private string Text(string path) => File.ReadAllText(At(path));

    private YumIndex Index() => YumIndex.Parse(Text("repodata/repomd.xml"));

    private static string[] Index(string list) => list.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private string Metadata(string kind) => Text($"repodata/{YumIndex.FileOf(kind, Index().Files.Single(file => file.Kind == kind).Digest)}");

    /// <summary>Every file that a client is led to.</summary>
    private List<(string Path, string Content)> Contents()
    {
        var named = Index().Files.Select(file => YumIndex.FileOf(file.Kind, file.Digest)).ToHashSet();
        return [.. Directory.GetFiles(At("Packages"), "*", SearchOption.AllDirectories).Concat(Directory.GetFiles(At("repodata/")).Where(file => named.Contains(System.IO.Path.GetFileName(file)) || file.Contains("repomd")))
            .Append(At("RPM-GPG-KEY-monogres")).Select(file => (System.IO.Path.GetRelativePath(Repository, file), File.ReadAllText(file, Encoding.Latin1))).Order()];
    }
}
