using System.Security.Cryptography;
using System.Text;
using Monogres.Core;
using Monogres.Sources.Git;
using Monogres.Testing;

namespace Monogres.Sources.Tests.Git;

/// <summary>The repositories beside this file were written by git 2.39: two commits, packed with deltas of either kind. What is expected of them is what git says.</summary>
public sealed class GitRepositoryTests
{
    private const string First = "cca0b9c79fbfee2f59573754fad0a2f6ca29285c", Second = "277a5e9f10d7d72b3965248fbf1675960bb3f25e";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("offset")]
    [InlineData("reference")]
    public void A_tag_names_its_commit_annotated_or_not(string name)
    {
        using var repository = Packed(name);
        Assert.Equal((First, Second), (repository.CommitOfTag("REL_1_0"), repository.CommitOfTag("REL_1_1")));
        Assert.Null(repository.CommitOfTag("REL_1_2"));
        Assert.Null(repository.FindCommit(new string('0', GitHash.Length)));
    }

    // Long names, a name that is too long even for that, links, one to far away, an executable, attributes.
    [Theory]
    [InlineData("offset", First, "REL_1_0", "db26f2bb31405bcb4ec57f0feb9344ebaf4c323135fdc559edd1f497fd92cc72")]
    [InlineData("offset", Second, "REL_1_1", "8c768ac3dfef1c2196090fc91dd76628647077eb65fd85ea6f65563a12172682")]
    [InlineData("reference", First, "REL_1_0", "db26f2bb31405bcb4ec57f0feb9344ebaf4c323135fdc559edd1f497fd92cc72")]
    [InlineData("reference", Second, "REL_1_1", "8c768ac3dfef1c2196090fc91dd76628647077eb65fd85ea6f65563a12172682")]
    public async Task The_archive_of_a_commit_is_what_git_makes_to_the_byte(string name, string commit, string tag, string sha256)
    {
        using var repository = Packed(name);
        using var archive = new MemoryStream();
        await new GitArchiveWriter(repository).WriteAsync(repository.FindCommit(commit)!, $"thing-{tag}", archive, Cancel);
        Assert.Equal(sha256, Convert.ToHexStringLower(SHA256.HashData(archive.ToArray())));
    }

    [Fact]
    public void Loose_objects_and_tags_are_read_also_by_way_of_alternates()
    {
        using SmallRepository holder = new(), other = new();
        var commit = holder.Commit(("a.c", "a\n"), ("b/c", "d\n"));
        other.AnnotatedTag("v1", commit);
        Directory.CreateDirectory(other["objects/info"]);
        File.WriteAllText(other["objects/info/alternates"], $"# elsewhere\n{holder["objects"]}\n");
        using var repository = other.Open();
        Assert.Equal(commit, repository.CommitOfTag("v1"));
        Assert.Equal(["a.c", "b", "b/c"], repository.Entries(repository.FindCommit(commit)!).Select(entry => entry.Path));
    }

    [Fact]
    public void An_object_that_has_another_id_than_its_name_is_damaged()
    {
        using var small = new SmallRepository();
        var commit = small.Commit(("a.c", "a\n"));
        var blob = GitHash.Of(GitObjectKind.Blob, "a\n"u8);
        small.Write("blob", Encoding.UTF8.GetBytes("b\n"), under: blob);
        using var repository = small.Open();
        var entry = Assert.Single(repository.Entries(repository.FindCommit(commit)!));
        Assert.Equal($"the git object {blob} is damaged: its content has another id", Assert.Throws<UserErrorException>(() => repository.Content(entry)).Message);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(900)]
    [InlineData(2000)]
    public void A_damaged_pack_is_noticed(int at)
    {
        using var copy = new TemporaryDirectory();
        Copy("offset", copy.Path);
        var pack = copy["objects/pack/offset.pack"];
        var bytes = File.ReadAllBytes(pack);
        bytes[at] ^= 0x55;
        File.WriteAllBytes(pack, bytes);
        using var repository = GitRepository.Open(copy.Path);
        Assert.Throws<UserErrorException>(() =>
        {
            foreach (var commit in (string[])[First, Second])
            {
                foreach (var entry in repository.Entries(repository.FindCommit(commit)!).Where(entry => entry.Kind is not GitEntryKind.Directory))
                    repository.Content(entry);
            }
        });
    }

    [Fact]
    public void An_object_that_is_not_there_is_named()
    {
        using var small = new SmallRepository();
        var commit = small.Commit(("a.c", "a\n"));
        var blob = GitHash.Of(GitObjectKind.Blob, "a\n"u8);
        File.Delete(small.FileOf(blob));
        using var repository = small.Open();
        var entry = Assert.Single(repository.Entries(repository.FindCommit(commit)!));
        Assert.Contains(blob, Assert.Throws<GitObjectMissingException>(() => repository.Content(entry)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*.sql export-ignore")]
    [InlineData("version.h\texport-subst")]
    [InlineData("* text=auto")]
    public async Task Attributes_that_change_archives_are_refused(string line)
    {
        using var small = new SmallRepository();
        var commit = small.Commit((".gitattributes", $"# *.c ident\n*.h -text\n{line}\n"), ("a.sql", "a\n"));
        using var repository = small.Open();
        var error = await Assert.ThrowsAsync<UserErrorException>(() => new GitArchiveWriter(repository).WriteAsync(repository.FindCommit(commit)!, "x", Stream.Null, Cancel));
        Assert.StartsWith("`.gitattributes` has the attribute `", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("[extensions]\n\tobjectFormat = sha256\n", "has ids of SHA-256")]
    [InlineData("[extensions]\n\trefStorage = reftable\n", "keeps its tags in a reftable")]
    public void Other_formats_are_refused(string config, string said)
    {
        using var small = new SmallRepository();
        File.WriteAllText(small["config"], config);
        Assert.Contains(said, Assert.Throws<UserErrorException>(small.Open).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_directory_that_is_no_repository_is_refused()
    {
        using var directory = new TemporaryDirectory();
        Assert.Equal($"`{directory.Path}` is not a git repository", Assert.Throws<UserErrorException>(() => GitRepository.Open(directory.Path)).Message);
    }

    private static GitRepository Packed(string name) => GitRepository.Open(Path.Combine(Repositories, name));

    private static string Repositories => RepositoryFiles.At("tests/Monogres.Sources.Tests/Git/repositories");

    private static void Copy(string name, string to)
    {
        foreach (var file in Directory.EnumerateFiles(Path.Combine(Repositories, name), "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(Path.Combine(Repositories, name), file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }
}
