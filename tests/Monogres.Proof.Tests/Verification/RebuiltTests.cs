using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Monogres.Core;
using Monogres.Proof.Verification;
using Monogres.Results.Records;
using Monogres.Testing;

namespace Monogres.Proof.Tests.Verification;

public sealed class RebuiltTests : IDisposable
{
    private const string Target = "tiny@1.0/postgres@15.18+minimal (debian12-amd64)";
    private static readonly Digest One = Digest.Of("one"u8), Other = Digest.Of("other"u8);

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Equal_trees_are_the_same()
    {
        var rebuilt = await RebuiltAsync(Built(Manifest(One, symbols: One, ("a.tar", One), ("b.deb", Other))));
        var verdict = rebuilt.Compare(Target, new FirstBuild(One, One));
        Assert.True(verdict.IsSame);
        Assert.Equal(["payload", "symbols"], verdict.Files.Select(file => file.Name));
        Assert.False((verdict with { Damage = "the blob x is damaged" }).IsSame);
    }

    [Fact]
    public async Task Another_payload_and_other_symbols_are_each_named_and_what_is_not_known_is_not_compared()
    {
        var rebuilt = await RebuiltAsync(Built(Manifest(One, symbols: null, ("a.tar", One))));
        var verdict = rebuilt.Compare(Target, new FirstBuild(Other, One));
        Assert.False(verdict.IsSame);
        Assert.Equal(["payload", "symbols"], verdict.Files.Where(file => !file.IsSame).Select(file => file.Name));
        Assert.Equal(
            $"{Target}: not the same\n  payload: {Other.Hash.ToString()[..16]} and {One.Hash.ToString()[..16]}\n  symbols: {One.Hash.ToString()[..16]} and nothing", VerificationReport.Of(verdict).Result);
        Assert.Empty(rebuilt.Compare(Target, new FirstBuild(null, null)).Files);
    }

    [Fact]
    public async Task A_file_is_found_by_its_name_or_as_the_only_one_that_ends_so()
    {
        var rebuilt = await RebuiltAsync(Built(Manifest(One, symbols: null, ("a.oci.tar", One), ("b.deb", One), ("c.deb", One))));
        Assert.Equal(_directory["b.deb"], rebuilt.PathOf(Target, "b.deb"));
        Assert.Equal(_directory["a.oci.tar"], rebuilt.PathOf(Target, ".oci.tar"));
        Assert.Null(rebuilt.PathOf(Target, ".deb"));
        Assert.Null(rebuilt.PathOf("another", "b.deb"));
    }

    [Fact]
    public void A_file_that_differs_around_an_equal_payload_is_said_to_be_packed_otherwise() => Assert.Contains(
        "the payload is what was rebuilt",
        VerificationReport.Of(new Verdict("T", [new ComparedFile("payload", "a", "a"), new ComparedFile("x.deb", "a", "b")], null)).Result, StringComparison.Ordinal);

    [Fact]
    public async Task A_target_that_failed_is_not_the_same_and_says_why()
    {
        var rebuilt = await RebuiltAsync("""{"event":"failed","target":"T","reason":"exit code 7"}""");
        Assert.Equal("T: not rebuilt: exit code 7", VerificationReport.Of(rebuilt.Compare("T", new FirstBuild(One, null))).Result);
        Assert.Equal("U: not rebuilt: the rebuild ended before it", VerificationReport.Of(rebuilt.Compare("U", new FirstBuild(One, null))).Result);
    }

    [Fact]
    public async Task A_rebuild_that_says_nothing_of_targets_is_an_error_with_its_last_lines()
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(() => Rebuilt.ReadAsync(new RebuildEnd(137, ["""{"event":"started","step":"x"}"""], ["killed"]), default));
        Assert.Equal(("the rebuild ended with exit code 137 and said nothing of the targets", "killed"), (error.Message, Assert.Single(error.Details)));
    }

    [Fact]
    public void Steps_that_begin_and_end_are_worth_a_line()
    {
        Assert.Equal("rebuild: x build ...", Rebuilt.ProgressOf("""{"event":"started","step":"x build","expectedSeconds":null}"""));
        Assert.Equal("rebuild: x build took 2.3 s", Rebuilt.ProgressOf("""{"event":"finished","step":"x build","seconds":2.345}"""));
        Assert.Null(Rebuilt.ProgressOf("""{"event":"advanced","step":"x build","line":"cc","fraction":null}"""));
    }

    [Fact]
    public void The_event_of_a_verdict_has_every_field()
    {
        var said = JsonNode.Parse(VerificationReport.Of(new Verdict("T", [new ComparedFile("payload", "a", "b")], null)).Json)!;
        Assert.Equal(("verified", "T", false, "a", "b"), ((string?)said["event"], (string?)said["target"], (bool)said["same"]!, (string?)said["files"]![0]!["first"], (string?)said["files"]![0]!["second"]));
    }

    private static Task<Rebuilt> RebuiltAsync(params string[] lines) => Rebuilt.ReadAsync(new RebuildEnd(0, [.. lines], []), default);

    private string Built(TargetManifest manifest)
    {
        File.WriteAllText(_directory["x.json"], manifest.ToText());
        return new JsonObject
        {
            ["event"] = "built",
            ["target"] = Target,
            ["files"] = new JsonArray([.. manifest.Files.Select(file => (JsonNode)_directory[file.Name]), _directory["x.json"]]),
        }.ToJsonString();
    }

    private static TargetManifest Manifest(Digest payload, Digest? symbols, params (string Name, Digest Content)[] files) => new()
    {
        Recipe = new TargetRecipe
        {
            Target = "tiny@1.0/postgres@15.18+minimal", Platform = "debian12-amd64", Toolchain = "gcc", Tool = "monogres 0.1.0", Index = One, Key = One, Action = One, SourceDateEpoch = 1,
            Source = One, SourceFiles = [], BuildRoot = [], Packages = One, Script = One,
        },
        Result = new TargetResult { Payload = payload, Symbols = symbols, Libraries = [], SymbolVersions = ImmutableSortedDictionary<string, string>.Empty },
        Files = [.. files.Select(file => new RecordedFile(file.Name, file.Content.Hash.ToString(), file.Content.Size))],
    };
}
