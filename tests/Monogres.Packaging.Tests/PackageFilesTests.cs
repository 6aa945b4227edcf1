using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Events;
using Monogres.Engine.Steps;
using Monogres.Packaging.Tar;
using Monogres.Store;
using Monogres.Store.Disk;
using Monogres.Testing;
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
    public async Task A_package_is_written_as_a_whole_and_its_digest_is_that_of_the_file()
    {
        var digest = await WriteAsync(written: null);
        Assert.Equal([Archive], Directory.EnumerateFileSystemEntries(_output.Path));
        Assert.Equal(DigestOf(Archive), digest);
    }

    [Fact]
    public async Task A_package_does_not_depend_on_the_store_or_the_directory()
    {
        var digest = await WriteAsync(written: null);
        var another = new MemoryBlobStore();
        using var elsewhere = new TemporaryDirectory();
        var files = FilesIn(elsewhere["a/deeper/one"]);
        Assert.Equal(digest, await files.WriteAsync(new TarPackager(another), await SmallPayload.PutAsync(another, Cancel), written: null, Cancel));
        Assert.Equal(digest, DigestOf(Path.Combine(elsewhere["a/deeper/one"], $"{SmallPayload.Name}.tar")));
    }

    [Fact]
    public async Task A_package_that_is_there_as_it_would_be_written_is_kept_and_the_payload_is_not_read()
    {
        var digest = await WriteAsync(written: null);
        HardLink.Create(Archive, _output["same"]);
        var counting = new CountingBlobStore(_blobs);
        Assert.Equal(digest, await Files.WriteAsync(new TarPackager(counting), await SmallPayload.PutAsync(_blobs, Cancel), digest, Cancel));
        Assert.Empty(counting.Opened);

        // Written again, it would be another file than the one with the second name.
        await File.AppendAllTextAsync(_output["same"], "x", Cancel);
        Assert.Equal(new FileInfo(_output["same"]).Length, new FileInfo(Archive).Length);
    }

    public static TheoryData<string> Spoilings => [.. Spoiled.Keys];

    private static readonly Dictionary<string, Action<PackageFilesTests>> Spoiled = new(StringComparer.Ordinal)
    {
        ["a changed byte"] = test => Change(test.Archive, bytes => bytes[600] ^= 1),
        ["a longer package"] = test => File.AppendAllText(test.Archive, "x"),
        ["no package"] = test => File.Delete(test.Archive),
    };

    [Theory]
    [MemberData(nameof(Spoilings))]
    public async Task A_package_that_is_not_as_it_would_be_written_is_replaced(string how)
    {
        var digest = await WriteAsync(written: null);
        Spoiled[how](this);
        Assert.Equal(digest, await WriteAsync(digest));
        Assert.Equal(digest, DigestOf(Archive));
        Assert.Single(Directory.EnumerateFileSystemEntries(_output.Path));
    }

    [Fact]
    public async Task A_package_that_nothing_is_known_of_is_replaced()
    {
        await File.WriteAllTextAsync(Archive, "something else", Cancel);
        Assert.Equal(await WriteAsync(written: null), DigestOf(Archive));
    }

    [Fact]
    public async Task What_a_killed_process_left_half_written_is_removed_and_what_another_writes_is_not()
    {
        await File.WriteAllTextAsync($"{Archive}.4711.part", "half", Cancel);
        await using var other = new FileStream($"{Archive}.4712.part", FileMode.CreateNew, FileAccess.Write, FileShare.None);
        await WriteAsync(written: null);
        Assert.Equal([$"{Archive}.4712.part"], Directory.EnumerateFiles(_output.Path, "*.part"));
    }

    [Fact]
    public async Task Nothing_half_written_is_left_when_a_blob_is_lost()
    {
        var request = await SmallPayload.PutAsync(_blobs, Cancel);
        _blobs.Drop(Digest.Of("port = 5432\n"u8));
        await Assert.ThrowsAsync<BlobMissingException>(() => Files.WriteAsync(new TarPackager(_blobs), request, written: null, Cancel));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_output.Path));
    }

    [Fact]
    public async Task The_package_that_is_there_stays_when_it_cannot_be_written_again()
    {
        await File.WriteAllTextAsync(Archive, "an older one", Cancel);
        var request = await SmallPayload.PutAsync(_blobs, Cancel);
        using var stopped = new CancellationTokenSource();
        await stopped.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Files.WriteAsync(new TarPackager(_blobs), request, written: null, stopped.Token));
        Assert.Equal("an older one", await File.ReadAllTextAsync(Archive, Cancel));
        Assert.Single(Directory.EnumerateFileSystemEntries(_output.Path));
    }

    [Fact]
    public async Task A_blob_that_is_lost_while_packing_is_built_again()
    {
        var build = new BuiltPayload();
        var engine = build.Engine;
        var digest = await build.PackAsync(Files);
        File.Delete(Archive);
        engine.Blobs.Drop(Digest.Of("a program"u8));
        engine.New();

        Assert.Equal(digest, await build.PackAsync(Files));
        Assert.Equal(digest, DigestOf(Archive));
        Assert.Equal(2, engine.Runner.Runs);
        Assert.NotEmpty(engine.Observer.Events.OfType<EngineEvent.Repairing>());
    }

    [Fact]
    public async Task Nothing_half_written_is_left_when_the_build_cannot_restore_a_blob()
    {
        // A directory that names a file which nobody has: reading it fails in the middle of the package.
        var build = new BuiltPayload { Loses = Digest.Of("a program"u8) };
        await Assert.ThrowsAsync<BlobMissingException>(() => build.PackAsync(Files));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_output.Path));
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
    public async Task A_directory_that_cannot_be_written_after_a_repair_is_the_readers_error_too()
    {
        var build = new BuiltPayload();
        await build.PackAsync(Files);
        File.Delete(Archive);
        build.Engine.Blobs.Drop(Digest.Of("a program"u8));

        // The name of the package is that of a directory, which is found once everything is there again.
        Directory.CreateDirectory(Archive);
        IsCannotWrite(_output.Path, await Assert.ThrowsAsync<UserErrorException>(() => build.PackAsync(Files)));
        Assert.Equal(2, build.Engine.Runner.Runs);
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

    private async Task<Digest> WriteAsync(Digest? written) => await Files.WriteAsync(new TarPackager(_blobs), await SmallPayload.PutAsync(_blobs, Cancel), written, Cancel);

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

        public BuiltPayload() => Engine = new SmallEngine(async (_, blobs, cancel) =>
        {
            var tree = await SmallPayload.Files.PutAsync(blobs, cancel);
            if (Loses is { } lost)
                ((ILocalBlobStore)blobs).Drop(lost);
            return FakeActionRunner.Succeeded(tree);
        });

        public SmallEngine Engine { get; }

        /// <summary>A blob that is lost as soon as it is built.</summary>
        public Digest? Loses { get; init; }

        public Task<Digest> PackAsync(PackageFiles files) => Engine.Engine.UseAsync(
            [_build], built => files.WriteAsync(new TarPackager(Engine.Blobs), SmallPayload.Of(built[0].Tree), written: null, Cancel), Cancel);
    }
}
