using Monogres.Core;

namespace Monogres.Packaging.Formats;

/// <summary>Which files of a source state its licence.</summary>
internal static class LicenceFiles
{
    /// <summary>Whether this is one: a file at the top of the source, or in the directory that REUSE (https://reuse.software/spec-3.3/) has for them.</summary>
    public static bool Contains(RelativePath path) => path.Parent.IsRoot ? IsName(path.Name) : string.Equals(path.Parent.Value, "LICENSES", StringComparison.Ordinal);

    private static bool IsName(string name) => ((string[])["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "UNLICENSE", "NOTICE"]).Any(start =>
        name.StartsWith(start, StringComparison.OrdinalIgnoreCase) && (name.Length == start.Length || !char.IsAsciiLetterOrDigit(name[start.Length])));
}
