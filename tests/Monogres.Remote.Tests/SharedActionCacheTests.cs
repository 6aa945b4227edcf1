using Google.Protobuf;
using Grpc.Core;
using Monogres.Core;
using Monogres.Protocol;
using Monogres.Remote.Tests.Engine;
using Monogres.Store;
using Monogres.Store.Trees;
using Digest = Monogres.Core.Digest;

namespace Monogres.Remote.Tests;

/// <summary>What a shared cache gives is used when it is right, and never otherwise.</summary>
public sealed class SharedActionCacheTests : IAsyncLifetime
{
    private static readonly Digest Key = Digest.Of("an action"u8);

    private RemoteFixture _there = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _there = await RemoteFixture.StartAsync();

    public ValueTask DisposeAsync() => _there.DisposeAsync();

    [Fact]
    public async Task What_one_machine_wrote_another_gets_whole()
    {
        var tree = await PublishAsync();
        var found = Assert.IsType<ActionResult>(await _there.Shared.GetAsync(Key, Cancel));
        Assert.Equal(tree, found.OutputDirectories[0].RootDirectoryDigest.ToDigest());
        Assert.Empty(await TreeBlobs.FindMissingAsync(_there.Local, tree, Cancel));
        Assert.Equal("log\n"u8.ToArray(), await _there.Local.ReadAllAsync(found.StdoutDigest.ToDigest(), Cancel));
        Assert.Equal([Key], _there.OwnResults.Actions);
        Assert.Empty(_there.Said);
    }

    [Fact]
    public async Task What_we_write_has_the_form_that_other_clients_read()
    {
        var tree = await PublishAsync();
        var written = Assert.Single(_there.Engine.Results[Key].OutputDirectories);
        var whole = await _there.Engine.Blobs.ReadMessageAsync(Tree.Parser, written.TreeDigest.ToDigest(), Cancel);
        Assert.Equal(tree, whole.Root.DigestOf());
        Assert.Equal("lib", Assert.Single(whole.Root.Directories).Name);
        Assert.Equal(whole.Root.Directories[0].Digest.ToDigest(), Assert.Single(whole.Children).DigestOf());
        Assert.Null(Assert.IsType<ActionResult>(await _there.Shared.GetAsync(Key, Cancel)).OutputDirectories[0].TreeDigest);
    }

    [Fact]
    public async Task What_is_known_here_is_not_asked_there()
    {
        await _there.OwnResults.PutAsync(Key, new ActionResult(), Cancel);
        Assert.NotNull(await _there.Shared.GetAsync(Key, Cancel));
        Assert.Empty(_there.Engine.Faults.Calls);
    }

    [Fact]
    public async Task A_result_of_another_action_is_refused()
    {
        await PublishAsync();
        var other = Digest.Of("another action"u8);
        _there.Engine.Results[other] = _there.Engine.Results[Key];
        await RefusesAsync(other, "it does not say that it is of this action");
    }

    [Fact]
    public async Task A_failed_result_that_is_offered_is_refused()
    {
        await PublishAsync();
        _there.Engine.Results[Key].ExitCode = 3;
        await RefusesAsync(Key, "it is of a command that failed, with exit code 3");
    }

    [Fact]
    public async Task A_result_without_its_output_is_refused()
    {
        await PublishAsync();
        _there.Engine.Results[Key].OutputDirectories.Clear();
        await RefusesAsync(Key, "its output is not one directory");
    }

    [Fact]
    public async Task A_result_that_names_what_is_not_a_digest_is_refused()
    {
        await PublishAsync();
        _there.Engine.Results[Key].OutputDirectories[0].RootDirectoryDigest = new Protocol.Digest { Hash = "../../etc", SizeBytes = 3 };
        await RefusesAsync(Key, "named a blob by something that is not a digest");
    }

    [Fact]
    public async Task A_tree_with_a_missing_part_is_refused()
    {
        await PublishAsync();
        _there.Engine.Blobs.Drop(Digest.Of("content of a file"u8));
        await RefusesAsync(Key, "a result of the shared cache is not complete");
    }

    [Fact]
    public async Task A_file_with_other_content_is_refused()
    {
        await PublishAsync();
        _there.Engine.Blobs.Damage(Digest.Of("content of a file"u8), "CONTENT of a file"u8.ToArray());
        await RefusesAsync(Key, "a result of the shared cache is not complete");
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("b", "a")]
    [InlineData("..", "x")]
    [InlineData("a/b", "x")]
    [InlineData("", "x")]
    public async Task A_tree_that_we_would_not_have_written_is_refused(string first, string second)
    {
        await PublishAsync();
        var directory = new Monogres.Protocol.Directory();
        directory.Files.AddRange(new[] { first, second }.Select(name => new FileNode { Name = name, Digest = Digest.Of("content of a file"u8).ToWire() }));
        var root = await _there.Engine.Blobs.PutMessageAsync(directory, Cancel);
        _there.Engine.Results[Key].OutputDirectories[0].RootDirectoryDigest = root.ToWire();
        await RefusesAsync(Key, "its tree is not in canonical form");
    }

