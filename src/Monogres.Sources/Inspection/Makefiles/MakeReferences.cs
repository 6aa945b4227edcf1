using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Sources.Inspection.Makefiles;

/// <summary>Finds references, <c>$(NAME)</c> and <c>${NAME}</c>, in texts of makefiles.</summary>
internal static class MakeReferences
{
    /// <summary>Where what begins with the dollar ends: behind the closing bracket, which counts brackets of its own kind; or the end of the text when there is none.</summary>
    public static int End(ReadOnlySpan<char> text, int dollar)
    {
        if (dollar + 1 >= text.Length)
            return text.Length;

        var (open, close) = text[dollar + 1] switch { '(' => ('(', ')'), '{' => ('{', '}'), _ => ('\0', '\0') };
        if (open == '\0')
            return dollar + 2;

        var depth = 0;
        for (var i = dollar + 1; i < text.Length; i++)
        {
            depth += text[i] == open ? 1 : text[i] == close ? -1 : 0;
            if (depth == 0)
                return i + 1;
        }

        return text.Length;
    }

    /// <summary>What stands between the brackets.</summary>
    public static string Inside(string text, int dollar, int end) => text[end - 1] is ')' or '}' && end > dollar + 2
        ? text[(dollar + 2)..(end - 1)]
        : dollar + 2 <= end ? text[(dollar + 2)..end] : "";

    /// <summary>The arguments of a function: separated by commas outside of brackets.</summary>
    public static ImmutableArray<string> Arguments(string text)
    {
        var arguments = ImmutableArray.CreateBuilder<string>();
        var (depth, start) = (0, 0);
        for (var i = 0; i < text.Length; i++)
        {
            depth += text[i] is '(' or '{' ? 1 : text[i] is ')' or '}' ? -1 : 0;
            if (text[i] != ',' || depth > 0)
                continue;

            arguments.Add(text[start..i]);
            start = i + 1;
        }

        arguments.Add(text[start..]);
        return arguments.ToImmutable();
    }

    /// <summary>Every variable that a text refers to by a plain name, nested ones too.</summary>
    public static IEnumerable<string> Names(string text)
    {
        for (var i = text.IndexOf('$', StringComparison.Ordinal); i >= 0 && i + 1 < text.Length; i = text.IndexOf('$', i))
        {
            var end = End(text, i);
            if (text[i + 1] is '(' or '{')
            {
                var inside = Inside(text, i, end);
                var stop = inside.AsSpan().IndexOfAny(" \t:,$");
                if (stop != 0)
                    yield return stop < 0 ? inside : inside[..stop];
                foreach (var nested in Names(inside))
                    yield return nested;
            }

            i = end;
            if (i >= text.Length)
                yield break;
        }
    }

    /// <summary>The commands that a text gives to the shell, <c>$(shell …)</c>, as they are written.</summary>
    public static IEnumerable<string> ShellCommands(string text) => Calls(text, "shell");

    /// <summary>What a text gives to a function, as it is written.</summary>
    public static IEnumerable<string> Calls(string text, string function)
    {
        for (var i = text.IndexOf('$', StringComparison.Ordinal); i >= 0 && i + 1 < text.Length; i = text.IndexOf('$', i))
        {
            var end = End(text, i);
            if (text[i + 1] is '(' or '{')
            {
                var inside = Inside(text, i, end);
                if (inside.Length > function.Length && inside.StartsWith(function, StringComparison.Ordinal) && inside[function.Length] is ' ' or '\t')
                    yield return inside[(function.Length + 1)..].Trim();
                foreach (var nested in Calls(inside, function))
                    yield return nested;
            }

            i = end;
            if (i >= text.Length)
                yield break;
        }
    }
}
