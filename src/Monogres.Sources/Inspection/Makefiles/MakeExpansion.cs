using System.Collections.Immutable;
using System.Text;
using Monogres.Core;
using Monogres.Store.Upkeep;

namespace Monogres.Sources.Inspection.Makefiles;

/// <summary>What expanding asks of the world outside: nothing is run for an answer.</summary>
public interface IMakeEnvironment
{
    /// <summary>The files that match a pattern of <c>$(wildcard …)</c>, relative to the directory of the makefile, sorted.</summary>
    IEnumerable<string> Find(string pattern);

    /// <summary>What a command of the shell would write, when that can be told without running it; else null.</summary>
    string? Answer(string command);
}

/// <summary>
/// Expands texts of a makefile as far as reading can: variables, and functions of texts. Whatever depends on a command,
/// or on variables that PGXS brings, stands in the result as <see cref="Open"/>. Always ends, also when a variable refers to itself.
/// </summary>
internal sealed class MakeExpansion(IMakeEnvironment surroundings)
{
    /// <summary>Stands for a part of a text that is not known. U+FFFC, which no makefile has.</summary>
    public const char Open = '\uFFFC';

    private const int DeepestNesting = 40, LongestText = 1 << 20;

    // Steps that all of a makefile may take: doubling a text forty times is a line each.
    private long _left = 1 << 26;

    private readonly Dictionary<string, Variable> _variables = new(StringComparer.Ordinal);
    private readonly HashSet<string> _fixed = new(StringComparer.Ordinal);
    private readonly HashSet<string> _expanding = new(StringComparer.Ordinal);
    private int _depth, _budget;

    /// <summary>Whether a variable that nothing has set may have a value all the same: once PGXS was taken in.</summary>
    public bool HasUnknownDefaults { get; set; }

    /// <summary>Whether the variable was given a value.</summary>
    public bool IsSet(string name) => _variables.ContainsKey(name);

    /// <summary>Every variable that was given a value.</summary>
    public IEnumerable<string> Names => _variables.Keys;

    /// <summary>Sets a variable as the command line of make does: the makefile does not change it.</summary>
    public void Fix(string name, string value)
    {
        _variables[name] = new Variable([value], MayDiffer: false);
        _fixed.Add(name);
    }

    /// <summary>Does what an assignment says.</summary>
    /// <param name="name">The variable.</param>
    /// <param name="by">How.</param>
    /// <param name="value">The value as it is written.</param>
    /// <param name="mayNot">Whether it may as well not be done: the condition over it cannot be told. Then both values count.</param>
    public void Assign(string name, MakeOperator by, string value, bool mayNot)
    {
        if (_fixed.Contains(name))
            return;

        _variables.TryGetValue(name, out var before);
        if (by == MakeOperator.Default && before is not null)
            return;

        var text = by switch
        {
            MakeOperator.Immediate => Literal(Expand(value)),
            MakeOperator.Shell => surroundings.Answer(Expand(value)) is { } answer ? Literal(answer) : $"{Open}",
            _ => value,
        };
        ImmutableArray<string> texts = before is not null && (mayNot || by == MakeOperator.Append) ? before.Texts.Add(text) : [text];
        _variables[name] = new Variable(texts, mayNot || (by == MakeOperator.Append && before?.MayDiffer is true));
    }

    /// <summary>The value of a variable; null when nothing gives it one.</summary>
    public MakeValue? Value(string name)
    {
        if (!_variables.TryGetValue(name, out var variable))
            return null;

        var words = Words(ExpandVariable(name));
        return new MakeValue([.. words.Where(word => !word.Contains(Open, StringComparison.Ordinal))], words.Any(word => word.Contains(Open, StringComparison.Ordinal)), variable.MayDiffer);
    }

    /// <summary>A text with everything in it expanded that can be.</summary>
    public string Expand(string text)
    {
        if (_depth == 0)
            _budget = (int)Math.Min(LongestText, _left);
        if (_depth >= DeepestNesting || _budget <= 0)
            return $"{Open}";

        _depth++;
        var expanded = new StringBuilder();
        for (var i = 0; i < text.Length && _budget > 0;)
        {
            var dollar = text.IndexOf('$', i);
            if (dollar < 0 || dollar + 1 == text.Length)
            {
                expanded.Append(text.AsSpan(i));
                break;
            }

            expanded.Append(text.AsSpan(i, dollar - i));
            var end = MakeReferences.End(text, dollar);
            expanded.Append(text[dollar + 1] switch
            {
                '$' => "$",
                '(' or '{' => Reference(MakeReferences.Inside(text, dollar, end)),
                var single when char.IsAsciiLetterOrDigit(single) || single is '_' => Lookup($"{single}"),
                _ => $"{Open}",
            });
            i = end;
            Spend(1);
        }

        _depth--;
        Spend(expanded.Length);
        return _budget > 0 ? expanded.ToString() : $"{Open}";
    }

