using System.Text;
using Monogres.Testing;

namespace Monogres.Sandbox.Tests;

public sealed class BoundedLogTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Shortened(string content, int kept)
    {
        File.WriteAllText(_directory["log"], content);
        BoundedLog.Shorten(_directory["log"], kept);
        return File.ReadAllText(_directory["log"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\n")]
    [InlineData("1234567890")]
    public void A_short_log_is_left_as_it_is(string log) => Assert.Equal(log, Shortened(log, 5));

    [Fact]
    public void A_long_log_keeps_whole_lines_of_both_ends_and_says_how_much_is_missing() =>
        Assert.Equal("a\nb\n\n[monogres: 13 bytes of this log were left out]\ny\nz\n", Shortened("a\nb\nmiddle\nmiddl\ny\nz\n", 5));

    [Fact]
    public void A_line_that_is_longer_than_what_is_kept_is_cut() =>
        Assert.Equal("xxxxx\n[monogres: 90 bytes of this log were left out]\nxxxxx", Shortened(new string('x', 100), 5));

    [Fact]
    public void A_long_log_ends_as_it_ended()
    {
        var log = new StringBuilder();
        for (var line = 0; line < 10_000; line++)
            log.Append("line ").Append(line).Append('\n');
        var shortened = Shortened(log.ToString(), 1000);
        Assert.StartsWith("line 0\nline 1\n", shortened, StringComparison.Ordinal);
        Assert.EndsWith("line 9998\nline 9999\n", shortened, StringComparison.Ordinal);
        Assert.InRange(shortened.Length, 1900, 2100);
    }

    public void Dispose() => _directory.Dispose();
}
