using System.Text.RegularExpressions;

namespace Monogres.Sources.Inspection;

/// <summary>Finds the licence of a source: in the folder that is built first, then around it.</summary>
internal static partial class SourceLicense
{
    private const int MostHeads = 60, LongestHead = 2500;

    /// <summary>The files that should hold it, those nearest to what is built first.</summary>
    /// <param name="files">The source.</param>
    /// <param name="folder">The folder of it that is built; empty for its top.</param>
    public static IEnumerable<string> Files(SourceFiles files, string folder) => files.Named(name => FileName().IsMatch(name)).Where(path => IsAround(path, folder)).OrderByDescending(path => SourceFiles.DirectoryOf(path).Length);

    /// <summary>The SPDX identifier of the licence; null when none is recognised.</summary>
    public static string? Of(SourceFiles files, string folder, MetaJson? meta)
    {
        string Notices() => string.Concat(files.Paths.Where(path => SourceFiles.NameOf(path).StartsWith("README", StringComparison.Ordinal) || SourceFiles.IsC(path)).Take(20).Select(path => files.Text(path) is { } text ? text[..Math.Min(text.Length, 4000)] + "\n" : ""));
        var readmes = files.Named(name => name.StartsWith("README", StringComparison.Ordinal)).Where(path => IsAround(path, folder)).OrderByDescending(path => SourceFiles.DirectoryOf(path).Length).ToArray();
        return Files(files, folder).Concat(readmes).Select(path => LicenseTexts.Recognise(files.Text(path) ?? "", Notices())).FirstOrDefault(id => id is not null)
            ?? readmes.Select(path => InWords(files.Text(path) ?? "")).FirstOrDefault(id => id is not null)
            ?? Heads(files).Select(LicenseTexts.OfNotice).OfType<string>().GroupBy(id => id, StringComparer.Ordinal).MaxBy(group => group.Count())?.Key
            ?? meta?.Licenses.Select(LicenseTexts.OfWord).FirstOrDefault(id => id is not null);
    }

    // What the files themselves begin with.
    private static IEnumerable<string> Heads(SourceFiles files) => files.Paths.Where(path => !SourceMakefiles.IsAside(path) && (SourceFiles.IsC(path) || path.EndsWith(".sql", StringComparison.Ordinal) || path.EndsWith(".sql.in", StringComparison.Ordinal)))
        .Take(MostHeads).Select(files.Text).OfType<string>().Select(text => text[..Math.Min(text.Length, LongestHead)]);

    private static bool IsAround(string path, string folder) => SourceFiles.DirectoryOf(path) is var directory && (directory.Length == 0 || string.Equals(directory, folder, StringComparison.Ordinal) || folder.StartsWith($"{directory}/", StringComparison.Ordinal));

    // `released under the [PostgreSQL License](…)`; a section `License` of a readme with a name in it.
    private static string? InWords(string readme)
    {
        var text = Emphasis().Replace(readme, "");
        var said = Released().Match(text) is { Success: true } released ? released : Section().Match(text);
        return said.Success ? LicenseTexts.OfName(said.Groups["name"].Value) : null;
    }

    [GeneratedRegex(@"^(LICEN[CS]E|COPYING|COPYRIGHT)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex FileName();

    [GeneratedRegex(@"[\[\]*_`]|\(https?:[^)]*\)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Emphasis();

    [GeneratedRegex(@"(released|distributed|licensed|available)\s+under\s+(the\s+)?(terms\s+of\s+(the\s+)?)?(?<name>[\w.-]+(\s[\w.-]+){0,2}?)\s+[Ll]icen[cs]e", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Released();

    [GeneratedRegex(@"^\W*Licen[cs]e\W*\n[\s=\-#]*(The\s+)?(?<name>[\w.-]+(\s[\w.-]+){0,2}?)(\s+[Ll]icen[cs]e|\s*$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline, 60_000)]
    private static partial Regex Section();
}
