using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Sources.Inspection;
using Monogres.Sources.Local;
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
    }

    [Theory]
    [InlineData("pg_thing", "1.0", "pg_thing", "1.0")]
    [InlineData("Weird Name", "1.0 beta", "weird-name", "0")]
    [InlineData("123", "2", "folder", "2")]
    public async Task Name_and_version_are_such_as_targets_can_have(string name, string version, string project, string release)
    {
        var facts = (await SmallSource.InspectAsync(new Dictionary<string, string> { ["Makefile"] = $"EXTENSION = $(shell cat name)\n{SmallSource.Pgxs}", [$"{name}.control"] = $"default_version = '{version}'\n" }, Cancel)).Facts;
        Assert.Equal((project, release), (LocalExtension.NameOf(facts, new LocalSource.Folder("./folder", "/x/folder"))?.Value, LocalExtension.VersionOf(facts)));
    }

    private static byte[] Archive(string top) => SmallArchive.Of([.. SmallSource.Plain.Select(file => (top + file.Key, file.Value, false))]);
}
