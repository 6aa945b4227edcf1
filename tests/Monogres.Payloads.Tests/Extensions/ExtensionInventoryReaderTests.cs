using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Index.Projects;
using Monogres.Payloads.Extensions;
using Monogres.Payloads.Tests.Binaries;

namespace Monogres.Payloads.Tests.Extensions;

public class ExtensionInventoryReaderTests
{
    private const string Script = "CREATE FUNCTION f() RETURNS int AS 'MODULE_PATHNAME', 'f' LANGUAGE C;\n";

    private static readonly InstalledFile Library = Installed.File("lib/sample.so", new ElfBuilder().Build());

    [Fact]
    public void A_whole_extension_is_described_and_has_no_problem()
    {
        var inventory = Read(
            Installed.Project("sample"),
            Control("comment = 'A sample'\ndefault_version = '1.2'\nmodule_pathname = '$libdir/sample'\nrequires = 'plpgsql'\nrelocatable = true\ntrusted = true\n"),
            Installed.File("share/extension/sample--1.0.sql", Script),
            Installed.File("share/extension/sample--1.0--1.1.sql", ""),
            Installed.File("share/extension/sample--1.1--1.2.sql", "-- '$libdir/old'\nSELECT '$libdir/sample';\n"),
            Installed.File("share/extension/sample--0.1--0.2.sql", ""),
            Library);
        Assert.Empty(inventory.Problems);
        var extension = Assert.Single(inventory.Extensions);
        Assert.Equal(("sample", "1.2", "A sample", null), (extension.Name, extension.DefaultVersion, extension.Comment, extension.Schema));
        Assert.Equal((true, true, true), (extension.Relocatable, extension.Superuser, extension.Trusted));
        Assert.Equal(["plpgsql"], extension.Requires);
        Assert.Equal(["sample"], extension.Modules);
        Assert.Equal(["0.1", "0.2", "1.0", "1.1", "1.2"], extension.Versions);
        Assert.Equal(["1.0"], extension.Installable);
        Assert.Equal(["1.0", "1.1", "1.2"], extension.InstallPath);
        Assert.Equal(["1.0", "1.1"], extension.UpdatePaths.Keys);
        Assert.Equal(["1.1", "1.2"], extension.UpdatePaths["1.0"]);
        Assert.Equal(["0.1", "0.2"], extension.WithoutUpdate);
    }

    [Fact]
    public void A_default_version_that_no_script_makes_is_a_problem() => Assert.Equal(
        ["share/extension/sample.control: version 1.2 cannot be created: there is no script `sample--1.2.sql`, and no update path from 1.0"],
        Problems(Control("default_version = '1.2'"), Installed.File("share/extension/sample--1.0.sql", ""), Installed.File("share/extension/sample--1.0--1.1.sql", "")));

    [Fact]
    public void An_extension_without_any_script_is_a_problem() => Assert.Equal(
        ["share/extension/sample.control: version 1.2 cannot be created: there is no script `sample--1.2.sql`, nor any other, in `share/extension`"],
        Problems(Control("default_version = '1.2'")));

    [Fact]
    public void Updates_without_a_start_are_a_problem() => Assert.Equal(
        ["share/extension/sample.control: version 1.2 cannot be created: there is no script `sample--1.2.sql`, and there is no version to update from"],
        Problems(Control("default_version = '1.2'"), Installed.File("share/extension/sample--1.0--1.2.sql", "")));

    [Fact]
    public void A_missing_or_impossible_default_version_is_a_problem()
    {
        Assert.Equal(["share/extension/sample.control: there is no `default_version`: `CREATE EXTENSION` needs an explicit version"], Problems(Control("")));
        Assert.Equal(["share/extension/sample.control: `1/2` cannot be a version of an extension"], Problems(Control("default_version = '1/2'")));
    }

    [Fact]
    public void A_control_file_that_cannot_be_read_is_a_problem_and_the_others_are_read()
    {
        var inventory = Read(Installed.Project("sample", "other"), Control("default_version = 1.2.3"), Installed.File("share/extension/other.control", "default_version = '1'"), Installed.File("share/extension/other--1.sql", ""));
        Assert.Equal(("share/extension/sample.control", 1), (Assert.Single(inventory.Problems).File, inventory.Problems[0].Line));
        Assert.Equal("other", Assert.Single(inventory.Extensions).Name);
    }

    [Fact]
    public void A_library_that_is_nowhere_is_a_problem_when_a_script_that_is_run_loads_it()
    {
        InstalledFile[] files = [Control("default_version = '2'\nmodule_pathname = '$libdir/sample'"), Installed.File("share/extension/sample--1.sql", Script)];
        Assert.Equal(
            ["share/extension/sample--2.sql: it loads the library `$libdir/sample`, which is neither in the payload nor elsewhere in the prefix"],
            Problems([.. files, Installed.File("share/extension/sample--2.sql", Script)]));
        Assert.Equal(
            ["share/extension/sample--2.sql: it loads the library `$libdir/other`, which is neither in the payload nor elsewhere in the prefix"],
            Problems([.. files, Installed.File("share/extension/sample--2.sql", "AS '$libdir/other', 'f'")]));
        Assert.Empty(Problems([.. files, Installed.File("share/extension/sample--2.sql", "SELECT 1;")]));
    }

