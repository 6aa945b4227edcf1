using System.Formats.Tar;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Monogres.Cli.Commands;
using Monogres.Core;
using Monogres.Testing;
using Monogres.Testing.Repositories;

namespace Monogres.Cli.Tests.Commands;

/// <summary>
/// With <c>--json</c>, stdout is for programs from its first byte to its last, whatever the command does on the way: every
/// command is run, and all that it writes there is read. Nothing is downloaded, so what would build fails, and says so on stderr.
/// </summary>
public sealed class JsonTests : IDisposable
{
    private static readonly string[] Page = File.ReadAllLines(RepositoryFiles.At("docs/reference/json.md"));

    private static readonly string[][] CommandLines =
    [
        ["build", "postgres@15.18", "--offline", "--output", "{dist}"],
        ["build", "postgres@15.17..15.18", "--offline", "--keep-going", "--output", "{dist}"],
        ["build", "{source}", "--postgres", "15.18", "--offline", "--output", "{dist}"],
        ["run", "postgres@15.18", "--offline"],
        ["test", "postgres@15.18", "--offline"],
        ["doctor", "{source}"],
        ["doctor", "{archive}", "--postgres", "15..17"],
        ["compare", "{source}", "{source}"],
        ["compare", "{source}", "{archive}"],
        ["matrix", "postgres@15.17..15.18", "--offline", "--test", "--output", "{matrix}"],
        ["verify", "postgres@15.18", "--offline", "--work", "{work}"],
        ["list"],
        ["list", "--options"],
        ["list", "postgres"],
        ["list", "postgres@15..16"],
        ["list", "postgres@15.18"],
        ["list", "pgcrypto"],
        ["list", "pgvector"],
        ["list", "pgvector@0.8.0"],
        ["plan", "postgres@15..16"],
        ["plan", "{source}", "postgres@15.18"],
        ["plan", "{archive}", "--postgres", "15.18"],
        ["explain", "postgres@15.18"],
        ["explain", "{archive}", "--postgres", "15.18"],
        ["explain", "{source}", "--postgres", "15.18"],
        ["shell", "postgres@15.18", "--offline"],
        ["index", "check"],
        ["index", "check", "--index", "{faulty}"],
        ["index", "add", "plain", "--source", "{archive}", "--index", "{index}"],
        ["index", "prove", "postgres@15.18", "--repository", "{clone}"],
        ["bot", "pgvector", "--dry-run", "--offline", "--output", "{proposals}"],
        ["store", "stats"],
        ["store", "gc", "--older-than", "30d"],
        ["store", "gc", "--max-size", "20GB", "--dry-run"],
        ["store", "check"],
        ["store", "cat", "abc"],
        ["platform", "list"],
        ["platform", "lock", "debian12-amd64", "--offline"],
        ["platform", "add", "sodium", "sodium.h", "--offline"],
        ["publish", "apt", "{repository}", "{package.deb}", "--key", "{key}"],
        ["remote", "check", "grpc://127.0.0.1:9", "--offline"],
        ["publish", "oci", "127.0.0.1:9/monogres", "postgres@15.18", "--offline"],
        ["publish", "yum", "{yum}", "{package.rpm}", "--key", "{key}"],
        ["attest", "{archive}", "--key", "{signing.key}", "--offline"],
        ["check", "{package.deb}", "--key", "{signing.pub}"],
        ["check", "{bill.spdx.json}", "--needs", "libssl3"],
        ["help", "build"],
    ];

    private readonly TemporaryDirectory _directory = new();

