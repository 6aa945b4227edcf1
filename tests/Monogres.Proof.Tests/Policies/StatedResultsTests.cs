using Monogres.Core;
using Monogres.Proof.Policies;
using Monogres.Proof.Provenance;
using Monogres.Proof.Signatures;
using Monogres.Proof.Tests.Signatures;
using Monogres.Testing;

namespace Monogres.Proof.Tests.Policies;

/// <summary>A result that others made is used when as many builders as the policy asks for state that they got the same.</summary>
public sealed class StatedResultsTests : IAsyncLifetime
{
    private static readonly Digest Output = Digest.Of("output"u8), Other = Digest.Of("another output"u8);

    private readonly TemporaryDirectory _there = new();
    private readonly List<string> _said = [];
    private SmallRelease _release = null!;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private Digest Action => _release.Manifest.Recipe.Action;

    public async ValueTask InitializeAsync()
    {
        _release = await SmallRelease.NewAsync(Cancel);
        foreach (var (name, key) in new[] { ("alice", TestKeys.Alice.Key), ("bob", TestKeys.Bob.Key) })
            await File.WriteAllTextAsync(_there[$"{name}.pub"], key.ToPem(), Cancel);
        await File.WriteAllTextAsync(_there["policy.json"], """{"version": 1, "threshold": 2, "keys": {"Alice": "alice.pub", "Bob": "bob.pub"}}""", Cancel);
    }

    public ValueTask DisposeAsync()
    {
        _release.Dispose();
        _there.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_enough_builders_state_is_used()
    {
        await StateAsync(TestKeys.Alice, Output);
        await StateAsync(TestKeys.Bob, Output);
        Assert.Null(await ReasonAsync(Action, Output));
        Assert.Empty(_said);
    }

    [Fact]
    public async Task What_too_few_state_is_not_used_and_one_who_signs_twice_is_one()
    {
        await StateAsync(TestKeys.Alice, Output, "first");
        await StateAsync(TestKeys.Alice, Output, "second");
        Assert.Equal("1 of the 2 builders that must agree states it", await ReasonAsync(Action, Output));
    }

    [Fact]
    public async Task Who_states_another_result_is_named()
    {
        await StateAsync(TestKeys.Alice, Output);
        await StateAsync(TestKeys.Bob, Other);
        Assert.Equal($"1 of the 2 builders that must agree states it, and another result is stated by {TestKeys.Bob.Key.Called("Bob")}", await ReasonAsync(Action, Output));
    }

    [Fact]
    public async Task A_result_of_another_action_or_of_a_key_that_does_not_count_is_not_used()
    {
        await StateAsync(TestKeys.Alice, Output);
        await StateAsync(TestKeys.Carol, Output);
        Assert.StartsWith("0 of the 2", await ReasonAsync(Digest.Of("another action"u8), Output), StringComparison.Ordinal);
        Assert.StartsWith("1 of the 2", await ReasonAsync(Action, Output), StringComparison.Ordinal);
        Assert.Contains(_said, said => said.Contains("is not signed by any of the 2 keys", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Who_took_a_result_from_others_does_not_vouch_for_it()
    {
        await StateAsync(TestKeys.Alice, output: null);
        await StateAsync(TestKeys.Bob, Output);
        Assert.StartsWith("1 of the 2", await ReasonAsync(Action, Output), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Statements_that_are_not_there_are_an_error()
    {
        var error = await Assert.ThrowsAsync<UserErrorException>(() => ReasonAsync(Action, Output, _there["nothing"]));
        Assert.Contains("there is no file or directory", error.Message, StringComparison.Ordinal);
        Assert.Contains("--remote-statements", error.Hint, StringComparison.Ordinal);
    }

    private async Task StateAsync(SigningKey signer, Digest? output, string? directory = null)
    {
        var to = _there[$"statements/{directory ?? signer.Key.Id}"];
        Directory.CreateDirectory(to);
        await _release.AttestAsync(signer, Cancel, to, output: output);
    }

    private Task<string?> ReasonAsync(Digest action, Digest output, string? statements = null) =>
        new StatedResults(_there["policy.json"], [statements ?? _there["statements"]], _said.Add).ReasonAgainstAsync(action, output, Cancel).AsTask();
}
