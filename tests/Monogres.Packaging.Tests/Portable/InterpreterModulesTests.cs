using Monogres.Core;
using Monogres.Packaging.Portable;
using Monogres.Payloads.Extensions;

namespace Monogres.Packaging.Tests.Portable;

public class InterpreterModulesTests
{
    private static readonly RelativePath[] Files =
    [
        .. ((string[])
        [
            "lib/plpython3.so", "lib/hstore_plpython3.so", "lib/hstore.so", "share/extension/plpython3u.control", "share/extension/plpython3u--1.0.sql", "share/extension/hstore.control",
            "share/extension/hstore--1.0.sql", "share/extension/hstore_plpython3u.control", "share/extension/hstore_plpython3u--1.0.sql",
        ]).Select(RelativePath.Parse),
    ];

    private static readonly Dictionary<string, ControlFile> Controls = new(StringComparer.Ordinal)
    {
        ["hstore"] = new() { ModulePathname = "$libdir/hstore" },
        ["hstore_plpython3u"] = new() { ModulePathname = "$libdir/hstore_plpython3", Requires = ["hstore", "plpython3u"] },
        ["plpython3u"] = new() { ModulePathname = "$libdir/plpython3" },
    };

    [Fact]
    public void An_extension_with_an_interpreter_is_omitted_and_so_are_those_that_require_it()
    {
        var omitted = InterpreterModules.Among([Binary("lib/plpython3.so", "libpython3.9.so.1.0"), Binary("lib/hstore_plpython3.so"), Binary("lib/hstore.so")], Controls, Files);
        Assert.Equal(["hstore_plpython3u", "plpython3u"], omitted.Extensions);
        Assert.Equal(Files.Select(file => file.Value).Where(file => file.Contains("plpython3", StringComparison.Ordinal)).Order(StringComparer.Ordinal), omitted.Files.Select(file => file.Value).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Without_an_interpreter_nothing_is_omitted() =>
        Assert.Equal((0, 0), InterpreterModules.Among([Binary("lib/plpython3.so", "libc.so.6")], Controls, Files) is var none ? (none.Extensions.Length, none.Files.Count) : default);

    [Fact]
    public void A_program_with_an_interpreter_is_an_error()
    {
        var error = Assert.Throws<UserErrorException>(() => InterpreterModules.Among([Binary("bin/tool", "libtcl8.6.so")], Controls, Files));
        Assert.Equal("`bin/tool` cannot be portable: it needs `libtcl8.6.so`, and with it the files of an interpreter, which has them at fixed places", error.Message);
    }

    [Theory]
    [InlineData("libpython3.9.so.1.0", true)]
    [InlineData("libperl.so.5.32", true)]
    [InlineData("libtcl8.6.so", true)]
    [InlineData("liblua5.3.so.0", false)]
    [InlineData("libpq.so.5", false)]
    public void Interpreters_with_files_at_fixed_places_are_known_by_their_libraries(string library, bool known) => Assert.Equal(known, InterpreterModules.IsInterpreter(library));

    private static LinkedBinary Binary(string path, params string[] needed) => new(RelativePath.Parse(path), [.. needed], Runpath: null);
}
