using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Monogres.Actions.Outputs;

namespace Monogres.Actions.Tests.Outputs;

public sealed class CanaryTests
{
    [Theory]
    [InlineData("vm", false)]
    [InlineData("root", false)]
    [InlineData("Builder", false)]
    [InlineData("hosté", true)]
    [InlineData("build-host-7", true)]
    [InlineData("6.1.0-18-amd64", true)]
    public void Short_and_common_texts_mean_nothing(string text, bool meaningful) => Assert.Equal(meaningful, new Canary("host name", text).IsMeaningful);

    [Fact]
    public void A_day_is_known_in_its_usual_spellings()
    {
        var texts = Canary.ForDay(new DateOnly(2026, 3, 5)).Select(canary => canary.Text);
        Assert.Equal(["2026-03-05", "05 Mar 2026", "Thu Mar 05 ", "Mar 05 2026", "Mar 05, 2026", "Thu Mar  5 ", "Mar  5 2026", "5 Mar 2026", "Mar 5, 2026"], texts);
    }

    [Fact]
    public void Nothing_to_search_for_finds_nothing() => Assert.Empty(Find(CanaryScan.None, "anything"u8));

    [Fact]
    public void The_first_place_of_each_canary_is_found()
    {
        var scan = new CanaryScan([new Canary("host name", "build-host"), new Canary("directory", "/home/somebody"), new Canary("user", "build-host-user")]);
        var hits = Find(scan, "xx build-host-user /home/somebody build-host"u8);
        Assert.Equal([("host name", 3L), ("user", 3L), ("directory", 19L)], hits.Select(hit => (hit.Canary.Kind, hit.Offset)));
    }

    [Fact]
    public void Text_is_found_among_arbitrary_bytes()
    {
        byte[] content = [0xff, 0x00, .. Encoding.UTF8.GetBytes("hôst-näme"), 0x80];
        Assert.Equal(2, Assert.Single(Find(new CanaryScan([new Canary("host name", "hôst-näme")]), content)).Offset);
    }

    [Fact]
    public void A_canary_is_found_wherever_it_lies_in_a_file_of_several_blocks()
    {
        var scan = new CanaryScan([new Canary("host name", "the-canary"), new Canary("other", "the-longer-canary-that-is-not-there")]);
        var places = Gen.Choose(0, 200_000).ToArbitrary();
        Prop.ForAll(places, place =>
        {
            var content = new byte[200_100];
            "the-canary"u8.CopyTo(content.AsSpan(place));
            return Find(scan, content).Single().Offset == place;
        }).QuickCheckThrowOnFailure();
        foreach (var place in new[] { 65_535, 65_536, 65_536 - 9, 65_536 - 10, 131_071 })
        {
            var content = new byte[200_100];
            "the-canary"u8.CopyTo(content.AsSpan(place));
            Assert.Equal(place, Assert.Single(Find(scan, content)).Offset);
        }
    }

    private static IReadOnlyList<CanaryHit> Find(CanaryScan scan, ReadOnlySpan<byte> content)
    {
        using var stream = new MemoryStream(content.ToArray());
        return scan.FindAsync(stream, TestContext.Current.CancellationToken).AsTask().GetAwaiter().GetResult();
    }
}
