using Monogres.Core;

namespace Monogres.Sources.Local;

/// <summary>A source that is no part of the index, as a person names it in place of a target.</summary>
/// <param name="Text">What was typed.</param>
public abstract record LocalSource(string Text)
{
    private const string RepositoryMark = ".git@";

    /// <summary>A directory of this machine.</summary>
    /// <param name="Text">What was typed.</param>
    /// <param name="Path">Its absolute path.</param>
    public sealed record Folder(string Text, string Path) : LocalSource(Text);

    /// <summary>An archive of this machine.</summary>
    /// <param name="Text">What was typed.</param>
    /// <param name="Path">Its absolute path.</param>
    public sealed record Archive(string Text, string Path) : LocalSource(Text);

    /// <summary>A git repository at a commit.</summary>
    /// <param name="Text">What was typed.</param>
    /// <param name="Repository">The repository, without its ending <c>.git</c>.</param>
    /// <param name="Id">The commit, 40 hexadecimal digits.</param>
    public sealed record Commit(string Text, Uri Repository, string Id) : LocalSource(Text);

    /// <summary>Whether a word means a source and no target: it is a path that says so (<c>.</c>, <c>./…</c>, <c>../…</c>, <c>/…</c>), or a git repository at a commit.</summary>
    public static bool IsMeant(string word) => word is "." or ".."
        || word.StartsWith("./", StringComparison.Ordinal) || word.StartsWith("../", StringComparison.Ordinal) || word.StartsWith('/')
        || word.Contains(RepositoryMark, StringComparison.Ordinal);

    /// <summary>Reads a word.</summary>
    /// <param name="word">One for which <see cref="IsMeant"/> is true.</param>
    /// <param name="absolute">Makes a path absolute.</param>
    /// <exception cref="UserErrorException">There is nothing at the path, or the repository or the commit is none.</exception>
    public static LocalSource Parse(string word, Func<string, string> absolute)
    {
        var mark = word.LastIndexOf(RepositoryMark, StringComparison.Ordinal);
        if (mark >= 0 && !Path.Exists(absolute(word)))
            return ParseCommit(word, word[..mark], word[(mark + RepositoryMark.Length)..]);

        var path = absolute(word);
        return Directory.Exists(path) ? new Folder(word, path)
            : File.Exists(path) ? new Archive(word, path)
            : throw LocalErrors.NothingThere(word);
    }

    private static Commit ParseCommit(string word, string repository, string commit)
    {
        if (!Uri.TryCreate(repository, UriKind.Absolute, out var address) || address.Scheme is not ("https" or "http"))
            throw LocalErrors.NotARepository(word);
        if (commit.Length != 40 || !commit.All(char.IsAsciiHexDigitLower))
            throw LocalErrors.NotACommit(word, commit);

        return new Commit(word, address, commit);
    }

    /// <summary>What it may be called when its content does not say: the last part of its path.</summary>
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
