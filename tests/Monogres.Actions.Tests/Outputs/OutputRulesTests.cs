using System.Collections.Immutable;
using System.Text;
using FsCheck.Fluent;
using Monogres.Actions.Outputs;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;
using Monogres.Testing.Properties;
using Monogres.Testing.Stores;
using Digest = Monogres.Core.Digest;
using Wire = Monogres.Protocol;

namespace Monogres.Actions.Tests.Outputs;

/// <summary>What an engine may give that no honest capture gives, and what is read for it; the rest is in <c>ActionRunnerContract</c>.</summary>
public sealed class OutputRulesTests
{
    private static readonly RelativePath SeenAt = RelativePath.Parse("build/out");

    private readonly MemoryBlobStore _blobs = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_canonical_tree_stays_as_it_is()
    {
        var tree = new TreeBuilder();
        tree.AddFile(RelativePath.Parse("a/b"), await PutAsync("1"), executable: true);
        tree.AddSymlink(RelativePath.Parse("a/l"), "b");
        tree.AddDirectory(RelativePath.Parse("empty"));
        var root = await tree.WriteAsync(_blobs, Cancel);
        Assert.Equal(root, (await ApplyAsync(root)).Root);
    }

    [Fact]
    public void Any_tree_of_good_names_and_links_stays_as_it_is_and_of_others_each_fault_is_told() => Prop.ForAll(TestTrees.One, tree =>
    {
        var root = tree.PutAsync(_blobs, Cancel).GetAwaiter().GetResult();
        var faults = tree.Entries.Count(entry => Name(entry.Key).Contains('\uFFFD') && !Parent(entry.Key).Contains('\uFFFD'))
            + tree.Entries.Count(entry => !entry.Key.Contains('\uFFFD') && !entry.Key.Contains('/') && entry.Value is TestEntry.Symlink { Target: ['.', '.', ..] });
        var output = ApplyAsync(root).GetAwaiter().GetResult();
        return output.Problems.Length == faults && (faults > 0 || output.Root == root);
    }).HoldsAlways();

    [Fact]
    public async Task Entries_are_sorted_and_node_properties_dropped()
    {
        var (one, two) = ((await PutAsync("1")).ToWire(), (await PutAsync("2")).ToWire());
        var sorted = new Wire.Directory { Files = { new Wire.FileNode { Name = "a", Digest = one }, new Wire.FileNode { Name = "b", Digest = two, IsExecutable = true } } };
        var given = new Wire.Directory
        {
            Files =
            {
                new Wire.FileNode { Name = "b", Digest = two, IsExecutable = true, NodeProperties = new Wire.NodeProperties { UnixMode = 0x1ED } },
                new Wire.FileNode { Name = "a", Digest = one },
            },
            NodeProperties = new Wire.NodeProperties { UnixMode = 0x1C0 },
        };
        Assert.Equal(sorted.DigestOf(), (await ApplyAsync(await _blobs.PutMessageAsync(given, Cancel))).Root);
    }

    [Theory]
    [InlineData("..", "/..: no file can have that name")]
    [InlineData("", "/: no file can have that name")]
    [InlineData("a/b", "/a/b: no file can have that name")]
    [InlineData("a\uFFFD", "/a\uFFFD: the name is not UTF-8")]
    public async Task Names_that_no_file_can_have_are_problems(string name, string problem)
    {
        var given = new Wire.Directory { Symlinks = { new Wire.SymlinkNode { Name = name, Target = "x" } } };
        Assert.Equal([problem], (await ApplyAsync(await _blobs.PutMessageAsync(given, Cancel))).Problems);
    }

    [Fact]
    public async Task Two_entries_of_one_name_are_a_problem()
    {
        var given = new Wire.Directory
        {
            Files = { new Wire.FileNode { Name = "a", Digest = (await PutAsync("1")).ToWire() } },
            Symlinks = { new Wire.SymlinkNode { Name = "a", Target = "/etc/passwd" } },
        };
        Assert.Equal(["a is there twice"], (await ApplyAsync(await _blobs.PutMessageAsync(given, Cancel))).Problems);
    }

