using Monogres.Core;

namespace Monogres.Packaging.Portable;

/// <summary>Whether the loader finds all that a tree needs in the tree itself, or in the C library.</summary>
public static class PortableCheck
{
    private const string Origin = "$ORIGIN";

    /// <summary>What it would have to look for elsewhere, in words; nothing when the tree is portable.</summary>
    /// <param name="binaries">The programs and libraries of the tree.</param>
    /// <param name="present">Every path of the tree, and of the trees beside it.</param>
    public static IReadOnlyList<string> Problems(IEnumerable<LinkedBinary> binaries, IReadOnlySet<RelativePath> present) =>
    [
        .. from binary in binaries
           from library in binary.Needed
           where !GlibcLibraries.Has(library) && !Searched(binary).Any(directory => present.Contains(directory.Child(library)))
           select $"`{binary.Path}` needs `{library}`, which is not where it looks: {(string.IsNullOrEmpty(binary.Runpath) ? "it looks nowhere in the tree" : binary.Runpath)}",
    ];

    /// <summary>The directories of the tree that the loader looks in (ld.so(8)); what is absolute is none of them.</summary>
    private static IEnumerable<RelativePath> Searched(LinkedBinary binary)
    {
        foreach (var directory in (binary.Runpath ?? "").Split(':'))
        {
            if (directory is Origin)
                yield return binary.Path.Parent;
            else if (directory.StartsWith($"{Origin}/", StringComparison.Ordinal) && RelativePath.TryResolve(binary.Path.Parent, directory[(Origin.Length + 1)..], out var resolved))
                yield return resolved;
        }
    }
}
