using System.Collections.Immutable;
using System.Text;

namespace Monogres.Payloads.Extensions;

/// <summary>How the values in a control file are written.</summary>
internal static class ControlFileValues
{
    /// <summary>The words that PostgreSQL takes for a boolean, each with the fewest letters that are enough (<c>parse_bool</c>, src/backend/utils/adt/bool.c).</summary>
    private static readonly (string Word, int Enough, bool Value)[] Booleans =
        [("true", 1, true), ("false", 1, false), ("yes", 1, true), ("no", 1, false), ("on", 2, true), ("off", 2, false), ("1", 1, true), ("0", 1, false)];

    /// <summary>A boolean, in any of its spellings.</summary>
    public static bool TryReadBoolean(string text, out bool value)
    {
        foreach (var (word, enough, meaning) in Booleans)
        {
            if (text.Length >= enough && word.StartsWith(text, StringComparison.OrdinalIgnoreCase))
            {
                value = meaning;
                return true;
            }
        }

        value = false;
        return false;
    }

    /// <summary>The text that stands between quotes: doubled quotes and escapes as in C (<c>DeescapeQuotedString</c>, guc-file.l).</summary>
    /// <param name="quoted">Bytes as characters (Latin-1), with both quotes.</param>
    public static string Unquote(string quoted)
    {
        var text = new StringBuilder();
        for (var i = 1; i < quoted.Length - 1; i++)
        {
            if (quoted[i] == '\'')
            {
                text.Append('\'');
                i++;
            }
            else if (quoted[i] != '\\')
            {
                text.Append(quoted[i]);
            }
            else if (quoted[++i] is >= '0' and <= '7')
            {
                var number = 0;
                var digits = 0;
                for (; digits < 3 && quoted[i + digits] is >= '0' and <= '7'; digits++)
                    number = number * 8 + (quoted[i + digits] - '0');
                text.Append((char)(number & 0xff));
                i += digits - 1;
            }
            else
            {
                text.Append(quoted[i] switch { 'b' => '\b', 'f' => '\f', 'n' => '\n', 'r' => '\r', 't' => '\t', var other => other });
            }
        }

        return Decode(text.ToString());
    }

    /// <summary>The value as text. For PostgreSQL it is a C string, which ends at a NUL.</summary>
    /// <param name="bytes">Bytes as characters (Latin-1).</param>
    public static string Decode(string bytes)
    {
        var end = bytes.IndexOf('\0', StringComparison.Ordinal);
        return Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(end < 0 ? bytes : bytes[..end]));
    }

    /// <summary>A comma-separated list of names; those without double quotes in lower case (<c>SplitIdentifierString</c>, src/backend/utils/adt/varlena.c). Null when it is no such list.</summary>
    public static ImmutableArray<string>? SplitNames(string text)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        var at = SkipSpace(text, 0);
        if (at == text.Length)
            return [];

        while (true)
        {
            if ((at < text.Length && text[at] == '"' ? ReadQuoted(text, ref at) : ReadPlain(text, ref at)) is not { } name)
                return null;

            names.Add(name);
            at = SkipSpace(text, at);
            if (at == text.Length)
                return names.ToImmutable();
            if (text[at] != ',')
                return null;

            at = SkipSpace(text, at + 1);
        }
    }

    /// <summary>The list as <see cref="SplitNames"/> reads it.</summary>
    public static string JoinNames(ImmutableArray<string> names) => string.Join(", ", names.Select(name =>
        name.Length > 0 && name.All(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '_' or '-') ? name : $"\"{name.Replace("\"", "\"\"", StringComparison.Ordinal)}\""));

    private static string? ReadPlain(string text, ref int at)
    {
        var start = at;
        while (at < text.Length && text[at] != ',' && !IsSpace(text[at]))
            at++;
        return at == start ? null : string.Concat(text[start..at].Select(c => char.IsAsciiLetterUpper(c) ? char.ToLowerInvariant(c) : c));
    }

    private static string? ReadQuoted(string text, ref int at)
    {
        var name = new StringBuilder();
        for (at++; at < text.Length; at++)
        {
            if (text[at] != '"')
            {
                name.Append(text[at]);
            }
            else if (at + 1 < text.Length && text[at + 1] == '"')
            {
                name.Append('"');
                at++;
            }
            else
            {
                at++;
                return name.ToString();
            }
        }

        return null;
    }

    private static int SkipSpace(string text, int at)
    {
        while (at < text.Length && IsSpace(text[at]))
            at++;
        return at;
    }

    private static bool IsSpace(char c) => c is ' ' or '\t' or '\n' or '\r' or '\f';
}
