using Monogres.Core;
using Monogres.Sources.Inspection;
using Monogres.Store.Archives;

namespace Monogres.Sources.Local;

/// <summary>The errors of sources that are not in the index.</summary>
public static class LocalErrors
{
    /// <summary>There is no such file or directory.</summary>
    public static UserErrorException NotFound(string word) =>
        new($"there is no `{word}`", "name the directory or an archive of an extension; a target of the index does not begin with `.` or `/`");

    /// <summary>What precedes <c>.git@</c> is not a URL.</summary>
    public static UserErrorException NotARepository(string word) =>
        new($"`{word}` is not the URL of a git repository", "write `https://HOST/OWNER/NAME.git@COMMIT`");

    /// <summary>What follows <c>.git@</c> is not a full commit.</summary>
    public static UserErrorException NotACommit(string word, string commit) => new(
        $"`{commit}` in `{word}` is not a full commit", "a commit has 40 digits of 0-9 and a-f; tags and branches can be moved, so they pin nothing (`git rev-parse TAG^{commit}` prints the commit)");

    /// <summary>The host is not known.</summary>
    public static UserErrorException UnknownHost(LocalSource.Commit source, IEnumerable<string> known) => new(
        $"it is not known where `{source.Repository.Authority}` offers archives of commits",
        $"the known hosts are {string.Join(", ", known)}; otherwise check the commit out and name the directory");

    /// <summary>An archive of the wrong kind.</summary>
    public static UserErrorException IsZip(string name) =>
        new($"`{name}` is a zip archive, which is not supported", "give a .tar.gz, .tar.xz, .tar.bz2 or .tar.zst, or the unpacked directory");

    /// <summary>An archive that cannot be read.</summary>
    public static UserErrorException CannotUnpack(string name, ArchiveException refused) =>
        new($"cannot unpack `{name}`: {refused.Message}", "a .tar, .tar.gz, .tar.xz, .tar.bz2 or .tar.zst is needed, with files, directories and links that stay inside", inner: refused);

    /// <summary>A file cannot be read.</summary>
    public static UserErrorException Unreadable(string name, Exception inner) =>
        new($"`{name}` cannot be read", "give yourself permission to read it", [inner.Message], inner);

    /// <summary>The downloaded archive is that of another commit.</summary>
    public static UserErrorException OtherCommit(LocalSource.Commit source, Uri address, string found) => new(
        $"the archive of `{source.Text}` is that of another commit, {found}", "the host returned something else than requested", [address.AbsoluteUri]);

    /// <summary>The source has no usable name.</summary>
    public static UserErrorException NoName(LocalSource source) =>
        new($"`{source}` has no name", "give it a control file, or a directory whose name begins with a letter");

    /// <summary>It is not known how to build it.</summary>
    public static UserErrorException NoStyle(LocalSource source, SourceFinding why) =>
        new($"it is not known how to build `{source}`: {why.Text}", why.Advice);
}
