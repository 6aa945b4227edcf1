using System.Text;
using Monogres.Payloads.Layout;

namespace Monogres.Payloads.Extensions.Checks;

/// <summary>Files that contain a directory of the build, or text files that contain the prefix.</summary>
public sealed class AbsolutePathCheck : PackageCheck
{
    private const int LongestShown = 120;

    /// <inheritdoc/>
    public override string Id => "absolute-path";

    /// <inheritdoc/>
    public override string Summary => "A file contains a path of the build, or a text file contains the prefix";

    /// <inheritdoc/>
    public override string Explain =>
        "The build directory does not exist on any other machine, and the prefix differs between kinds of packages: whatever reads such a path finds nothing. "
        + "In scripts, use paths relative to what the server knows (`$libdir`, `directory` in the control file), or load data with `INSERT` instead of `COPY … FROM` a file. "
        + "In libraries, the path is usually that of a source file in messages: compile with paths relative to the source directory.";

    /// <inheritdoc/>
    public override CheckSeverity Severity => CheckSeverity.Warning;

    /// <inheritdoc/>
    public override IEnumerable<CheckFinding> Find(CheckedPayload payload)
    {
        var prefix = $"/{payload.Tree.Prefix}";
        foreach (var file in payload.Tree.Files)
        {
            foreach (var directory in (string[])[$"/{BuildPaths.Sources}", $"/{BuildPaths.Output}"])
            {
                if (PathsIn(file, directory) is { } paths)
                    yield return Found(file.Path.Value, $"it contains a path of the build, {paths}");
            }

            if (file.IsText && PathsIn(file, prefix) is { } installed)
                yield return Found(file.Path.Value, $"it contains the prefix, {installed}");
        }
    }

    /// <summary>The first path in a file that begins with a directory, and how many there are; null when there is none.</summary>
    private static string? PathsIn(InstalledFile file, string directory)
    {
        // Most files have none, and need not become a text.
        if (file.Content.Span.IndexOf(Encoding.UTF8.GetBytes(directory)) < 0)
            return null;

        var text = file.Characters;
        return Places(text, directory) is { Count: > 0 } places ? $"`{PathAt(text, places[0])}`{(places.Count == 1 ? "" : $" ({places.Count} times)")}" : null;
    }

    /// <summary>Where a text contains a directory as the beginning of a path: `/build/src` is not in `cmake/build/src`, but is in `-I/build/src`.</summary>
    private static List<int> Places(string text, string directory)
    {
        List<int> places = [];
        for (var at = text.IndexOf(directory, StringComparison.Ordinal); at >= 0; at = text.IndexOf(directory, at + 1, StringComparison.Ordinal))
        {
            var begins = at == 0 || !IsOfPath(text[at - 1]) || (at > 1 && text[at - 2] == '-' && char.IsAsciiLetter(text[at - 1]));
            var ends = at + directory.Length == text.Length || !IsOfName(text[at + directory.Length]);
            if (begins && ends)
                places.Add(at);
        }

        return places;
    }

    private static string PathAt(string text, int at)
    {
        var end = at;
        while (end < text.Length && end - at < LongestShown && IsOfPath(text[end]))
            end++;
        return text[at..end];
    }

    private static bool IsOfPath(char c) => IsOfName(c) || c == '/';

    private static bool IsOfName(char c) => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '+';
}
