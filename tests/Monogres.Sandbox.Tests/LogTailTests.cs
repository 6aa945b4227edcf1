using System.Text;
using Monogres.Testing;

namespace Monogres.Sandbox.Tests;

public class LogTailTests
{
    [Theory]
    [InlineData("", null)]
    [InlineData("\n \n", null)]
    [InlineData("one\ntwo\n", "two")]
    [InlineData("one\ntwo", "two")]
    [InlineData("10%\r20%\r", "20%")]
    [InlineData("one\n\n  \n", "one")]
    public void The_last_line_is_the_last_that_is_not_blank(string text, string? line) => Assert.Equal(line, LogTail.LastLine(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void Only_a_log_that_has_grown_is_told()
    {
        using var directory = new TemporaryDirectory();
        var lines = new Lines();
        var tail = new LogTail([directory["out"], directory["err"]], lines);
        tail.Look();
        File.WriteAllText(directory["out"], "one\n");
        tail.Look();
        tail.Look();
        File.WriteAllText(directory["err"], new string('x', 5000) + "\ntwo\n");
        tail.Look();
        Assert.Equal(["one", "two"], lines.Told);
        Assert.Equal([4, 5009], lines.Bytes);
    }
}
