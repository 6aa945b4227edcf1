using Monogres.Payloads.Extensions;
using Monogres.Payloads.Extensions.Checks;
using Monogres.Payloads.Tests.Binaries;

namespace Monogres.Payloads.Tests.Extensions.Checks;

public class GeneratedDateCheckTests
{
    private static readonly InstalledFile Library = Installed.File("lib/sample.so", new ElfBuilder { Data = "\0built Jan  5 2026 and Jan  5 2026\0" }.Build());

    [Fact]
    public void A_date_as_the_compiler_writes_it_is_found() =>
        Assert.Equal(["warning generated-date: lib/sample.so: it contains the date `Jan  5 2026`, which is not in the source"], Payloads.Find<GeneratedDateCheck>(Payloads.Of(Library)));

    [Fact]
    public void A_date_of_the_source_passes() => Assert.Empty(Payloads.Find<GeneratedDateCheck>(Payloads.Of(Library) with { DatesOfSource = ["Jan  5 2026"] }));

    [Theory]
    [InlineData("-- generated 2026-01-05")]
    [InlineData("-- Mon Jan  5 12:00:00 UTC 2026")]
    [InlineData("-- Mon, 5 Jan 2026")]
    [InlineData("-- January 05 Jan 2026")]
    [InlineData("-- Jan 5, 2026")]
    public void The_day_of_the_build_is_found_in_every_spelling(string line)
    {
        var payload = Payloads.Of(Installed.File("share/extension/sample--1.sql", line));
        Assert.NotEmpty(Payloads.Find<GeneratedDateCheck>(payload with { BuiltOn = new DateOnly(2026, 1, 5) }));
        Assert.Empty(Payloads.Find<GeneratedDateCheck>(payload with { BuiltOn = new DateOnly(2026, 2, 6) }));
        Assert.Empty(Payloads.Find<GeneratedDateCheck>(payload));
    }

    [Theory]
    [InlineData("Jan 5 2026")]
    [InlineData("Jan 32 2026")]
    [InlineData("Jan 05 2026")]
    [InlineData("xJan  5 2026")]
    [InlineData("Jan  5 20261")]
    [InlineData("Jan  5 1826")]
    public void What_the_compiler_does_not_write_passes(string text) => Assert.Empty(Payloads.Find<GeneratedDateCheck>(Payloads.Of(Installed.File("share/extension/sample--1.sql", text))));

    [Fact]
    public void Data_that_is_neither_text_nor_a_program_is_not_searched() => Assert.Empty(Payloads.Find<GeneratedDateCheck>(Payloads.Of(Installed.File("share/sample.data", "\0Jan  5 2026"))));
}