    [Fact]
    public async Task Links_that_lead_out_and_targets_that_are_not_utf8_are_problems()
    {
        var tree = new TreeBuilder();
        tree.AddSymlink(RelativePath.Parse("a"), "../x");
        tree.AddSymlink(RelativePath.Parse("b"), "/build/output");
        tree.AddSymlink(RelativePath.Parse("c"), "x\uFFFD");
        Assert.Equal(
            [
                "a is a link that leads out of the output: ../x",
                "b is an absolute link to something that is not in the output: /build/output",
                "c: the target of the link is not UTF-8",
            ],
            (await ApplyAsync(await tree.WriteAsync(_blobs, Cancel))).Problems);
    }

    [Fact]
    public async Task Each_content_is_searched_once_and_every_file_that_has_it_is_named()
    {
        var counting = new CountingBlobStore(_blobs);
        var tree = await TreeAsync(("b", "12345 the-host-name"), ("a", "/home/somebody"), ("c", "12345 the-host-name"));
        var source = await TreeAsync(("deep/f", "made in /home/somebody"));
        var rules = new OutputRules(counting, new CanaryScan([new Canary("host name", "the-host-name"), new Canary("directory", "/home/somebody")]));

        var output = await rules.ApplyAsync(tree, SeenAt, [Digest.Empty, source], Cancel);
        Assert.Equal(["b holds the host name `the-host-name` at byte 6", "c holds the host name `the-host-name` at byte 6"], output.Problems);
        Assert.Equal(1, counting.Opened.Count(blob => blob == Digest.Of("12345 the-host-name"u8)));
    }

    [Fact]
    public async Task Layers_are_not_read_without_a_hit_nor_further_than_the_excuse()
    {
        var counting = new CountingBlobStore(_blobs);
        var (clean, dirty) = (await TreeAsync(("f", "nothing to see")), await TreeAsync(("f", "the-host-name")));
        ImmutableArray<Digest> layers = [Digest.Empty, await TreeAsync(("doc", "on the-host-name")), await TreeAsync(("other", "never read"))];
        var rules = new OutputRules(counting, new CanaryScan([new Canary("host name", "the-host-name")]));

        Assert.Empty((await rules.ApplyAsync(clean, SeenAt, layers, Cancel)).Problems);
        Assert.DoesNotContain(layers[1], counting.Opened);
        Assert.Empty((await rules.ApplyAsync(dirty, SeenAt, layers, Cancel)).Problems);
        Assert.DoesNotContain(layers[2], counting.Opened);
    }

    [Fact]
    public async Task A_lost_blob_of_the_output_is_told()
    {
        var tree = await TreeAsync(("f", "lost"));
        _blobs.Drop(tree);
        Assert.Equal(tree, (await Assert.ThrowsAsync<BlobMissingException>(() => ApplyAsync(tree))).Digest);
    }

    private static string Name(string path) => RelativePath.Parse(path).Name;

    private static string Parent(string path) => RelativePath.Parse(path).Parent.Value;

    private Task<CheckedOutput> ApplyAsync(Digest output) => new OutputRules(_blobs, CanaryScan.None).ApplyAsync(output, SeenAt, [], Cancel);

    private ValueTask<Digest> PutAsync(string content) => _blobs.PutAsync(Encoding.UTF8.GetBytes(content), Cancel);

    private async Task<Digest> TreeAsync(params (string Path, string Content)[] files)
    {
        var tree = new TreeBuilder();
        foreach (var (path, content) in files)
            tree.AddFile(RelativePath.Parse(path), await PutAsync(content), executable: false);
        return await tree.WriteAsync(_blobs, Cancel);
    }
}
