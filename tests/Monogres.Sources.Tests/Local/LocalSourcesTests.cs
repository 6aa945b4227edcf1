using System.Formats.Tar;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Sources.Inspection;
using Monogres.Sources.Local;
using Monogres.Index.Extensions;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;
using Monogres.Index;
using Monogres.Plans;
using Monogres.Sources.Tests.Inspection;
using Monogres.Store.Downloads;
using Monogres.Testing;
using Monogres.Testing.Http;
using Monogres.Testing.Stores;

namespace Monogres.Sources.Tests.Local;

public sealed class LocalSourcesTests : IAsyncDisposable
{
    private const string Commit = "2627c5ff775ae6d7aef0c430121ccf857842d2f2";

    private readonly TemporaryDirectory _directory = new();
    private readonly TemporaryStore _store = new();
    private readonly LoopbackServer _server = new();
    private readonly SocketsHttpHandler _network = new() { UseProxy = false };
    private readonly Downloader _downloader;
    private readonly LocalSources _sources;

    public LocalSourcesTests()
    {
        _downloader = new Downloader(_store.Store, _network, new DownloadOptions { Tries = 1 }, _store.Time);
        var hosts = new GitArchives([new GitHost(_server["x"].Authority, $"{_server["archive"]}/{{path}}/{{name}}/{{commit}}")]);
        _sources = new LocalSources(_store.Store.Blobs, _store.Store.Memo, _downloader, hosts, new RecordingObserver(), _store.Time);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private LocalSource.Commit OfCommit => new("it", new Uri($"http://{_server["x"].Authority}/owner/plain"), Commit);

    public async ValueTask DisposeAsync()
    {
        _downloader.Dispose();
        _network.Dispose();
        await _server.DisposeAsync();
        _store.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task The_same_files_are_the_same_tree_as_directory_archive_and_commit()
    {
        foreach (var (path, text) in SmallSource.Plain)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_directory[$"plain/{path}"])!);
            await File.WriteAllTextAsync(_directory[$"plain/{path}"], text, Cancel);
        }

        var archive = Archive("plain-1.0/");
        await File.WriteAllBytesAsync(_directory["plain.tar.gz"], archive, Cancel);
        await File.WriteAllBytesAsync(_directory["flat.tar.gz"], Archive(""), Cancel);
        _server.Answer($"archive/owner/plain/plain/{Commit}", new LoopbackAnswer { Body = archive });

