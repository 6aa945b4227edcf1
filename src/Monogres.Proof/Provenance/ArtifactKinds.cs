using System.Collections.Immutable;

namespace Monogres.Proof.Provenance;

/// <summary>What artifacts are, by their names.</summary>
public static class ArtifactKinds
{
    // The longest ending that fits is that of the format.
    private static readonly ImmutableArray<(string End, string Format)> Ends =
    [
        (".oci.tar", "oci"), (".tar.gz", "tar.gz"), (".tar.xz", "tar.xz"), (".tar.zst", "tar.zst"), (".tar", "tar"), (".zip", "zip"), (".deb", "deb"), (".rpm", "rpm"),
    ];

    /// <summary>The formats that can be told by names: those of images are all <c>oci</c>.</summary>
    public static IReadOnlySet<string> Formats { get; } = new SortedSet<string>(Ends.Select(one => one.Format), StringComparer.Ordinal);

    /// <summary>The format of a package, or null for what accompanies packages.</summary>
    public static string? FormatOf(string file) => Ends.FirstOrDefault(one => file.EndsWith(one.End, StringComparison.Ordinal)).Format;

    /// <summary>Whether it is a tree of images.</summary>
    public static bool IsImage(string file) => FormatOf(file) is "oci";

    /// <summary>Whether it is made of a portable tree, which carries libraries: packages of rpm always are.</summary>
    public static bool IsPortable(string file) => FormatOf(file) is "rpm" || file.Contains("-portable.", StringComparison.Ordinal);

    /// <summary>Whether it has debug information only: it neither runs nor holds anything that does.</summary>
    public static bool IsSymbols(string file) =>
        file.Contains("-symbols.", StringComparison.Ordinal) || file.Contains("-dbgsym_", StringComparison.Ordinal) || file.Contains("-debuginfo-", StringComparison.Ordinal);
}
