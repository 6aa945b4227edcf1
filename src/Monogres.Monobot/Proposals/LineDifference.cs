using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace Monogres.Monobot.Proposals;

/// <summary>The difference of two texts as a unified diff, which <c>git apply</c> and <c>patch -p1</c> take (POSIX, diff, "Diff -u Output Format").</summary>
public static class LineDifference
{
    private const int Context = 3;

    /// <summary>The difference of a file.</summary>
    /// <param name="path">Its path, the same before and after.</param>
    /// <param name="before">What it was; null when it is new.</param>
    /// <param name="after">What it is, with a line feed at its end.</param>
    /// <returns>The diff; empty when nothing differs.</returns>
    public static string Of(string path, string? before, string after)
    {
        if (string.Equals(before, after, StringComparison.Ordinal))
            return "";

        var edits = Edits(Lines(before ?? ""), Lines(after));
        var text = new StringBuilder($"diff --git a/{path} b/{path}\n");
        if (before is null)
            text.Append("new file mode 100644\n");
        text.Append(CultureInfo.InvariantCulture, $"--- {(before is null ? "/dev/null" : $"a/{path}")}\n+++ b/{path}\n");
        foreach (var (start, end) in Hunks(edits))
            Write(text, edits, start, end);
        return text.ToString();
    }

    private static string[] Lines(string text) => text.Length == 0 ? [] : text.TrimEnd('\n').Split('\n');

    private static void Write(StringBuilder text, ImmutableArray<Edit> edits, int start, int end)
    {
        var (removed, added) = (edits[..start].Count(edit => edit.Kind is not '+'), edits[..start].Count(edit => edit.Kind is not '-'));
        var (old, now) = (edits[start..end].Count(edit => edit.Kind is not '+'), edits[start..end].Count(edit => edit.Kind is not '-'));
        // The line before, where there is no line.
        text.Append(CultureInfo.InvariantCulture, $"@@ -{(old == 0 ? removed : removed + 1)},{old} +{(now == 0 ? added : added + 1)},{now} @@\n");
        foreach (var edit in edits[start..end])
            text.Append(edit.Kind).Append(edit.Line).Append('\n');
    }

    // From three lines before a change to three after it; those that touch are one.
    private static IEnumerable<(int Start, int End)> Hunks(ImmutableArray<Edit> edits)
    {
        (int Start, int End)? open = null;
        for (var i = 0; i < edits.Length; i++)
        {
            if (edits[i].Kind is ' ')
                continue;
            var (start, end) = (Math.Max(0, i - Context), Math.Min(edits.Length, i + 1 + Context));
            if (open is { } last && start > last.End)
                yield return last;
            open = (open is { } same && start <= same.End ? same.Start : start, end);
        }

        if (open is { } rest)
            yield return rest;
    }

    // The longest common subsequence of what is between the lines that both begin and end with.
    private static ImmutableArray<Edit> Edits(string[] before, string[] after)
    {
        var head = before.Zip(after).TakeWhile(pair => IsSame(pair.First, pair.Second)).Count();
        var tail = before.Skip(head).Reverse().Zip(after.Skip(head).Reverse()).TakeWhile(pair => IsSame(pair.First, pair.Second)).Count();
        var (old, now) = (before[head..^tail], after[head..^tail]);
        var common = new int[old.Length + 1, now.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = now.Length - 1; j >= 0; j--)
                common[i, j] = IsSame(old[i], now[j]) ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
        }

        var edits = ImmutableArray.CreateBuilder<Edit>();
        edits.AddRange(before[..head].Select(line => new Edit(' ', line)));
        for (int i = 0, j = 0; i < old.Length || j < now.Length;)
        {
            if (i < old.Length && j < now.Length && IsSame(old[i], now[j]))
                (edits, i, j) = (Added(edits, ' ', old[i]), i + 1, j + 1);
            else if (i < old.Length && (j == now.Length || common[i + 1, j] >= common[i, j + 1]))
                (edits, i) = (Added(edits, '-', old[i]), i + 1);
            else
                (edits, j) = (Added(edits, '+', now[j]), j + 1);
        }

        edits.AddRange(before[^tail..].Select(line => new Edit(' ', line)));
        return edits.ToImmutable();
    }

    private static bool IsSame(string one, string other) => string.Equals(one, other, StringComparison.Ordinal);

    private static ImmutableArray<Edit>.Builder Added(ImmutableArray<Edit>.Builder edits, char kind, string line)
    {
        edits.Add(new Edit(kind, line));
        return edits;
    }

    private readonly record struct Edit(char Kind, string Line);
}
