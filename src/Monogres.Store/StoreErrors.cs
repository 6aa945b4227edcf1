using Monogres.Core;
using Monogres.Store.Disk;

namespace Monogres.Store;

/// <summary>The errors of the store's directory and its file system.</summary>
public static class StoreErrors
{
    private const long LeastRoom = 1_000_000;

    /// <summary>The disk is full.</summary>
    /// <param name="path">The store's directory.</param>
    /// <param name="free">Bytes that an ordinary user can still write there.</param>
    /// <param name="inner">The cause.</param>
    public static UserErrorException DiskFull(string path, long free, Exception inner) => new(
        $"the disk of the store is full: {free / 1_000_000} MB free in `{path}`",
        "free some space (`monogres store gc --max-size 5GB` removes what was least recently used), or choose another place with `--store DIR`; what is in the store remains usable",
        inner: inner);

    /// <summary>The user's disk quota is used up.</summary>
    /// <param name="path">The store's directory.</param>
    /// <param name="inner">The cause.</param>
    public static UserErrorException QuotaExceeded(string path, Exception inner) => new(
        $"your disk quota is used up in `{path}`",
        "free some space (`monogres store gc --max-size 5GB` removes what was least recently used), or choose another place with `--store DIR`; what is in the store remains usable",
        inner: inner);

    /// <summary>The file system is mounted read-only.</summary>
    /// <param name="path">The store's directory.</param>
    /// <param name="inner">The cause.</param>
    public static UserErrorException ReadOnly(string path, Exception inner) => new(
        $"the store `{path}` is on a read-only file system",
        "choose another place with `--store DIR`",
        inner: inner);

    /// <summary>The user may not write there.</summary>
    /// <param name="path">The store's directory.</param>
    /// <param name="inner">The cause.</param>
    public static UserErrorException NoAccess(string path, Exception inner) => new(
        $"no permission to use the store `{path}`",
        "the store must belong to the user who builds: correct its owner, or choose another place with `--store DIR`",
        [inner.Message],
        inner);

    /// <summary>The store was written by another version of the tool.</summary>
    /// <param name="path">The store's directory.</param>
    /// <param name="found">The version found there.</param>
    /// <param name="needed">The version that this program reads.</param>
    public static UserErrorException OtherFormat(string path, string found, int needed) => new(
        $"the store `{path}` has format `{found}`, and this version of monogres needs format {needed}",
        "use the version of monogres that wrote it, choose another place with `--store DIR`, or remove the directory: everything in it can be rebuilt");

    /// <summary>The directory holds something else.</summary>
    /// <param name="path">The directory.</param>
    public static UserErrorException NotAStore(string path) => new(
        $"`{path}` is not empty and is not a store",
        "give a new or an empty directory, or one that monogres created");

    /// <summary>
    /// Whether an exception of the file system is one that the user can fix: <c>ENOSPC</c>, <c>EDQUOT</c>,
    /// <c>EROFS</c>, <c>EACCES</c>, <c>EPERM</c>.
    /// </summary>
    /// <param name="thrown">What came from the base class library: its <c>HResult</c> is the error number.</param>
    public static bool IsOfDisk(Exception thrown) => ErrorNumber(thrown) is LibC.NoSpace or LibC.Quota or LibC.ReadOnly or LibC.Access or LibC.NotPermitted;

    /// <summary>The user's error behind such an exception.</summary>
    /// <param name="thrown">One for which <see cref="IsOfDisk"/> is true.</param>
    /// <param name="path">The store's directory.</param>
    public static UserErrorException OfDisk(Exception thrown, string path) => ErrorNumber(thrown) switch
    {
        LibC.NoSpace => DiskFull(path, FreeBytes(path), thrown),
        LibC.Quota => QuotaExceeded(path, thrown),
        LibC.ReadOnly => ReadOnly(path, thrown),
        _ => NoAccess(path, thrown),
    };

    // The base class library wraps "permission denied" and keeps the error number inside.
    private static int ErrorNumber(Exception thrown) => thrown switch
    {
        UnauthorizedAccessException { InnerException: IOException inner } => inner.HResult,
        UnauthorizedAccessException => LibC.Access,
        IOException => thrown.HResult,
        _ => 0,
    };

    /// <summary>The error for a full disk, or null: for when something else has failed, and this may be the cause.</summary>
    /// <param name="path">The store's directory.</param>
    public static UserErrorException? IfFull(string path) =>
        FreeBytes(path) is var free && free < LeastRoom ? DiskFull(path, free, new IOException("no space left on the device")) : null;

    private static long FreeBytes(string path)
    {
        try
        {
            return new DriveInfo(path).AvailableFreeSpace;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return 0;
        }
    }
}
