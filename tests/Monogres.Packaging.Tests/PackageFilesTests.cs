using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Events;
using Monogres.Engine.Steps;
using Monogres.Packaging.Tar;
using Monogres.Store;
using Monogres.Store.Disk;
using Monogres.Testing;
using Monogres.Testing.Properties;
using Monogres.Testing.Stores;

namespace Monogres.Packaging.Tests;

public sealed class PackageFilesTests : IDisposable
{
    private readonly MemoryBlobStore _blobs = new();
    private readonly TemporaryDirectory _output = new();
    private readonly TemporaryDirectory _records = new();

    private string Archive => _output[$"{SmallPayload.Name}.tar"];

    private string Manifest => _output[$"{SmallPayload.Name}.json"];

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _output.Dispose();
        _records.Dispose();
    }

    [Fact]
    public async Task The_files_of_a_tree_are_written_as_a_whole_with_their_digests()
    {
        var tree = await new TestTree().WithFile("b.tar", "second").WithFile("a.tar", "first").PutAsync(_blobs, Cancel);
        Assert.Equal([new("a.tar", Digest.Of("first"u8)), new("b.tar", Digest.Of("second"u8))], await Files.WriteAsync(_blobs, tree, Cancel));
        Assert.Equal([_output["a.tar"], _output["b.tar"]], Directory.EnumerateFileSystemEntries(_output.Path).Order(StringComparer.Ordinal));
        Assert.Equal("second", await File.ReadAllTextAsync(_output["b.tar"], Cancel));
    }

    [Fact]
    public async Task A_package_that_is_there_as_it_would_be_written_is_kept_and_not_read()
    {
        var tree = await WriteAsync();
        HardLink.Create(Archive, _output["same"]);
        var counting = new CountingBlobStore(_blobs);
        await Files.WriteAsync(counting, tree, Cancel);
        Assert.DoesNotContain(Content, counting.Opened);

        // Written again, it would be another file than the one with the second name.
        await File.AppendAllTextAsync(_output["same"], "x", Cancel);
        Assert.Equal(new FileInfo(_output["same"]).Length, new FileInfo(Archive).Length);
    }

    public static TheoryData<string> Spoilings => [.. Spoiled.Keys];

    private static readonly Dictionary<string, Action<PackageFilesTests>> Spoiled = new(StringComparer.Ordinal)
    {
        ["a changed byte"] = test => Change(test.Archive, bytes => bytes[3] ^= 1),
        ["a longer package"] = test => File.AppendAllText(test.Archive, "x"),
        ["something else"] = test => File.WriteAllText(test.Archive, "something else"),
        ["no package"] = test => File.Delete(test.Archive),
    };

    [Theory]
    [MemberData(nameof(Spoilings))]
    public async Task A_package_that_is_not_as_it_would_be_written_is_replaced(string how)
    {
        await WriteAsync();
        Spoiled[how](this);
        await WriteAsync();
        Assert.Equal(Content, DigestOf(Archive));
        Assert.Single(Directory.EnumerateFileSystemEntries(_output.Path));
    }

    [Fact]
    public async Task What_a_killed_process_left_half_written_is_removed_and_what_another_writes_is_not()
    {
        await File.WriteAllTextAsync($"{Archive}.4711.part", "half", Cancel);
        await using var other = new FileStream($"{Archive}.4712.part", FileMode.CreateNew, FileAccess.Write, FileShare.None);
        await WriteAsync();
        Assert.Equal([$"{Archive}.4712.part"], Directory.EnumerateFiles(_output.Path, "*.part"));
    }

    [Fact]
    public async Task Nothing_half_written_is_left_when_a_blob_is_lost()
    {
        var tree = await TreeAsync();
        _blobs.Drop(Content);
        await Assert.ThrowsAsync<BlobMissingException>(() => Files.WriteAsync(_blobs, tree, Cancel));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_output.Path));
    }

    [Fact]
    public async Task The_package_that_is_there_stays_when_it_cannot_be_written_again()
    {
        await File.WriteAllTextAsync(Archive, "an older one", Cancel);
        var tree = await TreeAsync();
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Files.WriteAsync(_blobs, tree, stopped.Token));
        Assert.Equal("an older one", await File.ReadAllTextAsync(Archive, Cancel));
        Assert.Single(Directory.EnumerateFileSystemEntries(_output.Path));
    }

    [Fact]
    public async Task A_package_that_is_lost_from_the_store_is_packed_again_and_a_payload_that_is_lost_is_built_again()
    {
        var build = new BuiltPayload();
        var engine = build.Engine;
        await build.PackAsync(Files);
        var archive = DigestOf(Archive);
        foreach (var (lost, builds) in new[] { (archive, 1), (Digest.Of("a program"u8), 2) })
        {
            File.Delete(Archive);
            engine.Blobs.Drop(archive);
            engine.Blobs.Drop(lost);
            engine.New();
            await build.PackAsync(Files);
            Assert.Equal(archive, DigestOf(Archive));
            Assert.Equal(builds, engine.Runner.Runs);
        }

        Assert.NotEmpty(engine.Observer.Events.OfType<EngineEvent.Repairing>());
    }

    [Fact]
    public async Task A_directory_that_cannot_be_written_is_the_readers_error_and_nothing_that_was_built_is_lost()
    {
        var build = new BuiltPayload();
        var directory = _output["a file"];
        await File.WriteAllTextAsync(directory, "", Cancel);
        IsCannotWrite(directory, await Assert.ThrowsAsync<UserErrorException>(() => build.PackAsync(FilesIn(directory))));
        IsCannotWrite(directory, await Assert.ThrowsAsync<UserErrorException>(() => FilesIn(directory).WriteTextAsync("a.json", "{}\n", Cancel)));

        await build.PackAsync(FilesIn(_output["another"]));
        Assert.Equal(1, build.Engine.Runner.Runs);
    }

    [Fact]
    public async Task A_directory_in_the_place_of_a_package_is_the_readers_error()
    {
        Directory.CreateDirectory(Archive);
        IsCannotWrite(_output.Path, await Assert.ThrowsAsync<UserErrorException>(WriteAsync));
    }

    [Fact]
    public async Task A_package_is_files_without_a_directory()
    {
        var tree = await new TestTree().WithFile("a/b.tar", "x").PutAsync(_blobs, Cancel);
        await Assert.ThrowsAsync<InvalidOperationException>(() => Files.WriteAsync(_blobs, tree, Cancel));
    }

    [Fact]
    public async Task A_text_is_written_as_a_whole_in_a_directory_that_need_not_be_there()
    {
        var files = FilesIn(_output["a/deeper/one"]);
        await files.WriteTextAsync("a.json", "{}\n", Cancel);
        Assert.Equal("{}\n", await File.ReadAllTextAsync(files.PathOf("a.json"), Cancel));
        Assert.Single(Directory.EnumerateFileSystemEntries(_output["a/deeper/one"]));
    }

    [Theory]
    [InlineData("{\n")]
    [InlineData("{}\n\n")]
    [InlineData("")]
    public async Task A_text_that_is_another_is_replaced(string there)
    {
        await File.WriteAllTextAsync(Manifest, there, Cancel);
        await Files.WriteTextAsync($"{SmallPayload.Name}.json", "{}\n", Cancel);
        Assert.Equal("{}\n", await File.ReadAllTextAsync(Manifest, Cancel));
    }

    [Fact]
    public async Task A_text_that_is_there_is_kept()
    {
        await Files.WriteTextAsync($"{SmallPayload.Name}.json", "{}\n", Cancel);
        HardLink.Create(Manifest, _output["same"]);
        await Files.WriteTextAsync($"{SmallPayload.Name}.json", "{}\n", Cancel);
        await File.AppendAllTextAsync(_output["same"], "x", Cancel);
        Assert.Equal("{}\nx", await File.ReadAllTextAsync(Manifest, Cancel));
    }

    private PackageFiles Files => FilesIn(_output.Path);

    private PackageFiles FilesIn(string directory) => new(directory, new HashedFiles(_records.Path, TimeProvider.System));

    private static Digest Content { get; } = Digest.Of("a package"u8);

    private Task<Digest> TreeAsync() => new TestTree().WithFile($"{SmallPayload.Name}.tar", "a package").PutAsync(_blobs, Cancel);

    private async Task<Digest> WriteAsync()
    {
        var tree = await TreeAsync();
        await Files.WriteAsync(_blobs, tree, Cancel);
        return tree;
    }

    private static void IsCannotWrite(string directory, UserErrorException error)
    {
        Assert.StartsWith($"cannot write to `{directory}`: ", error.Message, StringComparison.Ordinal);
        Assert.Equal("choose another directory with `--output DIR`; build results remain in the store", error.Hint);
    }

    private static void Change(string file, Action<byte[]> change)
    {
        var bytes = File.ReadAllBytes(file);
        change(bytes);
        File.WriteAllBytes(file, bytes);
    }

    private static Digest DigestOf(string file) => Digest.Of(File.ReadAllBytes(file));

    /// <summary>The payload as a command builds it, and a package of it as the command line has it written.</summary>
    private sealed class BuiltPayload
    {
        private readonly RunStep _build = new(
            new StepName("postgres@15.18+minimal", "build"), [SmallEngine.File("build/run.sh", "make install")],
            new StepCommand(["/bin/sh", "run.sh"], ImmutableSortedDictionary<string, string>.Empty, RelativePath.Parse("build"), TimeSpan.FromMinutes(1)));

        public SmallEngine Engine { get; } = new(async (_, blobs, cancel) => FakeActionRunner.Succeeded(await SmallPayload.Files.PutAsync(blobs, cancel)));

        public async Task PackAsync(PackageFiles files) => await Engine.Engine.UseAsync(
            [.. new TarPackager(compressor: null).StepsOf(SmallPayload.Of(_build))], packages => files.WriteAsync(Engine.Blobs, packages[0].Tree, Cancel), Cancel);
    }
}
