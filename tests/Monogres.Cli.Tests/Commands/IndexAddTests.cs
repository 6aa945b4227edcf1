using System.Formats.Tar;
using System.Text;
using Monogres.Testing;

namespace Monogres.Cli.Tests.Commands;

public sealed class IndexAddTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public IndexAddTests()
    {
        // The index of this repository, but for its extensions, which are ours.
        Directory.CreateDirectory(_directory["index/extensions"]);
        foreach (var part in (string[])["index.json", "platforms", "servers", "schemas", "styles"])
            File.CreateSymbolicLink(_directory[$"index/{part}"], Path.Combine(RepositoryFiles.Index, part));
    }

    private string Entry => _directory["index/extensions/plain/repo.json"];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_draft_is_written_then_a_version_added_and_the_index_is_sound()
    {
        var text = new StringBuilder();
        text.Append(await AddAsync("plain", "--source", Archive("plain_1.0.orig.tar.gz", "1.0")));
        text.Append(await File.ReadAllTextAsync(Entry, TestContext.Current.CancellationToken));

        // What a person has corrected stays.
        await File.WriteAllTextAsync(Entry, (await File.ReadAllTextAsync(Entry, TestContext.Current.CancellationToken)).Replace("\"functions\"", "\"testing\"", StringComparison.Ordinal), TestContext.Current.CancellationToken);
        text.Append(await AddAsync("plain", "--source", Archive("plain-1.1.tar.gz", "1.1"), "--url", "https://example.org/plain-1.1.tar.gz", "--postgres", ">=15, <18"));
        text.Append(await AddAsync("plain@1.2", "--source", Archive("plain_2.0.orig.tar.gz", "2.0"), "--json"));
        text.Append(await AddAsync("plain", "--source", Archive("plain_1.0.orig.tar.gz", "1.0")));
        text.Append(await File.ReadAllTextAsync(Entry, TestContext.Current.CancellationToken));
        Golden.Match(text.ToString(), "index-add.txt");

        Assert.StartsWith("the index is valid: ", (await CommandLine.RunAsync("index", "check", "--index", _directory["index"])).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_of_archives_adds_them_all()
    {
        Directory.CreateDirectory(_directory["folder"]);
        foreach (var version in (string[])["1.0", "1.1"])
            File.Move(Archive($"plain_{version}.orig.tar.gz", version), _directory[$"folder/plain_{version}.orig.tar.gz"]);
        Assert.Contains("a draft of 1.0, 1.1\n", await AddAsync("plain", "--source", _directory["folder"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_entry_is_written_anew_only_when_that_is_asked_for()
    {
        await AddAsync("plain", "--source", Archive("plain_1.0.orig.tar.gz", "1.0"));
        var other = Archive("plain_1.0.orig.tar.gz", "1.0", "-- another\n");
        Assert.Contains("has version 1.0 with a different file from `debian`", await AddAsync("plain", "--source", other), StringComparison.Ordinal);
        Assert.Contains("a draft of 1.0\n", await AddAsync("plain", "--source", other, "--force"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("error: it is not known where `plain-1.0.tar.gz` can be downloaded", "plain", "plain-1.0.tar.gz")]
    [InlineData("error: `hstore` is a module of PostgreSQL", "hstore", "plain_1.0.orig.tar.gz")]
    [InlineData("error: `Plain` cannot be the name of a project", "Plain", "plain_1.0.orig.tar.gz")]
    [InlineData("error: `http://example.org/plain-1.0.tar.gz` is not an https address", "plain", "http://example.org/plain-1.0.tar.gz")]
    [InlineData("error: `new` is not a range of PostgreSQL versions", "plain", "plain_1.0.orig.tar.gz", "--postgres", "new")]
    [InlineData("error: `x` is not a URL", "plain", "plain_1.0.orig.tar.gz", "--url", "x")]
    [InlineData("error: `../plain` is not a path in an archive", "plain", "debian:../plain")]
    public async Task What_cannot_be_added_is_said_and_nothing_is_written(string message, string name, string source, params string[] more)
    {
        var given = source.Contains(':', StringComparison.Ordinal) ? source : Archive(source, "1.0");
        Assert.Contains(message, await AddAsync([name, "--source", given, .. more]), StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_directory["index/extensions"]));
    }

    /// <summary>Not compressed, whatever its name says, so that its digest is the same with every runtime.</summary>
    private string Archive(string name, string version, string script = "select 1;\n")
    {
        using var file = File.Create(_directory[name]);
        using var tar = new TarWriter(file, TarEntryFormat.Ustar);
        foreach (var (path, content) in (ReadOnlySpan<(string, string)>)
            [("plain.control", $"comment = 'Does nothing'\ndefault_version = '{version}'\n"), ($"plain--{version}.sql", script), ("LICENSE", "This is under the PostgreSQL License.\n")])
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"plain-{version}/{path}")
            {
                DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
                ModificationTime = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000),
            });
        }

        return _directory[name];
    }

    private async Task<string> AddAsync(params string[] args)
    {
        var (exitCode, output, error) = await CommandLine.RunAsync(["index", "add", .. args, "--index", _directory["index"], "--store", _directory["store"]]);
        return $"$ monogres index add {string.Join(' ', args)}\n{output}{error}exit code {(int)exitCode}\n\n".Replace(_directory.Path, "DIR", StringComparison.Ordinal);
    }
}
