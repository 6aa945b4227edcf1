using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Payloads.Binaries;
using Monogres.Store;
using Monogres.Store.Trees;
using Monogres.Testing;
using Monogres.Testing.Stores;

namespace Monogres.Payloads.Tests.Binaries;

public class BinaryNeedsTests
{
    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_library_that_the_payload_brings_is_not_needed_from_elsewhere()
    {
        var runtime = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var tree = await TreeAsync(
            ("lib/libclrjit.so", await File.ReadAllBytesAsync(Path.Combine(runtime, "libclrjit.so"), Cancel)),
            ("lib/libc.so.6", "not ELF, but there"u8.ToArray()),
            ("share/empty", []));
        var needs = await BinaryNeeds.OfTreeAsync(_blobs, tree, Cancel);
        Assert.DoesNotContain("libc.so.6", needs.Libraries);
        Assert.Contains("libm.so.6", needs.Libraries);
        Assert.Matches(@"^2\.\d+(\.\d+)?$", needs.SymbolVersions["GLIBC"]);
    }

    [Fact]
    public async Task A_damaged_program_is_named()
    {
        var tree = await TreeAsync(("bin/postgres", [0x7f, (byte)'E', (byte)'L', (byte)'F', 0, 0]));
        var error = await Assert.ThrowsAsync<UserErrorException>(() => BinaryNeeds.OfTreeAsync(_blobs, tree, Cancel));
        Assert.Equal("`bin/postgres` of the payload cannot be read: it is not an ELF file", error.Message);
    }

    [Theory]
    [InlineData("2.9", "2.36", -1)]
    [InlineData("2.36", "2.36", 0)]
    [InlineData("2.36.1", "2.36", 1)]
    [InlineData("", "1", -1)]
    public void Versions_are_compared_by_number(string one, string other, int sign) =>
        Assert.Equal(sign, Math.Sign(BinaryNeeds.Compare(one, other)));

    [Fact]
    public async Task What_the_platform_does_not_promise_is_said()
    {
        var platform = (await IndexReader.ReadAsync(RepositoryFiles.Index, Cancel)).OrThrow().Platform(PlatformName.Parse("debian12-amd64"));
        BinaryNeeds Needs(params (string, string)[] versions) =>
            new([], ImmutableSortedDictionary.CreateRange(versions.Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2))), ImmutableSortedDictionary<int, string>.Empty);

        Assert.Empty(Needs(("GLIBC", "2.36"), ("OPENSSL", "3.0.0"), ("LIBXML2", "99")).Exceeding(platform));
        Assert.Equal(["GLIBC 2.38 is needed, and debian12-amd64 promises 2.36"], Needs(("GLIBC", "2.38")).Exceeding(platform));
    }

    [Fact]
    public async Task A_program_for_another_machine_is_refused()
    {
        var index = (await IndexReader.ReadAsync(RepositoryFiles.Index, Cancel)).OrThrow();
        var library = await File.ReadAllBytesAsync(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "libSystem.Native.so"), Cancel);
        byte[] Of(byte machine) => [.. library[..18], machine, 0, .. library[20..]];

        var needs = await BinaryNeeds.OfTreeAsync(_blobs, await TreeAsync(("lib/a.so", Of(183)), ("lib/b.so", Of(62)), ("lib/c.so", Of(62))), Cancel);
        Assert.Contains("`lib/b.so` is for another kind of processor (ELF machine 62), and debian12-arm64 promises arm64", needs.Exceeding(index.Platform(PlatformName.Parse("debian12-arm64"))));
        Assert.Contains("`lib/a.so` is for another kind of processor (ELF machine 183), and debian12-amd64 promises amd64", needs.Exceeding(index.Platform(PlatformName.Parse("debian12-amd64"))));
    }

    private async Task<Digest> TreeAsync(params (string Path, byte[] Content)[] files)
    {
        var builder = new TreeBuilder();
        foreach (var (path, content) in files)
            builder.AddFile(RelativePath.Parse(path), await _blobs.PutAsync(content, Cancel), executable: true);
        return await builder.WriteAsync(_blobs, Cancel);
    }
}
