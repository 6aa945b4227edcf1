using System.Security.Cryptography;
using System.Text;
using Monogres.Core;
using Monogres.Index.Cache;
using Monogres.Index.Tests.Image;
using Monogres.Testing;

namespace Monogres.Index.Tests.Cache;

public sealed class IndexCacheTests : IDisposable
{
    private const string Vector = "extensions/pgvector/repo.json";

    private readonly TemporaryDirectory _index = new();
    private readonly TemporaryDirectory _kept = new();

    public IndexCacheTests() => Repository.CopyTo(_index.Path);

    // A minute later the files of the index are no longer new.
    private IndexCache Cache => new(_kept["monogres"], new Clock(TimeProvider.System.GetUtcNow().AddMinutes(1)));

    private string KeptFile => Assert.Single(Directory.GetFiles(_kept["monogres"]));

    public void Dispose()
    {
        _index.Dispose();
        _kept.Dispose();
    }

    [Fact]
    public async Task An_index_is_kept_and_then_read_from_where_it_is_kept()
    {
        Assert.Null(Cache.Find(_index.Path));
        var read = await ReadAsync();
        var kept = Assert.IsType<MonogresIndex>(Cache.Find(_index.Path));
        Assert.Equal(read.Digest, kept.Digest);
        Assert.Null(Samples.Difference(read.Extensions, kept.Extensions));
        Assert.Null(Samples.Difference(read.Projects, kept.Projects));
        Assert.Null(Samples.Difference(read.Platforms, kept.Platforms));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(_kept["monogres"]));
    }

    [Theory]
    [InlineData(Vector)]
    [InlineData("index.json")]
    [InlineData("platforms/debian12-amd64/packages.lock.json")]
    [InlineData("platforms/shims/uname")]
    [InlineData("styles/steps/split-symbols.json")]
    public async Task A_file_that_was_changed_without_its_size_and_time_is_noticed(string file)
    {
        await ReadAsync();
        var before = File.GetLastWriteTimeUtc(_index[file]);
        File.WriteAllText(_index[file], File.ReadAllText(_index[file]));
        File.SetLastWriteTimeUtc(_index[file], before);
        Assert.Null(Cache.Find(_index.Path));
    }

    [Fact]
    public async Task What_comes_and_goes_is_noticed()
    {
        async Task ChangesAsync(Action change)
        {
            await ReadAsync();
            Assert.NotNull(Cache.Find(_index.Path));
            change();
            Assert.Null(Cache.Find(_index.Path));
        }

        await ChangesAsync(() => Directory.CreateDirectory(_index["platforms/new"]));
        await ChangesAsync(() => Directory.Delete(_index["platforms/new"]));
        await ChangesAsync(() => File.WriteAllText(_index["styles/steps/new.json"], """{ "version": 1, "summary": "x", "run": ["true"] }"""));
        await ChangesAsync(() => File.Move(_index["styles/steps/new.json"], _index["styles/steps/other.json"]));
        await ChangesAsync(() => File.Delete(_index["styles/steps/other.json"]));
        await ChangesAsync(() => Directory.Move(_index["extensions/pgvector"], _index["pgvector"]));
        await ChangesAsync(() => Directory.Move(_index["pgvector"], _index["extensions/pgvector"]));
    }

    [Fact]
    public async Task A_changed_index_is_read_anew_and_kept()
    {
        await ReadAsync();
        Repository.Change(_index[Vector], ("Vectors as a data type", "Vectors as a type"));
        Assert.StartsWith("Vectors as a type", (await ReadAsync()).Extension(ProjectName.Parse("pgvector")).Summary, StringComparison.Ordinal);
        Assert.StartsWith("Vectors as a type", Cache.Find(_index.Path)!.Extension(ProjectName.Parse("pgvector")).Summary, StringComparison.Ordinal);
        Assert.NotNull(KeptFile);
    }

    [Fact]
    public async Task What_was_changed_a_moment_ago_is_not_kept()
    {
        File.WriteAllText(_index["new"], "");
        (await new IndexCache(_kept["monogres"], TimeProvider.System).ReadAsync(_index.Path, TestContext.Current.CancellationToken)).OrThrow();
        Assert.False(Directory.Exists(_kept["monogres"]));
    }

    [Fact]
    public async Task An_index_with_a_problem_is_not_kept_and_one_that_gets_a_problem_is_not_used()
    {
        await ReadAsync();
        Repository.Change(_index[Vector], ("\"search\"", "\"serach\""));
        Assert.IsType<IndexReading.InvalidIndex>(await Cache.ReadAsync(_index.Path, TestContext.Current.CancellationToken));
        Assert.Null(Cache.Find(_index.Path));
    }

    [Fact]
    public async Task A_kept_file_that_is_damaged_is_not_used_and_made_again()
    {
        await ReadAsync();
        var good = await File.ReadAllBytesAsync(KeptFile, TestContext.Current.CancellationToken);
        foreach (var place in (int[])[0, 9, 13, 17, 40, 100, good.Length / 2, good.Length - 1])
        {
            await File.WriteAllBytesAsync(KeptFile, [.. good.Take(place)], TestContext.Current.CancellationToken);
            Assert.Null(Cache.Find(_index.Path));
            byte[] flipped = [.. good];
            flipped[place] ^= 4;
            await File.WriteAllBytesAsync(KeptFile, flipped, TestContext.Current.CancellationToken);
            Assert.Null(Cache.Find(_index.Path));
        }

        await ReadAsync();
        Assert.Equal(good, await File.ReadAllBytesAsync(KeptFile, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task What_cannot_be_kept_is_read_each_time()
    {
        await File.WriteAllTextAsync(_kept["monogres"], "a file where the directory should be", TestContext.Current.CancellationToken);
        Assert.NotEmpty((await ReadAsync()).Projects);
        Assert.Null(Cache.Find(_index.Path));
    }

    [Fact]
    public async Task The_digest_is_that_of_what_sha256sum_prints()
    {
        var lines = Directory.GetFiles(_index.Path, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_index.Path, file)).Order(StringComparer.Ordinal)
            .Select(file => $"{Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(_index[file])))}  {file}\n");
        Assert.Equal(Digest.Of(Encoding.UTF8.GetBytes(string.Concat(lines))), (await ReadAsync()).Digest);
    }

    [Fact]
    public async Task Two_indexes_are_kept_apart()
    {
        using var other = new TemporaryDirectory();
        Repository.CopyTo(other.Path);
        await ReadAsync();
        (await Cache.ReadAsync(other.Path, TestContext.Current.CancellationToken)).OrThrow();
        Assert.Equal(2, Directory.GetFiles(_kept["monogres"]).Length);
        Assert.NotNull(Cache.Find(_index.Path));
        Assert.NotNull(Cache.Find(other.Path));
    }

    private async Task<MonogresIndex> ReadAsync() => (await Cache.ReadAsync(_index.Path, TestContext.Current.CancellationToken)).OrThrow();

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public override DateTimeOffset GetUtcNow() => now;
    }
}
