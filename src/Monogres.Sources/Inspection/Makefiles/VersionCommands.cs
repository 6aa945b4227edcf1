using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace Monogres.Sources.Inspection.Makefiles;

/// <summary>
/// Answers the commands by which makefiles ask which PostgreSQL they are built for, without running them: what
/// <c>pg_config --version</c> writes, through the filters that are usual for it (<c>sed s</c>, <c>awk print</c>, <c>cut</c>, <c>tr</c>,
/// <c>grep -o</c>), and comparisons of numbers (<c>expr</c>, <c>test</c>). Any other command has no answer.
/// </summary>
/// <param name="version">What <c>pg_config --version</c> says behind <c>PostgreSQL</c>: <c>15.4</c>.</param>
internal sealed partial class VersionCommands(string version)
{
    private const int LongestCommand = 2000;

    /// <summary>What a command writes; null when that is not known.</summary>
    public string? Answer(string command)
    {
        if (command.Length > LongestCommand || (!command.Contains("pg_config", StringComparison.Ordinal) && !Compares().IsMatch(command)))
            return null;

        var written = new StringBuilder();
        bool? status = null;
        foreach (var (before, pipeline) in Parts(command))
        {
            if (status is { } last && ((before is "&&" && !last) || (before is "||" && last)))
                continue;

            if (Run(pipeline, status) is not var (text, holds))
                return null;
            written.Append(text);
            status = holds;
        }

        return written.ToString().Trim();
    }

    private (string Text, bool Holds)? Run(string pipeline, bool? before)
    {
        (string Text, bool Holds)? result = ("", true);
        var stages = Split(pipeline, '|');
        for (var i = 0; i < stages.Length && result is { } input; i++)
            result = Stage(Words(stages[i]), input.Text, isFirst: i == 0, before);
        return result;
    }

    private (string Text, bool Holds)? Stage(string[] words, string input, bool isFirst, bool? before) => words switch
    {
        [var program, "--version"] when isFirst && program.EndsWith("pg_config", StringComparison.Ordinal) => ($"PostgreSQL {version}\n", true),
        ["echo", .. var said] when isFirst => (string.Join(' ', said).Replace("$?", before is true ? "0" : "1", StringComparison.Ordinal) + "\n", true),
        ["true" or ":"] => ("", true),
        ["false"] => ("", false),
        ["expr", var left, var sign, var right] when Compare(left, sign, right) is { } holds => (holds ? "1\n" : "0\n", holds),
        ["test", var left, var sign, var right] when Compare(left, sign, right) is { } holds => ("", holds),
        ["[", var left, var sign, var right, "]"] when Compare(left, sign, right) is { } holds => ("", holds),
        ["sed", .. var more] when !isFirst => Sed(more, input) is { } text ? (text, true) : null,
        ["awk" or "gawk", .. var more] when !isFirst => Awk(more, input) is { } text ? (text, true) : null,
        ["cut", .. var more] when !isFirst => Cut(string.Concat(more.Select(word => $"{word}\0")), input) is { } text ? (text, true) : null,
        ["tr", "-d", var characters] when !isFirst && RegexOf($"[{characters.Replace("[", "", StringComparison.Ordinal).Replace("]", "", StringComparison.Ordinal)}]", isExtended: true) is { } set => (set.Replace(input, ""), true),
        ["head" or "tail" or "cat" or "xargs", ..] when !isFirst => (input, true),
        ["grep" or "egrep", .. var more] when !isFirst => Grep(more, input),
        _ => null,
    };

    private static bool? Compare(string left, string sign, string right)
    {
        if (sign is "=" or "==" or "!=")
            return string.Equals(left, right, StringComparison.Ordinal) == (sign is not "!=");
        if (!long.TryParse(left, NumberStyles.None, CultureInfo.InvariantCulture, out var one) || !long.TryParse(right, NumberStyles.None, CultureInfo.InvariantCulture, out var other))
            return null;

        return sign switch
        {
            "-ge" or ">=" => one >= other,
            "-gt" or ">" => one > other,
            "-le" or "<=" => one <= other,
            "-lt" or "<" => one < other,
            "-eq" => one == other,
            "-ne" => one != other,
            _ => null,
        };
    }

    // `s/PATTERN/REPLACEMENT/`, one or several; options that change what a pattern is, and no other.
    private static string? Sed(string[] words, string input)
    {
        var isExtended = words.Any(word => word is "-E" or "-r");
        foreach (var script in words.Where(word => word is not ("-E" or "-r" or "-e")).SelectMany(word => word.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)))
        {
            if (script is not ['s', var mark, ..] || script[2..].Split(mark) is not [var pattern, var replacement, "" or "g" or "1"] || RegexOf(pattern, isExtended) is not { } regex)
                return null;

            var group = GroupInReplacement().Replace(replacement.Replace("$", "$$", StringComparison.Ordinal), "$${${group}}").Replace("&", "${0}", StringComparison.Ordinal);
            input = regex.Replace(input.TrimEnd('\n'), group, script.EndsWith('g') ? -1 : 1) + "\n";
        }

