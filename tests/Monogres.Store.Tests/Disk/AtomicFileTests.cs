using Monogres.Store.Disk;
using Monogres.Testing;

namespace Monogres.Store.Tests.Disk;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    private string File => _directory["table.json"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    // Between its making and its locking, a new file looks like what a killed process has left.
    [Fact]
    public async Task Many_that_replace_one_file_at_once_do_not_take_each_others_new_files_for_leftovers()
    {
        await Parallel.ForEachAsync(
            Enumerable.Range(0, 2000), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Cancel }, async (number, cancel) => await AtomicFile.WriteTextAsync(File, $"{number}", cancel));
        Assert.Matches("^[0-9]+$", await System.IO.File.ReadAllTextAsync(File, Cancel));
        Assert.Equal([File], Directory.EnumerateFiles(_directory.Path));
    }

    [Fact]
    public async Task A_file_is_made_with_the_directory_above_it()
    {
        var file = _directory["a/deeper/one/table.json"];
        await AtomicFile.WriteTextAsync(file, "prüfen\n", Cancel);
        Assert.Equal("prüfen\n"u8.ToArray(), await System.IO.File.ReadAllBytesAsync(file, Cancel));
    }

    [Fact]
    public async Task The_old_content_stands_until_the_new_one_is_whole()
    {
        await AtomicFile.WriteTextAsync(File, "old", Cancel);
        await AtomicFile.WriteAsync(File, async (file, stop) =>
        {
            await file.WriteAsync(new byte[3_000_000], stop);
            Assert.Equal("old", await System.IO.File.ReadAllTextAsync(File, stop));
        }, Cancel);
        Assert.Equal(3_000_000, new FileInfo(File).Length);
        Assert.Equal([File], Directory.EnumerateFiles(_directory.Path));
    }

    [Fact]
    public async Task Whoever_reads_the_old_content_goes_on_reading_it()
    {
        await AtomicFile.WriteTextAsync(File, "old", Cancel);
        using var reader = new StreamReader(File);
        await AtomicFile.WriteTextAsync(File, "new and longer", Cancel);
        Assert.Equal("old", await reader.ReadToEndAsync(Cancel));
        Assert.Equal("new and longer", await System.IO.File.ReadAllTextAsync(File, Cancel));
    }

    [Fact]
    public async Task A_failure_leaves_the_old_content_and_nothing_else()
    {
        await AtomicFile.WriteTextAsync(File, "old", Cancel);
        await Assert.ThrowsAsync<InvalidOperationException>(() => AtomicFile.WriteAsync(File, async (file, stop) =>
        {
            await file.WriteAsync("half"u8.ToArray(), stop);
            throw new InvalidOperationException("in the middle");
        }, Cancel));
        Assert.Equal("old", await System.IO.File.ReadAllTextAsync(File, Cancel));
        Assert.Equal([File], Directory.EnumerateFiles(_directory.Path));
    }

    [Fact]
    public async Task A_name_that_is_a_directory_is_not_replaced()
    {
        Directory.CreateDirectory(File);
        await Assert.ThrowsAnyAsync<IOException>(() => AtomicFile.WriteTextAsync(File, "new", Cancel));
        Assert.Empty(Directory.EnumerateFiles(_directory.Path));
    }

    [Theory]
    [InlineData("4711")]
    [InlineData("4711.2")]
    public async Task What_a_killed_process_left_half_written_is_removed(string owner)
    {
        await System.IO.File.WriteAllTextAsync($"{File}.{owner}.part", "half", Cancel);
        await AtomicFile.WriteTextAsync(File, "whole", Cancel);
        Assert.Equal([File], Directory.EnumerateFiles(_directory.Path));
    }

    [Fact]
    public async Task What_another_process_writes_now_is_left_to_it()
    {
        await using var other = new FileStream($"{File}.4712.part", FileMode.CreateNew, FileAccess.Write, FileShare.None);
        await AtomicFile.WriteTextAsync(File, "whole", Cancel);
        Assert.Equal([File, other.Name], Directory.EnumerateFiles(_directory.Path).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("table.json.backup.part")]
    [InlineData("table.json.part")]
    [InlineData("table.json.4711")]
    [InlineData("another.json.4711.part")]
    public async Task Files_that_are_no_leftovers_of_this_one_are_kept(string name)
    {
        await System.IO.File.WriteAllTextAsync(_directory[name], "mine", Cancel);
        await AtomicFile.WriteTextAsync(File, "whole", Cancel);
        Assert.Equal("mine", await System.IO.File.ReadAllTextAsync(_directory[name], Cancel));
    }

    [Fact]
    public async Task Two_that_write_at_once_do_not_disturb_each_other()
    {
        await AtomicFile.WriteAsync(File, async (file, stop) =>
        {
            await file.WriteAsync("the one that began first"u8.ToArray(), stop);
            await AtomicFile.WriteTextAsync(File, "the other", stop);
            Assert.Equal("the other", await System.IO.File.ReadAllTextAsync(File, stop));
        }, Cancel);
        Assert.Equal("the one that began first", await System.IO.File.ReadAllTextAsync(File, Cancel));
        Assert.Equal([File], Directory.EnumerateFiles(_directory.Path));
    }
}
