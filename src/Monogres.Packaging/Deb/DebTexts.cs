using System.Text;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Packaging.Deb;

/// <summary>The texts that every package has in its documentation, and what it says to lintian.</summary>
internal static class DebTexts
{
    /// <summary>The changelog (policy 4.4): one entry, since others are of other packages.</summary>
    public static string Changelog(DebRequest request, string source, Digest payload) => $"""
        {source} ({request.PackageVersion}) {request.Platform.Suite}; urgency=medium

          * {request.Title} {request.Version}, built from its source by Monogres.
            The payload is {payload.Hash}.

         -- {request.Maintainer}  {request.SourceDate.UtcDateTime:ddd, dd MMM yyyy HH:mm:ss} +0000

        """;

    /// <summary>Where it comes from, its licence, and what its source says of copyright (policy 12.5).</summary>
    public static async Task<string> CopyrightAsync(DebRequest request, IBlobStore blobs, Digest source, CancellationToken cancel)
    {
        var text = new StringBuilder($"""
            {request.Title} {request.Version}, built from its source by Monogres.

            Source: {request.Homepage.AbsoluteUri}
            Licence: {request.License ?? "see below"}

            """);
        var found = false;
        await foreach (var entry in TreeWalk.EntriesAsync(blobs, source, cancel))
        {
            if (entry is not TreeEntry.File file || !IsLicence(file.Path))
                continue;

            found = true;
            text.Append($"\n{file.Path} of the source:\n\n");
            foreach (var line in await blobs.ReadLinesAsync(file.Content, cancel))
                text.Append(line.TrimEnd()).Append('\n');
        }

        if (!found)
            text.Append("\nThe source has no file with a licence or a statement of copyright.\n");
        return text.ToString();
    }

    /// <summary>Why lintian need not report that programs name a directory of libraries.</summary>
    public static string RunpathOverride(string package) => $"""
        # Libraries of the same build are found beside the programs, wherever these are.
        {package}: custom-library-search-path *

        """;

    // A file at the top of the source, or in the directory that REUSE has for them.
    private static bool IsLicence(RelativePath path) => path.Parent.IsRoot ? IsName(path.Name) : string.Equals(path.Parent.Value, "LICENSES", StringComparison.Ordinal);

    private static bool IsName(string name) => ((string[])["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "UNLICENSE", "NOTICE"]).Any(start =>
        name.StartsWith(start, StringComparison.OrdinalIgnoreCase) && (name.Length == start.Length || !char.IsAsciiLetterOrDigit(name[start.Length])));
}
