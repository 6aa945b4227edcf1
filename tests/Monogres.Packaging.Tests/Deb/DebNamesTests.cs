using Monogres.Core;
using Monogres.Packaging.Deb;

namespace Monogres.Packaging.Tests.Deb;

public class DebNamesTests
{
    private static readonly DebNames Plain = new(17, Flavour: null), Debug = new(17, "debug");

    [Fact]
    public void Packages_of_PostgreSQL_have_the_names_of_Debian() => Assert.Equal(
        ["postgresql-17", "postgresql-client-17", "postgresql-server-dev-17", "postgresql-plperl-17", "postgresql-17-jit", "postgresql-17-jit-llvm", "postgresql-17-pg-cron", "postgresql-17-dbgsym"],
        [Plain.Server, Plain.Client, Plain.Development, Plain.Language("plperl"), Plain.Jit, Plain.JitLlvm, Plain.Extension("pg_cron"), DebNames.Symbols(Plain.Server)]);

    [Fact]
    public void Another_server_has_names_of_its_own_and_so_have_its_extensions() => Assert.Equal(
        ["postgresql-17-monogres-debug", "postgresql-client-17-monogres-debug", "postgresql-17-monogres-debug-pgvector"],
        [Debug.Server, Debug.Client, Debug.Extension("pgvector")]);

    [Theory]
    [InlineData("postgres", "full", false, null)]
    [InlineData("postgres", "debug", true, "debug")]
    [InlineData("babelfish_pg", "full", false, "babelfish-pg")]
    [InlineData("babelfish_pg", "debug", true, "babelfish-pg-debug")]
    public void A_fork_and_a_server_with_assertions_are_other_servers(string server, string optionSet, bool assertions, string? flavour) =>
        Assert.Equal(flavour, DebNames.FlavourOf(ProjectName.Parse(server), server is "postgres", OptionSetName.Parse(optionSet), assertions));

    [Theory]
    [InlineData("hstore", "postgresql-17")]
    [InlineData("plperl", "postgresql-plperl-17")]
    [InlineData("hstore_plperl", "postgresql-plperl-17")]
    [InlineData("plpython", "postgresql-plpython3-17")]
    [InlineData("ltree_plpython", "postgresql-plpython3-17")]
    public void A_module_is_in_a_package_of_the_server(string module, string package) => Assert.Equal(package, Plain.Module(module));
}