    private void Spend(int steps)
    {
        _budget -= steps;
        _left -= steps;
    }

    private string Reference(string inside)
    {
        var blank = inside.AsSpan().IndexOfAny(' ', '\t');
        if (blank > 0 && inside[..blank].All(c => char.IsAsciiLetterLower(c) || c is '-'))
            return Call(inside[..blank], MakeReferences.Arguments(inside[(blank + 1)..].TrimStart()));

        var (name, pattern, replacement) = Substitution(inside);
        var value = Lookup(Expand(name));
        return pattern is null ? value : Join(Words(value).Select(word => Substitute(word, pattern, replacement!)));
    }

    // `$(NAME:a=b)`; a pattern without a percent sign replaces the end of each word.
    private (string Name, string? Pattern, string? Replacement) Substitution(string inside)
    {
        var colon = inside.IndexOf(':', StringComparison.Ordinal);
        var equals = colon < 0 ? -1 : inside.IndexOf('=', colon);
        if (equals < 0)
            return (inside, null, null);

        string pattern = Expand(inside[(colon + 1)..equals]), replacement = Expand(inside[(equals + 1)..]);
        return pattern.Contains('%', StringComparison.Ordinal) ? (inside[..colon], pattern, replacement) : (inside[..colon], "%" + pattern, "%" + replacement);
    }

    private string Lookup(string name) => name.Contains(Open, StringComparison.Ordinal) ? $"{Open}"
        : _variables.ContainsKey(name) ? ExpandVariable(name)
        : HasUnknownDefaults || IsMadeByMake(name) ? $"{Open}" : "";

    private string ExpandVariable(string name)
    {
        if (!_expanding.Add(name))
            return $"{Open}";

        try
        {
            return Join(_variables[name].Texts.Select(Expand).Where(text => text.Length > 0));
        }
        finally
        {
            _expanding.Remove(name);
        }
    }

