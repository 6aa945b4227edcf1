using Monogres.Core;
using Monogres.Index.Extensions;

namespace Monogres.Index.Tests.Extensions;

/// <summary>The modules of this repository's index.</summary>
public class ModulesTests
{
    // Counted in contrib/Makefile of the releases: its directories without programs, the four of contrib/spi, and the languages.
    [Theory]
    [InlineData("13.16", 57)]
    [InlineData("15.18", 62)]
    [InlineData("17.11", 60)]
    [InlineData("18.6", 62)]
    public async Task A_server_with_every_option_has_every_module_of_its_version(string version, int modules)
    {
        var index = await Repository.ReadAsync();
        var server = PgVersion.Parse(version);
        Assert.Equal(modules, index.Extensions.Count(extension => extension.Origin is ExtensionOrigin.Server { Only: null } module && module.Postgres.Contains(server)));
        Assert.Equal(modules, index.Select(TargetPattern.Parse($"*/postgres@{version}+full")).Count(target => target.Extension!.Version == version));
    }

    [Theory]
    [InlineData("adminpack", "16.11", true)]
    [InlineData("adminpack", "17.0", false)]
    [InlineData("old_snapshot", "13.23", false)]
    [InlineData("old_snapshot", "14.0", true)]
    [InlineData("basic_archive", "14.18", false)]
    [InlineData("pg_overexplain", "18.0", true)]
    [InlineData("pg_overexplain", "17.11", false)]
    public async Task Modules_come_and_go_with_majors(string name, string version, bool there)
    {
        var module = Assert.IsType<ExtensionOrigin.Server>((await Repository.ReadAsync()).Extension(ProjectName.Parse(name)).Origin);
        Assert.Equal(there, module.Postgres.Contains(PgVersion.Parse(version)));
    }

    [Fact]
    public async Task A_module_whose_library_is_called_otherwise_names_it()
    {
        var index = await Repository.ReadAsync();
        Assert.Contains("lib/_int.so", Files("intarray"));
        Assert.Contains("lib/pgxml.so", Files("xml2"));
        Assert.Contains("lib/plpython3.so", Files("plpython"));
        Assert.Contains("share/tsearch_data/unaccent.rules", Files("unaccent"));

        IEnumerable<string> Files(string name) => ((ExtensionOrigin.Server)index.Extension(ProjectName.Parse(name)).Origin).Files;
    }
}
