using System.Collections.Immutable;
using System.Text;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Index.Projects;
using Monogres.Payloads.Extensions;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Payloads.Tests.Extensions;

/// <summary>Installed files and projects, as small as a test needs them.</summary>
internal static class Installed
{
    public static RelativePath Prefix { get; } = RelativePath.Parse("usr/lib/postgresql/17");

    /// <summary>A project of the index that installs extensions of these names.</summary>
    public static ExtensionProject Project(params string[] sqlNames) => new()
    {
        Name = ProjectName.Parse("sample"),
        Folder = "extensions/sample",
        License = "PostgreSQL",
        Homepage = new Uri("https://example.invalid/sample"),
        Summary = "A sample",
        Category = ExtensionCategory.Testing,
        Repositories = [],
        Origin = new ExtensionOrigin.Server(VersionRange.Parse(">=13"), []),
        SqlNames = [.. sqlNames],
        Requires = [],
        Options = [],
        Preload = [],
        Settings = ImmutableSortedDictionary<string, ServerSetting>.Empty,
        Tests = new ExtensionTesting
        {
            Style = "pgxs", Directory = RelativePath.Root, Skipped = null, Arguments = [], PackageSets = [], Requires = [],
            Settings = ImmutableSortedDictionary<string, ServerSetting>.Empty, Drift = [],
        },
    };

    public static InstalledFile File(string path, string content) => File(path, Encoding.UTF8.GetBytes(content));

    public static InstalledFile File(string path, byte[] content) => InstalledFile.Of(RelativePath.Parse(path), content);

    public static InstalledTree Tree(params InstalledFile[] files) => new(Prefix, files, []);

    /// <summary>Stores files, below a prefix or at the root.</summary>
    public static async Task<Digest> PutAsync(IBlobStore blobs, RelativePath below, CancellationToken cancel, params (string Path, byte[] Content)[] files)
    {
        var tree = new TreeBuilder();
        foreach (var (path, content) in files)
            tree.AddFile(below.Combine(RelativePath.Parse(path)), await blobs.PutAsync(content, cancel), executable: true);
        return await tree.WriteAsync(blobs, cancel);
    }
}
