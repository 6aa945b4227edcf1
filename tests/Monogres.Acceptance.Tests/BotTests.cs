using System.Formats.Tar;
using System.Text;
using System.Text.Json.Nodes;
using Monogres.Testing;
using Monogres.Testing.Http;

namespace Monogres.Acceptance.Tests;

/// <summary>From a repository to a proven entry, and from a new tag to a proposal: the host of the repository is a server of the test, which the user's mirror stands for.</summary>
public sealed class BotTests : IAsyncDisposable
{
    private const string Repository = "github.com/plain/plain";

    private static readonly string[] Scope = ["--postgres", "15.18"];

    private readonly TemporaryDirectory _directory = new();
    private readonly LoopbackServer _host = new();

    public BotTests()
    {
        Directory.CreateDirectory(_directory["index/extensions"]);
        foreach (var part in (string[])["index.json", "platforms", "servers", "schemas", "styles"])
            File.CreateSymbolicLink(_directory[$"index/{part}"], Path.Combine(RepositoryFiles.Index, part));
    }

    private string Entry => _directory["index/extensions/plain/repo.json"];

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task A_repository_becomes_a_proven_entry_and_its_next_tag_a_proposal()
    {
        Publish(("v1.0", '1'), ("v1.1rc1", '9'));
        var added = (await RunAsync(["index", "add", "--from-repository", $"https://{Repository}", .. Scope])).Succeeded();
        Assert.Contains("works, 4 of 4 tests", added.Out, StringComparison.Ordinal);
        Assert.EndsWith("repo.json: drafted 1.0 for PostgreSQL >=15, <16\n", added.Out, StringComparison.Ordinal);
        var before = await File.ReadAllTextAsync(Entry, TestContext.Current.CancellationToken);
        Assert.Equal((">=15, <16", new string('1', 40)), ((string?)JsonNode.Parse(before)!["postgres"], (string?)JsonNode.Parse(before)!["versions"]!["1.0"]!["commit"]));
        Assert.Single(await File.ReadAllLinesAsync(_directory["index/extensions/plain/evidence.jsonl"], TestContext.Current.CancellationToken));

        // The same again is nothing new.
        Assert.EndsWith("repo.json: unchanged\n", (await RunAsync(["index", "add", "--from-repository", $"https://{Repository}", .. Scope])).Succeeded().Out, StringComparison.Ordinal);
        Assert.Contains("1 projects: 0 new releases", (await BotAsync()).Succeeded().Out, StringComparison.Ordinal);

        Publish(("v1.0", '1'), ("v1.1", '2'));
        Assert.Contains("1 new releases, 1 proposed now", (await BotAsync()).Succeeded().Out, StringComparison.Ordinal);
        Assert.Equal(before, await File.ReadAllTextAsync(Entry, TestContext.Current.CancellationToken));
        var patch = await File.ReadAllTextAsync(_directory["proposals/plain-1.1.patch"], TestContext.Current.CancellationToken);
        Assert.Contains("+    \"1.1\": {\n", patch, StringComparison.Ordinal);
        Assert.Contains("+{\"target\":\"plain@1.1/postgres@15.18+", patch, StringComparison.Ordinal);
        Assert.Contains("| works, 4 of 4 | works, 4 of 4 |", await File.ReadAllTextAsync(_directory["proposals/plain-1.1.md"], TestContext.Current.CancellationToken), StringComparison.Ordinal);
        Assert.Contains("1 new releases, 0 proposed now", (await BotAsync()).Succeeded().Out, StringComparison.Ordinal);

        Publish(("v1.0", '3'));
        Assert.StartsWith("ALARM plain 1.0: the tag v1.0 of ", (await BotAsync()).ExitedWith(3).Out, StringComparison.Ordinal);
        Assert.Contains("was moved", (await RunAsync(["index", "add", "--from-repository", $"https://{Repository}", .. Scope])).ExitedWith(3).Error, StringComparison.Ordinal);
    }

    private Task<Outcome> BotAsync() => RunAsync(["bot", "--from", "tags", "--output", _directory["proposals"], .. Scope]);

    private Task<Outcome> RunAsync(params string[] arguments) => new Tool().RunAsync([.. arguments, "--index", _directory["index"], "--source-mirror", _host[""].AbsoluteUri, "--no-progress"]);

    // What `git http-backend` answers, and the archives of the tags.
    private void Publish(params (string Tag, char Commit)[] tags)
    {
        static string Line(string text) => $"{text.Length + 5:x4}{text}\n";
        void Answer(string path, string text) => _host.Answer(path, new LoopbackAnswer { Body = Encoding.ASCII.GetBytes(text) });
        Answer($"{Repository}.git/info/refs?service=git-upload-pack", $"{Line("version 2")}{Line("ls-refs=unborn")}0000");
        Answer($"{Repository}.git/git-upload-pack", $"{string.Concat(tags.Select(tag => Line($"{new string(tag.Commit, 40)} refs/tags/{tag.Tag}")))}0000");
        foreach (var (tag, _) in tags)
            _host.Answer($"{Repository}/archive/refs/tags/{tag}.tar.gz", new LoopbackAnswer { Body = Archive(tag[1..]) });
    }

    private static byte[] Archive(string version)
    {
        using var bytes = new MemoryStream();
        using (var tar = new TarWriter(bytes, TarEntryFormat.Ustar, leaveOpen: true))
        {
            foreach (var (path, content) in (ReadOnlySpan<(string, string)>)
                [
                    ("Makefile", $"EXTENSION = plain\nDATA = plain--{version}.sql\nREGRESS = plain\nPG_CONFIG = pg_config\nPGXS := $(shell $(PG_CONFIG) --pgxs)\ninclude $(PGXS)\n"),
                    ("plain.control", $"comment = 'Does nothing'\ndefault_version = '{version}'\n"),
                    ($"plain--{version}.sql", "create function plain() returns int language sql return 1;\n"),
                    ("sql/plain.sql", "create extension plain;\nselect plain();\n"),
                    ("expected/plain.out", "create extension plain;\nselect plain();\n plain \n-------\n     1\n(1 row)\n\n"),
                    ("LICENSE", "This is under the PostgreSQL License.\n"),
                ])
                tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"plain-{version}/{path}") { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)), ModificationTime = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000) });
        }

        return bytes.ToArray();
    }
}
