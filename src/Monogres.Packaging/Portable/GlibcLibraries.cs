using System.Collections.Frozen;

namespace Monogres.Packaging.Portable;

/// <summary>
/// The libraries of the GNU C library, by the names that the loader is asked for. They belong to the loader of the machine,
/// which is the one thing that a portable tree takes from it; so they are never carried. Newer releases keep those that
/// they have merged into <c>libc.so.6</c> as empty libraries (https://developers.redhat.com/articles/2021/12/17/why-glibc-234-removed-libpthread).
/// </summary>
public static class GlibcLibraries
{
    private static readonly FrozenSet<string> Names = FrozenSet.ToFrozenSet(
    [
        "ld-linux-aarch64.so.1", "ld-linux-x86-64.so.2", "libanl.so.1", "libc.so.6", "libdl.so.2", "libm.so.6", "libmvec.so.1", "libnss_compat.so.2",
        "libnss_dns.so.2", "libnss_files.so.2", "libpthread.so.0", "libresolv.so.2", "librt.so.1", "libutil.so.1",
    ], StringComparer.Ordinal);

    /// <summary>Whether a library is one of them.</summary>
    public static bool Has(string library) => Names.Contains(library);
}
