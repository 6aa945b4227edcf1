using Monogres.Cli.Commands;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Testing;

namespace Monogres.Cli.Tests;

public class SettingsTests
{
    private static readonly Dictionary<string, string> Home = new() { ["HOME"] = "/home/ada" };

    [Fact]
    public void A_flag_wins_over_a_variable_and_a_variable_over_the_default()
    {
        var variables = new Dictionary<string, string>(Home)
        {
            ["MONOGRES_INDEX"] = "/variable/index",
            ["MONOGRES_STORE"] = "/variable/store",
            ["MONOGRES_SOURCE_MIRROR"] = "/variable/sources",
        };
        var flags = Resolve(variables, "--index", "/flag/index", "--store", "/flag/store", "--source-mirror", "/flag/sources");
        Assert.Equal(("/flag/index", "/flag/store", "/flag/sources"), (flags.IndexDirectory, flags.StoreDirectory, flags.SourceMirror));

        var environment = Resolve(variables);
        Assert.Equal(("/variable/index", "/variable/store", "/variable/sources"), (environment.IndexDirectory, environment.StoreDirectory, environment.SourceMirror));

        var defaults = Resolve(Home);
        Assert.Equal((RepositoryFiles.Index, "/home/ada/.local/share/monogres/store", null), (defaults.IndexDirectory, defaults.StoreDirectory, defaults.SourceMirror));
    }

    [Fact]
    public void An_empty_flag_or_variable_says_nothing()
    {
        var settings = Resolve(new Dictionary<string, string>(Home) { ["MONOGRES_STORE"] = "", ["MONOGRES_MIRROR"] = "" }, "--store", "", "--mirror", "");
        Assert.Equal(("/home/ada/.local/share/monogres/store", null, null), (settings.StoreDirectory, settings.MirrorFlag, settings.MirrorVariable));
    }

    [Fact]
    public void The_mirror_of_the_flag_and_that_of_the_variable_are_both_tried()
    {
        var settings = Resolve(new Dictionary<string, string>(Home) { ["MONOGRES_MIRROR"] = "https://two.example.org" }, "--mirror", "https://one.example.org");
        Assert.Equal(("https://one.example.org", "https://two.example.org"), (settings.MirrorFlag, settings.MirrorVariable));
    }

    [Theory]
    [InlineData("/data", "/data/monogres")]
    [InlineData("", "/home/ada/.local/share/monogres")]
    [InlineData("relative/data", "/home/ada/.local/share/monogres")]
    [InlineData("~/data", "/home/ada/.local/share/monogres")]
    [InlineData(null, "/home/ada/.local/share/monogres")]
    public void A_base_directory_that_is_empty_or_relative_is_ignored(string? value, string expected) => Assert.Equal(expected,
        Settings.XdgPath(name => name == "XDG_DATA_HOME" ? value : Home.GetValueOrDefault(name), "XDG_DATA_HOME", ".local/share"));

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("home")]
    public void Without_any_home_the_reader_is_told_what_to_set(string? home)
    {
        var error = Assert.Throws<UserErrorException>(() => Settings.XdgPath(name => name == "HOME" ? home : null, "XDG_DATA_HOME", ".local/share"));
        Assert.Equal("set `XDG_DATA_HOME` to an absolute path, or give `--store DIR`", error.Hint);
    }

    [Fact]
    public void A_relative_flag_is_relative_to_the_current_directory() =>
        Assert.Equal(Path.Combine(Directory.GetCurrentDirectory(), "here"), Resolve(Home, "--store", "here").StoreDirectory);

    [Fact]
    public void A_limit_given_as_a_flag_overrides_the_same_one_of_the_variable()
    {
        var limits = Resolve(new() { ["HOME"] = "/home/me", ["MONOGRES_LIMITS"] = "memory=2G,log=5M" }, "--limit", "memory=3G", "--limit", "processes=9").Limits;
        Assert.Equal((3L << 30, 5L << 20, 9L), (limits.Memory, limits.Log, limits.Processes));
    }

    [Fact]
    public void A_limit_that_is_none_is_a_usage_error()
    {
        var error = Assert.Throws<UserErrorException>(() => Resolve(Home, "--limit", "memory=lots"));
        Assert.Equal((ExitCode.Usage, "`memory=lots`: a size such as `512M` or `8G` is expected"), (error.ExitCode, error.Message));
    }

    [Fact]
    public void There_is_no_index_above_the_root() =>
        Assert.Equal("the tool has no index", Assert.Throws<UserErrorException>(() => Settings.FindIndex("/")).Message);

    [Theory]
    [InlineData(true, new string[0], true, true)]
    [InlineData(true, new[] { "--no-color" }, false, true)]
    [InlineData(true, new[] { "--no-progress" }, true, false)]
    [InlineData(true, new[] { "--json" }, true, false)]
    [InlineData(false, new string[0], false, false)]
    public void Colour_and_motion_are_for_terminals_whose_reader_wants_them(bool terminal, string[] flags, bool color, bool live)
    {
        var settings = Resolve(Home, terminal, flags);
        Assert.Equal((color, live), (settings.Color, settings.LiveProgress));
    }

    [Fact]
    public void Every_variable_is_in_the_table_once() => Assert.Equal(
        typeof(EnvironmentVariables).GetFields().Where(field => field.IsLiteral).Select(field => (string)field.GetRawConstantValue()!).Order(StringComparer.Ordinal),
        EnvironmentVariables.All.Select(variable => variable.Name).Order(StringComparer.Ordinal));

    private static Settings Resolve(Dictionary<string, string> variables, params string[] flags) => Resolve(variables, terminal: false, flags);

    private static Settings Resolve(Dictionary<string, string> variables, bool terminal, string[] flags)
    {
        var global = new GlobalOptions(new Streams(TextWriter.Null, TextWriter.Null, terminal, terminal), variables.GetValueOrDefault);
        var root = new System.CommandLine.RootCommand();
        global.AddTo(root);
        return global.Resolve(root.Parse(flags));
    }
}
