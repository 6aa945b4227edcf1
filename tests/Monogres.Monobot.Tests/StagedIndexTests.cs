using Monogres.Monobot.Trials;
using Monogres.Testing;

namespace Monogres.Monobot.Tests;

public class StagedIndexTests
{
    [Fact]
    public void What_is_changed_is_there_and_the_rest_is_that_of_the_index()
    {
        using var directory = new TemporaryDirectory();
        foreach (var (path, text) in new[] { ("index/index.json", "{}"), ("index/extensions/a/repo.json", "a"), ("index/extensions/a/fix.patch", "fix"), ("index/extensions/b/repo.json", "b") })
        {
            Directory.CreateDirectory(Path.GetDirectoryName(directory[path])!);
            File.WriteAllText(directory[path], text);
        }

        var changes = new Dictionary<string, string>(StringComparer.Ordinal) { ["extensions/a/repo.json"] = "changed", ["extensions/c/repo.json"] = "new" };
        using (var staged = StagedIndex.Create(directory["index"], directory["work"], changes))
        {
            Assert.Equal(["changed", "fix", "b", "new", "{}"], ((string[])["extensions/a/repo.json", "extensions/a/fix.patch", "extensions/b/repo.json", "extensions/c/repo.json", "index.json"])
                .Select(path => File.ReadAllText(Path.Combine(staged.Directory, path))));
            Assert.NotNull(Directory.ResolveLinkTarget(Path.Combine(staged.Directory, "extensions/b"), returnFinalTarget: false));
        }

        Assert.Equal("a", File.ReadAllText(directory["index/extensions/a/repo.json"]));
        Assert.False(Directory.Exists(directory["work"]));
    }

    [Fact]
    public void What_a_killed_run_left_is_made_anew()
    {
        using var directory = new TemporaryDirectory();
        Directory.CreateDirectory(directory["index"]);
        Directory.CreateDirectory(directory["work/extensions/old"]);
        using var staged = StagedIndex.Create(directory["index"], directory["work"], new Dictionary<string, string>(StringComparer.Ordinal) { ["a.json"] = "a" });
        Assert.Equal([Path.Combine(staged.Directory, "a.json")], Directory.EnumerateFileSystemEntries(staged.Directory));
    }
}
