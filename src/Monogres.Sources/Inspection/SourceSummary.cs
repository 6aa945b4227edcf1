using System.Collections.Immutable;
using System.Net;
using System.Text.RegularExpressions;

namespace Monogres.Sources.Inspection;

/// <summary>Finds the one line in which a source says what it is: in its control file, in <c>META.json</c>, or in the first sentence of its readme.</summary>
internal static partial class SourceSummary
{
    private const int Longest = 160, MostParagraphs = 3;

    // Words that say nothing of what it does.
    private static readonly string[] Empty = ["a", "an", "the", "for", "is", "of", "this", "in", "extension", "extensions", "module", "postgres", "postgresql", "pg", "database"];

    /// <summary>The line, without a full stop; null when nothing says more than the name.</summary>
    /// <param name="readme">The text of the readme, or null.</param>
    /// <param name="extensions">What the control files say, the main extension first.</param>
    /// <param name="meta">The <c>META.json</c>, or null.</param>
    /// <param name="cargo">The <c>Cargo.toml</c> of the crate, or null.</param>
    public static string? Of(string? readme, ImmutableArray<SourceExtension> extensions, MetaJson? meta, string? cargo) =>
        ((string?[])[extensions.FirstOrDefault()?.Comment, meta?.Abstract, cargo is null ? null : Description().Match(cargo) is { Success: true } match ? match.Groups["text"].Value : null, readme is null ? null : FirstSentence(readme), meta?.Description])
            .Select(text => Tidy(text ?? "")).FirstOrDefault(text => SaysSomething(text, extensions.FirstOrDefault()?.Name ?? meta?.Name ?? ""));

    private static string Tidy(string text)
    {
        text = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)).TrimEnd('.', ':', ' ');
        if (text.Length <= Longest)
            return text;

        // What follows a comma explains; without one, the first words have to do.
        var comma = text[..Longest].LastIndexOfAny([',', ';', '(']);
        return comma > Longest / 3 ? text[..comma].TrimEnd() : text[..text[..Longest].LastIndexOf(' ')] + " …";
    }

    // More than the name of the extension, and that it is one.
    private static bool SaysSomething(string text, string name) => text.Length > 0
        && WordsOf(text).Except([.. WordsOf(name.Replace('_', ' ').Replace('-', ' ')), name.ToLowerInvariant(), .. Empty], StringComparer.Ordinal).Any();

    private static IEnumerable<string> WordsOf(string text) => Word().Matches(text).Select(match => match.Value.ToLowerInvariant());

    /// <summary>
    /// The first sentence of a text in Markdown, reStructuredText or none of them that says what something is or does, without its
    /// marks; or else the first one. Null when it has none.
    /// </summary>
    internal static string? FirstSentence(string text)
    {
        text = Comment().Replace(text, "");
        text = Fence().Replace(text, "");
        var lines = text.Split('\n').Select(line => line.TrimEnd()).ToArray();
        List<string> paragraph = [];
        string? first = null;
        var left = MostParagraphs;
        for (var i = 0; i <= lines.Length; i++)
        {
            var line = i < lines.Length ? Plain(lines[i]) : "";
            var isTitle = i + 1 < lines.Length && Underline().IsMatch(lines[i + 1]);
            var isText = i < lines.Length && line.Length > 0 && !isTitle && !Aside().IsMatch(lines[i]) && !Underline().IsMatch(lines[i]);
            if (isText)
                paragraph.Add(line);
            else if (paragraph.Count > 0)
            {
                var sentences = SentencesOf(string.Join(' ', paragraph)).ToArray();
                first ??= sentences.FirstOrDefault();
                if (sentences.FirstOrDefault(sentence => SaysWhatItIs().IsMatch(sentence)) is { } telling)
                    return telling;

                paragraph.Clear();
                left--;
            }

            if (left == 0)
                break;
        }

        return first;
    }

    private static IEnumerable<string> SentencesOf(string paragraph) => SentenceEnd().Split(paragraph).Select(sentence => sentence.Trim().TrimEnd('.', '!')).Where(sentence => Word().Count(sentence) >= 4 && !Aimless().IsMatch(sentence));

    // Links become their words, images and tags become nothing.
    private static string Plain(string line)
    {
        line = Image().Replace(line, "");
        line = Link().Replace(line, "${text}");
        line = Tag().Replace(line, "");
        return WebUtility.HtmlDecode(line.Replace("**", "", StringComparison.Ordinal).Replace("__", "", StringComparison.Ordinal).Replace("`", "", StringComparison.Ordinal).Replace("\\_", "_", StringComparison.Ordinal)).Trim().Trim('*').Trim();
    }

    [GeneratedRegex(@"[\p{L}\p{N}_+-]+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Word();

    [GeneratedRegex(@"<!--.*?-->", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline, 60_000)]
    private static partial Regex Comment();

    [GeneratedRegex(@"^(```|~~~).*?^(```|~~~)\s*$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Singleline | RegexOptions.Multiline, 60_000)]
    private static partial Regex Fence();

    [GeneratedRegex(@"^\s*([=\-~^""#*]\s?){3,}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Underline();

    // Titles, lists, tables, quotations, code, directives, fields.
    [GeneratedRegex(@"^\s*(#|[-*+]\s|\d+[.)]\s|\||>|\.\. |:\w+:|\$ |https?://|<h\d|<a\b|<img\b)|^(\t| {4})", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Aside();

    [GeneratedRegex(@"(?<!\b(e\.g|i\.e|etc|vs|approx))[.!?](?=\s+\p{Lu}|\s*$)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"\b(is an?|are|provides?|implements?|adds?|introduces|allows?|enables?|extension|module|wrapper|function|type)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 60_000)]
    private static partial Regex SaysWhatItIs();

    [GeneratedRegex(@"^(Copyright|\(c\)|Author|See |To (build|install|use|compile)|Please|Note|Requires|Documentation|Source Code|Download|Install|Licen[cs]e)|is (released|distributed|licensed) under|not under development", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Aimless();

    [GeneratedRegex(@"\[?!\[[^\]]*\]\([^)]*\)(\]\([^)]*\))?|\[?!\[[^\]]*\]\[[^\]]*\](\]\([^)]*\))?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Image();

    [GeneratedRegex(@"\[(?<text>[^\]]*)\](\([^)]*\)|\[[^\]]*\])|`(?<text>[^`<]+) <[^>]+>`_+", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Link();

    [GeneratedRegex(@"</?[a-zA-Z][^>]*>", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Tag();

    [GeneratedRegex(@"^description\s*=\s*""(?<text>[^""\n]+)""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline, 60_000)]
    private static partial Regex Description();
}
