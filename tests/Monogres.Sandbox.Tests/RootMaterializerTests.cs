using System.Text;
using Monogres.Core;
using Monogres.Sandbox.Roots;
using Monogres.Store;
using Monogres.Store.Disk;
using Monogres.Store.Local;
using Monogres.Store.Trees;
using Monogres.Testing;

namespace Monogres.Sandbox.Tests;

public sealed class RootMaterializerTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly LocalStore _store;
    private readonly RootMaterializer _roots;

    public RootMaterializerTests()
    {
        _store = LocalStore.Open(_directory["store"], TimeProvider.System);
        _roots = new RootMaterializer(_store, TimeProvider.System);
    }

    private async Task<Digest> BlobAsync(string content) => await _store.Blobs.PutAsync(Encoding.UTF8.GetBytes(content), default);

    private async Task<Digest> TreeAsync()
    {
        var tree = new TreeBuilder();
        tree.AddFile(RelativePath.Parse("usr/bin/tool"), await BlobAsync("tool"), executable: true);
        tree.AddFile(RelativePath.Parse("usr/share/tool"), await BlobAsync("tool"), executable: false);
        tree.AddFile(RelativePath.Parse("empty"), Digest.Empty, executable: false);
        tree.AddSymlink(RelativePath.Parse("bin"), "usr/bin");
        tree.AddDirectory(RelativePath.Parse("tmp"));
        return await tree.WriteAsync(_store.Blobs, default);
    }

    [Fact]
    public async Task A_tree_on_disk_reads_back_as_itself()
    {
        var tree = await TreeAsync();
        using var root = await _roots.MaterialiseAsync(tree, workingDirectory: null, default);
        Assert.Equal(tree, await TreeOfDirectory.PutAsync(_store.Blobs, root.Path, default));
    }

    [Fact]
    public async Task Files_are_links_to_blobs_and_modes_and_times_are_the_same_everywhere()
    {
        using var root = await _roots.MaterialiseAsync(await TreeAsync(), workingDirectory: null, default);
        Assert.Equal("tool", File.ReadAllText($"{root.Path}/bin/tool"));
        Assert.Equal("-r-xr-xr-x", Mode("usr/bin/tool"));
        Assert.Equal("-r--r--r--", Mode("usr/share/tool"));
        Assert.Equal("drwxr-xr-x", Mode("usr"));
        Assert.Equal(2u, Linux.FileStatus.Of($"{root.Path}/usr/bin/tool")!.Value.LinkCount);
        Assert.Equal(1u, Linux.FileStatus.Of($"{root.Path}/empty")!.Value.LinkCount);
        foreach (var entry in new DirectoryInfo(root.Path).EnumerateFileSystemInfos("*", SearchOption.AllDirectories).Append(new DirectoryInfo(root.Path)))
            Assert.Equal(DiskBlobStore.ModificationTime.UtcDateTime, entry.LastWriteTimeUtc);

        string Mode(string path)
        {
            var mode = File.GetUnixFileMode($"{root.Path}/{path}");
            var text = string.Concat("rwxrwxrwx".Select((c, i) => mode.HasFlag((UnixFileMode)(1 << (8 - i))) ? c : '-'));
            return (Directory.Exists($"{root.Path}/{path}") ? "d" : "-") + text;
        }
    }

    [Fact]
    public async Task Files_of_the_working_directory_are_copies_that_may_be_written()
    {
        var tree = new TreeBuilder();
        tree.AddFile(RelativePath.Parse("work/a/one"), await BlobAsync("same"), executable: false);
        tree.AddFile(RelativePath.Parse("work/two"), await BlobAsync("same"), executable: true);
        tree.AddFile(RelativePath.Parse("works/three"), await BlobAsync("same"), executable: false);
        var digest = await tree.WriteAsync(_store.Blobs, default);
        using var root = await _roots.MaterialiseAsync(digest, RelativePath.Parse("work"), default);
        Assert.Equal(
            [("work/a/one", 0x81A4u, 1u), ("work/two", 0x81EDu, 1u), ("works/three", 0x8124u, 2u)],
            new[] { "work/a/one", "work/two", "works/three" }.Select(path => (path, Linux.FileStatus.Of($"{root.Path}/{path}")!.Value.Mode, Linux.FileStatus.Of($"{root.Path}/{path}")!.Value.LinkCount)));

        // Without a working directory, or with one that has nothing, it is the root that all share.
        using var shared = await _roots.MaterialiseAsync(digest, workingDirectory: null, default);
        using var other = await _roots.MaterialiseAsync(digest, RelativePath.Parse("elsewhere"), default);
        Assert.NotEqual(root.Path, shared.Path);
        Assert.Equal(shared.Path, other.Path);
    }

    [Fact]
    public async Task A_tree_is_put_on_disk_once()
    {
        var tree = await TreeAsync();
        var roots = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(() => _roots.MaterialiseAsync(tree, workingDirectory: null, default).AsTask())));
        var inode = Linux.FileStatus.Of(roots[0].Path)!.Value.Inode;
        using var other = await new RootMaterializer(_store, TimeProvider.System).MaterialiseAsync(tree, workingDirectory: null, default);
        Assert.Equal(inode, Linux.FileStatus.Of(other.Path)!.Value.Inode);
        Assert.Single(Directory.EnumerateDirectories(_store.RootsDirectory));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_store.WorkDirectory));
        foreach (var root in roots)
            root.Dispose();
    }

    // Each writes the executable twin of a blob when there is none: the second replaces what the first has just found.
    [Fact]
    public async Task Processes_that_put_one_tree_on_disk_for_the_first_time_do_not_hinder_each_other()
    {
        var tree = new TreeBuilder();
        for (var number = 0; number < 300; number++)
            tree.AddFile(RelativePath.Parse($"bin/{number}"), await BlobAsync($"{number}"), executable: true);
        var digest = await tree.WriteAsync(_store.Blobs, default);

        for (var round = 0; round < 8; round++)
        {
            var leases = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(() => new RootMaterializer(_store, TimeProvider.System).MaterialiseAsync(digest, workingDirectory: null, default).AsTask())));
            foreach (var lease in leases)
                lease.Dispose();
            // A process that another test starts has our open files, and so the leases, until it becomes another program.
            Assert.True(SpinWait.SpinUntil(() => RootMaterializer.TryRemove(_store, leases[0].Path), TimeSpan.FromSeconds(30)));
            for (var number = 0; number < 300; number++)
                File.Delete(_store.Blobs.PathOf(Digest.Of(Encoding.UTF8.GetBytes($"{number}")), executable: true));
        }
    }

    [Fact]
    public async Task A_missing_blob_is_said_and_leaves_nothing_behind()
    {
        var tree = await TreeAsync();
        _store.Blobs.Drop(Digest.Of("tool"u8));
        var error = await Assert.ThrowsAsync<BlobMissingException>(async () => await _roots.MaterialiseAsync(tree, workingDirectory: null, default));
        Assert.Equal(Digest.Of("tool"u8), error.Digest);
        Assert.Empty(Directory.EnumerateFileSystemEntries(_store.RootsDirectory));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_store.WorkDirectory));

        await BlobAsync("tool");
        using var root = await _roots.MaterialiseAsync(tree, workingDirectory: null, default);
        Assert.Equal("tool", File.ReadAllText($"{root.Path}/bin/tool"));
    }

    [Fact]
    public async Task A_blob_of_another_size_is_damaged()
    {
        var tree = await TreeAsync();
        var path = _store.Blobs.PathOf(Digest.Of("tool"u8), executable: false);
        File.Delete(path);
        File.WriteAllText(path, "to");
        await Assert.ThrowsAsync<BlobMissingException>(async () => await _roots.MaterialiseAsync(tree, workingDirectory: null, default));
    }

    [Theory]
    [InlineData("../escape")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("")]
    public async Task A_name_that_leads_out_of_its_directory_is_refused(string name)
    {
        var directory = new Protocol.Directory();
        directory.Symlinks.Add(new Protocol.SymlinkNode { Name = name, Target = "x" });
        var tree = await _store.Blobs.PutMessageAsync(directory, default);
        await Assert.ThrowsAsync<BlobMissingException>(async () => await _roots.MaterialiseAsync(tree, workingDirectory: null, default));
        Assert.Empty(Directory.EnumerateFileSystemEntries(_store.WorkDirectory));
    }

    [Fact]
    public async Task In_a_directory_that_hands_on_its_group_a_root_is_ours_nevertheless()
    {
        if (Linux.Posix.GetUserId() != 0)
            return; // Nobody else can give a directory to a group that they are not in.

        foreach (var directory in new[] { _store.WorkDirectory, _store.RootsDirectory })
            await RunAsync("sh", "-c", $"chgrp 54321 '{directory}' && chmod g+s '{directory}'");
        using var root = await _roots.MaterialiseAsync(await TreeAsync(), workingDirectory: null, default);
        Assert.NotEmpty(Directory.EnumerateFileSystemEntries(root.Path, "*", SearchOption.AllDirectories));
        foreach (var path in Directory.EnumerateFileSystemEntries(root.Path, "*", SearchOption.AllDirectories).Append(root.Path))
            Assert.True(Linux.FileStatus.Of(path)!.Value.IsOurs, path);
    }

    [Fact]
    public async Task Blobs_that_another_group_has_stored_are_copied()
    {
        if (Linux.Posix.GetUserId() != 0)
            return;

        var tree = await TreeAsync();
        await RunAsync("chgrp", "54321", _store.Blobs.PathOf(Digest.Of("tool"u8), executable: false));
        using var root = await _roots.MaterialiseAsync(tree, workingDirectory: null, default);
        Assert.Equal(("tool", true, 1u), (File.ReadAllText($"{root.Path}/usr/share/tool"), Linux.FileStatus.Of($"{root.Path}/usr/share/tool")!.Value.IsOurs, Linux.FileStatus.Of($"{root.Path}/usr/share/tool")!.Value.LinkCount));
    }

    [Fact]
    public async Task A_root_of_another_group_is_said_with_the_remedy()
    {
        if (Linux.Posix.GetUserId() != 0)
            return;

        var tree = await TreeAsync();
        string path;
        using (var root = await _roots.MaterialiseAsync(tree, workingDirectory: null, default))
            path = root.Path;
        await RunAsync("chgrp", "54321", path);
        var error = await Assert.ThrowsAsync<UserErrorException>(async () => await _roots.MaterialiseAsync(tree, workingDirectory: null, default));
        Assert.Contains("belong to the group 54321", error.Message, StringComparison.Ordinal);

        await RunAsync("sh", "-c", error.Hint![(error.Hint!.IndexOf('`', StringComparison.Ordinal) + 1)..error.Hint!.IndexOf("`;", StringComparison.Ordinal)]);
        using var again = await _roots.MaterialiseAsync(tree, workingDirectory: null, default);
        Assert.Equal(path, again.Path);
    }

    private static async Task RunAsync(string program, params string[] arguments)
    {
        using var process = System.Diagnostics.Process.Start(program, arguments);
        await process.WaitForExitAsync();
        Assert.Equal(0, process.ExitCode);
    }

    [Fact]
    public async Task A_root_in_use_is_not_removed()
    {
        var tree = await TreeAsync();
        string path;
        using (var root = await _roots.MaterialiseAsync(tree, workingDirectory: null, default))
        {
            path = root.Path;
            Assert.False(RootMaterializer.TryRemove(_store, path));
        }

        Assert.True(SpinWait.SpinUntil(() => RootMaterializer.TryRemove(_store, path), TimeSpan.FromSeconds(30)));
        Assert.False(RootMaterializer.TryRemove(_store, path));
        Assert.False(Directory.Exists(path));
        using var again = await _roots.MaterialiseAsync(tree, workingDirectory: null, default);
        Assert.True(File.Exists($"{again.Path}/bin/tool"));
    }

    [Fact]
    public async Task The_last_use_is_recorded()
    {
        var clock = new FakeTime();
        var roots = new RootMaterializer(_store, clock);
        var tree = await TreeAsync();
        (await roots.MaterialiseAsync(tree, workingDirectory: null, default)).Dispose();
        clock.Advance(TimeSpan.FromDays(3));
        using var root = await roots.MaterialiseAsync(tree, workingDirectory: null, default);
        Assert.Equal(clock.GetUtcNow().UtcDateTime, Directory.GetLastAccessTimeUtc(root.Path));
    }

    public void Dispose()
    {
        _store.Dispose();
        _directory.Dispose();
    }
}
