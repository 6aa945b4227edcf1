using System.Collections.Immutable;
using System.Text;
using Monogres.Core;
using Monogres.Engine.Events;
using Monogres.Engine.Steps;
using Monogres.Store;
using Monogres.Store.Trees;
using Monogres.Testing;

namespace Monogres.Engine.Tests;

/// <summary>A blob that was lost is restored by whatever step yields it, and whoever needed it goes on.</summary>
public class RepairTests
{
    private static readonly Digest Text = Digest.Of("the text"u8);

    private readonly SmallEngine _small = new(SmallEngine.Writing("dir/file", "the text"));

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    /// <summary>A step of each kind whose tree has <c>dir/file</c> with <see cref="Text"/>.</summary>
    public static TheoryData<string> Kinds => ["write", "unpack", "run", "pick", "merge", "derive", "derive from a command", "everything"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_lost_file_is_restored(string kind)
    {
        var step = StepOf(kind);
        await ReadAsync(step);
        _small.Blobs.Drop(Text);
        Assert.Equal("the text", await ReadAsync(step));
        Assert.True(await _small.Blobs.ContainsAsync(Text, Cancel));
        Assert.NotEmpty(_small.Observer.Events.OfType<EngineEvent.Repairing>());
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_lost_directory_is_restored(string kind)
    {
        var step = StepOf(kind);
        await ReadAsync(step);
        var directory = await TreeWalk.FindDirectoryAsync(_small.Blobs, (await _small.Engine.GetAsync(step, Cancel)).Tree, RelativePath.Parse("dir"), Cancel);
        _small.Blobs.Drop(directory!.Value);
        Assert.Equal("the text", await ReadAsync(step));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task A_lost_root_is_restored_without_being_noticed(string kind)
    {
        var step = StepOf(kind);
        _small.Blobs.Drop((await _small.Engine.GetAsync(step, Cancel)).Tree);
        Assert.Equal("the text", await ReadAsync(step));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task When_everything_is_lost_everything_is_restored(string kind)
    {
        var step = StepOf(kind);
        await ReadAsync(step);
        foreach (var blob in _small.Blobs.Digests)
            _small.Blobs.Drop(blob);
        Assert.Equal("the text", await ReadAsync(step));
    }

    [Fact]
    public async Task What_a_command_needs_and_lost_is_restored_before_it_runs()
    {
        var source = StepOf("unpack");
        await _small.Engine.GetAsync(source, Cancel);
        var directory = await TreeWalk.FindDirectoryAsync(_small.Blobs, (await _small.Engine.GetAsync(source, Cancel)).Tree, RelativePath.Parse("dir"), Cancel);
        _small.Blobs.Drop(directory!.Value);
        await _small.Engine.GetAsync(Run(source, SmallEngine.File("dir/script", "")), Cancel);
        Assert.True(await _small.Blobs.ContainsAsync(directory.Value, Cancel));
    }

    [Fact]
    public async Task An_archive_that_is_lost_too_is_fetched_again()
    {
        var step = (UnpackStep)StepOf("unpack");
        await ReadAsync(step);
        _small.Blobs.Drop(Text);
        _small.Blobs.Drop(new Digest(step.Files[0].File.Sha256, step.Files[0].File.Size!.Value));
        Assert.Equal("the text", await ReadAsync(step));
        Assert.Equal(2, _small.Files.Fetched.Count);
    }

    [Fact]
    public async Task What_no_step_restores_is_reported_once()
    {
        var step = StepOf("write");
        var lost = Digest.Of("nobody has it"u8);
        var error = await Assert.ThrowsAsync<BlobMissingException>(() => _small.Engine.UseAsync<int>([step], _ => throw new BlobMissingException(lost, "is not in the store"), Cancel));
        Assert.Equal($"blob {lost} is lost, and running `test dir/file` again does not restore it", error.Message);
    }

    [Fact]
    public async Task A_directory_of_this_machine_that_is_lost_must_be_imported_again()
    {
        var tree = (await _small.Engine.GetAsync(StepOf("write"), Cancel)).Tree;
        var stored = new StoredStep(new StepName("my-extension", "source"), tree);
        _small.Blobs.Drop(Text);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => ReadAsync(stored));
        Assert.Equal("`my-extension source` is no longer in the store", error.Message);
    }

    [Fact]
    public async Task Two_who_lose_the_same_blob_at_once_both_get_it_back()
    {
        var step = StepOf("everything");
        await ReadAsync(step);
        _small.Blobs.Drop(Text);
        var texts = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => ReadAsync(step), Cancel)));
        Assert.Every(texts, text => Assert.Equal("the text", text));
    }

    private Step StepOf(string kind) => kind switch
    {
        "write" => SmallEngine.File("dir/file", "the text"),
        "unpack" => Unpack(),
        "run" => Run(SmallEngine.File("input", "1")),
        "pick" => new PickStep(default, SmallEngine.File("a/dir/file", "the text"), RelativePath.Parse("a"), RelativePath.Root),
        "merge" => new MergeStep(default, [SmallEngine.File("dir/file", "the text"), SmallEngine.File("dir/other", "text")]),
        "derive" => new DeriveStep(default, [SmallEngine.File("dir/file", "the text")], new Copy()),
        "derive from a command" => new DeriveStep(default, [StepOf("run")], new Copy()),
        "everything" => new MergeStep(default, [new DeriveStep(default, [new PickStep(default, StepOf("run"), RelativePath.Root, RelativePath.Root)], new Copy()), Unpack()]),
        _ => throw new ArgumentOutOfRangeException(nameof(kind), kind, "no such kind"),
    };

    private UnpackStep Unpack()
    {
        var file = _small.Files.Add("source.tar.gz", SmallArchive.Of(("source-1/dir/file", "the text", false)));
        return new UnpackStep(new StepName("source-1", "source"), [new UnpackFile("tarball", file, null)], []);
    }

    private static RunStep Run(params Step[] layers) => new(
        new StepName("test", "build"), [.. layers],
        new StepCommand(["/bin/sh"], ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal), RelativePath.Root, TimeSpan.FromHours(1)));

    private Task<string> ReadAsync(Step step) => _small.Engine.UseAsync([step], async results =>
        await _small.TextAsync(results[0].Tree, "dir/file") ?? throw new InvalidOperationException("the file is not in the tree"), Cancel);

    private sealed class Copy : TreeFunction
    {
        public override void Describe(KeyWriter key) => key.Add("copy");

        public override async Task<Digest> ApplyAsync(ImmutableArray<StepResult> inputs, TreeStore store, CancellationToken cancel)
        {
            var tree = new TreeBuilder();
            await foreach (var entry in TreeWalk.EntriesAsync(store.Blobs, inputs[0].Tree, cancel))
            {
                if (entry is TreeEntry.File file)
                    tree.AddFile(file.Path, await store.Blobs.PutAsync(await store.Blobs.ReadAllAsync(file.Content, cancel), cancel), file.Executable);
            }

            return await tree.WriteAsync(store.Blobs, cancel);
        }
    }
}
