using System.Formats.Tar;
using FsCheck;
using FsCheck.Fluent;
using Monogres.Core;
using Monogres.Store.Trees;
using Monogres.Testing.Stores;

namespace Monogres.Platforms.Tests.Archives;

public class TarRoundTripTests
{
    private static readonly Gen<string> Names = Gen.Elements("a", "b", "lib", "Größe", "z z", "x.so.1", "\ud83d\udc18", "-", "n\\n");

    private static readonly Gen<RelativePath> Paths = Names.NonEmptyListOf().Select(names => RelativePath.Parse(string.Join('/', names.Take(4))));

    private static readonly Gen<(RelativePath Path, int Kind, string Content)> Entries =
        from path in Paths
        from kind in Gen.Choose(0, 3)
        from content in Gen.Elements("", "1", "two", "three\n")
        select (path, kind, content);

    [Fact]
    public void Any_tree_comes_back_from_a_tar_archive_of_it_in_any_format() =>
        Prop.ForAll(Entries.ListOf().ToArbitrary(), Gen.Elements(TarEntryFormat.Ustar, TarEntryFormat.Gnu, TarEntryFormat.Pax).ToArbitrary(), (entries, format) =>
        {
            var (store, tree, tar) = (new MemoryBlobStore(), new TreeBuilder(), new TarBuilder(format));
            foreach (var (path, kind, content) in entries)
            {
                if (tree.Contains(path) || !TryAdd(store, tree, path, kind, content))
                    continue;

                _ = kind switch
                {
                    0 => tar.Directory(path.Value + "/"),
                    1 => tar.Symlink(path.Value, "b"),
                    _ => tar.File("./" + path.Value, content, executable: kind == 3),
                };
            }

            var expected = tree.WriteAsync(store, CancellationToken.None).AsTask().GetAwaiter().GetResult();
            return expected == new MemoryBlobStore().ReadAsync(tar.ToArray()).GetAwaiter().GetResult().Root;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(1, 3));

    private static bool TryAdd(MemoryBlobStore store, TreeBuilder tree, RelativePath path, int kind, string content)
    {
        for (var parent = path.Parent; !parent.IsRoot; parent = parent.Parent)
        {
            if (tree.Contains(parent) && (tree.FindFile(parent) is not null || IsLink(tree, parent)))
                return false;
        }

        if (kind == 0)
            tree.AddDirectory(path);
        else if (kind == 1)
            tree.AddSymlink(path, "b");
        else
            tree.AddFile(path, store.PutAsync(System.Text.Encoding.UTF8.GetBytes(content), CancellationToken.None).AsTask().GetAwaiter().GetResult(), kind == 3);
        return true;
    }

    private static bool IsLink(TreeBuilder tree, RelativePath path)
    {
        try
        {
            tree.AddDirectory(path);
            return false;
        }
        catch (TreeConflictException)
        {
            return true;
        }
    }
}