        var folder = await _sources.ImportAsync(new LocalSource.Folder("./plain", _directory["plain"]), Cancel);
        Assert.Equal(folder.Tree, (await _sources.ImportAsync(new LocalSource.Archive("./plain.tar.gz", _directory["plain.tar.gz"]), Cancel)).Tree);
        Assert.Equal(folder.Tree, (await _sources.ImportAsync(new LocalSource.Archive("./flat.tar.gz", _directory["flat.tar.gz"]), Cancel)).Tree);
        Assert.Equal(folder.Tree, (await _sources.ImportAsync(OfCommit, Cancel)).Tree);
    }

    [Fact]
    public async Task The_same_is_left_out_of_a_directory_an_archive_and_a_commit_in_the_same_words()
    {
        foreach (var (path, text) in SmallSource.Plain.With(("._Makefile", "x"), ("sql/._plain.sql", "x"), ("__MACOSX/x", "x"), (".DS_Store", "x"), (".git/config", "x")))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_directory[$"plain/{path}"])!);
            await File.WriteAllTextAsync(_directory[$"plain/{path}"], text, Cancel);
        }

        File.CreateSymbolicLink(_directory["plain/inside"], "sql/plain.sql");
        File.CreateSymbolicLink(_directory["plain/round"], "sql/../Makefile");
        File.CreateSymbolicLink(_directory["plain/out"], "../elsewhere");
        File.CreateSymbolicLink(_directory["plain/back"], "../plain/Makefile");
        File.CreateSymbolicLink(_directory["plain/sql/absolute"], "/usr/share/misc/config.guess");
        File.CreateSymbolicLink(_directory["plain/own"], _directory["plain/Makefile"]);
        await WriteArchiveAsync("plain.tar", withFolder: true);
        await WriteArchiveAsync("flat.tar", withFolder: false);
        _server.Answer($"archive/owner/plain/plain/{Commit}", new LoopbackAnswer { Body = await File.ReadAllBytesAsync(_directory["plain.tar"], Cancel) });

        var folder = await _sources.ImportAsync(new LocalSource.Folder("./plain", _directory["plain"]), Cancel);
        Assert.Equal(
        [
            "back is a symbolic link to `../plain/Makefile`, which leads out of the source",
            "out is a symbolic link to `../elsewhere`, which leads out of the source",
            $"own is a symbolic link to the absolute path `{_directory["plain/Makefile"]}`",
            "sql/absolute is a symbolic link to the absolute path `/usr/share/misc/config.guess`",
        ], folder.Omitted.Select(entry => $"{entry.Path} {entry.Reason}"));
        foreach (var source in (LocalSource[])[new LocalSource.Archive("./plain.tar", _directory["plain.tar"]), new LocalSource.Archive("./flat.tar", _directory["flat.tar"]), OfCommit, OfCommit])
        {
            var other = await _sources.ImportAsync(source, Cancel);
            Assert.Equal(folder.Tree, other.Tree);
            Assert.Equal(folder.Omitted, other.Omitted);
        }
    }

    private async Task WriteArchiveAsync(string name, bool withFolder)
    {
        await using var file = File.Create(_directory[name]);
        await TarFile.CreateFromDirectoryAsync(_directory["plain"], file, withFolder, Cancel);
    }

    [Fact]
    public async Task A_commit_is_downloaded_once_and_it_is_told_what_was_believed()
    {
        var archive = Archive("plain-1.0/");
        var address = _server.Answer($"archive/owner/plain/plain/{Commit}", new LoopbackAnswer { Body = archive });
        var first = await _sources.ImportAsync(OfCommit, Cancel);
        Assert.Equal(new TrustedDownload(address, Digest.Of(archive)), first.Trusted);

        var second = await _sources.ImportAsync(OfCommit, Cancel);
        Assert.Equal((first.Tree, null), (second.Tree, second.Trusted));
        Assert.Single(_server.Requests);
    }

    [Fact]
    public async Task A_zip_archive_is_refused_with_what_to_give()
    {
        await File.WriteAllBytesAsync(_directory["x.zip"], [(byte)'P', (byte)'K', 3, 4, 0, 0], Cancel);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => _sources.ImportAsync(new LocalSource.Archive("./x.zip", _directory["x.zip"]), Cancel));
        Assert.Equal("`./x.zip` is a zip archive, which is not supported", error.Message);
    }

    [Fact]
    public async Task A_file_that_is_no_archive_is_refused_by_name()
    {
        await File.WriteAllTextAsync(_directory["x.tar.gz"], "no archive, whatever its name says", Cancel);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => _sources.ImportAsync(new LocalSource.Archive("./x.tar.gz", _directory["x.tar.gz"]), Cancel));
        Assert.StartsWith("cannot unpack `./x.tar.gz`: ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_source_becomes_an_extension_that_can_be_planned()
    {
        var (index, platform, planner) = await SmallPlanner.OfAsync(Cancel);
        var files = SmallSource.Plain.With(
            ("Makefile", $"EXTENSION = plain\nDATA = plain--1.0.sql\nMODULES = plain\nSHLIB_LINK = -lgmp\nOPTFLAGS = -march=native\n{SmallSource.Pgxs}"),
            ("plain.control", "default_version = '1.0'\nrequires = 'hstore, plpgsql, unheard_of'\n"), ("plain.c", "if (!process_shared_preload_libraries_in_progress)\n    return;\n"));
        var taken = new ImportedSource(new LocalSource.Folder("./plain", "/plain"), await SmallSource.PutAsync(_store.Store.Blobs, files, Cancel));
        var local = LocalExtension.Of(taken, await SourceInspector.InspectAsync(_store.Store.Blobs, taken.Tree, Cancel), index, platform);

        Assert.Equal(["unheard_of"], local.Unknown);
        var plan = planner.PlanLocal(local.Project, local.Tree, local.Words, TargetName.Parse("postgres@15.18+minimal"));
        Assert.Equal("plain@1.0/postgres@15.18+minimal", plan.Id.Name.ToString());
        Assert.Equal(["hstore@15.18/postgres@15.18+minimal", "plain@1.0/postgres@15.18+minimal"], plan.Installs.Select(one => one.Id.Name.ToString()));
        Assert.Equal(["plain"], plan.Settings.Preload);
        Assert.Contains("libgmp-dev", plan.Ingredients.BuildPackages.Own);
        Assert.Contains("libgmp10", plan.Ingredients.RuntimePackages.Own);
        Assert.Contains(" OPTFLAGS= ", plan.Ingredients.Script.Render(), StringComparison.Ordinal);
        Assert.Equal((taken.Tree, LocalExtension.SourceDate), (Assert.IsType<StoredStep>(plan.Ingredients.Source).Tree, plan.SourceDate));
        Assert.Null(plan.Tests);
        Assert.Empty(plan.Ingredients.Archives);
        Assert.Equal("build/src/plain", plan.Ingredients.SourceDirectory.Value);
        Assert.Contains("\ncd /build/src/plain\n", plan.Ingredients.Script.Render(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_settings_of_its_tests_are_those_of_the_server_that_they_run_against()
    {
        var (index, platform, planner) = await SmallPlanner.OfAsync(Cancel);
        var files = SmallSource.Plain.With(
            ("Makefile", $"{SmallSource.Plain["Makefile"]}REGRESS_OPTS = --temp-config=test/plain.conf\n"),
            ("test/plain.conf", "# for the tests\nwal_level = logical\nshared_preload_libraries = 'auto_explain, plain'\nplain.text = 'it''s'\n"));
        var taken = new ImportedSource(new LocalSource.Folder("./plain", "/plain"), await SmallSource.PutAsync(_store.Store.Blobs, files, Cancel));
        var local = LocalExtension.Of(taken, await SourceInspector.InspectAsync(_store.Store.Blobs, taken.Tree, Cancel), index, platform);
        var plan = planner.PlanLocal(local.Project, local.Tree, local.Words, TargetName.Parse("postgres@15.18+minimal"));
        var script = Assert.IsType<WriteStep>(plan.Tests!.Command.Inputs[^1]).Files[0].Content.Render();
        Assert.Contains("END-OF-SETTINGS'\nshared_preload_libraries = 'auto_explain,plain'\nplain.text = 'it''s'\nwal_level = 'logical'\nEND-OF-SETTINGS", script, StringComparison.Ordinal);
        Assert.Empty(plan.Settings.Others);
    }

    [Theory]
    [InlineData("$(shell git describe --tags --abbrev=0 | sed 's/^v//')", "VERSION=1.0")]
    [InlineData("$(shell cd $(srcdir) && git describe --tags 2>/dev/null || echo unknown)", "VERSION=1.0")]
    [InlineData("$(shell git -C . describe)", "VERSION=1.0")]
    [InlineData("$(shell git rev-parse HEAD)", null)]
    [InlineData("1.0-$(shell git describe)", null)]
    public async Task What_git_would_say_is_given_to_make(string value, string? argument)
    {
        var (index, platform, _) = await SmallPlanner.OfAsync(Cancel);
        var files = SmallSource.Plain.With(("Makefile", $"EXTENSION = plain\nVERSION := {value}\nDATA = plain--$(VERSION).sql\nREGRESS = plain\n{SmallSource.Pgxs}"));
        var taken = new ImportedSource(new LocalSource.Folder("./plain", "/plain"), await SmallSource.PutAsync(_store.Store.Blobs, files, Cancel));
        var inspection = await SourceInspector.InspectAsync(_store.Store.Blobs, taken.Tree, Cancel);
        Assert.Equal(argument is null ? [] : [argument], Assert.IsType<ExtensionOrigin.Source>(LocalExtension.Of(taken, inspection, index, platform).Project.Origin).Build.Arguments);
        if (argument is not null)
            Assert.Equal(("note impure-command Makefile:2", "git is asked for `VERSION`; built here with `VERSION=1.0`"), inspection.Findings.Select(one => ($"{one.Severity.ToString().ToLowerInvariant()} {one.Rule.Id} {one.Place}", one.Text)).Single());
    }

    [Theory]
    [InlineData("pg_thing", "1.0", "pg_thing", "1.0")]
    [InlineData("Weird Name", "1.0 beta", "weird-name", "1.0-beta")]
    [InlineData("123", "2", "folder", "2")]
    [InlineData("thing", "1.0+git2", "thing", "1.0+git2")]
    [InlineData("thing", "(next)", "thing", "next")]
    [InlineData("thing", "?", "thing", null)]
    public async Task Name_and_version_are_such_as_targets_can_have(string name, string version, string project, string? release)
    {
        var facts = (await SmallSource.InspectAsync(new Dictionary<string, string> { ["Makefile"] = $"EXTENSION = $(shell cat name)\n{SmallSource.Pgxs}", [$"{name}.control"] = $"default_version = '{version}'\n" }, Cancel)).Facts;
        Assert.Equal((project, release), (LocalExtension.NameOf(facts, new LocalSource.Folder("./folder", "/x/folder"))?.Value, LocalExtension.VersionOf(facts, new LocalSource.Folder("./folder", "/x/folder"))));
    }

    [Fact]
    public async Task The_version_is_the_one_that_was_typed_or_that_of_the_control_file_or_of_META_json()
    {
        var folder = new LocalSource.Folder("./x", "/x");
        var both = (await SmallSource.InspectAsync(SmallSource.Plain.With(("META.json", "{ \"version\": \"2.0.0\" }")), Cancel)).Facts;
        var meta = (await SmallSource.InspectAsync(SmallSource.Plain.With(("META.json", "{ \"version\": \"2.0.0\" }"), ("plain.control", "relocatable = true\n")), Cancel)).Facts;
        var neither = (await SmallSource.InspectAsync(new Dictionary<string, string> { ["Makefile"] = $"MODULES = x\n{SmallSource.Pgxs}", ["x.c"] = "" }, Cancel)).Facts;
        Assert.Equal(("1.0", "2.0.0", null), (LocalExtension.VersionOf(both, folder), LocalExtension.VersionOf(meta, folder), LocalExtension.VersionOf(neither, folder)));
        Assert.Equal(("3", "3", "3"), (LocalExtension.VersionOf(both, folder with { Version = "3" }), LocalExtension.VersionOf(meta, folder with { Version = "3" }), LocalExtension.VersionOf(neither, folder with { Version = "3" })));
    }

    [Fact]
    public async Task What_cannot_be_built_is_refused_with_the_reason()
    {
        var (index, platform, _) = await SmallPlanner.OfAsync(Cancel);
        var files = SmallSource.Plain.ToDictionary(file => $"plain-1.0/{file.Key}", file => file.Value).With(("other/other.control", ""));
        var taken = new ImportedSource(new LocalSource.Archive("./plain.tar.gz", "/plain.tar.gz"), await SmallSource.PutAsync(_store.Store.Blobs, files, Cancel));
        var inspection = await SourceInspector.InspectAsync(_store.Store.Blobs, taken.Tree, Cancel);
        var error = Assert.Throws<UserErrorException>(() => LocalExtension.Of(taken, inspection, index, platform));
        Assert.Equal("it is not known how to build `./plain.tar.gz`: it is to be built with `plain-1.0/Makefile`, which is not at its top", error.Message);
    }

    private static byte[] Archive(string top) => SmallArchive.Of([.. SmallSource.Plain.Select(file => (top + file.Key, file.Value, false))]);
}
