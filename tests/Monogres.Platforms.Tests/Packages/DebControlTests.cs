using Monogres.Platforms.Packages;
using Monogres.Store.Archives;
using Monogres.Testing.Repositories;

namespace Monogres.Platforms.Tests.Packages;

public class DebControlTests
{
    private static readonly SmallDeb Deb = new() { Content = "odd" };

    [Fact]
    public async Task A_package_says_what_it_is_and_when_it_was_made()
    {
        var control = await ReadAsync(Deb.ToArray());
        Assert.Equal((Deb.Control, Deb.Date), (control.Text, control.Date));
    }

    [Fact]
    public async Task A_package_that_is_cut_off_anywhere_is_refused()
    {
        var whole = Deb.ToArray();
        for (var length = 0; length < whole.Length; length += 97)
            await Assert.ThrowsAsync<ArchiveException>(() => ReadAsync(whole[..length]));
    }

    [Theory]
    [InlineData("no control file", "entry `control.tar` has no file `control`")]
    [InlineData("no tar", "entry `control.tar` cannot be read")]
    [InlineData("late", "entry `debian-binary` has a time that is not a date")]
    [InlineData("no time", "entry `debian-binary` has a time that is not a number")]
    [InlineData("more", "entry `extra` follows the last member of the package")]
    public async Task What_is_wrong_is_said(string what, string message)
    {
        var bytes = what switch
        {
            "no control file" => DebBuilder.Around([]),
            "no tar" => new DebBuilder().Member("debian-binary", "2.0\n"u8).Member("control.tar", [.. Enumerable.Repeat((byte)7, 1024)]).Member("data.tar", []).ToArray(),
            "late" => Changed("999999999999"),
            "no time" => Changed("-1"),
            _ => new DebBuilder().Bytes([.. Deb.ToArray().Skip(8)]).Member("extra", []).ToArray(),
        };
        Assert.Equal(message, (await Assert.ThrowsAsync<ArchiveException>(() => ReadAsync(bytes))).Message);
    }

    // The time of the first member, after the eight bytes of the archive and sixteen of the name.
    private static byte[] Changed(string time)
    {
        var bytes = Deb.ToArray();
        System.Text.Encoding.ASCII.GetBytes(time.PadRight(12)).CopyTo(bytes, 24);
        return bytes;
    }

    private static Task<DebControl> ReadAsync(byte[] bytes) => DebReader.ReadControlAsync(new MemoryStream(bytes), TestContext.Current.CancellationToken);
}
