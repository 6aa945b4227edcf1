using System.Diagnostics.CodeAnalysis;
using Monogres.Core;

namespace Monogres.Platforms.Mirrors;

/// <summary>Where a copy of one of Debian's archives is.</summary>
/// <param name="Archive">The archive's name: <c>debian</c> or <c>debian-security</c>.</param>
/// <param name="Base">Its top, with a slash at the end: <c>dists/</c> and <c>pool/</c> are in it.</param>
public sealed record ArchiveBase(string Archive, Uri Base)
{
    /// <summary>The archive with Debian's releases.</summary>
    public const string Debian = "debian";

    /// <summary>The archive with fixes of security faults.</summary>
    public const string DebianSecurity = "debian-security";

    /// <summary>Reads an <c>http</c>, <c>https</c> or <c>file</c> URI whose path names the archive, as every mirror's does: <c>…/debian/</c>.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out ArchiveBase? result)
    {
        result = null;
        if (!TryParseUri(text, out var uri))
            return false;

        var archive = Array.FindLast(uri.AbsolutePath.Split('/'), segment => segment is Debian or DebianSecurity);
        if (archive is null)
            return false;

        result = new ArchiveBase(archive, uri);
        return true;
    }

    /// <summary>Where a file of the archive is.</summary>
    /// <param name="path">Under the base: <c>pool/main/…</c>, <c>dists/bookworm/InRelease</c>.</param>
    public Uri Locate(RelativePath path) => new(Base, string.Join('/', path.Segments.Select(Uri.EscapeDataString)));

    /// <summary>Reads an absolute URI of a scheme that can be fetched, and adds the slash at its end.</summary>
    internal static bool TryParseUri(string text, [NotNullWhen(true)] out Uri? uri)
    {
        uri = null;
        // apt also accepts a file URI without an authority.
        if (text.StartsWith("file:/", StringComparison.Ordinal) && !text.StartsWith("file://", StringComparison.Ordinal))
            text = $"file://{text["file:".Length..]}";

        if (!Uri.TryCreate(text.EndsWith('/') ? text : text + "/", UriKind.Absolute, out var parsed))
            return false;

        if (parsed.Scheme is not ("http" or "https" or "file"))
            return false;

        uri = parsed;
        return true;
    }
}
