using System.Collections.Immutable;
using Monogres.Plans.Scripts;

namespace Monogres.Plans.Tests;

public class ServerSettingsTests
{
    [Fact]
    public void A_library_that_two_extensions_preload_is_loaded_once_where_it_comes_first()
    {
        var both = new ServerSettings(["pg_stat_statements", "pg_stat_kcache"], Settings([])).Then(new ServerSettings(["pg_stat_statements", "powa"], Settings([])));
        Assert.Equal("shared_preload_libraries = 'pg_stat_statements,pg_stat_kcache,powa'\n", both.ToConfiguration());
    }

    [Fact]
    public void A_later_setting_wins() =>
        Assert.Equal("a = '2'\n", new ServerSettings([], Settings([("a", "1")])).Then(new ServerSettings([], Settings([("a", "2")]))).ToConfiguration());

    [Fact]
    public void Quotes_and_backslashes_survive_the_configuration_file() =>
        Assert.Equal("a.b = 'it''s C:\\\\x'\n", new ServerSettings([], Settings([("a.b", "it's C:\\x")])).ToConfiguration());

    [Fact]
    public void Nothing_to_say_gives_no_line() => Assert.Equal("", ServerSettings.None.ToConfiguration());

    private static ImmutableSortedDictionary<string, string> Settings((string Name, string Value)[] settings) =>
        ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, settings.Select(setting => KeyValuePair.Create(setting.Name, setting.Value)));
}
