using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using Monogres.Core;
using Monogres.Index;
using Monogres.Sources.Drafts;
using Monogres.Sources.Inspection;
using Monogres.Sources.Local;
using Monogres.Index.Platforms;
using Monogres.Sources.Tests.Inspection;
using Monogres.Store.Archives;
using Monogres.Testing;
using Monogres.Testing.Stores;

namespace Monogres.Sources.Tests.Drafts;

public class IndexDraftTests
{
    private const string Commit = "2627c5ff775ae6d7aef0c430121ccf857842d2f2";

    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true, NewLine = "\n", TypeInfoResolver = new DefaultJsonTypeInfoResolver(), Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private static readonly Dictionary<string, string> Rich = SmallSource.Plain.With(
        ("Makefile", $"EXTENSION = plain\nDATA = plain--1.0.sql\nREGRESS = plain\nMODULES = plain\nSHLIB_LINK = -lgmp -lfrobnicate\nOPTFLAGS = -march=native\n{SmallSource.Pgxs}"),
        ("plain.control", "comment = 'Does \"nothing\" at all.'\ndefault_version = '1.0'\nrequires = 'hstore, unheard_of'\n"),
        ("plain.c", "if (!process_shared_preload_libraries_in_progress)\n    return;\n"),
        ("META.json", "{ \"prereqs\": { \"runtime\": { \"requires\": { \"PostgreSQL\": \"15.0.0\" } } }, \"resources\": { \"homepage\": \"http://plain.example.org\", \"repository\": { \"url\": \"git://git.example.org/plain\" } } }"));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_draft_says_what_the_source_says_and_notes_what_it_does_not()
    {
        var draft = await DraftAsync();
        var entry = draft.New(await SourceAsync(Rich, "https://github.com/plain/plain/archive/refs/tags/v1.0.2.tar.gz"), version: null, postgres: null);
        Golden.Match(Text(entry, draft), "draft.txt");
    }

    [Fact]
    public async Task What_is_not_known_has_a_stand_in_and_a_note()
    {
        var draft = await DraftAsync();
        var entry = draft.New(await SourceAsync(SmallSource.Plain.With(("LICENSE", null), ("plain.control", "default_version = '1.0'\n")), "https://example.org/files/plain-1.0.tar.gz"), version: null, postgres: null);
        Golden.Match(Text(entry, draft), "bare-draft.txt");
    }

    [Fact]
    public async Task A_second_version_changes_nothing_else()
    {
        var draft = await DraftAsync();
        var entry = draft.New(await SourceAsync(Rich, "https://github.com/plain/plain/archive/refs/tags/v1.0.2.tar.gz"), version: null, postgres: null);
        entry["summary"] = "As a person has written it";
        var before = entry.DeepClone();

        Assert.Equal("1.0.10", draft.AddVersion(entry, "repo.json", await SourceAsync(Rich, "https://github.com/plain/plain/archive/refs/tags/v1.0.10.tar.gz"), version: null, postgres: null));
        Assert.Equal("1.0.9", draft.AddVersion(entry, "repo.json", await SourceAsync(Rich, "https://github.com/plain/plain/archive/refs/tags/v1.0.9.tar.gz"), version: null, postgres: ">=15, <18"));
        Assert.Equal(["1.0.2", "1.0.9", "1.0.10"], entry["versions"]!.AsObject().Select(version => version.Key));
        Assert.Equal(">=15, <18", (string?)entry["versions"]!["1.0.9"]!["postgres"]);
        Assert.Null(entry["versions"]!["1.0.10"]!["postgres"]);
        Assert.Null(entry["versions"]!["1.0.10"]!["files"]!["github"]!["places"]);

        entry["versions"]!.AsObject().Remove("1.0.9");
        entry["versions"]!.AsObject().Remove("1.0.10");
        Assert.True(JsonNode.DeepEquals(before, entry));
    }

