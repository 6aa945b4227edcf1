using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Payloads.Binaries;
using Monogres.Store.Trees;
using Monogres.Testing.Stores;

namespace Monogres.Payloads.Tests.Binaries;

public class FileNeedsTests
{
    private static readonly RelativePath Path = RelativePath.Parse("lib/sample.so");

    private readonly MemoryBlobStore _blobs = new();
    private readonly MemoryMemo _memo = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_library_names_what_it_needs_and_is_read_once()
    {
        var content = await _blobs.PutAsync(
            new ElfBuilder { Needed = ["libpq.so.5", "libc.so.6"], Runpath = "$ORIGIN/../lib", Symbols = [new ElfBuilderSymbol("f", Defined: false, Version: "GLIBC_2.34")] }.Build(), Cancel);
        var file = new TreeEntry.File(Path, content, Executable: true);
        var needs = await FileNeeds.OfAsync(new TreeStore(_blobs, _memo), file, Cancel);
        Assert.NotNull(needs);
        Assert.Equal(["libpq.so.5", "libc.so.6"], needs.Libraries);
        Assert.Equal([new NeededVersion("libc.so.6", "GLIBC_2.34")], needs.Versions);
        Assert.Equal("$ORIGIN/../lib", needs.Runpath);

        _blobs.Drop(content);
        Assert.Equal(needs.Libraries, (await FileNeeds.OfAsync(new TreeStore(_blobs, _memo), file, Cancel))!.Libraries);
    }

    [Fact]
    public async Task What_is_not_ELF_needs_nothing() =>
        Assert.Null(await FileNeeds.OfAsync(new TreeStore(_blobs, _memo), new TreeEntry.File(Path, await _blobs.PutAsync("text"u8.ToArray(), Cancel), Executable: false), Cancel));
}
