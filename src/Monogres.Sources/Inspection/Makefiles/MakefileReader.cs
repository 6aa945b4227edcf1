using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Execution;

namespace Monogres.Sources.Inspection.Makefiles;

/// <summary>
/// Reads the makefile of an extension as make would with <c>USE_PGXS=1</c>, without running anything: conditions that can
/// be told are, and where one cannot, both parts count.
/// </summary>
/// <param name="readFile">The text of a file of the source, by its path; null when it is not there.</param>
/// <param name="surroundings">What <c>$(wildcard …)</c> and <c>$(shell …)</c> are answered with, for the directory of the makefile.</param>
/// <param name="given">Variables that make is given as arguments; the makefile does not change them.</param>
/// <param name="major">The PostgreSQL that is built for, as far as PGXS tells it; null to leave that open.</param>
public sealed class MakefileReader(Func<string, string?> readFile, IMakeEnvironment surroundings, IEnumerable<KeyValuePair<string, string>>? given = null, int? major = null)
{
    private const int DeepestInclude = 8;

    private readonly MakeExpansion _variables = new(surroundings);
    private readonly List<MakeText> _assignments = [], _expansions = [], _recipes = [];
    private readonly List<MakeRule> _rules = [];
    private readonly HashSet<string> _targets = new(StringComparer.Ordinal);
    private bool _includesPgxs, _includesServerSource, _includesTemplates, _hasUnreadIncludes;
    private RelativePath _directory;

    /// <summary>Reads a makefile; null when it is not there.</summary>
    /// <param name="path">Its path in the source.</param>
    public Makefile? Read(string path)
    {
        if (readFile(path) is not { } text)
            return null;

        _directory = RelativePath.Parse(path).Parent;
        _variables.Fix("USE_PGXS", "1");
        _variables.Fix("PG_CONFIG", "pg_config");
        foreach (var (name, value) in given ?? [])
            _variables.Fix(name, value);
        _variables.Assign("srcdir", MakeOperator.Recursive, ".", mayNot: false);
        Read(path, text, certain: true, depth: 0);
        return new Makefile
        {
            Path = path,
            Variables = _variables.Names.ToImmutableSortedDictionary(name => name, name => _variables.Value(name)!, StringComparer.Ordinal),
            Assignments = [.. _assignments],
            Expansions = [.. _expansions],
            Recipes = [.. _recipes],
            Rules = [.. _rules],
            Targets = [.. _targets.Order(StringComparer.Ordinal)],
            IncludesPgxs = _includesPgxs,
            IncludesServerSource = _includesServerSource,
            IncludesTemplates = _includesTemplates,
            HasUnreadIncludes = _hasUnreadIncludes,
        };
    }

    private void Read(string path, string text, bool certain, int depth)
    {
        var branches = new Stack<Branch>();
        string? target = null;
        foreach (var statement in MakeStatements.Read(text))
        {
            switch (statement)
            {
                case MakeStatement.If { Condition: var condition }:
                    branches.Push(Branch.Of(Holds(path, statement.Line, condition, branches)));
                    continue;
                case MakeStatement.Else { Condition: var further } when branches.Count > 0:
                    var before = branches.Pop();
                    branches.Push(before.Else(further is null ? true : Holds(path, statement.Line, further, branches)));
                    continue;
                case MakeStatement.EndIf when branches.Count > 0:
                    branches.Pop();
                    continue;
            }

            if (branches.Any(branch => branch.Reads is false))
                continue;

            var mayNot = !certain || branches.Any(branch => branch.Reads is null);
            switch (statement)
            {
                case MakeStatement.Assignment assignment:
                    Assign(path, assignment, mayNot);
                    break;
                case MakeStatement.Include { Files: var files }:
                    Include(path, statement.Line, files, mayNot, depth);
                    break;
                case MakeStatement.Rule rule:
                    target = rule.Targets;
                    _targets.UnionWith(Known(rule.Targets));
                    _rules.Add(new MakeRule(rule.Targets, [.. Known(rule.Targets)], [.. Known(rule.Prerequisites)]));
                    break;
                case MakeStatement.Recipe { Command: var command }:
                    _recipes.Add(new MakeText(path, statement.Line, target, command, IsExpanded: false, mayNot));
                    break;
                case MakeStatement.Expansion { Text: var expansion }:
                    _expansions.Add(new MakeText(path, statement.Line, Name: null, expansion, IsExpanded: true, mayNot));
                    break;
            }
        }
    }

    private void Assign(string path, MakeStatement.Assignment assignment, bool mayNot)
    {
        var name = _variables.Expand(assignment.Name);
        if (name.Length == 0 || name.Contains(MakeExpansion.Open, StringComparison.Ordinal))
            return;

        // `NAME != command` is another way to write `NAME := $(shell command)`.
        var value = assignment.Operator is MakeOperator.Shell ? $"$(shell {assignment.Value})" : assignment.Value;
        _assignments.Add(new MakeText(path, assignment.Line, name, value, assignment.Operator is MakeOperator.Immediate or MakeOperator.Shell, mayNot));
        _variables.Assign(name, assignment.OfTarget && assignment.Operator is not MakeOperator.Default ? MakeOperator.Append : assignment.Operator, assignment.Value, mayNot || assignment.OfTarget);
    }