    [Fact]
    public async Task A_file_that_is_elsewhere_than_the_others_says_where()
    {
        var draft = await DraftAsync();
        var entry = draft.New(await SourceAsync(Rich, "https://github.com/plain/plain/archive/refs/tags/v1.0.2.tar.gz"), version: null, postgres: null);
        draft.AddVersion(entry, "repo.json", await SourceAsync(Rich, "https://github.com/plain/plain/releases/download/v1.0.3/plain-1.0.3.tar.gz"), version: null, postgres: null);
        draft.AddVersion(entry, "repo.json", await SourceAsync(Rich, "https://example.org/plain-1.0.3.tar.gz"), version: null, postgres: null);
        Assert.Equal("https://github.com/plain/plain/releases/download/v1.0.3/plain-1.0.3.tar.gz", (string?)entry["versions"]!["1.0.3"]!["files"]!["github"]!["places"]![0]!["url"]);
        Assert.Equal(["github", "upstream"], entry["versions"]!["1.0.3"]!["files"]!.AsObject().Select(file => file.Key));
        Assert.Equal("https://example.org/plain-{version}.tar.gz", (string?)entry["sources"]!["upstream"]!["places"]![0]!["url"]);
    }

    [Fact]
    public async Task The_same_file_again_changes_nothing_and_another_is_refused()
    {
        var draft = await DraftAsync();
        var source = await SourceAsync(Rich, "https://github.com/plain/plain/archive/refs/tags/v1.0.2.tar.gz");
        var entry = draft.New(source, version: null, postgres: null);
        Assert.Null(draft.AddVersion(entry, "repo.json", source, version: null, postgres: null));
        Assert.StartsWith("`repo.json` has version 1.0.2 with a different file",
            Assert.Throws<UserErrorException>(() => draft.AddVersion(entry, "repo.json", source with { File = Digest.Of([1]) }, version: null, postgres: null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_archive_of_another_project_is_refused()
    {
        var draft = await DraftAsync();
        var entry = draft.New(await SourceAsync(Rich, "https://github.com/plain/plain/archive/refs/tags/v1.0.2.tar.gz"), version: null, postgres: null);
        var other = await SourceAsync(new() { ["other.control"] = "default_version = '1'\n", ["other--1.sql"] = "" }, "https://example.org/other-1.0.tar.gz");
        Assert.Contains("belongs to another project", Assert.Throws<UserErrorException>(() => draft.AddVersion(entry, "repo.json", other, version: null, postgres: null)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_no_entry_can_be_made_of_is_refused()
    {
        var draft = await DraftAsync();
        var source = await SourceAsync(Rich, "https://example.org/main.tar.gz");
        Assert.Equal("1.0", draft.New(source, version: null, postgres: null)["versions"]!.AsObject().Single().Key);
        Assert.Contains("has no single top folder", Assert.Throws<UserErrorException>(() => draft.New(source with { Archive = source.Archive with { Survey = source.Archive.Survey with { TopFolder = null } } }, null, null)).Message, StringComparison.Ordinal);

        var bare = await SourceAsync(new() { ["README"] = "" }, "https://example.org/main.tar.gz");
        Assert.Contains("is not known how to build", Assert.Throws<UserErrorException>(() => draft.New(bare, null, null)).Message, StringComparison.Ordinal);

        var nameless = await SourceAsync(new() { ["Makefile"] = SmallSource.Pgxs }, "https://example.org/main.tar.gz");
        Assert.Contains("which version", Assert.Throws<UserErrorException>(() => draft.New(nameless, null, null)).Message, StringComparison.Ordinal);
    }

    private static async Task<IndexDraft> DraftAsync()
    {
        var index = (await IndexReader.ReadAsync(RepositoryFiles.Index, Cancel)).OrThrow();
        return new IndexDraft(ProjectName.Parse("plain"), index, index.Platform(PlatformName.Parse("debian12-amd64")));
    }

    private static async Task<DraftSource> SourceAsync(Dictionary<string, string> files, string address)
    {
        var store = new MemoryBlobStore();
        var tree = await SmallSource.PutAsync(store, files, Cancel);
        var archive = new SourceArchive(tree, new TarSurvey("plain-1.0", DateTimeOffset.FromUnixTimeSeconds(1_700_000_000), Commit), []);
        return new DraftSource(DraftPlace.Of(new Uri(address)), Digest.Of("archive"u8), archive, await SourceInspector.InspectAsync(store, tree, Cancel));
    }

    private static string Text(JsonObject entry, IndexDraft draft) => entry.ToJsonString(Indented) + "\n\n" + string.Concat(draft.Notes.Select(note => $"- {note}\n"));
}