    private string Call(string function, ImmutableArray<string> arguments)
    {
        string Argument(int i) => i < arguments.Length ? Expand(arguments[i]) : "";
        string[] Last(int i) => i < arguments.Length ? Words(Expand(string.Join(',', arguments.Skip(i)))) : [];
        switch (function)
        {
            case "wildcard":
                return Join(Last(0).SelectMany(pattern => pattern.Contains(Open, StringComparison.Ordinal) ? [$"{Open}"] : surroundings.Find(pattern)));
            case "patsubst":
                var (pattern, replacement) = (Argument(0).Trim(), Argument(1).Trim());
                return Join(Last(2).Select(word => Substitute(word, pattern, replacement)));
            case "subst":
                var (from, to, text) = (Argument(0), Argument(1), string.Join(',', arguments.Skip(2).Select(Expand)));
                return from.Length == 0 ? text : text.Replace(from, to, StringComparison.Ordinal);
            case "filter" or "filter-out":
                var patterns = Words(Argument(0));
                if (patterns.Any(word => word.Contains(Open, StringComparison.Ordinal)))
                    return $"{Open}";
                return Join(Last(1).Where(word => word.Contains(Open, StringComparison.Ordinal) || patterns.Any(one => Stem(word, one) is not null) == (function is "filter")));
            case "sort":
                return Join(Last(0).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal));
            case "strip":
                return Join(Last(0));
            case "notdir":
                return Join(Last(0).Select(word => word[(word.LastIndexOf('/') + 1)..]));
            case "dir":
                return Join(Last(0).Select(word => word.Contains('/', StringComparison.Ordinal) ? word[..(word.LastIndexOf('/') + 1)] : "./"));
            case "basename":
                return Join(Last(0).Select(word => word.LastIndexOf('.') is var dot && dot > word.LastIndexOf('/') ? word[..dot] : word));
            case "suffix":
                return Join(Last(0).Where(word => word.LastIndexOf('.') > word.LastIndexOf('/')).Select(word => word[word.LastIndexOf('.')..]));
            case "addprefix":
                var prefix = Argument(0).Trim();
                return Join(Last(1).Select(word => prefix + word));
            case "addsuffix":
                var suffix = Argument(0).Trim();
                return Join(Last(1).Select(word => word + suffix));
            case "findstring":
                var (sought, within) = (Argument(0), Argument(1));
                return sought.Contains(Open, StringComparison.Ordinal) || within.Contains(Open, StringComparison.Ordinal) ? $"{Open}" : within.Contains(sought, StringComparison.Ordinal) ? sought : "";
            case "word":
                return int.TryParse(Argument(0).Trim(), out var number) && number > 0 && !Last(1).Take(number).Any(word => word.Contains(Open, StringComparison.Ordinal)) ? Last(1).ElementAtOrDefault(number - 1) ?? "" : $"{Open}";
            case "firstword":
                return Last(0).FirstOrDefault() ?? "";
            case "lastword":
                return Last(0).LastOrDefault() ?? "";
            case "if":
                var condition = Argument(0).Trim();
                return condition.Contains(Open, StringComparison.Ordinal) ? Join([Argument(1), Argument(2)]) + $" {Open}" : condition.Length > 0 ? Argument(1) : Argument(2);
            case "or":
                return arguments.Select(Expand).FirstOrDefault(one => one.Trim().Length > 0) ?? "";
            case "shell":
                return surroundings.Answer(Expand(string.Join(',', arguments))) is { } answer ? Join(Words(answer)) : $"{Open}";
            case "error" or "warning" or "info":
                return "";
            default:
                return $"{Open}";
        }
    }

    // What make itself sets, and what only holds inside of recipes.
    private static bool IsMadeByMake(string name) => name is "MAKE" or "MAKEFILE_LIST" or "CURDIR" or "MAKECMDGOALS" or "MAKEFLAGS" or "MAKELEVEL" or "CC" or "CXX" or "AR" or "RM" or "SHELL" or "PATH" or "HOME"
        || name.StartsWith('.') || name is ['@' or '<' or '^' or '*' or '?' or '+' or '%' or '|', ..];

    private static string Substitute(string word, string pattern, string replacement) => Stem(word, pattern) is { } stem
        ? ReplaceFirst(replacement, stem)
        : word;

    private static string ReplaceFirst(string replacement, string stem)
    {
        var percent = replacement.IndexOf('%', StringComparison.Ordinal);
        return percent < 0 ? replacement : $"{replacement[..percent]}{stem}{replacement[(percent + 1)..]}";
    }

    /// <summary>What the percent sign of a pattern stands for in a word; null when the word does not fit.</summary>
    private static string? Stem(string word, string pattern)
    {
        var percent = pattern.IndexOf('%', StringComparison.Ordinal);
        if (percent < 0)
            return string.Equals(word, pattern, StringComparison.Ordinal) ? "" : null;

        string before = pattern[..percent], after = pattern[(percent + 1)..];
        return word.Length >= before.Length + after.Length && word.StartsWith(before, StringComparison.Ordinal) && word.EndsWith(after, StringComparison.Ordinal)
            ? word[before.Length..^after.Length]
            : null;
    }

    private static string[] Words(string text) => text.Split([' ', '\t', '\n', '\r'], StringSplitOptions.RemoveEmptyEntries);

    private static string Join(IEnumerable<string> words) => string.Join(' ', words);

    private static string Literal(string expanded) => expanded.Replace("$", "$$", StringComparison.Ordinal);

    /// <param name="Texts">The value, one text after the other, or one beside the other when it may differ.</param>
    /// <param name="MayDiffer">Whether a condition that cannot be told decides about a part of it.</param>
    private sealed record Variable(ImmutableArray<string> Texts, bool MayDiffer);
}

/// <summary>The value of a variable, as far as reading tells.</summary>
/// <param name="Words">Its words that are known.</param>
/// <param name="IsOpen">Whether there are more, which a command or PGXS decides.</param>
/// <param name="MayDiffer">Whether a condition that cannot be told decides about a part of it.</param>
public sealed record MakeValue(ImmutableArray<string> Words, bool IsOpen, bool MayDiffer)
{
    /// <summary>Whether it is exactly these words.</summary>
    public bool IsCertain => !IsOpen && !MayDiffer;
}
