namespace Monogres.Sources.Inspection;

/// <summary>C and C++ without what a compiler does not look at.</summary>
internal static class CText
{
    /// <summary>The text with blanks for comments and for what stands between quotes; the lines stay where they are.</summary>
    public static string Code(string text)
    {
        var code = text.ToCharArray();
        for (var i = 0; i < code.Length;)
        {
            var end = code[i] switch
            {
                '/' when i + 1 < code.Length && text[i + 1] == '/' => EndOf(text, "\n", i + 2),
                '/' when i + 1 < code.Length && text[i + 1] == '*' => EndOf(text, "*/", i + 2) is var close && close < text.Length ? close + 2 : close,
                '"' or '\'' => EndOfQuoted(text, i),
                _ => i,
            };
            if (end == i)
            {
                i++;
                continue;
            }

            // The name of an included file stays.
            var isInclude = text[i] == '"' && text[(text.LastIndexOf('\n', i) + 1)..i].TrimStart().StartsWith('#');
            for (; i < end; i++)
                code[i] = isInclude || text[i] == '\n' ? text[i] : ' ';
        }

        return new string(code);
    }

    private static int EndOf(string text, string mark, int from) => text.IndexOf(mark, from, StringComparison.Ordinal) is >= 0 and var found ? found : text.Length;

    // A quote that is not closed in its line is an apostrophe: `#error don't`.
    private static int EndOfQuoted(string text, int start)
    {
        for (var i = start + 1; i < text.Length && text[i] != '\n'; i++)
        {
            if (text[i] == text[start])
                return i + 1;
            if (text[i] == '\\')
                i++;
        }

        return start;
    }
}
