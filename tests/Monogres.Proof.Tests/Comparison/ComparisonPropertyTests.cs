using FsCheck;
using FsCheck.Fluent;
using Monogres.Proof.Comparison;
using Monogres.Proof.Comparison.Reports;
using Monogres.Testing;
using Monogres.Testing.Properties;

namespace Monogres.Proof.Tests.Comparison;

/// <summary>Generated trees, as directories and as archives.</summary>
public sealed class ComparisonPropertyTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private int _number;

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_tree_and_itself_are_identical(bool packed) =>
        Prop.ForAll(TestTrees.One, tree => Compare(Write(tree, packed), Write(tree, packed)).Identical).HoldsAlways(30);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void From_the_other_side_the_report_is_the_mirror_image(bool packed) => Prop.ForAll(TestTrees.Three, trees =>
    {
        var (one, other) = (Write(trees.Item1, packed), Write(trees.Item2, packed));
        Assert.Equal(ReportJson.Of(Compare(one, other)).ToJsonString(), ReportJson.Of(Compare(other, one).Mirror()).ToJsonString());
    }).HoldsAlways(40);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Whatever_is_changed_is_what_is_reported(bool packed) => Prop.ForAll(TestTrees.One, Gen.Choose(0, 1000).ToArbitrary(), (tree, choice) =>
    {
        var (changed, expected) = Change(tree, choice);
        var report = Compare(Write(tree, packed), Write(changed, packed));
        Assert.Equal(expected.Order(), report.Differences.Select(difference => (difference.Path, difference.Kind)).Order());
    }).HoldsAlways(60);

    // One entry is changed, and what must be said of it.
    private static (TestTree Tree, (string, DifferenceKind)[] Expected) Change(TestTree tree, int choice)
    {
        if (tree.Entries.IsEmpty)
            return (tree.WithFile("new", "x"), [("new", DifferenceKind.OnlyInOther)]);

        var (path, entry) = tree.Entries.ElementAt(choice % tree.Entries.Count);
        return entry switch
        {
            TestEntry.Symlink link => (tree.WithSymlink(path, link.Target + "/x"), [(path, DifferenceKind.LinkTarget)]),
            TestEntry.File file when choice % 2 == 0 => (tree.WithFile(path, file.Content, !file.Executable), [(path, DifferenceKind.Mode)]),
            TestEntry.File file => (tree.WithFile(path, file.Content + "!", file.Executable), [(path, DifferenceKind.Content)]),
            _ => (tree.WithFile($"{path}/zz", "x"), [($"{path}/zz", DifferenceKind.OnlyInOther)]),
        };
    }

    private static ComparisonReport Compare(string one, string other) => ArtifactComparer.CompareAsync(one, other, CancellationToken.None).GetAwaiter().GetResult();

    private string Write(TestTree tree, bool packed)
    {
        var path = _directory[$"{_number++}"];
        if (packed)
        {
            File.WriteAllBytes(path, SmallTar.Of(tree).Build());
            return path;
        }

        Directory.CreateDirectory(path);
        foreach (var (name, entry) in tree.Entries)
        {
            var at = Path.Combine(path, name);
            switch (entry)
            {
                case TestEntry.Directory:
                    Directory.CreateDirectory(at);
                    break;
                case TestEntry.Symlink link:
                    File.CreateSymbolicLink(at, link.Target);
                    break;
                case TestEntry.File file:
                    File.WriteAllText(at, file.Content);
                    File.SetUnixFileMode(at, (UnixFileMode)(file.Executable ? 0x1ed : 0x1a4));
                    break;
            }
        }

        return path;
    }
}
