using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Json;
using Monogres.Sources.Drafts;

namespace Monogres.Sources.Tests.Drafts;

public class DraftPlaceTests
{
    private const string Commit = "2627c5ff775ae6d7aef0c430121ccf857842d2f2";

    [Theory]
    [InlineData("https://github.com/pgvector/pgvector/archive/refs/tags/v0.8.0.tar.gz", "0.8.0", "github", "v0.8.0", null, "https://github.com/pgvector/pgvector/archive/refs/tags/{tag}.tar.gz", "https://github.com/pgvector/pgvector.git")]
    [InlineData("https://github.com/pgvector/pgvector/archive/v0.8.0.tar.gz", "0.8.0", "github", "v0.8.0", null, "https://github.com/pgvector/pgvector/archive/{tag}.tar.gz", "https://github.com/pgvector/pgvector.git")]
    [InlineData("https://github.com/a/b/archive/" + Commit + ".tar.gz", "1.2", "github", null, Commit, "https://github.com/a/b/archive/{commit}.tar.gz", "https://github.com/a/b.git")]
    [InlineData("https://github.com/a/b/releases/download/v1.2.3/b-1.2.3.tar.gz", "1.2.3", "github", "v1.2.3", null, "https://github.com/a/b/releases/download/{tag}/b-{version}.tar.gz", "https://github.com/a/b.git")]
    [InlineData("https://gitlab.com/a/b/c/-/archive/v1.2/c-v1.2.tar.gz", "1.2", "gitlab", "v1.2", null, "https://gitlab.com/a/b/c/-/archive/{tag}/c-v{version}.tar.gz", "https://gitlab.com/a/b/c.git")]
    [InlineData("https://codeberg.org/a/b/archive/1.2.tar.gz", "1.2", "codeberg", "1.2", null, "https://codeberg.org/a/b/archive/{tag}.tar.gz", "https://codeberg.org/a/b.git")]
    [InlineData("https://example.org/files/thing-1.2.tar.xz", "1.2", "upstream", null, null, "https://example.org/files/thing-{version}.tar.xz", null)]
    [InlineData("https://example.org/2024/thing-2.tar.xz", "2", "upstream", null, null, "https://example.org/2024/thing-2.tar.xz", null)]
    public void An_address_says_what_it_is_made_of(string address, string version, string kind, string? tag, string? commit, string template, string? repository)
    {
        var place = DraftPlace.Of(new Uri(address));
        Assert.Equal((kind, tag, commit, template, repository), (place.Kind, place.Tag, place.Commit, place.Template(version), place.Repository?.AbsoluteUri));
        Assert.Equal(address, Template.Parse(place.Template(version)).Expand(new Dictionary<string, string> { ["version"] = version, ["tag"] = tag ?? "", ["commit"] = commit ?? "" }));
    }

    [Fact]
    public void A_mirror_of_a_distribution_is_named_by_the_path_in_its_archive()
    {
        var place = DraftPlace.Of(new Uri("http://mirror.example.org/some/debian/pool/main/p/postgis/postgis_3.3.2%2Bdfsg.orig.tar.xz"));
        Assert.Equal(("debian", "pool/main/p/postgis/postgis_{version}+dfsg.orig.tar.xz"), (place.Kind, place.Template("3.3.2")));
        Assert.Equal("debian", Assert.IsType<Place.Pool>(place.Place).Archive);
    }

    [Theory]
    [InlineData("hypopg_1.4.2.orig.tar.gz", "pool/main/h/hypopg/hypopg_1.4.2.orig.tar.gz")]
    [InlineData("libpg-query_1.0.orig.tar.xz", "pool/main/libp/libpg-query/libpg-query_1.0.orig.tar.xz")]
    [InlineData("hypopg-1.4.2.tar.gz", null)]
    public void A_file_that_is_called_as_Debian_calls_them_is_in_its_pool(string name, string? path) =>
        Assert.Equal(path, DraftPlace.OfFileName(name)?.Template("x"));

    [Theory]
    [InlineData("v0.8.0", "0.8.0")]
    [InlineData("0.8.0", "0.8.0")]
    [InlineData("REL_2_9_3", "2.9.3")]
    [InlineData("REL-2_9_3", "2.9.3")]
    [InlineData("REL2_4_5", "2.4.5")]
    [InlineData("REL17_1_7_0", "1.7.0")]
    [InlineData("ver_1.5.3", "1.5.3")]
    [InlineData("rel-1.0.5", "1.0.5")]
    [InlineData("pg_similarity_1_0", "1.0")]
    [InlineData("h3-pg-4.2.3", "4.2.3")]
    [InlineData("release/PG16/v1.5.0-rc0", "1.5.0-rc0")]
    [InlineData("v2", "2")]
    [InlineData("main", null)]
    public void A_tag_names_a_version(string tag, string? version) => Assert.Equal(version, DraftVersion.OfTag(tag));

    [Theory]
    [InlineData("hypopg-1.4.2.tar.gz", "1.4.2")]
    [InlineData("hypopg_1.4.2.orig.tar.gz", "1.4.2")]
    [InlineData("postgis_3.3.2+dfsg.orig.tar.xz", "3.3.2")]
    [InlineData("pg-rrule_0.2.0+git20211101.d7d10f2.orig.tar.gz", "0.2.0")]
    [InlineData("thing-v2.0~rc1.tgz", "2.0~rc1")]
    [InlineData("main.tar.gz", null)]
    public void The_name_of_an_archive_has_a_version(string name, string? version) => Assert.Equal(version, DraftVersion.OfFileName(name));
}
