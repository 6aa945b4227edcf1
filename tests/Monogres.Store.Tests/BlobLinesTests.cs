using System.Text;
using Monogres.Testing.Stores;

namespace Monogres.Store.Tests;

public sealed class BlobLinesTests
{
    private static async Task<string[]> LinesAsync(string text)
    {
        var blobs = new MemoryBlobStore();
        return [.. await blobs.ReadLinesAsync(await blobs.PutAsync(Encoding.UTF8.GetBytes(text), default), default)];
    }

    [Fact]
    public async Task Lines_come_without_their_ends()
    {
        Assert.Equal(["a", "", "b", "c"], await LinesAsync("a\n\nb\r\nc"));
        Assert.Equal(["a"], await LinesAsync("a\n"));
        Assert.Empty(await LinesAsync(""));
    }

    [Fact]
    public async Task A_line_may_be_longer_than_any_buffer_and_its_end_is_passed_over()
    {
        var lines = await LinesAsync($"first\n{new string('x', 1_000_000)}\nlast\n");
        Assert.Equal(["first", new string('x', BlobLines.LongestLine), "last"], lines);
    }

    [Fact]
    public async Task A_character_is_not_split_where_buffers_meet()
    {
        var text = string.Concat(Enumerable.Repeat("ä€\n", 20_000));
        var lines = await LinesAsync(text);
        Assert.Equal(20_000, lines.Length);
        Assert.Every(lines, line => Assert.Equal("ä€", line));
    }
}
