using Monogres.Store.Disk;
using Monogres.Testing;

namespace Monogres.Store.Tests.Disk;

public sealed class AppendedLinesTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string Lines => _directory["a/deeper/one/lines.jsonl"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Lines_are_read_in_the_order_in_which_they_were_added()
    {
        AppendedLines.Add(Lines, "one");
        AppendedLines.Add(Lines, "zwölf");
        Assert.Equal(["one", "zwölf"], await ReadAsync());
        Assert.Equal("one\nzwölf\n", await File.ReadAllTextAsync(Lines, Cancel));
    }

    [Fact]
    public async Task A_file_that_is_not_there_or_empty_has_no_lines()
    {
        Assert.Empty(await ReadAsync());
        Assert.False(Directory.Exists(Path.GetDirectoryName(Lines)));
        AppendedLines.Add(Lines, "one");
        await File.WriteAllTextAsync(Lines, "", Cancel);
        Assert.Empty(await ReadAsync());
    }

    [Fact]
    public async Task A_last_line_without_its_end_is_no_record()
    {
        AppendedLines.Add(Lines, "one");
        await File.AppendAllTextAsync(Lines, "{\"tor", Cancel);
        Assert.Equal(["one"], await ReadAsync());
    }

    [Fact]
    public async Task What_is_added_behind_a_torn_line_is_a_line_of_its_own()
    {
        AppendedLines.Add(Lines, "one");
        await File.AppendAllTextAsync(Lines, "{\"tor", Cancel);
        AppendedLines.Add(Lines, "two");
        AppendedLines.Add(Lines, "three");

        // Now that it has an end, the torn one is there: whoever reads records passes it over.
        Assert.Equal(["one", "{\"tor", "two", "three"], await ReadAsync());
    }

    [Fact]
    public async Task Writers_that_add_at_once_do_not_mix_their_lines()
    {
        const int Writers = 4, Each = 200;
        string Line(int writer, int number) => $"{writer} {number} {new string((char)('a' + writer), 100 * writer)}";

        await Parallel.ForAsync(0, Writers, new ParallelOptions { MaxDegreeOfParallelism = Writers, CancellationToken = Cancel }, (writer, _) =>
        {
            for (var number = 0; number < Each; number++)
                AppendedLines.Add(Lines, Line(writer, number));
            return ValueTask.CompletedTask;
        });

        var lines = await ReadAsync();
        Assert.Equal(Writers * Each, lines.Count);
        foreach (var writer in Enumerable.Range(0, Writers))
            Assert.Equal(Enumerable.Range(0, Each).Select(number => Line(writer, number)), lines.Where(line => line.StartsWith($"{writer} ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task An_empty_line_is_not_a_record()
    {
        AppendedLines.Add(Lines, "one\n\ntwo\n");
        Assert.Equal(["one", "two"], await ReadAsync());
    }

    [Fact]
    public async Task No_line_is_lost_when_the_file_is_written_anew_meanwhile()
    {
        const int Each = 100;
        var adding = Parallel.ForAsync(0, 4, Cancel, (writer, _) =>
        {
            for (var number = 0; number < Each; number++)
                AppendedLines.Add(Lines, $"{writer} {number}");
            return ValueTask.CompletedTask;
        });
        while (!adding.IsCompleted)
            await AppendedLines.RewriteAsync(Lines, lines => string.Concat(lines.Select(line => $"{line}\n")), Cancel);
        await adding;
        Assert.Equal(4 * Each, (await ReadAsync()).Distinct(StringComparer.Ordinal).Count());
    }

    [Fact]
    public void A_directory_that_is_a_file_is_an_error_of_the_disk()
    {
        File.WriteAllText(_directory["a"], "");
        Assert.Throws<IOException>(() => AppendedLines.Add(_directory["a/lines.jsonl"], "one"));
    }

    private async Task<List<string>> ReadAsync() => await AppendedLines.ReadAsync(Lines, Cancel).ToListAsync(Cancel);
}
