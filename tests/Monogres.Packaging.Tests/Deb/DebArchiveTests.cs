using System.Text;
using Monogres.Packaging.Deb;

namespace Monogres.Packaging.Tests.Deb;

public class DebArchiveTests
{
    private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeSeconds(1_700_000_000);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_package_is_three_members_with_fixed_headers_padded_to_even_sizes()
    {
        using var output = new MemoryStream();
        await DebArchive.WriteAsync(output, Time, Member("control.tar.xz", "odd"), Member("data.tar.xz", "even"), Cancel);
        Assert.Equal(
            "!<arch>\n"
            + "debian-binary   1700000000  0     0     100644  4         `\n2.0\n"
            + "control.tar.xz  1700000000  0     0     100644  3         `\nodd\n"
            + "data.tar.xz     1700000000  0     0     100644  4         `\neven",
            Encoding.ASCII.GetString(output.ToArray()));
    }

    [Fact]
    public async Task A_member_of_another_size_than_announced_is_refused()
    {
        using var output = new MemoryStream();
        await Assert.ThrowsAsync<InvalidDataException>(() => DebArchive.WriteAsync(output, Time, Member("control.tar.xz", "odd") with { Size = 4 }, Member("data.tar.xz", "even"), Cancel));
    }

    [Fact]
    public async Task A_name_that_does_not_fit_is_refused()
    {
        using var output = new MemoryStream();
        await Assert.ThrowsAsync<ArgumentException>(() => DebArchive.WriteAsync(output, Time, Member("control.tar.xz.more", "odd"), Member("data.tar.xz", "even"), Cancel));
    }

    private static DebMember Member(string name, string content) => new(name, content.Length, _ => new(new MemoryStream(Encoding.ASCII.GetBytes(content))));
}
