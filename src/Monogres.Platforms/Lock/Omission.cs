using System.Text.RegularExpressions;

namespace Monogres.Platforms.Lock;

/// <summary>
/// Which dependencies on an omitted package count after all. Programs, maintainer scripts and development packages can do without
/// much that they depend on; a shared library cannot be loaded without those that it is linked with, so that what needs it
/// would be built and not run. Libraries are known by their names (Debian policy 8.1: <c>lib</c>, the name, the number of the ABI).
/// </summary>
internal static partial class Omission
{
    /// <summary>Whether an omitted package stays omitted for the one that depends on it.</summary>
    /// <param name="omitted">The omitted package.</param>
    /// <param name="asker">What depends on it; null when it is asked for by name.</param>
    public static bool Holds(string omitted, string? asker) => asker is null || !IsSharedLibrary(omitted) || !IsOfLibraries(asker);

    private static bool IsSharedLibrary(string name) => SharedLibrary().IsMatch(name);

    // A package of libraries can have more behind its number: libcurl3-gnutls, libpython3.11-stdlib.
    private static bool IsOfLibraries(string name) => name.StartsWith("lib", StringComparison.Ordinal) && !name.EndsWith("-dev", StringComparison.Ordinal);

    [GeneratedRegex(@"^lib.*[0-9](t64)?$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex SharedLibrary();
}
