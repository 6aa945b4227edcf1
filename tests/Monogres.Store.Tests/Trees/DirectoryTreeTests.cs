using System.Diagnostics;
using Monogres.Core;
using Monogres.Store.Trees;
using Monogres.Testing;
using Monogres.Testing.Stores;

namespace Monogres.Store.Tests.Trees;

public sealed class DirectoryTreeTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Files_their_execute_bits_and_links_that_stay_inside_are_the_tree()
    {
        Write("a/Makefile", "all:\n");
        Write("a/sql/x--1.0.sql", "select 1;\n");
        Write("a/configure", "#!/bin/sh\n");
        File.SetUnixFileMode(_directory["a/configure"], UnixFileMode.UserRead | UnixFileMode.UserExecute);
        Directory.CreateDirectory(_directory["a/empty"]);
        File.CreateSymbolicLink(_directory["a/sql/link"], "../Makefile");
        File.CreateSymbolicLink(_directory["a/round"], "sql/../Makefile");

        var tree = await ReadAsync("a");
        Assert.Empty(tree.Omitted);
        Assert.Equal(
        [
            "f Makefile", "x configure", "d empty", "l round -> Makefile", "d sql", "l sql/link -> ../Makefile", "f sql/x--1.0.sql",
        ], await ListAsync(tree.Root));
    }

    [Fact]
    public async Task What_version_control_and_macOS_keep_is_not_in_the_tree_at_any_depth()
    {
        Write("a/x.c", "");
        Write("b/x.c", "");
        Write("b/.git/config", "");
        Write("b/.hg/store", "");
        Write("b/.svn/entries", "");
        Write("b/deps/.git", "gitdir: ../.git/modules/deps\n");
        Write("b/._x.c", "");
        Write("b/deps/.DS_Store", "");
        Write("b/__MACOSX/x.c", "");
        Write("a/deps/y.c", "");
        Write("b/deps/y.c", "");
        Assert.Equal((await ReadAsync("a")).Root, (await ReadAsync("b")).Root);
    }

    [Fact]
    public async Task What_cannot_be_in_a_tree_is_named()
    {
        Write("a/x.c", "");
        File.CreateSymbolicLink(_directory["a/out"], "../../elsewhere");
        File.CreateSymbolicLink(_directory["a/install-sh"], "/usr/share/automake/install-sh");
        File.CreateSymbolicLink(_directory["a/own"], _directory["a/x.c"]);
        using (var make = Process.Start("mkfifo", _directory["a/pipe"]))
            await make.WaitForExitAsync(Cancel);

        var tree = await ReadAsync("a");
        Assert.Equal(
        [
            "install-sh is a symbolic link to the absolute path `/usr/share/automake/install-sh`",
            "out is a symbolic link to `../../elsewhere`, which leads out of the source",
            $"own is a symbolic link to the absolute path `{_directory["a/x.c"]}`",
            "pipe is no file, directory or symbolic link",
        ], tree.Omitted.Select(entry => $"{entry.Path} {entry.Reason}"));
        Assert.Equal(["f x.c"], await ListAsync(tree.Root));
    }

    [Fact]
    public async Task Times_modes_and_the_order_of_making_change_nothing()
    {
        string[] names = ["b.c", "a.c", "sql/z.sql", "sql/a.sql"];
        foreach (var name in names)
            Write($"one/{name}", name);
        foreach (var name in names.Reverse())
        {
            Write($"two/{name}", name);
            File.SetLastWriteTimeUtc(_directory[$"two/{name}"], new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc));
            File.SetUnixFileMode(_directory[$"two/{name}"], UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherWrite);
        }

        Assert.Equal((await ReadAsync("one")).Root, (await ReadAsync("two")).Root);
    }

    [Fact]
    public async Task A_large_file_is_streamed()
    {
        var content = new byte[3_000_000];
        for (var i = 0; i < content.Length; i++)
            content[i] = (byte)(i * 31 % 251);
        Directory.CreateDirectory(_directory["a"]);
        await File.WriteAllBytesAsync(_directory["a/big"], content, Cancel);
        var root = (await ReadAsync("a")).Root;
        Assert.True(await _store.ContainsAsync(Digest.Of(content), Cancel));
        Assert.Equal(["f big"], await ListAsync(root));
    }

    [Fact]
    public async Task A_name_that_is_not_UTF8_is_refused_by_name()
    {
        Directory.CreateDirectory(_directory["a"]);
        await ShellAsync($"touch \"$(printf '{_directory["a"]}/\\377')\"");
        var error = await Assert.ThrowsAsync<UserErrorException>(() => ReadAsync("a"));
        Assert.Contains("is not UTF-8", error.Message, StringComparison.Ordinal);

        // The runtime cannot say that name, so it cannot remove the file either.
        await ShellAsync($"rm -r '{_directory["a"]}'");
    }

    private static async Task ShellAsync(string command)
    {
        using var shell = Process.Start("sh", ["-c", command]);
        await shell.WaitForExitAsync(Cancel);
    }

    private Task<DirectoryTreeResult> ReadAsync(string name) => DirectoryTree.ReadAsync(_store, _directory[name], Cancel);

    private void Write(string path, string content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(_directory[path])!);
        File.WriteAllText(_directory[path], content);
    }

    private async Task<string[]> ListAsync(Digest root)
    {
        var lines = new List<string>();
        await foreach (var entry in TreeWalk.EntriesAsync(_store, root, Cancel))
        {
            lines.Add(entry switch
            {
                TreeEntry.Directory => $"d {entry.Path}",
                TreeEntry.File file => $"{(file.Executable ? 'x' : 'f')} {entry.Path}",
                TreeEntry.Symlink link => $"l {entry.Path} -> {link.Target}",
                _ => throw new InvalidOperationException(),
            });
        }

        return [.. lines];
    }
}
