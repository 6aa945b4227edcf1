using System.Text;
using Monogres.Core;
using Monogres.Packaging.Formats;
using Monogres.Payloads.Binaries;
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
            The payload:
            {payload.Hash}

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
            if (entry is not TreeEntry.File file || !LicenceFiles.Contains(file.Path))
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

    /// <summary>What lintian would report of a package and need not, each with the reason; null when there is nothing.</summary>
    /// <param name="package">The package.</param>
    /// <param name="needs">What its programs and libraries need.</param>
    /// <param name="asksOnPurge">Whether it has a question for debconf.</param>
    /// <param name="copyright">What it says of copyright.</param>
    public static string? Overrides(string package, IReadOnlyCollection<FileNeeds> needs, bool asksOnPurge, string copyright)
    {
        var text = new StringBuilder();
        if (needs.Any(file => file.Runpath is not null))
            Add("Libraries of the same build are found beside the programs, wherever these are.", "custom-library-search-path *");
        if (needs.Any(file => !file.Libraries.Any(library => library.StartsWith("libc.so.", StringComparison.Ordinal))))
            Add("Loaded by a server that has these libraries already.", "library-not-linked-against-libc *", "shared-library-lacks-prerequisites *");
        if (asksOnPurge)
            Add("The only question is asked when the package is purged.", "no-debconf-config");
        if (copyright.Contains("General Public License", StringComparison.OrdinalIgnoreCase))
        {
            Add("Licences are in the words of the source.", "copyright-file-contains-full-gpl-license", "copyright-not-using-common-license-for-gpl", "copyright-not-using-common-license-for-lgpl");
        }

        if (copyright.Contains("Apache License", StringComparison.OrdinalIgnoreCase))
            Add("Licences are in the words of the source.", "copyright-file-contains-full-apache-2-license", "copyright-not-using-common-license-for-apache2");
        return text.Length > 0 ? text.ToString() : null;

        void Add(string reason, params string[] tags)
        {
            text.Append("# ").Append(reason).Append('\n');
            foreach (var tag in tags)
                text.Append(package).Append(": ").Append(tag).Append('\n');
        }
    }

    /// <summary>A synopsis from a sentence: without full stop, and without an article at its start (Debian Developer's Reference 6.2.2).</summary>
    public static string Synopsis(string sentence)
    {
        var text = sentence.TrimEnd('.');
        var article = ((string[])["a ", "an ", "the "]).FirstOrDefault(article => text.StartsWith(article, StringComparison.OrdinalIgnoreCase));
        return article is null ? text : text[article.Length..];
    }
}