    [Theory]
    [InlineData("$libdir/sample")]
    [InlineData("$libdir/sample.so")]
    [InlineData("sample")]
    [InlineData("/usr/lib/postgresql/17/lib/sample")]
    [InlineData("$libdir/beside")]
    public void A_library_is_found_as_the_server_finds_it(string module) =>
        Assert.Empty(Problems(Control($"default_version = '1'\nmodule_pathname = '{module}'"), Installed.File("share/extension/sample--1.sql", Script), Library));

    [Theory]
    [InlineData("/usr/lib/sample")]
    [InlineData("$libdir/../bin/sample")]
    [InlineData("$libdir/")]
    public void A_library_outside_the_prefix_is_not_found(string module) =>
        Assert.Single(Problems(Control($"default_version = '1'\nmodule_pathname = '{module}'"), Installed.File("share/extension/sample--1.sql", Script), Library));

    [Fact]
    public void A_script_that_wants_a_module_without_name_is_a_problem() => Assert.Equal(
        ["share/extension/sample--1.sql: it uses MODULE_PATHNAME, but the control file has no `module_pathname`"],
        Problems(Control("default_version = '1'"), Installed.File("share/extension/sample--1.sql", Script)));

    [Fact]
    public void A_required_extension_that_is_nowhere_is_a_problem() => Assert.Equal(
        ["share/extension/sample.control: it requires the extension `pgq`, which is neither in the payload nor elsewhere in the prefix"],
        Problems(Control("default_version = '1'\nrequires = 'plpgsql, pgq'"), Installed.File("share/extension/sample--1.sql", "")));

    [Fact]
    public void Scripts_can_be_in_a_directory_of_their_own()
    {
        foreach (var directory in (string[])["sample", "/usr/lib/postgresql/17/share/sample", "extension/../sample"])
            Assert.Empty(Problems(Control($"default_version = '1'\ndirectory = '{directory}'"), Installed.File("share/sample/sample--1.sql", "")));

        Assert.Equal(
            "share/extension/sample.control: the directory of its scripts is `/opt/sample`, which is outside the prefix `/usr/lib/postgresql/17`",
            Assert.Single(Problems(Control("default_version = '1'\ndirectory = '/opt/sample'"))));
    }

    [Fact]
    public void The_control_file_of_the_version_decides()
    {
        var inventory = Read(
            Installed.Project("sample"),
            Control("default_version = '2'\nmodule_pathname = '$libdir/old'\nrequires = 'gone'\n"),
            Installed.File("share/extension/sample--2.control", "module_pathname = '$libdir/sample'\nrequires = 'plpgsql'\nschema = s"),
            Installed.File("share/extension/sample--2.sql", Script),
            Library);
        Assert.Empty(inventory.Problems);
        var extension = Assert.Single(inventory.Extensions);
        Assert.Equal(("$libdir/sample", "s", "plpgsql", "sample"), (extension.ModulePathname, extension.Schema, Assert.Single(extension.Requires), Assert.Single(extension.Modules)));
    }

    [Fact]
    public void A_script_behind_a_link_is_read()
    {
        var tree = new InstalledTree(
            Installed.Prefix,
            [Control("default_version = '1'\nmodule_pathname = 'gone'"), Installed.File("share/sample/install.sql", Script)],
            [new(RelativePath.Parse("share/extension/sample--1.sql"), "../sample/install.sql")]);
        Assert.Equal(["share/extension/sample--1.sql"], Reader(tree).Read(Installed.Project("sample")).Problems.Select(problem => problem.File));
    }

    [Fact]
    public void What_the_index_promises_must_be_there()
    {
        var project = Installed.Project("sample", "sample_more") with { Preload = ["sample", "gone"] };
        Assert.Equal(
            [
                "share/extension/sample_more.control: the index promises the extension `sample_more`, but it is not installed; the installed extensions are: sample",
                "lib/gone.so: the index preloads `gone`, but there is no such library",
            ],
            Read(project, Control("default_version = '1'"), Installed.File("share/extension/sample--1.sql", ""), Library).Problems.Select(problem => problem.ToString()));
    }

    [Fact]
    public void A_project_without_extensions_must_bring_a_library()
    {
        Assert.Empty(Read(Installed.Project(), Library).Problems);
        Assert.Equal(["lib: nothing that a server could load is installed: no extension and no library"], Read(Installed.Project(), Installed.File("share/doc/README", "x")).Problems.Select(problem => problem.ToString()));
    }

    private static InstalledFile Control(string text) => Installed.File("share/extension/sample.control", text);

    private static ExtensionInventory Read(ExtensionProject project, params InstalledFile[] files) => Reader(Installed.Tree(files)).Read(project);

    private static ExtensionInventoryReader Reader(InstalledTree tree) => new(
        tree,
        new PrefixContents(ImmutableHashSet.Create("plpgsql"), ImmutableHashSet.Create("plpgsql.so", "beside.so")),
        PgVersion.Of(17, 11));

    private static IEnumerable<string> Problems(params InstalledFile[] files) => Read(Installed.Project("sample"), files).Problems.Select(problem => problem.ToString());
}
