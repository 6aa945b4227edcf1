using Monogres.Core;
using Monogres.Proof.Policies;
using Monogres.Proof.Tests.Signatures;
using Monogres.Testing;

namespace Monogres.Proof.Tests.Policies;

public sealed class PolicyTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public PolicyTests()
    {
        Directory.CreateDirectory(_directory["keys"]);
        File.WriteAllText(_directory["keys/alice.pub"], TestKeys.Ed25519Public);
        File.WriteAllText(_directory["bob.pub"], TestKeys.P256Public);
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task A_policy_names_its_keys_as_its_readers_do()
    {
        File.WriteAllText(_directory["policy.json"], """{"version": 1, "threshold": 2, "keys": {"Alice": "keys/alice.pub", "Bob": "bob.pub"}, "formats": ["deb", "tar.zst"]}""");
        var policy = await Policy.ReadAsync(_directory["policy.json"], Cancel);
        Assert.Equal(2, policy.Threshold);
        Assert.Equal(["Alice", "Bob"], policy.Keys.Select(key => key.Name));
        Assert.Equal([TestKeys.Alice.Key, TestKeys.Bob.Key], policy.Keys);
        Assert.Equal(["deb", "tar.zst"], policy.Formats!.Value);
    }

    [Theory]
    [InlineData("", "it is not JSON")]
    [InlineData("""{"version": 2, "threshold": 1, "keys": {"Bob": "bob.pub"}}""", "`version` is not 1")]
    [InlineData("""{"version": 1, "keys": {"Bob": "bob.pub"}}""", "`threshold` is missing")]
    [InlineData("""{"version": 1, "threshold": 1.5, "keys": {"Bob": "bob.pub"}}""", "`threshold` is missing, or not a whole number")]
    [InlineData("""{"version": 1, "threshold": 1, "keys": []}""", "`keys` is missing or not an object")]
    [InlineData("""{"version": 1, "threshold": 1, "keys": {"Bob": 7}}""", "`keys.Bob` is not the name of a file")]
    [InlineData("""{"version": 1, "threshold": 1, "keys": {"Bob": "bob.pub"}, "formats": ["exe"]}""", "`formats` has \"exe\" in it; the formats are deb, oci")]
    [InlineData("""{"version": 1, "threshold": 1, "keys": {"Bob": "bob.pub"}, "formats": []}""", "`formats` is not a list")]
    [InlineData("""{"version": 1, "threshold": 1, "keys": {"Bob": "bob.pub"}, "treshold": 2}""", "`treshold` is not a field")]
    [InlineData("""{"version": 1, "threshold": 1, "threshold": 0, "keys": {"Bob": "bob.pub"}}""", "it is not JSON")]
    [InlineData("""{"version": 1, "threshold": 1, "keys": {"Bob": "nowhere.pub"}}""", "nowhere.pub")]
    [InlineData("""{"version": 1, "threshold": 0, "keys": {"Bob": "bob.pub"}}""", "a threshold of 0 accepts everything")]
    [InlineData("""{"version": 1, "threshold": 2, "keys": {"Bob": "bob.pub", "Robert": "bob.pub"}}""", "2 builders must agree, but there is 1 key")]
    public async Task What_is_wrong_with_a_policy_is_named(string text, string problem)
    {
        File.WriteAllText(_directory["policy.json"], text);
        var error = await Assert.ThrowsAsync<UserErrorException>(() => Policy.ReadAsync(_directory["policy.json"], Cancel));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Hint);
    }
}
