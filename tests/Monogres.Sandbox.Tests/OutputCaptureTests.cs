using Monogres.Core;
using Monogres.Sandbox.Outputs;
using Monogres.Store;
using Monogres.Store.Trees;
using Monogres.Testing;

namespace Monogres.Sandbox.Tests;

public sealed class OutputCaptureTests : IDisposable
{
    private static readonly RelativePath SeenAt = RelativePath.Parse("build/out");

    private readonly TemporaryDirectory _directory = new();
    private readonly LocalStore _store;

    public OutputCaptureTests()
    {
        _store = LocalStore.Open(_directory["store"], TimeProvider.System);
        Directory.CreateDirectory(_directory["out"]);
    }

    private async Task<CapturedOutput> TakeAsync(CanaryScan? canaries = null, params string[] excusing) =>
        await new OutputCapture(_store.Blobs, canaries ?? CanaryScan.None).TakeAsync(_directory["out"], SeenAt, excusing, default);

    private void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_directory[$"out/{path}"])!);
        File.WriteAllText(_directory[$"out/{path}"], content);
    }

    private async Task<string[]> LinksAsync(CapturedOutput output)
    {
        Assert.Empty(output.Problems);
        return [.. (await TreeWalk.EntriesAsync(_store.Blobs, output.Root, default).ToListAsync()).OfType<TreeEntry.Symlink>().Select(link => $"{link.Path} -> {link.Target}")];
    }

    [Fact]
    public async Task An_empty_directory_is_the_empty_tree() => Assert.Equal(new CapturedOutput(Digest.Empty, []), await TakeAsync());

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
        Assert.Equal(new CapturedOutput(await tree.WriteAsync(_store.Blobs, default), []), await TakeAsync());
        Assert.True(await _store.Blobs.ContainsAsync(Digest.Of("x"u8), default));
    }

    [Fact]
    public async Task Absolute_links_into_the_output_become_relative()
    {
        Write("lib/f", "x");
        File.CreateSymbolicLink(_directory["out/lib/g"], "/build/out/lib/f");
        File.CreateSymbolicLink(_directory["out/top"], "/build/out");
        File.CreateSymbolicLink(_directory["out/installed"], "/lib/f");
        Assert.Equal(["installed -> lib/f", "lib/g -> f", "top -> ."], await LinksAsync(await TakeAsync()));
    }

    [Fact]
    public async Task Relative_links_stay_as_they_are_even_when_they_lead_nowhere()
    {
        Write("lib/f", "x");
        File.CreateSymbolicLink(_directory["out/lib/g"], "../lib/./f");
        File.CreateSymbolicLink(_directory["out/lib/h"], "nothing");
        Assert.Equal(["lib/g -> ../lib/./f", "lib/h -> nothing"], await LinksAsync(await TakeAsync()));
    }

    [Fact]
    public async Task Links_that_lead_out_are_problems()
    {
        File.CreateSymbolicLink(_directory["out/a"], "../x");
        File.CreateSymbolicLink(_directory["out/b"], "/etc/passwd");
        File.CreateSymbolicLink(_directory["out/c"], "/build/output");
        Assert.Equal(
            [
                "a is a link that leads out of the output: ../x",
                "b is an absolute link to something that is not in the output: /etc/passwd",
                "c is an absolute link to something that is not in the output: /build/output",
            ],
            (await TakeAsync()).Problems);
    }

    [Fact]
    public async Task A_link_to_a_directory_elsewhere_is_not_walked()
    {
        Directory.CreateDirectory(_directory["elsewhere"]);
        File.WriteAllText(_directory["elsewhere/f"], "kept");
        File.CreateSymbolicLink(_directory["out/a"], _directory["elsewhere"]);
        Assert.Single((await TakeAsync()).Problems);
        Assert.Equal("kept", File.ReadAllText(_directory["elsewhere/f"]));
    }

    [Fact]
    public async Task Every_leak_is_named_unless_an_input_has_the_same_text()
    {
        Write("b", "12345 the-host-name");
        Write("a", "/home/somebody");
        Directory.CreateDirectory(_directory["source/deep"]);
        File.WriteAllText(_directory["source/deep/f"], "made in /home/somebody");
        var canaries = new CanaryScan([new Canary("host name", "the-host-name"), new Canary("directory", "/home/somebody")]);
        Assert.Equal(["b holds the host name `the-host-name` at byte 6"], (await TakeAsync(canaries, _directory["source"])).Problems);

        Write("b", "12345 the-host-name");
        Write("a", "/home/somebody");
        Assert.Equal(
            ["a holds the directory `/home/somebody` at byte 0", "b holds the host name `the-host-name` at byte 6"],
            (await TakeAsync(canaries)).Problems);
    }

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }
}
