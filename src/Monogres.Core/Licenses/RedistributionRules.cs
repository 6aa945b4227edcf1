using System.Collections.Immutable;

namespace Monogres.Core.Licenses;

/// <summary>What may not be redistributed: data of the index, <c>licenses.json</c>. Its statements are no legal advice, but what a publisher decided.</summary>
public sealed record RedistributionRules
{
    /// <summary>Nothing is decided: what has a licence of the SPDX list may be redistributed.</summary>
    public static RedistributionRules None { get; } = new() { Refused = [], Projects = [] };

    /// <summary>Licences under which nothing is published, and why.</summary>
    public required ImmutableArray<RefusedLicense> Refused { get; init; }

    /// <summary>Projects of which it is decided otherwise than by their licence.</summary>
    public required ImmutableArray<ProjectDecision> Projects { get; init; }

    /// <summary>Why something may not be redistributed; null when it may be.</summary>
    /// <param name="project">The project.</param>
    /// <param name="license">Its licence as an SPDX expression; null when it is not known.</param>
    public string? ReasonAgainst(string project, string? license)
    {
        if (Projects.FirstOrDefault(decision => string.Equals(decision.Project, project, StringComparison.Ordinal)) is { } decided)
            return decided.Redistributable ? null : decided.Why;
        if (license is null)
            return "its licence is not known";

        return SpdxExpression.TryParse(license, out var expression, out var problem) ? ReasonAgainst(expression) : problem;
    }

    private string? ReasonAgainst(SpdxExpression expression) => expression switch
    {
        SpdxExpression.Both both => ReasonAgainst(both.Left) ?? ReasonAgainst(both.Right),
        SpdxExpression.Either either => ReasonAgainst(either.Left) is { } reason && ReasonAgainst(either.Right) is not null ? reason : null,
        SpdxExpression.License license => ReasonAgainst(license),
        _ => throw new InvalidOperationException($"no rule for {expression.GetType().Name}"),
    };

    private string? ReasonAgainst(SpdxExpression.License license)
    {
        var identifier = license.Identifier.TrimEnd('+');
        if (Refused.FirstOrDefault(refused => string.Equals(refused.License, identifier, StringComparison.Ordinal)) is { } refused)
            return refused.Why;

        return license.IsReference ? $"`{license.Identifier}` is no licence of the SPDX list, and nothing is decided of it" : null;
    }
}

/// <summary>A licence under which nothing is published.</summary>
/// <param name="License">Its identifier.</param>
/// <param name="Why">The reason.</param>
public sealed record RefusedLicense(string License, string Why);

/// <summary>A decision about one project, whatever its licence.</summary>
/// <param name="Project">Its name.</param>
/// <param name="Redistributable">What was decided.</param>
/// <param name="Why">The reason.</param>
public sealed record ProjectDecision(string Project, bool Redistributable, string Why);
