using System.Collections.Immutable;
using FsCheck.Fluent;
using Monogres.Core;
using Monogres.Store.Trees;
using Monogres.Testing.Properties;
using Monogres.Testing.Stores;

namespace Monogres.Actions.Tests.Trees;

public class TreeUnionTests
{
    private readonly MemoryBlobStore _store = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public void A_union_is_what_laying_maps_of_paths_over_each_other_gives() => Prop.ForAll(TestTrees.Layers, layers =>
    {
        var (a, b, c, second, third) = layers;
        var (merged, conflicts) = TestTree.Merge((a, false), (b, second), (c, third));
        var (union, conflict) = TryMerge((Put(a), false), (Put(b), second), (Put(c), third));
        return merged is null ? conflicts.Contains(conflict!) : union == Put(merged);
    }).HoldsAlways();

    [Fact]
    public void The_union_of_a_tree_with_itself_is_the_tree() => Prop.ForAll(TestTrees.One, tree =>
    {
        var root = Put(tree);
        return TryMerge((root, false), (root, false)).Union == root && TryMerge((root, false), (Digest.Empty, false), (root, true)).Union == root;
    }).HoldsAlways();

    [Fact]
    public void Of_layers_that_override_it_does_not_matter_which_are_merged_first() => Prop.ForAll(TestTrees.Three, trees =>
    {
        var (a, b, c) = (Put(trees.Item1), Put(trees.Item2), Put(trees.Item3));
        Digest? Union(Digest? x, Digest? y) => x is { } one && y is { } other ? TryMerge((one, true), (other, true)).Union : null;
        var all = TryMerge((a, true), (b, true), (c, true)).Union;
        return all == Union(Union(a, b), c) && all == Union(a, Union(b, c));
    }).HoldsAlways();

    [Fact]
    public async Task No_layers_are_an_empty_directory() =>
        Assert.Equal(Digest.Empty, await TreeUnion.MergeAsync(_store, [], Cancel));

    public static TheoryData<string, string, bool> Conflicts => new()
    {
        { "file", "other file", true },
        { "file", "executable file", true },
        { "file", "link", true },
        { "link", "file", true },
        { "link", "other link", true },
        { "file", "directory", false },
        { "directory", "file", false },
        { "link", "directory", false },
        { "directory", "link", false },
    };

    [Theory]
    [MemberData(nameof(Conflicts))]
    public void Two_different_things_at_one_path_are_a_conflict_unless_the_later_layer_overrides(string earlier, string later, bool mayOverride)
    {
        var (below, above) = (Put(new TestTree().With("usr/lib/x", Entries[earlier])), Put(new TestTree().With("usr/lib/x", Entries[later])));
        Assert.Equal("usr/lib/x", TryMerge((below, true), (above, false)).Conflict);

        // A directory is never replaced: what other layers have in it would be lost without a word.
        Assert.Equal(mayOverride ? null : "usr/lib/x", TryMerge((below, false), (above, true)).Conflict);
        if (mayOverride)
            Assert.Equal(above, TryMerge((below, false), (above, true)).Union);
    }

    [Fact]
    public async Task A_conflict_names_the_layer_whose_entry_counted_and_the_one_that_differs()
    {
        var (empty, one, two) = (Put(new TestTree()), Put(new TestTree().WithFile("usr/lib/x", "one")), Put(new TestTree().WithFile("usr/lib/x", "two")));
        async Task<(int, int)?> LayersAsync(params UnionLayer[] layers) => (await Assert.ThrowsAsync<TreeConflictException>(async () => await TreeUnion.MergeAsync(_store, layers, Cancel))).Layers;
        Assert.Equal((1, 3), await LayersAsync(new(empty, false), new(one, false), new(empty, false), new(two, false)));
        Assert.Equal((1, 2), await LayersAsync(new(one, false), new(two, true), new(one, false)));
        Assert.Equal((0, 1), await LayersAsync(new(Put(new TestTree().WithDirectory("usr/lib/x")), false), new(one, true)));
        Assert.Equal((0, 1), await LayersAsync(new(one, false), new(Put(new TestTree().WithDirectory("usr/lib/x")), true)));
    }

    [Fact]
    public async Task Subtrees_that_only_one_layer_has_or_that_are_equal_are_never_read()
    {
        var toolchain = await new TestTree().WithFile("usr/bin/cc", "cc").WithFile("usr/lib/libc.so", "c").WithDirectory("build").PutAsync(_store, Cancel);
        var source = await new TestTree().WithFile("build/src/deep/main.c", "int main").PutAsync(_store, Cancel);
        var same = await new TestTree().WithFile("usr/bin/cc", "cc").WithFile("usr/lib/libc.so", "c").WithFile("build/run.sh", "make").PutAsync(_store, Cancel);
        var counting = new CountingBlobStore(_store);
        var union = await TreeUnion.MergeAsync(counting, [new(toolchain, false), new(source, false), new(same, true)], Cancel);

        var (build, buildOfSource, buildOfSame) = (await Directory(toolchain, "build"), await Directory(source, "build"), await Directory(same, "build"));
        Assert.Equal(new[] { toolchain, source, same, build, buildOfSource, buildOfSame }.Order(), counting.Opened.Order());
        Assert.Equal(await Directory(toolchain, "usr"), await Directory(union, "usr"));
        Assert.Equal(await Directory(source, "build/src"), await Directory(union, "build/src"));
    }

    [Fact]
    public async Task A_single_layer_is_not_read_at_all()
    {
        var counting = new CountingBlobStore(_store);
        var missing = Digest.Of("elsewhere"u8);
        Assert.Equal(missing, await TreeUnion.MergeAsync(counting, [new(missing, false)], Cancel));
        Assert.Empty(counting.Opened);
    }

    private static readonly ImmutableDictionary<string, TestEntry> Entries = ImmutableDictionary.CreateRange<string, TestEntry>(
    [
        new("file", new TestEntry.File("one", Executable: false)),
        new("other file", new TestEntry.File("two", Executable: false)),
        new("executable file", new TestEntry.File("one", Executable: true)),
        new("link", new TestEntry.Symlink("one")),
        new("other link", new TestEntry.Symlink("two")),
        new("directory", new TestEntry.Directory()),
    ]);

    private Digest Put(TestTree tree) => tree.PutAsync(_store, Cancel).GetAwaiter().GetResult();

    private async Task<Digest> Directory(Digest root, string path) =>
        Assert.NotNull(await TreeWalk.FindDirectoryAsync(_store, root, RelativePath.Parse(path), Cancel));

    private (Digest? Union, string? Conflict) TryMerge(params (Digest Root, bool Overrides)[] layers)
    {
        try
        {
            return (TreeUnion.MergeAsync(_store, [.. layers.Select(layer => new UnionLayer(layer.Root, layer.Overrides))], Cancel).AsTask().GetAwaiter().GetResult(), null);
        }
        catch (TreeConflictException conflict)
        {
            return (null, conflict.Path.Value);
        }
    }
}
