using System.Text;
using FsCheck.Fluent;
using Monogres.Sources.Upstreams;
using Monogres.Testing.Properties;

namespace Monogres.Sources.Tests.Upstreams;

public class PktLinesTests
{
    [Fact]
    public void A_message_is_framed_as_the_protocol_says() => Assert.Equal(
        "0014command=ls-refs\n00010009peel\n001aref-prefix refs/tags/\n0000",
        Encoding.ASCII.GetString(PktLines.Write(PktLines.Text("command=ls-refs"), PktLines.Delimiter, PktLines.Text("peel"), PktLines.Text("ref-prefix refs/tags/"), PktLines.Flush)));

    [Fact]
    public void What_is_written_is_read_back() => Prop.ForAll(
        ArbMap.Default.ArbFor<FsCheck.NonNull<string>[]>(),
        texts =>
        {
            var lines = texts.Select(text => PktLines.Text(Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text.Get)).TrimEnd('\n'))).Append(PktLines.Delimiter).Append(PktLines.Flush).ToArray();
            return PktLines.Read(PktLines.Write(lines)).SequenceEqual(lines);
        }).HoldsAlways(200);

    [Theory]
    [InlineData("000")]
    [InlineData("zzzz")]
    [InlineData("0003")]
    [InlineData("-001")]
    [InlineData("0009peel")]
    [InlineData("<html>no git here</html>")]
    public void What_is_not_framed_so_is_refused(string message) =>
        Assert.Throws<FormatException>(() => PktLines.Read(Encoding.ASCII.GetBytes(message)).ToArray());

    [Fact]
    public void A_line_that_is_too_long_is_not_written() =>
        Assert.Throws<ArgumentException>(() => PktLines.Write(PktLines.Text(new string('x', PktLines.MaxData))));
}
