using Monogres.Core;
using Monogres.Index.Extensions;
using Monogres.Index.Styles;

namespace Monogres.Index.Tests.Extensions;

public class ExtensionReaderTests
{
    [Fact]
    public async Task An_extension_is_read_with_all_that_it_says()
    {
        using var files = new ExtensionIndex().AddEverything();
        var extension = (await files.ReadAsync()).Extension(ProjectName.Parse("pg_all"));
        Assert.Equal(("extensions/pg_all", "PostgreSQL", "https://example.org/all", "All of it", ExtensionCategory.ForeignData),
            (extension.Folder, extension.License, extension.Homepage.AbsoluteUri, extension.Summary, extension.Category));
        Assert.Equal(["https://example.org/all.git"], extension.Repositories.Select(address => address.AbsoluteUri));
        Assert.Equal(["all", "all_more"], extension.SqlNames);
        Assert.Equal(["brick", "pg_base"], extension.Requires.Select(name => name.Value));
        Assert.Equal(["pg_all", "$libdir/more"], extension.Preload);
        Assert.Equal(["all.database", "some"], extension.Settings.Keys);
        Assert.Equal("postgres", extension.Settings["all.database"].Value);
        Assert.True(extension.Settings["all.database"].IsFor(PgVersion.Parse("13.0")));
        Assert.Equal([false, true, false, true], new[] { "17.10", "17.11", "18.4", "18.6" }.Select(version => extension.Settings["some"].IsFor(PgVersion.Parse(version))));

        var (_, build) = Assert.IsType<ExtensionOrigin.Source>(extension.Origin);
        var tests = extension.Tests;
        Assert.Equal(("plain", "test"), (tests.Style, tests.Directory.Value));
        Assert.Equal(("plain", "OPTFLAGS=", "zlib-build", "zlib-runtime"), (build.Style, build.Arguments.Single(), build.BuildPackageSets.Single(), build.RuntimePackageSets.Single()));
        Assert.Equal([KeyValuePair.Create("A", ""), KeyValuePair.Create("B", "2")], build.Environment);
        Assert.Null(tests.Skipped);
        Assert.Equal(["mkdir /tmp/other", "other --fill"], tests.Before);
        Assert.Equal(("REGRESS=one", "make", "pg_helper", "logical"), (tests.Arguments.Single(), tests.PackageSets.Single(), tests.Requires.Single().Value, tests.Settings["wal_level"].Value));
        Assert.Equal(new KnownDrift("icu", VersionRange.Parse(">=17"), "other locale data"), tests.Drift.Single());
    }

    [Fact]
    public async Task Versions_are_ordered_by_number_and_take_the_projects_range_when_they_have_none()
    {
        using var files = new ExtensionIndex().AddEverything();
        var releases = await ReleasesAsync(files);
        Assert.Equal([("1.9", ">=13, <17"), ("1.10", ">=13")], releases.Select(release => (release.Version, release.Postgres.ToString())));
        Assert.Equal(DateTimeOffset.Parse("2024-01-01T00:00:00Z"), releases[0].SourceDate);
        Assert.Equal(("v1.9", "0123456789abcdef0123456789abcdef01234567"), (releases[0].Tag, releases[0].Commit));
        Assert.Null(releases[1].Tag);
    }

    [Fact]
    public async Task A_source_without_prefix_has_one_top_folder_of_any_name()
    {
        using var files = new ExtensionIndex().AddEverything();
        var releases = await ReleasesAsync(files);
        Assert.Null(releases[1].Files.Single().StripPrefix);
        Assert.Equal("pg_all-1.9", releases[0].Files.Single().StripPrefix?.Value);
        Assert.Equal([new Place.Pool("debian", RelativePath.Parse("pool/main/p/pg-all/pg-all_1.10.orig.tar.gz"))], releases[1].Files.Single().Places);
        Assert.Equal(["https://example.org/own-1.9.tar.gz", "https://example.org/v1.9/0123456789abcdef0123456789abcdef01234567.tar.gz"],
            releases[0].Files.Single().Places.Cast<Place.Web>().Select(place => place.Address.AbsoluteUri));
    }

    [Fact]
    public async Task A_part_is_an_archive_that_becomes_a_directory_of_the_source()
    {
        using var files = new ExtensionIndex().AddEverything();
        var parts = (await ReleasesAsync(files))[0].Parts;
        Assert.Equal(["vendor/h3", "vendor/any"], parts.Select(part => part.To.Value));
        Assert.Equal(["h3-v1.9", null], parts.Select(part => part.File.StripPrefix?.Value));
        Assert.Equal([9, null], parts.Select(part => part.File.Size));
    }

    [Fact]
    public async Task What_is_not_said_is_nothing()
    {
        using var files = new ExtensionIndex().Add("small", [("1", ">=13")]);
        var extension = (await files.ReadAsync()).Extension(ProjectName.Parse("small"));
        var (_, build) = Assert.IsType<ExtensionOrigin.Source>(extension.Origin);
        var tests = extension.Tests;
        Assert.True(tests.Directory.IsRoot);
        Assert.Null(extension.License);
        Assert.Null(tests.Skipped);
        string[] all = [.. extension.Preload, .. extension.Settings.Keys, .. build.Arguments, .. build.Environment.Keys, .. build.BuildPackageSets, .. tests.Arguments, .. tests.PackageSets];
        Assert.Empty(all);
    }

