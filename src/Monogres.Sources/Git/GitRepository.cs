using System.Text;

namespace Monogres.Sources.Git;

/// <summary>
/// A git repository of this machine, read without git: its tags, commits and files. Nothing is believed but the ids that the caller
/// brings along, since each object is compared with its own.
/// </summary>
public sealed class GitRepository : IDisposable
{
    private readonly string _directory;
    private readonly GitObjects _objects;
    private readonly Lazy<Dictionary<string, string>> _packedRefs;

    private GitRepository(string directory)
    {
        _directory = directory;
        _objects = new GitObjects(Path.Combine(directory, "objects"));
        _packedRefs = new Lazy<Dictionary<string, string>>(ReadPackedRefs);
    }

    /// <summary>Opens a repository.</summary>
    /// <param name="path">Its directory: a bare one, or one with a work tree.</param>
    /// <exception cref="Core.UserErrorException">It is none, or one in a format that is not supported.</exception>
    public static GitRepository Open(string path)
    {
        var inner = Path.Combine(path, ".git");
        var directory = Directory.Exists(inner) ? inner : path;
        if (!Directory.Exists(Path.Combine(directory, "objects")) || !File.Exists(Path.Combine(directory, "HEAD")))
            throw GitErrors.NotARepository(path);

        var config = Path.Combine(directory, "config");
        var lines = File.Exists(config) ? File.ReadLines(config).Select(line => line.Replace(" ", "", StringComparison.Ordinal).Trim().ToLowerInvariant()).ToArray() : [];
        if (lines.Contains("objectformat=sha256", StringComparer.Ordinal))
            throw GitErrors.Unsupported(path, "has ids of SHA-256");
        if (lines.Contains("refstorage=reftable", StringComparer.Ordinal))
            throw GitErrors.Unsupported(path, "keeps its tags in a reftable");
        return new GitRepository(directory);
    }

    /// <summary>The commit that a tag names, annotated or not; null when there is no such tag.</summary>
    /// <exception cref="Core.UserErrorException">An object is damaged.</exception>
    /// <exception cref="GitObjectMissingException">The object of the tag is not there.</exception>
    public string? CommitOfTag(string tag)
    {
        var loose = Path.Combine(_directory, "refs/tags", tag);
        var id = File.Exists(loose) ? File.ReadAllText(loose).Trim() : _packedRefs.Value.GetValueOrDefault($"refs/tags/{tag}");
        if (id is null)
            return null;

        // An annotated tag begins with the line `object ID`; it may name another tag.
        while (_objects.Get(id) is { Kind: GitObjectKind.Tag } annotated)
            id = Field(annotated, "object") ?? throw GitErrors.Damaged(id, "the tag names no object");
        return id;
    }

    /// <summary>The names of the tags, sorted.</summary>
    public IReadOnlyCollection<string> Tags()
    {
        const string prefix = "refs/tags/";
        var loose = Path.Combine(_directory, prefix);
        return new SortedSet<string>(
            [
                .. _packedRefs.Value.Keys.Where(name => name.StartsWith(prefix, StringComparison.Ordinal)).Select(name => name[prefix.Length..]),
                .. Directory.Exists(loose) ? Directory.EnumerateFiles(loose, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(loose, file)) : [],
            ],
            StringComparer.Ordinal);
    }

    /// <summary>A commit; null when the repository does not have it.</summary>
    /// <exception cref="Core.UserErrorException">It is damaged, or no commit.</exception>
    public GitCommit? FindCommit(string id)
    {
        if (_objects.Find(id) is not { } found)
            return null;

        return found.Kind is GitObjectKind.Commit && Field(found, "tree") is { } tree && Field(found, "committer") is { } committer && SecondsIn(committer) is { } seconds
            ? new GitCommit(id, tree, seconds)
            : throw GitErrors.Damaged(id, "it is no commit");
    }

    /// <summary>The files of a commit, in the order in which git has them, each directory before what is in it. Submodules are left out.</summary>
    /// <exception cref="Core.UserErrorException">An object is damaged.</exception>
    /// <exception cref="GitObjectMissingException">An object is not there.</exception>
    public IEnumerable<GitEntry> Entries(GitCommit commit) => Entries(commit.Tree, "");

    /// <summary>The content of a file.</summary>
    /// <exception cref="Core.UserErrorException">It is damaged.</exception>
    /// <exception cref="GitObjectMissingException">It is not there.</exception>
    public ReadOnlyMemory<byte> Content(GitEntry file) => _objects.Get(file.Id).Content;

    /// <inheritdoc/>
    public void Dispose() => _objects.Dispose();

    private IEnumerable<GitEntry> Entries(string tree, string above)
    {
        foreach (var entry in GitEntry.In(_objects.Get(tree), tree, above).Where(entry => entry.Kind is not GitEntryKind.Submodule))
        {
            yield return entry;
            if (entry.Kind is not GitEntryKind.Directory)
                continue;
            foreach (var below in Entries(entry.Id, entry.Path + "/"))
                yield return below;
        }
    }

    private Dictionary<string, string> ReadPackedRefs()
    {
        var file = Path.Combine(_directory, "packed-refs");
        // A comment begins with `#`, what a tag in the line before stands for with `^`.
        return !File.Exists(file) ? [] : File.ReadLines(file).Where(line => line.Length > GitHash.Length + 1 && line[0] is not ('#' or '^'))
            .ToDictionary(line => line[(GitHash.Length + 1)..], line => line[..GitHash.Length], StringComparer.Ordinal);
    }

    // A line of the head, which ends at the first empty line.
    private static string? Field(GitObject of, string name) =>
        Encoding.UTF8.GetString(of.Content.Span).Split('\n').TakeWhile(line => line.Length > 0)
            .FirstOrDefault(line => line.StartsWith(name + ' ', StringComparison.Ordinal))?[(name.Length + 1)..];

    // NAME <ADDRESS> SECONDS ZONE
    private static long? SecondsIn(string committer) => committer.Split(' ') is [.., var seconds, _] && long.TryParse(seconds, out var number) ? number : null;
}

/// <summary>A commit.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Tree">The id of its top directory.</param>
/// <param name="Seconds">When it was committed, in seconds since 1970.</param>
public sealed record GitCommit(string Id, string Tree, long Seconds);
