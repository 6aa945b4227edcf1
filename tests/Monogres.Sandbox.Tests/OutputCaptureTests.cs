using System.Net.Sockets;
using Monogres.Core;
using Monogres.Sandbox.Outputs;
using Monogres.Store;
using Monogres.Store.Local;
using Monogres.Store.Trees;
using Monogres.Testing;

namespace Monogres.Sandbox.Tests;

public sealed class OutputCaptureTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly LocalStore _store;

    public OutputCaptureTests()
    {
        _store = LocalStore.Open(_directory["store"], TimeProvider.System);
        Directory.CreateDirectory(_directory["out"]);
    }

    private async Task<Digest> TreeAsync()
    {
        var captured = await TakeAsync();
        Assert.Empty(captured.Problems);
        return captured.Root;
    }

    private Task<CapturedOutput> TakeAsync() => new OutputCapture(_store.Blobs).TakeAsync(_directory["out"], default);

    private void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_directory[$"out/{path}"])!);
        File.WriteAllText(_directory[$"out/{path}"], content);
    }

    [Fact]
    public async Task An_empty_directory_is_the_empty_tree() => Assert.Equal(Digest.Empty, await TreeAsync());

    [Fact]
    public async Task The_tree_does_not_depend_on_modes_but_for_the_owners_execute_bit()
    {
        Write("a/f", "x");
        Write("a/g", "x");
        File.SetUnixFileMode(_directory["out/a/g"], UnixFileMode.UserExecute);
        File.SetUnixFileMode(_directory["out/a"], UnixFileMode.None);
        var tree = new TreeBuilder();
        tree.AddFile(RelativePath.Parse("a/f"), Digest.Of("x"u8), executable: false);
        tree.AddFile(RelativePath.Parse("a/g"), Digest.Of("x"u8), executable: true);
        Assert.Equal(await tree.WriteAsync(_store.Blobs, default), await TreeAsync());
        Assert.True(await _store.Blobs.ContainsAsync(Digest.Of("x"u8), default));
    }

    [Fact]
    public async Task Links_are_taken_as_they_are()
    {
        File.CreateSymbolicLink(_directory["out/a"], "../x");
        File.CreateSymbolicLink(_directory["out/b"], "/etc/passwd");
        File.CreateSymbolicLink(_directory["out/c"], "./nothing//");
        var tree = new TreeBuilder();
        tree.AddSymlink(RelativePath.Parse("a"), "../x");
        tree.AddSymlink(RelativePath.Parse("b"), "/etc/passwd");
        tree.AddSymlink(RelativePath.Parse("c"), "./nothing//");
        Assert.Equal(await tree.WriteAsync(_store.Blobs, default), await TreeAsync());
    }

    [Fact]
    public async Task What_no_tree_can_hold_is_told_and_the_rest_is_kept()
    {
        Write("a/f", "x");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        socket.Bind(new UnixDomainSocketEndPoint(_directory["out/a/socket"]));
        var tree = new TreeBuilder();
        tree.AddFile(RelativePath.Parse("a/f"), Digest.Of("x"u8), executable: false);
        var captured = await TakeAsync();
        Assert.Equal(["a/socket is a socket"], captured.Problems);
        Assert.Equal(await tree.WriteAsync(_store.Blobs, default), captured.Root);
    }

    [Fact]
    public async Task A_link_to_a_directory_elsewhere_is_not_walked()
    {
        Directory.CreateDirectory(_directory["elsewhere"]);
        File.WriteAllText(_directory["elsewhere/f"], "kept");
        File.CreateSymbolicLink(_directory["out/a"], _directory["elsewhere"]);
        await TakeAsync();
        Assert.Equal("kept", File.ReadAllText(_directory["elsewhere/f"]));
    }

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }
}
