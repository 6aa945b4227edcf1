using System.Collections.Immutable;
using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Testing.Properties;

/// <summary>What stands at a path of a <see cref="TestTree"/>.</summary>
public abstract record TestEntry
{
    public sealed record Directory : TestEntry;

    public sealed record File(string Content, bool Executable) : TestEntry;

    public sealed record Symlink(string Target) : TestEntry;
}

/// <summary>A tree as the plainest thing that can be one: a map from paths, every directory among them.</summary>
public sealed class TestTree
{
    public ImmutableSortedDictionary<string, TestEntry> Entries { get; private init; } = ImmutableSortedDictionary.Create<string, TestEntry>(StringComparer.Ordinal);

    /// <summary>Adds an entry and the directories above it; one that does not fit is left away.</summary>
    public TestTree With(string path, TestEntry entry)
    {
        var entries = Entries;
        for (var parent = RelativePath.Parse(path).Parent; !parent.IsRoot; parent = parent.Parent)
        {
            if (entries.GetValueOrDefault(parent.Value) is { } above and not TestEntry.Directory)
                return this;
            entries = entries.SetItem(parent.Value, new TestEntry.Directory());
        }

        var wasDirectory = entries.GetValueOrDefault(path) is TestEntry.Directory;
        return wasDirectory ? this : new TestTree { Entries = entries.SetItem(path, entry) };
    }

    public TestTree WithFile(string path, string content, bool executable = false) => With(path, new TestEntry.File(content, executable));

    public TestTree WithSymlink(string path, string target) => With(path, new TestEntry.Symlink(target));

    public TestTree WithDirectory(string path) => With(path, new TestEntry.Directory());

    /// <summary>What the union of trees must be, by the definition of it; or the paths that are in conflict.</summary>
    public static (TestTree? Merged, ImmutableHashSet<string> Conflicts) Merge(params (TestTree Tree, bool Overrides)[] layers)
    {
        var entries = layers[0].Tree.Entries;
        var conflicts = ImmutableHashSet<string>.Empty;
        foreach (var (tree, overrides) in layers.Skip(1))
        {
            foreach (var (path, entry) in tree.Entries)
            {
                if (entries.GetValueOrDefault(path) is { } earlier && earlier != entry && (!overrides || earlier is TestEntry.Directory || entry is TestEntry.Directory))
                    conflicts = conflicts.Add(path);
                entries = entries.SetItem(path, entry);
            }
        }

        return conflicts.IsEmpty ? (new TestTree { Entries = entries }, conflicts) : (null, conflicts);
    }

    /// <summary>Stores the tree, its entries added in that order.</summary>
    public async Task<Digest> PutAsync(IBlobStore store, CancellationToken cancel, Func<IEnumerable<string>, IEnumerable<string>>? order = null)
    {
        var builder = new TreeBuilder();
        foreach (var path in (order ?? (paths => paths))(Entries.Keys))
        {
            var at = RelativePath.Parse(path);
            switch (Entries[path])
            {
                case TestEntry.Directory:
                    builder.AddDirectory(at);
                    break;
                case TestEntry.Symlink link:
                    builder.AddSymlink(at, link.Target);
                    break;
                case TestEntry.File file:
                    builder.AddFile(at, await store.PutAsync(Encoding.UTF8.GetBytes(file.Content), cancel), file.Executable);
                    break;
            }
        }

        return await builder.WriteAsync(store, cancel);
    }

    /// <summary>Reads a tree back.</summary>
    public static async Task<TestTree> ReadAsync(IBlobStore store, Digest root, CancellationToken cancel)
    {
        var tree = new TestTree();
        await foreach (var entry in TreeWalk.EntriesAsync(store, root, cancel))
        {
            tree = tree.With(entry.Path.Value, entry switch
            {
                TreeEntry.File file => new TestEntry.File(Encoding.UTF8.GetString(await store.ReadAllAsync(file.Content, cancel)), file.Executable),
                TreeEntry.Symlink link => new TestEntry.Symlink(link.Target),
                _ => new TestEntry.Directory(),
            });
        }

        return tree;
    }

    public override bool Equals(object? obj) => obj is TestTree other && Entries.SequenceEqual(other.Entries);

    public override int GetHashCode() => Entries.Count;

    public override string ToString() => string.Join('\n', Entries.Select(pair => $"{pair.Key} {pair.Value}"));
}

/// <summary>Trees small enough that two of them often meet at a path, with names that sort differently as UTF-16 and as UTF-8.</summary>
internal static class TestTrees
{
    private static readonly Gen<string> Name = Gen.Elements("a", "b", "B", "a.b", "a-b", "é", "\uFFFD", "\U0001F418");

    private static readonly Gen<string> Path =
        from depth in Gen.Choose(1, 3)
        from names in Gen.ArrayOf(Name, depth)
        select string.Join('/', names);

    private static readonly Gen<TestEntry> Entry = Gen.OneOf(
        from content in Gen.Elements("", "one", "two")
        from executable in Gen.Elements(true, false)
        select (TestEntry)new TestEntry.File(content, executable),
        Gen.Elements("a", "../b", "a/é").Select(target => (TestEntry)new TestEntry.Symlink(target)),
        Gen.Constant((TestEntry)new TestEntry.Directory()));

    private static readonly Gen<TestTree> Any =
        from count in Gen.Choose(0, 8)
        from paths in Gen.ArrayOf(Path, count)
        from entries in Gen.ArrayOf(Entry, count)
        select paths.Zip(entries).Aggregate(new TestTree(), (tree, one) => tree.With(one.First, one.Second));

    public static readonly Arbitrary<TestTree> One = Any.ToArbitrary();

    public static readonly Arbitrary<(TestTree, TestTree, TestTree)> Three =
        (from a in Any from b in Any from c in Any select (a, b, c)).ToArbitrary();

    public static readonly Arbitrary<(TestTree, TestTree, TestTree, bool, bool)> Layers =
        (from a in Any
         from b in Any
         from c in Any
         from second in Gen.Elements(true, false)
         from third in Gen.Elements(true, false)
         select (a, b, c, second, third)).ToArbitrary();
}
