using System.Collections.Immutable;
using System.Text;

namespace Monogres.Sources.Inspection.Makefiles;

/// <summary>Divides the text of a makefile into statements. What is no makefile gives statements too, so nothing fails here.</summary>
public static class MakeStatements
{
    private static readonly string[] Modifiers = ["export", "override", "private"];

    private static readonly (string Sign, MakeOperator Operator)[] Operators =
        [(":::=", MakeOperator.Immediate), ("::=", MakeOperator.Immediate), (":=", MakeOperator.Immediate), ("?=", MakeOperator.Default), ("+=", MakeOperator.Append), ("!=", MakeOperator.Shell), ("=", MakeOperator.Recursive)];

    /// <summary>Reads a text.</summary>
    public static ImmutableArray<MakeStatement> Read(string text)
    {
        var statements = ImmutableArray.CreateBuilder<MakeStatement>();
        var lines = text.Split('\n');
        var inRule = false;
        for (var i = 0; i < lines.Length;)
        {
            var first = i + 1;
            var isRecipe = inRule && lines[i].StartsWith('\t');
            var line = Join(lines, ref i, isRecipe);
            if (isRecipe)
            {
                statements.Add(new MakeStatement.Recipe(first, line[1..]));
                continue;
            }

            line = WithoutComment(line).Trim();
            if (line.Length == 0)
                continue;

            if (Word(line, "define") is { } defined)
            {
                statements.Add(Define(lines, ref i, first, defined));
                inRule = false;
                continue;
            }

            foreach (var statement in Statement(first, line))
            {
                statements.Add(statement);
                inRule = statement is MakeStatement.Rule or MakeStatement.Recipe || (inRule && statement is MakeStatement.If or MakeStatement.Else or MakeStatement.EndIf);
            }
        }

        return statements.ToImmutable();
    }

    /// <summary>A line with those that continue it: an odd number of backslashes at the end; each join is one blank, in recipes as it stands.</summary>
    private static string Join(string[] lines, ref int at, bool asItStands)
    {
        var joined = new StringBuilder(Line(lines[at++]));
        while (EndsInContinuation(joined) && at < lines.Length)
        {
            var next = Line(lines[at++]);
            if (asItStands)
            {
                joined.Append('\n').Append(next);
                continue;
            }

            joined.Length--;
            while (joined.Length > 0 && joined[^1] is ' ' or '\t')
                joined.Length--;
            joined.Append(' ').Append(next.TrimStart(' ', '\t'));
        }

        if (!asItStands && EndsInContinuation(joined))
            joined.Length--;
        return joined.ToString();
    }

    private static string Line(string text) => text.EndsWith('\r') ? text[..^1] : text;

    private static bool EndsInContinuation(StringBuilder text)
    {
        var backslashes = 0;
        while (backslashes < text.Length && text[^(backslashes + 1)] == '\\')
            backslashes++;
        return backslashes % 2 == 1;
    }

    // A number sign with a backslash in front is itself.
    private static string WithoutComment(string line)
    {
        for (var i = line.IndexOf('#', StringComparison.Ordinal); i >= 0; i = line.IndexOf('#', i + 1))
        {
            if (i == 0 || line[i - 1] != '\\')
                return line[..i];

            line = line.Remove(i - 1, 1);
            i--;
        }

        return line;
    }

    private static MakeStatement.Assignment Define(string[] lines, ref int at, int first, string head)
    {
        var value = new StringBuilder();
        for (var depth = 1; at < lines.Length; at++)
        {
            var line = Line(lines[at]).Trim();
            depth += Word(line, "define") is not null ? 1 : line is "endef" || Word(line, "endef") is not null ? -1 : 0;
            if (depth == 0)
            {
                at++;
                break;
            }

            value.Append(value.Length == 0 ? "" : "\n").Append(Line(lines[at]));
        }

        var (name, sign) = Operators.Where(one => head.EndsWith(one.Sign, StringComparison.Ordinal)).Select(one => (head[..^one.Sign.Length].TrimEnd(), one.Operator)).FirstOrDefault((head, MakeOperator.Recursive));
        return new MakeStatement.Assignment(first, name, sign, value.ToString());
    }

