using Monogres.Core;
using Monogres.Store.Disk;
using Monogres.Testing;

namespace Monogres.Store.Tests.Disk;

public sealed class HashedFilesTests : IDisposable
{
    private const int Size = 3;

    private readonly TemporaryDirectory _directory = new();
    private readonly FakeTime _time = new();

    public HashedFilesTests()
    {
        File.WriteAllText(Path, "old");
        // Long enough after the file was written.
        _time.SetUtcNow(TimeProvider.System.GetUtcNow() + TimeSpan.FromMinutes(1));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private static Sha256Hash Old => Sha256Hash.Of("old"u8);

    private static Sha256Hash New => Sha256Hash.Of("new"u8);

    private string Path => _directory["archive.tar"];

    private string Records => _directory["records"];

    private HashedFiles Hashed => new(Records, _time);

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_file_that_nobody_touched_is_not_read_again()
    {
        Assert.Equal(Old, await Hashed.HashAsync(Path, Size, Cancel));
        Forge(New);
        Assert.Equal(New, await Hashed.HashAsync(Path, Size, Cancel));
    }

    [Fact]
    public async Task There_is_no_hash_of_a_file_that_is_missing_or_has_another_size()
    {
        Assert.Null(await Hashed.HashAsync(_directory["missing"], Size, Cancel));
        Assert.Null(await Hashed.HashAsync(Path, Size + 1, Cancel));
    }

    [Fact]
    public async Task A_changed_file_is_read_again_though_its_size_and_time_are_those_of_the_old_one()
    {
        var modified = File.GetLastWriteTimeUtc(Path);
        Assert.Equal(Old, await Hashed.HashAsync(Path, Size, Cancel));
        await ChangeAsync();
        File.SetLastWriteTimeUtc(Path, modified);
        Assert.Equal(New, await Hashed.HashAsync(Path, Size, Cancel));
    }

    [Fact]
    public async Task Another_file_under_the_same_name_is_read_again()
    {
        Assert.Equal(Old, await Hashed.HashAsync(Path, Size, Cancel));
        await File.WriteAllTextAsync(_directory["other"], "new", Cancel);
        File.SetLastWriteTimeUtc(_directory["other"], File.GetLastWriteTimeUtc(Path));
        File.Move(_directory["other"], Path, overwrite: true);
        Assert.Equal(New, await Hashed.HashAsync(Path, Size, Cancel));
    }

    [Fact]
    public async Task A_file_behind_a_link_is_what_counts()
    {
        File.CreateSymbolicLink(_directory["link"], Path);
        Assert.Equal(Old, await Hashed.HashAsync(_directory["link"], Size, Cancel));
        await ChangeAsync();
        Assert.Equal(New, await Hashed.HashAsync(_directory["link"], Size, Cancel));
    }

    // It could change once more within the same tick of the file system's clock, and look the same.
    [Fact]
    public async Task A_file_that_was_only_just_written_is_read_again()
    {
        await File.WriteAllTextAsync(Path, "old", Cancel);
        Assert.Equal(Old, await new HashedFiles(Records, TimeProvider.System).HashAsync(Path, Size, Cancel));
        Assert.False(Directory.Exists(Records));
    }

    [Theory]
    [InlineData("")]
    [InlineData("damaged")]
    [InlineData("damaged record\n")]
    public async Task A_damaged_record_counts_as_none(string text)
    {
        Assert.Equal(Old, await Hashed.HashAsync(Path, Size, Cancel));
        await File.WriteAllTextAsync(Assert.Single(Directory.EnumerateFiles(Records)), text, Cancel);
        Assert.Equal(Old, await Hashed.HashAsync(Path, Size, Cancel));
    }

    // The clock of the file system ticks every few milliseconds; the tests' own clock says that a minute has passed.
    private async Task ChangeAsync()
    {
        await Task.Delay(TimeSpan.FromMilliseconds(50), Cancel);
        await File.WriteAllTextAsync(Path, "new", Cancel);
    }

    private void Forge(Sha256Hash hash)
    {
        var record = Assert.Single(Directory.EnumerateFiles(Records));
        File.WriteAllText(record, $"{hash} {File.ReadAllText(record).Split(' ', 2)[1]}");
    }
}
