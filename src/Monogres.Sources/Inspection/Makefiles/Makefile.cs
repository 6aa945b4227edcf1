using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Sources.Inspection.Makefiles;

/// <summary>The content of a makefile, with everything that it includes from its own source. Nothing is run.</summary>
public sealed record Makefile
{
    /// <summary>Its path in the source.</summary>
    public required string Path { get; init; }

    /// <summary>Its variables, by name.</summary>
    public required ImmutableSortedDictionary<string, MakeValue> Variables { get; init; }

    /// <summary>Every assignment that is not ruled out, in order.</summary>
    public required ImmutableArray<MakeText> Assignments { get; init; }

    /// <summary>What conditions, includes and lines of their own have it expanded, in order.</summary>
    public required ImmutableArray<MakeText> Expansions { get; init; }

    /// <summary>The commands of its rules, in order.</summary>
    public required ImmutableArray<MakeText> Recipes { get; init; }

    /// <summary>What is made of what, in order.</summary>
    public required ImmutableArray<MakeRule> Rules { get; init; }

    /// <summary>What its rules make, as far as it is known.</summary>
    public required ImmutableArray<string> Targets { get; init; }

    /// <summary>Whether it includes PGXS, the makefiles of an installed PostgreSQL.</summary>
    public required bool IncludesPgxs { get; init; }

    /// <summary>Whether it certainly includes the makefiles of PostgreSQL's own source, which do not exist when it is built by itself.</summary>
    public required bool IncludesServerSource { get; init; }

    /// <summary>Whether it includes what configure makes of a template of the source.</summary>
    public required bool IncludesTemplates { get; init; }

    /// <summary>Whether it includes something that is not in the source, or whose name is not known.</summary>
    public required bool HasUnreadIncludes { get; init; }

    /// <summary>
    /// Whether PGXS does with its variables all that it does: no recipe that could make, change or install a file, nothing that
    /// cannot be read. Only then is it certain what a build comes to.
    /// </summary>
    public bool IsPlain => Recipes.IsEmpty && !HasUnreadIncludes && !Variables.ContainsKey("VPATH") && !Expansions.Any(text => text.Text.Contains("eval", StringComparison.Ordinal));

    /// <summary>Whether one of its rules may make a file.</summary>
    public bool MayMake(string file) => Recipes.Any(recipe => recipe.Text.Contains(file[(file.LastIndexOf('/') + 1)..], StringComparison.Ordinal))
        || Targets.Any(target => target.IndexOf('%', StringComparison.Ordinal) is >= 0 and var percent
            ? file.Length >= target.Length - 1 && file.StartsWith(target[..percent], StringComparison.Ordinal) && file.EndsWith(target[(percent + 1)..], StringComparison.Ordinal)
            : string.Equals(target, file, StringComparison.Ordinal));

    /// <summary>The words of a variable that are known.</summary>
    public ImmutableArray<string> Words(string name) => Variables.GetValueOrDefault(name)?.Words ?? [];
}

/// <summary>What a rule makes of what, as far as it is known.</summary>
/// <param name="Name">What it makes, as it is written.</param>
/// <param name="Targets">What it makes.</param>
/// <param name="Prerequisites">Of what.</param>
public sealed record MakeRule(string Name, ImmutableArray<string> Targets, ImmutableArray<string> Prerequisites);

/// <summary>A text of a makefile, nothing of it expanded.</summary>
/// <param name="File">Its file in the source.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Name">The variable that it is the value of, or the target whose recipe it is in; null when it is neither.</param>
/// <param name="Text">The text.</param>
/// <param name="IsExpanded">Whether it is expanded whenever the makefile is read.</param>
/// <param name="MayNotBeRead">Whether it depends on a condition that cannot be evaluated.</param>
public sealed record MakeText(string File, int Line, string? Name, string Text, bool IsExpanded, bool MayNotBeRead);
