using System.Text;
using System.Text.Json.Nodes;
using Monogres.Core;
using Monogres.Proof.Provenance;
using Monogres.Results.Records;
using Monogres.Testing;

namespace Monogres.Proof.Tests.Provenance;

public sealed class StatementTests
{
    private static readonly Subject[] Subjects = [new("b.tar", Sha256Hash.Of("b"u8)), new("a.tar", Sha256Hash.Of("a"u8))];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_recipe_is_the_same_for_every_builder_and_known()
    {
        var statements = new List<byte[]>();
        for (var builder = 0; builder < 2; builder++)
        {
            using var release = await SmallRelease.NewAsync(Cancel);
            statements.Add(RecipeStatement.Of(release.Target, release.Manifest, Subjects).ToBytes());
        }

        Assert.Equal(statements[0], statements[1]);
        Golden.Match(Readable(statements[0]), "recipe.json");
    }

    [Fact]
    public async Task A_run_names_builder_times_and_recipe()
    {
        using var release = await SmallRelease.NewAsync(Cancel);
        var recipe = RecipeStatement.Of(release.Target, release.Manifest, Subjects);
        var run = new TargetRun { Target = "tiny", Payload = "", Ended = new DateTimeOffset(2026, 11, 28, 12, 0, 30, TimeSpan.Zero), Seconds = 30.4, Cached = false, Host = "one" };
        var statement = RunStatement.Of(recipe, release.Manifest, new Builder("https://builds.example.org/one", "monogres 0.1.0", Sha256Hash.Of("tool"u8)), run, Digest.Of("output"u8));
        Golden.Match(Readable(statement.ToBytes()), "run.json");
        Assert.Equal(Sha256Hash.Of(recipe.ToBytes()), RunStatement.RecipeOf(statement));
        Assert.Null(RunStatement.RecipeOf(recipe));
        Assert.Equal((release.Manifest.Recipe.Action, Digest.Of("output"u8).Hash), RunStatement.ResultOf(statement));
        Assert.Null(RunStatement.ResultOf(recipe));
    }

    [Fact]
    public async Task A_statement_reads_back()
    {
        using var release = await SmallRelease.NewAsync(Cancel);
        var statement = RecipeStatement.Of(release.Target, release.Manifest, Subjects);
        Assert.Equal(statement.ToBytes(), Statement.Parse(statement.ToBytes()).ToBytes());
        Assert.Equal(["a.tar", "b.tar", Subject.PayloadName], statement.Subjects.Select(subject => subject.Name));
    }

    [Theory]
    [InlineData("{}", "`_type` is missing")]
    [InlineData("""{"_type":"https://in-toto.io/Statement/v0.1"}""", "and not `https://in-toto.io/Statement/v1`")]
    [InlineData("""{"_type":"https://in-toto.io/Statement/v1","subject":[],"predicateType":"a","predicate":{}}""", "`subject` is empty")]
    [InlineData("""{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"a","digest":{"sha1":"00"}}],"predicateType":"a","predicate":{}}""", "`sha256` is missing")]
    [InlineData("""{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"a","digest":{"sha256":"00"}}],"predicateType":"a","predicate":{}}""", "the `sha256` of the subject `a` is not one")]
    [InlineData("""{"_type":"https://in-toto.io/Statement/v1","subject":[7],"predicateType":"a","predicate":{}}""", "not an object")]
    public void What_is_no_statement_is_refused(string text, string problem) =>
        Assert.Contains(problem, Assert.Throws<FormatException>(() => Statement.Parse(Encoding.UTF8.GetBytes(text))).Message, StringComparison.Ordinal);

    private static string Readable(byte[] document) => JsonNode.Parse(document)!.ToJsonString(new() { WriteIndented = true, NewLine = "\n", Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }) + "\n";
}
