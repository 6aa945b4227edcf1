using Monogres.Core;

namespace Monogres.Sources.Local;

/// <summary>A source that is not in the index, as the user names it in place of a target.</summary>
/// <param name="Text">What was typed.</param>
public abstract record LocalSource(string Text)
{
    private const string RepositoryMark = ".git@";
    private const char VersionMark = '@';

    /// <summary>The version that was typed behind the source, or null: for one that does not say itself which it is.</summary>
    public string? Version { get; init; }

    /// <summary>A local directory.</summary>
    /// <param name="Text">What was typed.</param>
    /// <param name="Path">Its absolute path.</param>
    public sealed record Folder(string Text, string Path) : LocalSource(Text);

    /// <summary>A local archive.</summary>
    /// <param name="Text">What was typed.</param>
    /// <param name="Path">Its absolute path.</param>
    public sealed record Archive(string Text, string Path) : LocalSource(Text);

    /// <summary>A git repository at a commit.</summary>
    /// <param name="Text">What was typed.</param>
    /// <param name="Repository">The repository, without its ending <c>.git</c>.</param>
    /// <param name="Id">The commit, 40 hexadecimal digits.</param>
    public sealed record Commit(string Text, Uri Repository, string Id) : LocalSource(Text);

    /// <summary>Whether a word names a source and not a target: it is an explicit path (<c>.</c>, <c>./…</c>, <c>../…</c>, <c>/…</c>), or a git repository at a commit.</summary>
    public static bool IsSource(string word) => word is "." or ".." || word.StartsWith(".@", StringComparison.Ordinal) || word.StartsWith("..@", StringComparison.Ordinal)
        || word.StartsWith("./", StringComparison.Ordinal) || word.StartsWith("../", StringComparison.Ordinal) || word.StartsWith('/')
        || word.Contains(RepositoryMark, StringComparison.Ordinal);

    /// <summary>Reads a word: a path, or a repository and a commit; with a version behind it or without.</summary>
    /// <param name="word">One for which <see cref="IsSource"/> is true.</param>
    /// <param name="absolute">Makes a path absolute.</param>
    /// <exception cref="UserErrorException">The path does not exist, or the repository or the commit is not valid.</exception>
    public static LocalSource Parse(string word, Func<string, string> absolute)
    {
        var mark = word.LastIndexOf(RepositoryMark, StringComparison.Ordinal);
        if (mark >= 0 && !Path.Exists(absolute(word)))
            return ParseCommit(word, word[..mark], word[(mark + RepositoryMark.Length)..]);
        if (ParsePath(word, absolute(word)) is { } path)
            return path;

        var at = word.LastIndexOf(VersionMark);
        return at > 0 && ExtensionVersion.IsVersion(word.AsSpan(at + 1)) && ParsePath(word, absolute(word[..at])) is { } versioned
            ? versioned with { Version = word[(at + 1)..] }
            : throw LocalErrors.NotFound(word);
    }

    private static LocalSource? ParsePath(string word, string path) =>
        Directory.Exists(path) ? new Folder(word, path) : File.Exists(path) ? new Archive(word, path) : null;

    private static Commit ParseCommit(string word, string repository, string pin)
    {
        if (!Uri.TryCreate(repository, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http"))
            throw LocalErrors.NotARepository(word);

        var at = pin.IndexOf(VersionMark, StringComparison.Ordinal);
        var (commit, version) = at >= 0 && ExtensionVersion.IsVersion(pin.AsSpan(at + 1)) ? (pin[..at], pin[(at + 1)..]) : (pin, null);
        if (commit.Length != 40 || !commit.All(char.IsAsciiHexDigitLower))
            throw LocalErrors.NotACommit(word, commit);

        return new Commit(word, address, commit) { Version = version };
    }

    /// <summary>Its name when the content does not give one: the last part of its path.</summary>
    public string FallbackName => this switch
    {
        Folder folder => Path.GetFileName(folder.Path.TrimEnd('/')),
        Archive archive => Path.GetFileName(archive.Path).Split(".tar")[0],
        Commit commit => commit.Repository.Segments[^1].Trim('/'),
        _ => Text,
    };

    /// <summary>What was typed.</summary>
    public sealed override string ToString() => Text;
}