        return input;
    }

    // What `\(`, `\{` and `\+` mean in a basic expression, the same without the backslash means in an extended one.
    private static Regex? RegexOf(string pattern, bool isExtended)
    {
        var text = isExtended ? pattern : BasicOperator().Replace(pattern, match => match.Value is ['\\', var escaped] ? $"{escaped}" : $"\\{match.Value}");
        text = text.Replace("[[:digit:]]", "[0-9]", StringComparison.Ordinal).Replace("[[:space:]]", @"\s", StringComparison.Ordinal).Replace("[[:alpha:]]", "[A-Za-z]", StringComparison.Ordinal);
        try
        {
            // The pattern is the source's own: whatever it is, it takes time in proportion to the text.
            return new Regex(text, RegexOptions.CultureInvariant | RegexOptions.NonBacktracking, TimeSpan.FromMinutes(1));
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return null;
        }
    }

    private static string? Awk(string[] words, string input)
    {
        string[] separators = [" "];
        while (words is [['-', 'F', ..] option, .. var rest])
        {
            (var given, words) = option.Length > 2 ? (option[2..], rest) : rest is [var next, .. var others] ? (next, others) : ("", rest);
            separators = given is ['[', .. var set, ']'] ? [.. set.Replace("\\", "", StringComparison.Ordinal).Select(c => $"{c}")] : [given.Replace("\\", "", StringComparison.Ordinal)];
        }

        return words is [var program] && AwkPrint().Match(program) is { Success: true } print
            ? Field(input.TrimEnd('\n').Split(separators, separators is [" "] ? StringSplitOptions.RemoveEmptyEntries : StringSplitOptions.None), print.Groups["field"].Value)
            : null;
    }

    private static string? Cut(string options, string input) => CutOptions().Match(options) is { Success: true } cut && cut.Groups["separator"].Value is var separator
        && int.TryParse(cut.Groups["first"].Value, NumberStyles.None, CultureInfo.InvariantCulture, out var first) && first > 0
        ? string.Join(separator, input.TrimEnd('\n').Split(separator).Skip(first - 1).Take(cut.Groups["last"] is { Success: true } last ? int.Parse(last.Value, CultureInfo.InvariantCulture) - first + 1 : 1)) + "\n"
        : null;

    private static string Field(string[] fields, string number) => int.Parse(number, CultureInfo.InvariantCulture) is var at && at == 0 ? string.Join(' ', fields) + "\n" : (fields.ElementAtOrDefault(at - 1) ?? "") + "\n";

    private static (string Text, bool Holds)? Grep(string[] words, string input)
    {
        var options = string.Concat(words.Where(word => word.StartsWith('-')).Select(word => word[1..]));
        if (words.Where(word => !word.StartsWith('-')).ToArray() is not [var pattern] || options.Any(c => c is not ('E' or 'o' or 'q' or 'i')) || RegexOf(pattern, options.Contains('E', StringComparison.Ordinal)) is not { } regex)
            return null;

        var matches = regex.Matches(input).Select(match => match.Value).ToArray();
        return (options.Contains('q', StringComparison.Ordinal) || matches.Length == 0 ? "" : options.Contains('o', StringComparison.Ordinal) ? string.Join('\n', matches) + "\n" : input, matches.Length > 0);
    }

    /// <summary>The pipelines of a command, each with the operator before it.</summary>
    private static IEnumerable<(string Before, string Pipeline)> Parts(string command)
    {
        var (start, before, quote) = (0, ";", '\0');
        for (var i = 0; i < command.Length; i++)
        {
            quote = quote == '\0' && command[i] is '\'' or '"' ? command[i] : quote == command[i] ? '\0' : quote;
            var sign = quote != '\0' ? "" : command.AsSpan(i) switch { ['&', '&', ..] => "&&", ['|', '|', ..] => "||", [';', ..] => ";", _ => "" };
            if (sign.Length == 0)
                continue;

            yield return (before, command[start..i]);
            (before, start) = (sign, i + sign.Length);
            i = start - 1;
        }

        if (command[start..].Trim().Length > 0)
            yield return (before, command[start..]);
    }

    private static string[] Split(string text, char at)
    {
        var (quote, marked) = ('\0', text.ToCharArray());
        for (var i = 0; i < text.Length; i++)
        {
            quote = quote == '\0' && text[i] is '\'' or '"' ? text[i] : quote == text[i] ? '\0' : quote;
            if (quote == '\0' && text[i] == at)
                marked[i] = '\0';
        }

        return new string(marked).Split('\0');
    }

    /// <summary>The words of a command without quotes, and without where its messages go.</summary>
    private static string[] Words(string command)
    {
        List<string> words = [];
        StringBuilder? word = null;
        var quote = '\0';
        foreach (var (i, c) in command.Index())
        {
            if (quote != '\0' && c == quote)
                quote = '\0';
            else if (quote == '\0' && c is '\'' or '"')
                (quote, word) = (c, word ?? new StringBuilder());
            else if (quote == '\0' && char.IsWhiteSpace(c))
                (word, _) = (null, word is null ? 0 : Add(words, word));
            else if (c != '\\' || quote == '\'' || (quote == '"' && i + 1 < command.Length && command[i + 1] is not ('"' or '$' or '\\')))
                (word ??= new StringBuilder()).Append(c);
        }

        _ = word is null ? 0 : Add(words, word);
        return [.. words.Where(one => one is not ("2>/dev/null" or "2>&1"))];
    }

    private static int Add(List<string> words, StringBuilder word)
    {
        words.Add(word.ToString());
        return words.Count;
    }

    [GeneratedRegex(@"^\s*(expr|test|\[)\s", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Compares();

    [GeneratedRegex(@"\\(?<group>\d)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex GroupInReplacement();

    [GeneratedRegex(@"\\[(){}+?|]|[(){}+?|]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex BasicOperator();

    [GeneratedRegex(@"^\{\s*print\s+\$(?<field>\d)\s*;?\s*\}$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex AwkPrint();

    [GeneratedRegex(@"^(-d\0?(?<separator>[^\0])\0-f\0?(?<first>\d)(-(?<last>\d))?|-f\0?(?<first>\d)(-(?<last>\d))?\0-d\0?(?<separator>[^\0]))\0$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex CutOptions();
}
