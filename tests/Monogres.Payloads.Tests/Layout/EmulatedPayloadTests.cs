using System.Text;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Payloads.Layout;
using Monogres.Store;
using Monogres.Store.Trees;
using Monogres.Testing.Stores;

namespace Monogres.Payloads.Tests.Layout;

public class EmulatedPayloadTests
{
    private static readonly EmulatedPayload Emulated = new(RelativePath.Parse("usr/bin/qemu"));

    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_program_gives_its_place_to_a_script_and_stands_beside_it()
    {
        // A program and a library that are wherever these tests run.
        var program = await PutAsync(await File.ReadAllBytesAsync(Environment.ProcessPath!, Cancel));
        var library = await PutAsync(await File.ReadAllBytesAsync(Path.Combine(Path.GetDirectoryName(typeof(object).Assembly.Location)!, "libSystem.Native.so"), Cancel));
        var script = await PutAsync("#!/bin/sh\n"u8.ToArray());
        var payload = new TreeBuilder();
        payload.AddFile(RelativePath.Parse("usr/bin/postgres"), program, executable: true);
        payload.AddSymlink(RelativePath.Parse("usr/bin/postmaster"), "postgres");
        payload.AddFile(RelativePath.Parse("usr/bin/a-script"), script, executable: true);
        payload.AddFile(RelativePath.Parse("usr/lib/libpq.so"), library, executable: true);

        var tree = await EmulateAsync(await payload.WriteAsync(_blobs, Cancel));
        var files = await TreeWalk.EntriesAsync(_blobs, tree, Cancel).OfType<TreeEntry.File>().ToDictionaryAsync(file => file.Path.Value, StringComparer.Ordinal, cancellationToken: Cancel);
        Assert.Equal(["usr/bin/a-script", "usr/bin/postgres", "usr/bin/postgres.real", "usr/lib/libpq.so"], files.Keys.Order(StringComparer.Ordinal));
        Assert.Equal((program, true), (files["usr/bin/postgres.real"].Content, files["usr/bin/postgres.real"].Executable));
        Assert.Equal((script, library), (files["usr/bin/a-script"].Content, files["usr/lib/libpq.so"].Content));
        Assert.True(files["usr/bin/postgres"].Executable);
        Assert.Equal("#!/bin/sh\nexec /usr/bin/qemu -0 \"$0\" /usr/bin/postgres.real \"$@\"\n", Encoding.UTF8.GetString(await _blobs.ReadAllAsync(files["usr/bin/postgres"].Content, Cancel)));
    }

    [Fact]
    public async Task A_payload_without_programs_stays_as_it_is()
    {
        var payload = new TreeBuilder();
        payload.AddFile(RelativePath.Parse("usr/share/a"), await PutAsync("a"u8.ToArray()), executable: false);
        var tree = await payload.WriteAsync(_blobs, Cancel);
        Assert.Equal(tree, await EmulateAsync(tree));
    }

    [Fact]
    public void Another_emulator_is_another_function()
    {
        Assert.Equal(Emulated.Key(), new EmulatedPayload(RelativePath.Parse("usr/bin/qemu")).Key());
        Assert.NotEqual(Emulated.Key(), new EmulatedPayload(RelativePath.Parse("usr/bin/other")).Key());
    }

    private Task<Digest> EmulateAsync(Digest payload) => Emulated.OfAsync(new TreeStore(_blobs, new MemoryMemo()), Cancel, payload);

    private ValueTask<Digest> PutAsync(byte[] content) => _blobs.PutAsync(content, Cancel);
}
