using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Payloads.Binaries;
using Monogres.Payloads.Extensions;
using Monogres.Payloads.Extensions.Checks;
using Monogres.Payloads.Inspection;
using Monogres.Plans.Targets;

namespace Monogres.Results.Building;

/// <summary>A target that is built.</summary>
/// <param name="Target">The target.</param>
/// <param name="Payload">The tree of what is installed.</param>
/// <param name="Needs">What that needs of the machine it runs on.</param>
public sealed record BuiltTarget(Target Target, Digest Payload, BinaryNeeds Needs)
{
    /// <summary>The check that everything is there which is installed or promised.</summary>
    public const string InstalledCheck = "installed";

    /// <summary>The tree of the debug information; null when there is none.</summary>
    public Digest? Symbols { get; init; }

    /// <summary>What is known of the extensions in it; null for a server.</summary>
    public ExtensionInspection? Inspection { get; init; }

    /// <summary>
    /// What is wrong with it although its build succeeded: what is installed or promised and cannot work, as findings of
    /// <see cref="InstalledCheck"/>, and what the checks found. What the index expects says why.
    /// </summary>
    public ImmutableArray<CheckFinding> Findings => _findings ??=
    [
        .. (Inspection?.Problems ?? []).Select(problem => new CheckFinding(InstalledCheck, CheckSeverity.Error, problem.Line is { } line ? $"{problem.File}, line {line}" : problem.File, problem.Text)),
        .. (Inspection?.Findings ?? []).Select(finding => finding with { Known = Target.Tests?.Drift.FirstOrDefault(known => string.Equals(known.Test, finding.TestName, StringComparison.Ordinal))?.Why }),
    ];

    private ImmutableArray<CheckFinding>? _findings;

    /// <summary>Whether it was built before, so that no command was run for it now.</summary>
    public bool Cached { get; init; }
}
