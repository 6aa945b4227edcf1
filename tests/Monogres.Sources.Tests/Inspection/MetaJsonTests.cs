using Monogres.Sources.Inspection;

namespace Monogres.Sources.Tests.Inspection;

public class MetaJsonTests
{
    [Fact]
    public void What_helps_is_read()
    {
        var meta = MetaJson.Read("""
            {
              "name": "semver", "abstract": "Semantic version data type", "version": "0.40.0", "license": "postgresql", // with a comment
              "prereqs": { "build": { "requires": { "PostgreSQL": "9.0.0" } }, "runtime": { "requires": { "PostgreSQL": ">= 9.2.0, < 18.0.0" } } },
              "provides": { "semver": { "file": "sql/semver.sql", "version": "0.40.0" }, "other": {} },
              "resources": { "homepage": "https://example.org/", "repository": { "url": "git://example.org/semver.git", "web": "https://example.org/semver/", "type": "git" } },
            }
            """)!;
        Assert.Equal(("semver", "0.40.0", "Semantic version data type"), (meta.Name, meta.Version, meta.Abstract));
        Assert.Equal(["postgresql"], meta.Licenses);
        Assert.Equal(["semver", "other"], meta.Provides);
        Assert.Equal(">= 9.2.0, < 18.0.0", meta.Postgres);
        Assert.Equal(("https://example.org/", "https://example.org/semver/"), (meta.Homepage, meta.Repository));
    }

    [Theory]
    [InlineData("""{ "license": ["mit", 3, "bsd"] }""", "mit bsd")]
    [InlineData("""{ "license": { "The (three-clause) BSD License": "https://example.org" } }""", "The (three-clause) BSD License")]
    [InlineData("""{ "license": 3 }""", "")]
    public void Licences_come_in_three_shapes(string text, string licenses) => Assert.Equal(licenses, string.Join(' ', MetaJson.Read(text)!.Licenses));

    [Theory]
    [InlineData("")]
    [InlineData("[1]")]
    [InlineData("{ \"name\": ")]
    public void What_is_no_object_says_nothing(string text) => Assert.Null(MetaJson.Read(text));

    [Fact]
    public void Fields_of_another_shape_are_passed_over()
    {
        var meta = MetaJson.Read("""{ "name": 3, "version": null, "prereqs": [], "provides": "x", "resources": { "repository": "https://example.org" } }""")!;
        Assert.Equal((null, null, null, null), (meta.Name, meta.Version, meta.Postgres, meta.Repository));
        Assert.Empty(meta.Provides);
    }
}
