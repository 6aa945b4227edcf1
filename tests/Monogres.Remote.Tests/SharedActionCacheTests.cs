using Google.Protobuf;
using Grpc.Core;
using Monogres.Actions;
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

    private static Digest Content { get; } = Digest.Of("content of a file"u8);

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _there = await RemoteFixture.StartAsync();

    public ValueTask DisposeAsync() => _there.DisposeAsync();

    [Fact]
    public async Task What_one_machine_wrote_another_gets()
    {
        var tree = await PublishAsync();
        var found = Assert.IsType<ActionResult>(await _there.Shared.GetAsync(Key, Cancel));
        Assert.Equal(tree, found.OutputDirectories[0].RootDirectoryDigest.ToDigest());
        Assert.Equal("content of a file"u8.ToArray(), await _there.Through.ReadAllAsync(Content, Cancel));
        Assert.Empty(await TreeBlobs.FindMissingAsync(_there.Local, tree, Cancel));
        Assert.Equal("log\n"u8.ToArray(), await _there.Local.ReadAllAsync(found.StdoutDigest.ToDigest(), Cancel));
        Assert.Equal([Key], _there.OwnResults.Actions);
        Assert.Empty(_there.Said);
    }

    [Fact]
    public async Task Files_that_nobody_reads_stay_where_they_are()
    {
        var tree = await PublishAsync();
        Assert.NotNull(await _there.Shared.GetAsync(Key, Cancel));
        Assert.Equal([Content], await TreeBlobs.FindMissingAsync(_there.Local, tree, Cancel));
        Assert.Empty(await TreeBlobs.FindMissingAsync(_there.Through, tree, Cancel));
        var mark = Assert.Single(_there.Memo.Keys);
        var entry = Assert.IsType<MemoEntry>(await _there.Memo.FindAsync(mark, Cancel));
        Assert.True(LeftElsewhere.IsMark(mark, entry));
        Assert.Equal(tree, entry.Tree);
    }

    [Fact]
    public async Task What_an_action_on_this_machine_needs_is_brought_before_it_runs()
    {
        var tree = await PublishAsync();
        Assert.NotNull(await _there.Shared.GetAsync(Key, Cancel));
        await _there.Through.BringAsync([tree], Cancel);
        Assert.Empty(await TreeBlobs.FindMissingAsync(_there.Local, tree, Cancel));
        var calls = _there.Engine.Faults.Calls.Count;
        await _there.Through.BringAsync([tree], Cancel);
        Assert.Equal(calls, _there.Engine.Faults.Calls.Count);
    }

    [Fact]
    public async Task Who_reads_one_file_of_a_tree_has_all_of_them_brought_in_one_call()
    {
        var other = new Monogres.Testing.Stores.MemoryBlobStore();
        var tree = new TreeBuilder();
        for (var i = 0; i < 50; i++)
            tree.AddFile(RelativePath.Parse($"f{i}"), await other.PutAsync(System.Text.Encoding.ASCII.GetBytes($"file {i}"), Cancel), executable: false);
        var root = await tree.WriteAsync(other, Cancel);
        await PublishAsync(other, root);
        Assert.NotNull(await _there.Shared.GetAsync(Key, Cancel));

        var calls = _there.Engine.Faults.Calls.Count;
        await _there.Through.ReadAllAsync(Digest.Of("file 7"u8), Cancel);
        Assert.Equal(calls + 1, _there.Engine.Faults.Calls.Count);
        Assert.Empty(await TreeBlobs.FindMissingAsync(_there.Local, root, Cancel));
    }

    [Fact]
    public async Task A_file_that_was_left_there_and_is_lost_is_missing_for_who_reads_it()
    {
        await PublishAsync();
        Assert.NotNull(await _there.Shared.GetAsync(Key, Cancel));
        _there.Engine.Blobs.Drop(Content);
        Assert.Equal(Content, (await Assert.ThrowsAsync<BlobMissingException>(async () => await _there.Through.ReadAllAsync(Content, Cancel))).Digest);
        await _there.Shared.RemoveAsync(Key, Cancel);
        Assert.Null(await _there.Shared.GetAsync(Key, Cancel));
    }

    [Theory]
    [MemberData(nameof(EachStatus))]
    public async Task A_cache_that_fails_when_a_file_is_read_has_lost_it(StatusCode status)
    {
        await PublishAsync();
        Assert.NotNull(await _there.Shared.GetAsync(Key, Cancel));
        _there.Engine.Faults.Plan = (_, _) => new EngineFault.Fails(status);
        await Assert.ThrowsAsync<BlobMissingException>(async () => await _there.Through.ReadAllAsync(Content, Cancel));
        Assert.Equal([Content], await _there.Through.FindMissingAsync([Content], Cancel));
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
        _there.Engine.Blobs.Drop(Content);
        await RefusesAsync(Key, "a result of the shared cache is not complete");
    }

    [Fact]
    public async Task A_file_with_other_content_is_never_read()
    {
        await PublishAsync();
        _there.Engine.Blobs.Damage(Content, "CONTENT of a file"u8.ToArray());
        Assert.NotNull(await _there.Shared.GetAsync(Key, Cancel));
        await Assert.ThrowsAsync<BlobMissingException>(async () => await _there.Through.ReadAllAsync(Content, Cancel));
        Assert.Equal([Content], await _there.Local.FindMissingAsync([Content], Cancel));
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
        directory.Files.AddRange(new[] { first, second }.Select(name => new FileNode { Name = name, Digest = Content.ToWire() }));
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
        var cache = _there.Sharing(upload: null, mustBeReached: true);
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
        await _there.Sharing(upload: null).PutAsync(Key, new ActionResult(), Cancel);
        Assert.Empty(_there.Engine.Faults.Calls);
    }

    [Fact]
    public async Task A_result_for_which_nobody_stands_is_refused()
    {
        await PublishAsync();
        var cache = _there.Sharing(upload: null, vouchers: new Vouchers((_, _) => "nobody states it"));
        Assert.Null(await cache.GetAsync(Key, Cancel));
        Assert.Contains("is not used: nobody states it; the work is done here", Assert.Single(_there.Said), StringComparison.Ordinal);
        Assert.Empty(_there.OwnResults.Actions);
    }

    [Fact]
    public async Task A_result_for_which_others_stand_is_used()
    {
        var tree = await PublishAsync();
        var cache = _there.Sharing(upload: null, vouchers: new Vouchers((action, output) => (action, output) == (Key, tree) ? null : "it is another"));
        Assert.True(ResultOrigin.IsTaken(Assert.IsType<ActionResult>(await cache.GetAsync(Key, Cancel))));
        Assert.Empty(_there.Said);
    }

    [Fact]
    public async Task What_was_taken_before_anyone_was_asked_is_no_result_of_ours()
    {
        await PublishAsync();
        Assert.NotNull(await _there.Shared.GetAsync(Key, Cancel));
        Assert.Null(await _there.Sharing(upload: null, vouchers: new Vouchers((_, _) => "nobody states it")).GetAsync(Key, Cancel));

        await _there.OwnResults.PutAsync(Key, new ActionResult(), Cancel);
        Assert.NotNull(await _there.Sharing(upload: null, vouchers: new Vouchers((_, _) => "nobody states it")).GetAsync(Key, Cancel));
    }

    private sealed class Vouchers(Func<Digest, Digest, string?> reason) : IResultVouchers
    {
        public ValueTask<string?> ReasonAgainstAsync(Digest action, Digest output, CancellationToken cancel) => ValueTask.FromResult(reason(action, output));
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
        return await PublishAsync(other, await tree.WriteAsync(other, Cancel));
    }

    private async Task<Digest> PublishAsync(Monogres.Testing.Stores.MemoryBlobStore other, Digest root)
    {
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
