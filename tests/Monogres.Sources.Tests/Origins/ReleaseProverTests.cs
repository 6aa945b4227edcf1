using System.Formats.Tar;
using System.Text;
using Monogres.Core;
using Monogres.Index.Projects;
using Monogres.Sources.Git;
using Monogres.Sources.Origins;
using Monogres.Sources.Tests.Git;
using Monogres.Testing;

namespace Monogres.Sources.Tests.Origins;

public sealed class ReleaseProverTests : IDisposable
{
    private static readonly (string Path, string Text)[] Source = [("Makefile", "all:\n"), ("configure*", "#!/bin/sh\n"), ("link@", "Makefile"), ("src/gram.y", "%%\n"), ("README.git", "for git\n")];

    private readonly SmallRepository _repository = new();
    private readonly TemporaryDirectory _directory = new();
    private readonly string _commit;
    private byte[]? _here;

    public ReleaseProverTests()
    {
        _commit = _repository.Commit(Source);
        _repository.AnnotatedTag("REL_15_14", _commit);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _repository.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_release_that_is_what_the_index_says_is_proven()
    {
        _here = Tarball(Source, ("src/gram.c", "generated\n"));
        var archive = await ArchiveAsync("postgres-REL_15_14");
        var proof = await ProveAsync(Release(Tarball(), Tag(archive)));
        Assert.False(proof.Differs);
        Assert.Equal(
            [
                $"commit Proven {_commit} is in the repository", "git tag Proven REL_15_14 names the commit",
                "tarball Proven it equals the commit, but for what make generates", "tag Proven it is the archive of the commit, to the byte",
            ], Lines(proof));
    }

    [Fact]
    public async Task A_tag_that_was_moved_is_named_with_both_commits()
    {
        var other = _repository.Commit(("Makefile", "all: evil\n"));
        _repository.Tag("REL_15_14", other);
        var finding = Of(await ProveAsync(Release()), "git tag");
        Assert.Equal((ProofVerdict.Differs, $"REL_15_14 names {other}, the index has {_commit}: the tag was moved, or one of the two is wrong"), (finding.Verdict, finding.Text));
    }

    [Fact]
    public async Task A_commit_that_the_repository_lacks_is_named()
    {
        var absent = new string('a', GitHash.Length);
        var proof = await ProveAsync(Release(Tag(Digest.Of("x"u8))) with { Commit = absent, Tag = "REL_15_15" });
        Assert.Equal(
            [
                $"commit NotChecked {absent} is not in the repository", "git tag NotChecked the repository has no tag REL_15_15",
                "tag NotChecked without the commit it cannot be made again, and the file is not here",
            ], Lines(proof));
        Assert.False(proof.Differs);
    }

    [Theory]
    [InlineData("Makefile", "all: evil\n", "Makefile has another content than in the commit")]
    [InlineData("src/evil.m4", "build-to-host\n", "src/evil.m4 is in the tarball, but neither in the commit nor on the list of generated files")]
    [InlineData("configure", "#!/bin/sh\n", "configure is not executable in the tarball, and executable in the commit")]
    [InlineData("link", "Makefile", "link has another content than in the commit", true)]
    [InlineData("src/gram.y", null, "src/gram.y is in the commit, but not in the tarball")]
    public async Task A_tarball_that_differs_from_the_commit_is_named_with_the_file(string path, string? text, string said, bool link = false)
    {
        var files = Source.Where(file => file.Path.TrimEnd('*', '@') != path).ToArray();
        _here = Tarball(text is null ? files : [.. files, (link ? "link@" : path, link ? "elsewhere" : text)], ("src/gram.c", "generated\n"));
        var finding = Of(await ProveAsync(Release(Tarball())), "tarball");
        Assert.Equal((ProofVerdict.Differs, said), (finding.Verdict, finding.Text));
    }

    [Fact]
    public async Task Of_many_differences_the_first_are_named()
    {
        _here = Tarball([], ("evil.c", "x"));
        Assert.EndsWith("; src/gram.y is in the commit, but not in the tarball", Of(await ProveAsync(Release(Tarball())), "tarball").Text, StringComparison.Ordinal);
        _here = Tarball(Source, [.. Enumerable.Range(1, 9).Select(i => ($"evil{i}.c", "x"))]);
        Assert.EndsWith("; and 4 more", Of(await ProveAsync(Release(Tarball())), "tarball").Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_with_another_digest_is_named_before_and_after_compression()
    {
        var archive = await ArchiveAsync("postgres-REL_15_14");
        var wrong = Sha256Hash.Of("wrong"u8);
        Assert.Equal($"the archive of the commit has sha256 {archive.Hash}, the index has {wrong}", Of(await ProveAsync(Release(Tag(archive) with { Sha256 = wrong })), "tag").Text);
        Assert.Equal($"before compression, the archive of the commit has sha256 {archive.Hash}, the index has {wrong}", Of(await ProveAsync(Release(Tag(archive) with { TarSha256 = wrong })), "tag").Text);
        Assert.Equal($"it has {archive.Size} bytes, the index has 7", Of(await ProveAsync(Release(Tag(archive) with { Size = 7 })), "tag").Text);
    }

    [Theory]
    [InlineData("bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb", ProofVerdict.NotChecked, "it says that it is made of the commit, which the repository does not have")]
    [InlineData("cccccccccccccccccccccccccccccccccccccccc", ProofVerdict.Differs, "it says that it is made of bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, the index has cccccccccccccccccccccccccccccccccccccccc")]
    [InlineData(null, ProofVerdict.NotChecked, "it says that it is made of bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb, and the index knows no commit")]
    public async Task An_archive_without_its_commit_is_asked_which_it_is_of(string? commit, ProofVerdict verdict, string said)
    {
        _here = Tarball(Source, comment: new string('b', GitHash.Length));
        var finding = Of(await ProveAsync(Release(Tarball()) with { Commit = commit }), "tarball");
        Assert.Equal((verdict, said), (finding.Verdict, finding.Text));
    }

    [Fact]
    public async Task A_tarball_with_another_digest_before_compression_or_that_cannot_be_read_differs()
    {
        _here = Tarball(Source, ("src/gram.c", "generated\n"));
        var expected = Sha256Hash.Of("wrong"u8);
        Assert.Equal($"before compression it has sha256 {Sha256Hash.Of(_here)}, the index has {expected}", Of(await ProveAsync(Release(Tarball() with { TarSha256 = expected })), "tarball").Text);
        _here = _here[..700];
        Assert.StartsWith("it cannot be unpacked: ", Of(await ProveAsync(Release(Tarball())), "tarball").Text, StringComparison.Ordinal);
    }

    private static string[] Lines(ReleaseProof proof) => [.. proof.Findings.Select(finding => $"{finding.Subject} {finding.Verdict} {finding.Text}")];

    private static ProofFinding Of(ReleaseProof proof, string subject) => proof.Findings.Single(finding => finding.Subject == subject);

    private Release Release(params SourceFile[] files) => new()
    {
        Version = PgVersion.Parse("15.14"),
        Postgres = PgVersion.Parse("15.14"),
        Tag = "REL_15_14",
        Commit = _commit,
        Released = null,
        SourceDate = DateTimeOffset.UnixEpoch,
        Files = [.. files],
    };

    private static SourceFile Tarball() => new() { Source = "tarball", Sha256 = default, Size = null, StripPrefix = RelativePath.Parse("postgresql-15.14"), Places = [] };

    private static SourceFile Tag(Digest archive) => new()
    {
        Source = "tag",
        Sha256 = archive.Hash,
        Size = archive.Size,
        TarSha256 = archive.Hash,
        StripPrefix = RelativePath.Parse("postgres-REL_15_14"),
        Places = [],
        GitArchive = GitCompression.Gzip,
    };

    private async Task<ReleaseProof> ProveAsync(Release release)
    {
        using var repository = _repository.Open();
        // Not compressed at all, so that both digests are the same.
        var maker = new ArchiveMaker(repository, async (path, _, cancel) => Digest.Of(await File.ReadAllBytesAsync(path, cancel)), _directory.Path);
        var prover = new ReleaseProver(repository, maker, (_, _) => Task.FromResult<Stream?>(_here is { } bytes ? new MemoryStream(bytes) : null), _ => ["src/gram.c", "README.git"]);
        var proof = await prover.ProveAsync(release, Cancel);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory.Path));
        return proof;
    }

    private async Task<Digest> ArchiveAsync(string top)
    {
        using var repository = _repository.Open();
        using var archive = new MemoryStream();
        await new GitArchiveWriter(repository).WriteAsync(repository.FindCommit(_commit)!, top, archive, Cancel);
        return Digest.Of(archive.ToArray());
    }

    // As `make dist` has made them up to 16: no README.git, and what make generates.
    private static byte[] Tarball((string Path, string Text)[] source, params (string Path, string Text)[] more) => Tarball([.. source, .. more], comment: null);

    private static byte[] Tarball((string Path, string Text)[] files, string? comment)
    {
        using var bytes = new MemoryStream();
        using (var writer = new TarWriter(bytes, TarEntryFormat.Pax, leaveOpen: true))
        {
            if (comment is not null)
                writer.WriteEntry(new PaxGlobalExtendedAttributesTarEntry([KeyValuePair.Create("comment", comment)]));
            foreach (var (path, text) in files.Where(file => file.Path is not "README.git"))
            {
                var name = "postgresql-15.14/" + path.TrimEnd('*', '@');
                writer.WriteEntry(path.EndsWith('@')
                    ? new UstarTarEntry(TarEntryType.SymbolicLink, name) { LinkName = text }
                    : new UstarTarEntry(TarEntryType.RegularFile, name)
                    {
                        Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | (path.EndsWith('*') ? UnixFileMode.UserExecute : UnixFileMode.None),
                        DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)),
                    });
            }
        }

        return bytes.ToArray();
    }
}