    [Fact]
    public async Task Tests_can_be_skipped_with_a_reason()
    {
        using var files = new ExtensionIndex().Add("small", [("1", ">=13")], """, "tests": { "skip": "they need a network" } """);
        Assert.Equal("they need a network", (await files.ReadAsync()).Extension(ProjectName.Parse("small")).Tests.Skipped);
    }

    [Fact]
    public async Task A_module_comes_from_the_servers_source_with_the_files_of_its_names()
    {
        using var files = new ExtensionIndex();
        var index = await files.ReadAsync();
        var wall = index.Extension(ProjectName.Parse("wall"));
        var origin = Assert.IsType<ExtensionOrigin.Server>(wall.Origin);
        Assert.Equal(("plain", "src/pl/wall", "contrib/brick"), (wall.Tests.Style, wall.Tests.Directory.Value, index.Extension(ProjectName.Parse("brick")).Tests.Directory.Value));
        Assert.Equal(("servers/postgres", "PostgreSQL", index.DefaultServer.Homepage), (wall.Folder, wall.License, wall.Homepage));
        Assert.Equal(("<17", "plperl pltcl", "wallp wallu"), (origin.Postgres.ToString(), string.Join(' ', wall.Options), string.Join(' ', wall.SqlNames)));
        Assert.Equal(
            [
                "lib/wall.so", "lib/bitcode/wall", "lib/bitcode/wall.index.bc", "include/server/extension/wall",
                "lib/wallp.so", "lib/bitcode/wallp", "lib/bitcode/wallp.index.bc", "include/server/extension/wallp",
                "lib/wallu.so", "lib/bitcode/wallu", "lib/bitcode/wallu.index.bc", "include/server/extension/wallu",
                "share/extension/wallp.control", "share/extension/wallp--*.sql", "share/extension/wallu.control", "share/extension/wallu--*.sql",
                "share/tsearch_data/wall.rules",
            ],
            origin.Files);
    }

    [Fact]
    public async Task A_module_creates_what_it_is_called_unless_it_says_something_else()
    {
        using var files = new ExtensionIndex();
        var index = await files.ReadAsync();
        Assert.Equal(["brick"], index.Extension(ProjectName.Parse("brick")).SqlNames);
        Assert.Empty(index.Extension(ProjectName.Parse("roof")).SqlNames);
        Assert.Contains("share/extension/brick.control", ((ExtensionOrigin.Server)index.Extension(ProjectName.Parse("brick")).Origin).Files);
        Assert.DoesNotContain("share/extension/roof.control", ((ExtensionOrigin.Server)index.Extension(ProjectName.Parse("roof")).Origin).Files);
    }

    [Fact]
    public async Task Extensions_and_modules_stand_together_by_name()
    {
        using var files = new ExtensionIndex().Add("cellar", [("1", ">=13")]).Add("attic", [("1", ">=13")]);
        Assert.Equal(["attic", "brick", "cellar", "roof", "wall"], (await files.ReadAsync()).Extensions.Select(extension => extension.Name.Value));
    }

    [Fact]
    public async Task An_index_needs_neither_extensions_nor_modules()
    {
        using var files = new ExtensionIndex();
        File.Delete(Path.Combine(files.Path, "servers/postgres/modules.json"));
        Assert.Empty((await files.ReadAsync()).Extensions);
    }

    [Fact]
    public async Task An_extension_has_its_style_and_modules_have_the_one_of_their_tests()
    {
        using var files = new ExtensionIndex().Add("small", [("1", ">=13")]);
        var index = await files.ReadAsync();
        var style = index.StyleOf(index.Extension(ProjectName.Parse("small")));
        Assert.Equal(("plain", "shell make", "parsers"), (style.Name, string.Join(' ', style.BuildPackageSets), string.Join(' ', style.TestPackageSets)));
        Assert.Equal(["symbols"], BuildStyle.For(PgVersion.Parse("14.0"), style.Steps).Select(step => step.Name));
        Assert.Equal(["start_server", "test_arguments"], style.Tests.Single().Run.Placeholders);
        Assert.Same(style, index.StyleOf(index.Extension(ProjectName.Parse("brick"))));
    }

    [Fact]
    public async Task A_shared_step_is_the_same_in_every_style()
    {
        using var files = new ExtensionIndex();
        var index = await files.ReadAsync();
        var ofServers = index.StyleOf(index.DefaultServer).Steps.Single(step => step.Name == "symbols").Run.Text;
        Assert.Contains("--only-keep-debug", ofServers, StringComparison.Ordinal);
        Assert.Equal(ofServers, index.ExtensionStyles.Single(style => style.Name == "plain").Steps.Single(step => step.Name == "symbols").Run.Text);
    }

    [Fact]
    public void A_category_reads_back_as_it_was_written() => Assert.Every(Enum.GetValues<ExtensionCategory>(), category =>
    {
        Assert.Matches("^[a-z]+(-[a-z]+)*$", category.ToWord());
        Assert.True(ExtensionCategories.TryParse(category.ToWord(), out var read));
        Assert.Equal(category, read);
    });

    private static async Task<ExtensionRelease[]> ReleasesAsync(ExtensionIndex files) =>
        [.. Assert.IsType<ExtensionOrigin.Source>((await files.ReadAsync()).Extension(ProjectName.Parse("pg_all")).Origin).Releases];
}