    private static IEnumerable<MakeStatement> Statement(int line, string text)
    {
        if (Word(text, "ifdef") is { } defined)
            return [new MakeStatement.If(line, new MakeCondition(AsksForDefinition: true, Negated: false, defined, ""))];
        if (Word(text, "ifndef") is { } undefined)
            return [new MakeStatement.If(line, new MakeCondition(AsksForDefinition: true, Negated: true, undefined, ""))];
        if (Comparison(text) is { } comparison)
            return [new MakeStatement.If(line, comparison)];
        if (text is "else")
            return [new MakeStatement.Else(line, null)];
        if (Word(text, "else") is { } otherwise)
            return [new MakeStatement.Else(line, (Statement(line, otherwise).FirstOrDefault() as MakeStatement.If)?.Condition)];
        if (text is "endif")
            return [new MakeStatement.EndIf(line)];
        if ((Word(text, "include") ?? Word(text, "-include") ?? Word(text, "sinclude")) is { } files)
            return [new MakeStatement.Include(line, files)];

        foreach (var modifier in Modifiers)
        {
            if (Word(text, modifier) is { } modified && FindOperator(modified) is not null)
                return Statement(line, modified);
        }

        return AssignmentOrRule(line, text);
    }

    private static IEnumerable<MakeStatement> AssignmentOrRule(int line, string text)
    {
        switch (FindOperator(text))
        {
            case { Operator: { } assigned } found:
                return [new MakeStatement.Assignment(line, text[..found.At].Trim(), assigned, text[(found.At + found.Length)..].Trim())];
            case { } colon:
                var after = text[(colon.At + colon.Length)..].Trim();
                var modified = Modifiers.Select(modifier => Word(after, modifier)).FirstOrDefault(rest => rest is not null) ?? after;
                if (FindOperator(modified) is { Operator: { } ofTarget } there && !modified[..there.At].Trim().Any(char.IsWhiteSpace))
                    return [new MakeStatement.Assignment(line, modified[..there.At].Trim(), ofTarget, modified[(there.At + there.Length)..].Trim(), OfTarget: true)];

                var semicolon = OutsideReferences(after).Where(at => after[at] == ';').Cast<int?>().FirstOrDefault();
                var rule = new MakeStatement.Rule(line, text[..colon.At].Trim(), (semicolon is { } end ? after[..end] : after).Trim());
                return semicolon is { } start ? [rule, new MakeStatement.Recipe(line, after[(start + 1)..].Trim())] : [rule];
            default:
                return [new MakeStatement.Expansion(line, text)];
        }
    }

    /// <summary>The first sign outside of references that makes an assignment (with its operator) or a rule (without).</summary>
    private static (int At, int Length, MakeOperator? Operator)? FindOperator(string text)
    {
        foreach (var at in OutsideReferences(text))
        {
            foreach (var (sign, assigned) in Operators)
            {
                if (string.CompareOrdinal(text, at, sign, 0, sign.Length) == 0)
                    return (at, sign.Length, assigned);
            }

            if (text[at] == ':')
                return (at, at + 1 < text.Length && text[at + 1] == ':' ? 2 : 1, null);
        }

        return null;
    }

    private static IEnumerable<int> OutsideReferences(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] == '$' && i + 1 < text.Length)
                i = MakeReferences.End(text, i) - 1;
            else
                yield return i;
        }
    }

    /// <summary><c>ifeq (a,b)</c>, <c>ifeq "a" "b"</c>, and the same with <c>ifneq</c>.</summary>
    private static MakeCondition? Comparison(string text)
    {
        var negated = Word(text, "ifneq") is not null || text.StartsWith("ifneq(", StringComparison.Ordinal);
        if ((negated ? Word(text, "ifneq") ?? text["ifneq".Length..] : Word(text, "ifeq") ?? (text.StartsWith("ifeq(", StringComparison.Ordinal) ? text["ifeq".Length..] : null)) is not { Length: > 1 } operands)
            return null;

        if (operands[0] == '(')
        {
            var inside = operands.EndsWith(')') ? operands[1..^1] : operands[1..];
            foreach (var at in OutsideReferences(inside))
            {
                if (inside[at] == ',')
                    return new MakeCondition(AsksForDefinition: false, negated, inside[..at].TrimEnd(), inside[(at + 1)..].Trim());
            }

            return null;
        }

        var end = operands[0] is '"' or '\'' ? operands.IndexOf(operands[0], 1) : -1;
        return end < 0 ? null : new MakeCondition(AsksForDefinition: false, negated, operands[1..end], operands[(end + 1)..].Trim().Trim('"', '\''));
    }

    // What follows a keyword, when the line begins with it.
    private static string? Word(string line, string word) =>
        line.Length > word.Length && line.StartsWith(word, StringComparison.Ordinal) && line[word.Length] is ' ' or '\t' ? line[(word.Length + 1)..].Trim() : null;
}
