using Monogres.Payloads.Extensions.Checks;

namespace Monogres.Payloads.Tests.Extensions.Checks;

/// <summary>The checks that report what the loader would not find.</summary>
public class LinkCheckTests
{
    [Fact]
    public void A_library_that_is_nowhere_is_found_and_one_that_is_there_passes()
    {
        Assert.Equal(
            ["error undeclared-library: lib/sample.so: it needs `libgone.so.1`, which was not found", "error undeclared-library: lib/sample.so: it needs `liblost.so.2` through `libgdal.so.32`, which was not found"],
            Payloads.Find<UndeclaredLibraryCheck>(Payloads.Good with { Links = [Payloads.Link with { MissingLibraries = [new("libgone.so.1", null), new("liblost.so.2", "libgdal.so.32")] }] }));
        Assert.Empty(Payloads.Find<UndeclaredLibraryCheck>(Payloads.Good with { Links = [Payloads.Link] }));
    }

    [Fact]
    public void A_symbol_that_nothing_gives_is_found_and_the_first_few_are_named()
    {
        Assert.Equal(["error undefined-symbol: lib/sample.so: nothing provides `a`"], Payloads.Find<UndefinedSymbolCheck>(Payloads.Good with { Links = [Payloads.Link with { MissingSymbols = ["a"] }] }));
        Assert.Equal(
            ["error undefined-symbol: lib/sample.so: nothing provides `a`, `b`, `c`, `d`, `e` and 2 more"],
            Payloads.Find<UndefinedSymbolCheck>(Payloads.Good with { Links = [Payloads.Link with { MissingSymbols = ["a", "b", "c", "d", "e", "f", "g"] }] }));
        Assert.Empty(Payloads.Find<UndefinedSymbolCheck>(Payloads.Good with { Links = [Payloads.Link] }));
    }
}