    public JsonTests()
    {
        Directory.CreateDirectory(_directory["source"]);
        foreach (var (name, content) in Files)
            File.WriteAllText(_directory[$"source/{name}"], content);
        WriteArchive();
        File.WriteAllBytes(_directory["package.deb"], new SmallDeb().ToArray());
        File.WriteAllBytes(_directory["package.rpm"], new SmallRpm().ToArray());
        File.WriteAllBytes(_directory["key"], new TestKey().Secret);
        using (var signing = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        {
            File.WriteAllText(_directory["signing.key"], signing.ExportPkcs8PrivateKeyPem());
            File.WriteAllText(_directory["signing.pub"], signing.ExportSubjectPublicKeyInfoPem());
        }

        Directory.CreateDirectory(_directory["clone/objects"]);
        File.WriteAllText(_directory["clone/HEAD"], "ref: refs/heads/master\n");
        File.WriteAllText(_directory["bill.spdx.json"], """{"packages":[{"SPDXID":"SPDXRef-a","name":"libssl3"},{"SPDXID":"SPDXRef-b","name":"a.deb","packageFileName":"a.deb"}],"relationships":[{"spdxElementId":"SPDXRef-DOCUMENT","relationshipType":"DESCRIBES","relatedSpdxElement":"SPDXRef-a"}]}""");

        foreach (var index in (string[])["index", "faulty"])
        {
            Directory.CreateDirectory(_directory[$"{index}/extensions"]);
            foreach (var part in (string[])["index.json", "platforms", "servers", "schemas", "styles"])
                File.CreateSymbolicLink(_directory[$"{index}/{part}"], Path.Combine(RepositoryFiles.Index, part));
        }

        Directory.CreateDirectory(_directory["faulty/extensions/plain"]);
        File.WriteAllText(_directory["faulty/extensions/plain/repo.json"], """{ "version": 1, "nmae": "plain" }""");
    }

    private static IReadOnlyList<(string Name, string Content)> Files =>
        [("plain.control", "default_version = '1.0'\n"), ("plain--1.0.sql", "select 1;\n"), ("LICENSE", "This is under the PostgreSQL License.\n")];

    public static TheoryData<string> EachCommandLine => [.. CommandLines.Select(words => string.Join(' ', words))];

    public void Dispose() => _directory.Dispose();

    [Fact]
    public void Every_command_is_run() => Assert.Equal(
        CommandLine.Commands.OfType<Verb>().Select(HelpText.PathOf).Order(StringComparer.Ordinal),
        CommandLines.Select(words => HelpText.PathOf(VerbOf(words))).Distinct().Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(EachCommandLine))]
    public async Task Stdout_is_what_the_command_promises_and_nothing_else(string line)
    {
        string[] words = [.. line.Split(' ').Select(word => word.StartsWith('{') ? Place(word.Trim('{', '}')) : word)];
        var verb = VerbOf(words);
        var (exitCode, output, error) = await CommandLine.RunAsync([.. words, "--store", _directory["store"], "--json"]);
        Assert.True(exitCode is ExitCode.Done or ExitCode.Failed || (verb.Name is "compare" && exitCode is ExitCode.NotIdentical), $"exit code {exitCode}\n{error}");
        switch (verb.Json)
        {
            case JsonOutput.Document when exitCode is ExitCode.Failed && output.Length == 0:
                Assert.StartsWith("error: ", error, StringComparison.Ordinal);
                Assert.Contains("--offline", words);
                break;
            case JsonOutput.Document:
                using (var document = JsonDocument.Parse(output))
                    AreDocumented(verb, document.RootElement.ValueKind is JsonValueKind.Array ? document.RootElement[0] : document.RootElement);
                break;
            case JsonOutput.Lines:
                Assert.NotEqual("", output);
                foreach (var one in Lines(output))
                    AreDocumented(verb, one);
                break;
            case JsonOutput.Events:
                Assert.NotEqual("", output);
                foreach (var one in Lines(output))
                    Assert.NotEqual("", one.GetProperty("event").GetString());
                if (verb.Name is "matrix")
                    Assert.Equal(2, Lines(output).Count(one => one.GetProperty("event").GetString() is "row"));
                break;
            case JsonOutput.None:
                // As without the option: here nothing, or a text for people.
                Assert.Equal((await CommandLine.RunAsync([.. words, "--store", _directory["store"]])).Out, output);
                break;
        }
    }

    [Fact]
    public async Task Without_a_store_the_answer_is_as_readable()
    {
        using var listed = JsonDocument.Parse((await CommandLine.RunAsync("list", "postgres@15.18", "--json")).Out);
        Assert.Empty(listed.RootElement.GetProperty("built").EnumerateArray());
        Assert.Equal("postgres@15.18", Assert.Single(Lines((await CommandLine.RunAsync("plan", "postgres@15.18", "--json")).Out)).GetProperty("target").GetString()!.Split('+')[0]);
    }

    // The page has a row for each command, which names every field of what it writes.
    private static void AreDocumented(Verb verb, JsonElement one)
    {
        var row = Assert.Single(Page, line => line.StartsWith($"| `{HelpText.PathOf(verb)}` |", StringComparison.Ordinal));
        var fields = one.EnumerateObject().Select(field => field.Name).ToArray();
        Assert.NotEmpty(fields);
        foreach (var field in fields)
            Assert.Contains($"`{field}`", row, StringComparison.Ordinal);
    }

    private static Verb VerbOf(string[] words) => Assert.IsType<Verb>(CommandLine.Tree.Parse(words).CommandResult.Command);

    private static JsonElement[] Lines(string output)
    {
        Assert.EndsWith("\n", output, StringComparison.Ordinal);
        return [.. output[..^1].Split('\n').Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private string Place(string name) => _directory[name is "archive" ? "plain_1.0.orig.tar.gz" : name];

    private void WriteArchive()
    {
        using var file = File.Create(_directory["plain_1.0.orig.tar.gz"]);
        using var tar = new TarWriter(file, TarEntryFormat.Ustar);
        foreach (var (name, content) in Files)
        {
            tar.WriteEntry(new UstarTarEntry(TarEntryType.RegularFile, $"plain-1.0/{name}")
            {
                DataStream = new MemoryStream(Encoding.UTF8.GetBytes(content)),
                ModificationTime = DateTimeOffset.UnixEpoch,
            });
        }
    }
}
