using System.Text;

namespace Monogres.Sources.Git;

/// <summary>What <c>.gitattributes</c> can say that makes an archive other than the files are. PostgreSQL says none of it; where it is said, an archive cannot be made again here.</summary>
internal static class GitAttributes
{
    private const string FileName = ".gitattributes";

    private static readonly string[] Changing = ["export-ignore", "export-subst", "ident", "filter", "text", "eol", "crlf", "working-tree-encoding"];

    /// <summary>Refuses a file of attributes that change archives.</summary>
    /// <exception cref="Core.UserErrorException">It has one.</exception>
    public static void Check(GitEntry file, ReadOnlySpan<byte> content)
    {
        if (!string.Equals(file.Path, FileName, StringComparison.Ordinal) && !file.Path.EndsWith("/" + FileName, StringComparison.Ordinal))
            return;

        // PATTERN ATTRIBUTE…, where `-NAME` and `!NAME` take one back.
        var changing = Encoding.UTF8.GetString(content).Split('\n').Where(line => !line.StartsWith('#'))
            .SelectMany(line => line.Split([' ', '\t', '\r'], StringSplitOptions.RemoveEmptyEntries).Skip(1))
            .FirstOrDefault(attribute => Changing.Contains(attribute.Split('=')[0], StringComparer.Ordinal));
        if (changing is not null)
            throw new Core.UserErrorException($"`{file.Path}` has the attribute `{changing}`, by which archives differ from the files", "compare the release by the files of a download instead: leave `git_archive` out of its source");
    }
}
