using Monogres.Core;
using Monogres.Store.Archives;

namespace Monogres.Sources.Local;

/// <summary>What can be wrong with a source that is no part of the index.</summary>
public static class LocalErrors
{
    /// <summary>There is no such file or directory.</summary>
    public static UserErrorException NothingThere(string word) =>
        new($"there is no `{word}`", "name the directory of an extension, or an archive of it; a target of the index does not begin with `.` or `/`");

    /// <summary>What stands before <c>.git@</c> is no address.</summary>
    public static UserErrorException NotARepository(string word) =>
        new($"`{word}` is not the address of a git repository", "write `https://HOST/OWNER/NAME.git@COMMIT`");

    /// <summary>What stands behind <c>.git@</c> is no whole commit.</summary>
    public static UserErrorException NotACommit(string word, string commit) => new(
        $"`{commit}` in `{word}` is not a whole commit", "a commit has 40 digits of 0-9 and a-f; tags and branches can be moved, so they pin nothing (`git rev-parse TAG^{commit}` says the commit)");

    /// <summary>It is not known where the host has archives.</summary>
    public static UserErrorException UnknownHost(LocalSource.Commit source, IEnumerable<string> known) => new(
        $"it is not known where `{source.Repository.Authority}` has the archive of a commit",
        $"known are {string.Join(", ", known)}; check the commit out, and name the directory");

    /// <summary>An archive of the wrong kind.</summary>
    public static UserErrorException IsZip(string name) =>
        new($"`{name}` is a zip archive, which is not read", "give a .tar.gz, .tar.xz, .tar.bz2 or .tar.zst, or the unpacked directory");

    /// <summary>An archive that cannot be read.</summary>
    public static UserErrorException CannotUnpack(string name, ArchiveException refused) =>
        new($"cannot unpack `{name}`: {refused.Message}", "a .tar, .tar.gz, .tar.xz, .tar.bz2 or .tar.zst is needed, with files, directories and links that stay inside", inner: refused);

    /// <summary>A file cannot be read.</summary>
    public static UserErrorException Unreadable(string name, Exception inner) =>
        new($"`{name}` cannot be read", "give yourself permission to read it", [inner.Message], inner);

    /// <summary>The archive that came is of another commit.</summary>
    public static UserErrorException OtherCommit(LocalSource.Commit source, Uri address, string found) => new(
        $"the archive of `{source.Text}` is one of another commit, {found}", "the host does not give what it was asked for", [address.AbsoluteUri]);

    /// <summary>Nothing that can be a name was found.</summary>
    public static UserErrorException NoName(LocalSource source) =>
        new($"it is not known how `{source}` is called", "give it a control file, or a directory whose name begins with a letter");

    /// <summary>It is not known how to build it.</summary>
    public static UserErrorException NoStyle(LocalSource source) =>
        new($"it is not known how to build `{source}`", $"it has no makefile, configure, CMakeLists.txt, meson.build or control file at its top; `monogres doctor {source}` says more");
}
