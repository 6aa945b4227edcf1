using Monogres.Core;
using Monogres.Sources.Inspection.Makefiles;
namespace Monogres.Sources.Inspection;

/// <summary>How severe a finding in a source is.</summary>
public enum FindingSeverity
{
    /// <summary>Good to know.</summary>
    Note,

    /// <summary>It may go wrong, or not be the same for everyone.</summary>
    Warning,

    /// <summary>It certainly goes wrong.</summary>
    Error,
}

/// <summary>Something in a source that its build, or its users, will run into.</summary>
/// <param name="Rule">The rule that found it.</param>
/// <param name="Severity">How severe it is here.</param>
/// <param name="File">The file of the source, or null when it is in none.</param>
/// <param name="Line">The line, from 1, or null when it is about the whole file.</param>
/// <param name="Text">What was found, without a full stop.</param>
/// <param name="Advice">What to do about it, without a full stop.</param>
public sealed record SourceFinding(SourceRule Rule, FindingSeverity Severity, string? File, int? Line, string Text, string Advice)
{
    /// <summary><c>Makefile:12</c>, <c>vector.control</c>; empty when it is in no file.</summary>
    public string Place => File is null ? "" : Line is { } line ? $"{File}:{line}" : File;
}

/// <summary>A rule that sources are checked against.</summary>
/// <param name="Id">Its name in findings, <c>native-cpu</c>.</param>
/// <param name="Summary">What it finds, as a sentence without a full stop.</param>
/// <param name="Explain">Why that matters, and what to do about it.</param>
public sealed record SourceRule(string Id, string Summary, string Explain);
