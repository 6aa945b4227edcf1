using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Payloads.Extensions;

namespace Monogres.Packaging.Deb;

/// <summary>
/// Where Debian and PGDG have what a payload has below its prefix. Programs and libraries stay where they are; what does not
/// depend on the processor, and the headers, are elsewhere, with links from the prefix, since a server looks for its files
/// relative to itself.
/// </summary>
/// <param name="prefix">Where the payload is installed.</param>
/// <param name="major">The major of PostgreSQL.</param>
/// <param name="extension">The extension; null for a server.</param>
internal sealed class DebLayout(RelativePath prefix, int major, string? extension)
{
    private static readonly RelativePath Headers = RelativePath.Parse("include");
    private static readonly RelativePath SharedDocumentation = RelativePath.Parse("extension");
    private static readonly RelativePath PackageDocumentation = RelativePath.Parse("usr/share/doc");

    private readonly RelativePath _share = RelativePath.Parse($"usr/share/postgresql/{major}"), _headers = RelativePath.Parse($"usr/include/postgresql/{major}");

    /// <summary>Debug information by build-id, where debuggers look for it.</summary>
    public static RelativePath Symbols { get; } = RelativePath.Parse("usr/lib/debug");

    /// <summary>The link by which a server finds what does not depend on the processor.</summary>
    public (RelativePath Path, RelativePath Target) ShareLink => (prefix.Combine(InstallationLayout.Share), _share);

    /// <summary>The link by which <c>pg_config</c> finds the headers.</summary>
    public (RelativePath Path, RelativePath Target) HeadersLink => (prefix.Combine(Headers), _headers);

    /// <summary>Where a file of the payload goes.</summary>
    /// <param name="path">Relative to the prefix.</param>
    /// <param name="package">The package that has it.</param>
    public RelativePath PlaceOf(RelativePath path, string package)
    {
        if (Below(path, InstallationLayout.Documentation) is { } document)
            return DocumentationOf(package).Combine(WithoutShared(document));
        if (Below(path, InstallationLayout.Share) is { } shared)
            return _share.Combine(shared);
        if (Below(path, Headers) is { } header)
            return _headers.Combine(header);
        return prefix.Combine(path);
    }

    /// <summary>Where the documentation of a package is.</summary>
    public static RelativePath DocumentationOf(string package) => PackageDocumentation.Child(package);

    /// <summary>Whether a file is loaded, and never run: Debian does not mark it as executable (policy 8.1 and 10.9).</summary>
    public static bool IsLibrary(RelativePath path) =>
        path.Name.EndsWith(InstallationLayout.LibrarySuffix, StringComparison.Ordinal) || path.Name.Contains(InstallationLayout.LibrarySuffix + ".", StringComparison.Ordinal);

    // Payloads have the documentation of an extension as doc/extension/NAME, and that of PostgreSQL's own as doc/extension.
    private RelativePath WithoutShared(RelativePath document)
    {
        var rest = Below(document, SharedDocumentation) ?? document;
        return (extension is null ? null : Below(rest, RelativePath.Root.Child(extension))) ?? rest;
    }

    private static RelativePath? Below(RelativePath path, RelativePath directory) =>
        path.IsWithin(directory) && path != directory ? RelativePath.Parse(path.Value[(directory.Value.Length + 1)..]) : null;
}
