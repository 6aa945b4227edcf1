using FsCheck.Fluent;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;
using Monogres.Testing.Properties;
using Monogres.Testing.Stores;
using Wire = Monogres.Protocol;

namespace Monogres.Actions.Tests.Trees;

public class TreeBuilderTests
{
    private static readonly RelativePath File = RelativePath.Parse("a/file"), Link = RelativePath.Parse("a/link"), Below = RelativePath.Parse("a/file/b");

    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void A_tree_reads_back_as_it_was_written() => Prop.ForAll(TestTrees.One, tree =>
        TestTree.ReadAsync(_store, Put(tree), Cancel).GetAwaiter().GetResult().Equals(tree)).HoldsAlways();

    [Fact]
    public void The_order_in_which_entries_are_added_does_not_change_the_digest() => Prop.ForAll(TestTrees.One, tree =>
        Put(tree) == Put(tree, paths => paths.Reverse()) && Put(tree) == Put(tree, paths => paths.OrderBy(path => Digest.Of(System.Text.Encoding.UTF8.GetBytes(path))))).HoldsAlways();

    [Fact]
    public void Each_list_of_a_directory_is_sorted_by_the_bytes_of_its_names() => Prop.ForAll(TestTrees.One, tree =>
    {
        Put(tree);
        return _store.Digests.Select(digest => _store.ReadAllAsync(digest, Cancel).AsTask().GetAwaiter().GetResult())
            .Where(bytes => bytes.Length > 60)
            .Select(Wire.Directory.Parser.ParseFrom)
            .All(directory => Sorted(directory.Files.Select(file => file.Name)) && Sorted(directory.Directories.Select(child => child.Name)) && Sorted(directory.Symlinks.Select(link => link.Name)));
    }).HoldsAlways(100);

    [Fact]
    public void Different_trees_have_different_digests() => Prop.ForAll(TestTrees.Three, trees =>
        trees.Item1.Equals(trees.Item2) == (Put(trees.Item1) == Put(trees.Item2))).HoldsAlways();

    [Fact]
    public async Task A_file_replaces_a_file_or_a_link_at_its_path()
    {
        var builder = new TreeBuilder();
        builder.AddSymlink(File, "x");
        builder.AddFile(File, Digest.Empty, executable: false);
        builder.AddFile(File, Digest.Empty, executable: true);
        Assert.Equal((Digest.Empty, true), builder.FindFile(File));
        Assert.Equal(new TestTree().WithFile("a/file", "", executable: true), await TestTree.ReadAsync(_store, await builder.WriteAsync(_store, Cancel), Cancel));
    }

    [Fact]
    public void What_stands_in_the_way_is_a_conflict_that_names_the_path()
    {
        var builder = new TreeBuilder();
        builder.AddFile(File, Digest.Empty, executable: false);
        builder.AddSymlink(Link, "file");
        builder.AddTree(RelativePath.Parse("tree"), Digest.Empty);

        Refused(File.Parent, () => builder.AddFile(File.Parent, Digest.Empty, executable: false), "is a directory");
        Refused(File.Parent, () => builder.AddSymlink(File.Parent, "x"), "is a directory");
        Refused(Below.Parent, () => builder.AddFile(Below, Digest.Empty, executable: false), "which is not a directory");
        Refused(File, () => builder.AddDirectory(File), "which is not a directory");
        Refused(Link, () => builder.AddDirectory(Link), "which is not a directory");
        Refused(RelativePath.Parse("tree"), () => builder.AddFile(RelativePath.Parse("tree/x"), Digest.Empty, executable: false), "which is not a directory that can be added to");
        Refused(RelativePath.Parse("tree"), () => builder.AddTree(RelativePath.Parse("tree"), Digest.Empty), "is there already");
        Refused(RelativePath.Root, () => builder.AddFile(RelativePath.Root, Digest.Empty, executable: false), "is the root directory");
        Assert.Throws<ArgumentException>(() => builder.AddTree(RelativePath.Root, Digest.Empty));
    }

    [Fact]
    public async Task A_stored_tree_is_put_in_without_being_read()
    {
        var builder = new TreeBuilder();
        var missing = Digest.Of("the root of a tree that is elsewhere"u8);
        builder.AddTree(RelativePath.Parse("build/src"), missing);
        var root = await builder.WriteAsync(_store, Cancel);
        Assert.Equal(missing, await TreeWalk.FindDirectoryAsync(_store, root, RelativePath.Parse("build/src"), Cancel));
        Assert.Null(await TreeWalk.FindDirectoryAsync(_store, root, RelativePath.Parse("build/sr"), Cancel));
    }

    private static void Refused(RelativePath path, System.Action add, string reason)
    {
        var conflict = Assert.Throws<TreeConflictException>(add);
        Assert.Equal(path, conflict.Path);
        Assert.Contains(reason, conflict.Message, StringComparison.Ordinal);
    }

    private Digest Put(TestTree tree, Func<IEnumerable<string>, IEnumerable<string>>? order = null) => tree.PutAsync(_store, Cancel, order).GetAwaiter().GetResult();

    private static bool Sorted(IEnumerable<string> names)
    {
        var bytes = names.Select(System.Text.Encoding.UTF8.GetBytes).ToArray();
        return bytes.Zip(bytes.Skip(1)).All(pair => pair.First.AsSpan().SequenceCompareTo(pair.Second) < 0);
    }
}
