using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Payloads.Binaries;
using Monogres.Payloads.Tests.Extensions;
using Monogres.Store;
using Monogres.Testing.Properties;
using Monogres.Testing.Stores;

namespace Monogres.Payloads.Tests.Binaries;

public class PayloadNeedsTests
{
    private readonly MemoryBlobStore _blobs = new();
    private readonly MemoryMemo _memo = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task What_a_payload_needs_can_be_read_back()
    {
        var facts = await new PayloadNeeds().OfAsync(new TreeStore(_blobs, _memo), Cancel, await PayloadAsync());
        var needs = await PayloadNeeds.ReadAsync(_blobs, facts, Cancel);
        Assert.Equal(["libc.so.6"], needs.Libraries);
        Assert.Equal("2.14", Assert.Single(needs.SymbolVersions, family => family.Key is "GLIBC").Value);
        Assert.Equal((62, $"{Installed.Prefix}/lib/sample.so"), (Assert.Single(needs.Machines).Key, needs.Machines[62]));
    }

    [Fact]
    public async Task A_payload_is_read_once_in_all_processes()
    {
        var payload = await PayloadAsync();
        var first = await new PayloadNeeds().OfAsync(new TreeStore(_blobs, _memo), Cancel, payload);
        var counting = new CountingBlobStore(_blobs);
        Assert.Equal(first, await new PayloadNeeds().OfAsync(new TreeStore(counting, _memo), Cancel, payload));
        Assert.DoesNotContain(payload, counting.Opened);
    }

    [Fact]
    public async Task What_was_remembered_and_is_lost_or_of_another_version_is_worked_out_again()
    {
        var payload = await PayloadAsync();
        var facts = await new PayloadNeeds().OfAsync(new TreeStore(_blobs, _memo), Cancel, payload);
        _blobs.Drop(facts);
        Assert.Equal(facts, await new PayloadNeeds().OfAsync(new TreeStore(_blobs, _memo), Cancel, payload));

        var other = await new TestTree().WithFile("facts.json", "[]").PutAsync(_blobs, Cancel);
        await _memo.PutAsync(Assert.Single(_memo.Keys), new MemoEntry(other), Cancel);
        Assert.Equal(facts, await new PayloadNeeds().OfAsync(new TreeStore(_blobs, _memo), Cancel, payload));
    }

    [Theory]
    [InlineData("facts.json", "null")]
    [InlineData("facts.json", "[]")]
    [InlineData("facts.json", "{")]
    [InlineData("facts.json", "{}")]
    [InlineData("other.json", "{}")]
    public async Task What_is_not_facts_is_lost(string path, string content)
    {
        var tree = await new TestTree().WithFile(path, content).PutAsync(_blobs, Cancel);
        await Assert.ThrowsAsync<BlobMissingException>(() => PayloadNeeds.ReadAsync(_blobs, tree, Cancel));
    }

    private Task<Digest> PayloadAsync() => Installed.PutAsync(_blobs, Installed.Prefix, Cancel, ("lib/sample.so", new ElfBuilder
    {
        Needed = ["libc.so.6"], Symbols = [new("memcpy", Defined: false, Version: "GLIBC_2.14")],
    }.Build()));
}
