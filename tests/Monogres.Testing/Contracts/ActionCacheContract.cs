using Google.Protobuf;
using Monogres.Protocol;
using Monogres.Store;
using Digest = Monogres.Core.Digest;

namespace Monogres.Testing.Contracts;

/// <summary>What every action cache promises. A test class inherits it for each implementation and decorator.</summary>
public abstract class ActionCacheContract
{
    protected static readonly Digest Action = Digest.Of("an action"u8);

    /// <summary>The cache under test; the same one at each call within a test.</summary>
    protected abstract IActionCache Cache { get; }

    protected static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_unknown_action_has_no_result() => Assert.Null(await Cache.GetAsync(Action, Cancel));

    [Fact]
    public async Task A_result_is_remembered()
    {
        await Cache.PutAsync(Action, Result("log"), Cancel);
        Assert.Equal(Result("log"), await Cache.GetAsync(Action, Cancel));
    }

    [Fact]
    public async Task A_newer_result_replaces_an_older_one()
    {
        await Cache.PutAsync(Action, Result("older and longer"), Cancel);
        await Cache.PutAsync(Action, Result("newer"), Cancel);
        Assert.Equal(Result("newer"), await Cache.GetAsync(Action, Cancel));
    }

    [Fact]
    public async Task A_removed_result_is_gone()
    {
        await Cache.PutAsync(Action, Result("log"), Cancel);
        await Cache.RemoveAsync(Action, Cancel);
        await Cache.RemoveAsync(Action, Cancel);
        Assert.Null(await Cache.GetAsync(Action, Cancel));
    }

    [Fact]
    public async Task Actions_that_differ_only_in_size_are_different()
    {
        await Cache.PutAsync(Action, Result("log"), Cancel);
        Assert.Null(await Cache.GetAsync(Action with { Size = Action.Size + 1 }, Cancel));
    }

    [Fact]
    public async Task An_empty_result_is_a_result()
    {
        await Cache.PutAsync(Action, new ActionResult(), Cancel);
        Assert.Equal(new ActionResult(), await Cache.GetAsync(Action, Cancel));
    }

    [Fact]
    public async Task A_failure_is_not_remembered()
    {
        await Assert.ThrowsAsync<ArgumentException>(async () => await Cache.PutAsync(Action, new ActionResult { ExitCode = 2 }, Cancel));
        Assert.Null(await Cache.GetAsync(Action, Cancel));
    }

    [Fact]
    public async Task Changing_a_result_after_it_was_put_changes_nothing()
    {
        var result = Result("log");
        await Cache.PutAsync(Action, result, Cancel);
        result.ExitCode = 7;
        Assert.Equal(Result("log"), await Cache.GetAsync(Action, Cancel));
    }

    protected static ActionResult Result(string log) => new() { StdoutRaw = ByteString.CopyFromUtf8(log) };
}