    private void Include(string path, int line, string files, bool mayNot, int depth)
    {
        _expansions.Add(new MakeText(path, line, Name: null, files, IsExpanded: true, mayNot));
        if (MakeReferences.Names(files).Contains("PGXS", StringComparer.Ordinal) || files.EndsWith("/pgxs.mk", StringComparison.Ordinal))
        {
            _includesPgxs = true;
            _variables.HasUnknownDefaults = true;
            _variables.Assign("PORTNAME", MakeOperator.Default, "linux", mayNot: false);
            foreach (var (name, value) in major is { } number ? VersionsOf(number) : [])
                _variables.Assign(name, MakeOperator.Immediate, value, mayNot: false);
            return;
        }

        var names = _variables.Expand(files).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        foreach (var file in names)
        {
            // Projects have a file of that name too, often one that configure makes.
            if (depth < DeepestInclude && !file.Contains(MakeExpansion.Open, StringComparison.Ordinal) && Below(file) is { } own && (readFile(own) ?? readFile($"{own}.in")) is { } text)
            {
                _includesTemplates |= readFile(own) is null;
                Read(own, text, !mayNot, depth + 1);
            }
            else if (file.Contains("Makefile.global", StringComparison.Ordinal) || file.Contains("contrib-global.mk", StringComparison.Ordinal))
                _includesServerSource |= !mayNot;
            else
                _hasUnreadIncludes = true;
        }

        _hasUnreadIncludes |= names.Length == 0;
    }

    /// <summary>What the makefiles of an installed PostgreSQL say of its version.</summary>
    public static KeyValuePair<string, string>[] VersionsOf(int major) =>
        [new("MAJORVERSION", $"{major}"), new("VERSION", $"{major}.{SomeMinor}"), new("VERSION_NUM", $"{(major * 10_000) + SomeMinor}")];

    /// <summary>A minor that every major has had.</summary>
    public const int SomeMinor = 4;

    // Make reads everything in the directory where it was started, that of the outermost makefile.
    private string? Below(string file) => !file.StartsWith('/') && RelativePath.TryResolve(_directory, file, out var own) ? own.Value : null;

    /// <summary>Whether a condition holds; null when that cannot be told.</summary>
    private bool? Holds(string path, int line, MakeCondition condition, Stack<Branch> branches)
    {
        if (branches.Any(branch => branch.Reads is false))
            return false;

        var mayNot = branches.Any(branch => branch.Reads is null);
        _expansions.Add(new MakeText(path, line, Name: null, condition.AsksForDefinition ? condition.Left : $"{condition.Left} {condition.Right}", IsExpanded: true, mayNot));
        if ((condition.AsksForDefinition ? IsDefined(_variables.Expand(condition.Left).Trim()) : AreEqual(condition)) is not { } holds)
            return null;

        return holds != condition.Negated;
    }

    private bool? IsDefined(string name) => name.Contains(MakeExpansion.Open, StringComparison.Ordinal) ? null
        : _variables.Value(name) is { } value ? value.IsCertain ? value.Words.Length > 0 : null
        : _variables.HasUnknownDefaults ? null : false;

    private bool? AreEqual(MakeCondition condition)
    {
        string left = _variables.Expand(condition.Left), right = _variables.Expand(condition.Right);
        var differs = MakeReferences.Names(condition.Left).Concat(MakeReferences.Names(condition.Right)).Any(name => _variables.Value(name) is { MayDiffer: true });
        return differs || left.Contains(MakeExpansion.Open, StringComparison.Ordinal) || right.Contains(MakeExpansion.Open, StringComparison.Ordinal)
            ? null
            : string.Equals(left.Trim(), right.Trim(), StringComparison.Ordinal);
    }

    private IEnumerable<string> Known(string text) => _variables.Expand(text).Split(' ', StringSplitOptions.RemoveEmptyEntries)
        .Where(word => !word.Contains(MakeExpansion.Open, StringComparison.Ordinal));

    /// <param name="Reads">Whether this part is read; null when that cannot be told.</param>
    /// <param name="Done">Whether an earlier part of it was read, so that no other is; null when that cannot be told.</param>
    private readonly record struct Branch(bool? Reads, bool? Done)
    {
        public static Branch Of(bool? holds) => new(holds, holds);

        public Branch Else(bool? holds) => Done is true
            ? new Branch(false, true)
            : new Branch(holds is false ? false : Done is null ? null : holds, holds is true ? (Done is null ? null : true) : holds is null ? null : Done);
    }
}