    [Theory]
    [InlineData("../..")]
    [InlineData("../../etc/passwd")]
    [InlineData("deeper/../../../x")]
    public async Task A_link_that_leads_out_of_the_tree_is_refused(string target)
    {
        await PublishAsync();
        var below = new Monogres.Protocol.Directory { Symlinks = { new SymlinkNode { Name = "l", Target = target } } };
        var shared = await _there.Engine.Blobs.PutMessageAsync(below, Cancel);
        var deep = await _there.Engine.Blobs.PutMessageAsync(new Monogres.Protocol.Directory { Directories = { new DirectoryNode { Name = "b", Digest = shared.ToWire() } } }, Cancel);
        // The same directory, in a place where its link stays inside and in one where it does not.
        var root = await _there.Engine.Blobs.PutMessageAsync(
            new Monogres.Protocol.Directory { Directories = { new DirectoryNode { Name = "a", Digest = deep.ToWire() }, new DirectoryNode { Name = "z", Digest = shared.ToWire() } } }, Cancel);
        _there.Engine.Results[Key].OutputDirectories[0].RootDirectoryDigest = root.ToWire();
        await RefusesAsync(Key, "in its tree `z/l` is a link that leads out of it");
    }

    [Fact]
    public async Task A_link_to_a_neighbour_is_no_reason_to_refuse()
    {
        await PublishAsync();
        var below = await _there.Engine.Blobs.PutMessageAsync(new Monogres.Protocol.Directory { Symlinks = { new SymlinkNode { Name = "l", Target = "../x" } } }, Cancel);
        var root = await _there.Engine.Blobs.PutMessageAsync(new Monogres.Protocol.Directory { Directories = { new DirectoryNode { Name = "lib", Digest = below.ToWire() } } }, Cancel);
        _there.Engine.Results[Key].OutputDirectories[0].RootDirectoryDigest = root.ToWire();
        Assert.NotNull(await _there.Shared.GetAsync(Key, Cancel));
        Assert.Empty(_there.Said);
    }

    [Theory]
    [MemberData(nameof(EachStatus))]
    public async Task A_cache_that_fails_counts_as_one_without_the_result(StatusCode status)
    {
        await PublishAsync();
        _there.Engine.Faults.Plan = (_, _) => new EngineFault.Fails(status);
        Assert.Null(await _there.Shared.GetAsync(Key, Cancel));
        Assert.Equal(status != StatusCode.NotFound, _there.Said.Count > 0);
        await _there.Shared.PutAsync(Key, new ActionResult(), Cancel);
        Assert.NotNull(await _there.OwnResults.GetAsync(Key, Cancel));
    }

    [Fact]
    public async Task A_cache_that_must_be_reached_and_is_not_is_an_error()
    {
        _there.Engine.Faults.Plan = (_, _) => new EngineFault.Fails(StatusCode.Unauthenticated);
        var cache = new Caching.SharedActionCache(_there.OwnResults, _there.Results, _there.Download, null, _there.Say) { MustBeReached = true };
        var error = await Assert.ThrowsAsync<UserErrorException>(async () => await cache.GetAsync(Key, Cancel));
        Assert.Contains("MONOGRES_REMOTE_TOKEN_FILE", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failure_is_never_sent()
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await _there.Shared.PutAsync(Key, new ActionResult { ExitCode = 1 }, Cancel));
        Assert.Empty(_there.Engine.Results);
    }

    [Fact]
    public async Task Only_who_may_write_there_does()
    {
        await new Caching.SharedActionCache(_there.OwnResults, _there.Results, _there.Download, null, _there.Say).PutAsync(Key, new ActionResult(), Cancel);
        Assert.Empty(_there.Engine.Faults.Calls);
    }

    public static TheoryData<StatusCode> EachStatus => [.. Enum.GetValues<StatusCode>().Where(status => status != StatusCode.OK)];

    private async Task RefusesAsync(Digest key, string why)
    {
        Assert.Null(await _there.Shared.GetAsync(key, Cancel));
        Assert.Contains(why, Assert.Single(_there.Said), StringComparison.Ordinal);
        Assert.Empty(_there.OwnResults.Actions);
    }

    /// <summary>Another machine builds the action, and sends the result.</summary>
    private async Task<Digest> PublishAsync()
    {
        var other = new Monogres.Testing.Stores.MemoryBlobStore();
        var tree = new TreeBuilder();
        tree.AddFile(RelativePath.Parse("lib/f"), await other.PutAsync("content of a file"u8.ToArray(), Cancel), executable: true);
        tree.AddSymlink(RelativePath.Parse("l"), "lib/f");
        var root = await tree.WriteAsync(other, Cancel);
        await other.PutAsync("an action"u8.ToArray(), Cancel);
        var result = new ActionResult
        {
            StdoutDigest = (await other.PutAsync("log\n"u8.ToArray(), Cancel)).ToWire(),
            OutputDirectories = { new OutputDirectory { Path = "out", RootDirectoryDigest = root.ToWire() } },
        };
        await new Caching.ResultUpload(_there.Results, new Trees.TreeUpload(other, _there.Remote)).SendAsync(Key, result, Cancel);
        return root;
    }
}
