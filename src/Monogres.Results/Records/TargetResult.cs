using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Payloads.Extensions;
using Monogres.Payloads.Extensions.Checks;
using Monogres.Payloads.Inspection;
using Monogres.Results.Building;

namespace Monogres.Results.Records;

/// <summary>What a target gave. A function of its recipe, so it is the same for every builder.</summary>
public sealed record TargetResult
{
    /// <summary>The tree of what is installed.</summary>
    public required Digest Payload { get; init; }

    /// <summary>The tree of the debug information that was split off; null when there is none.</summary>
    public Digest? Symbols { get; init; }

    /// <summary>The shared libraries that the payload needs and does not bring, sorted.</summary>
    public required ImmutableArray<string> Libraries { get; init; }

    /// <summary>The largest symbol version of each family that the payload needs, <c>GLIBC</c>: <c>2.34</c>.</summary>
    public required ImmutableSortedDictionary<string, string> SymbolVersions { get; init; }

    /// <summary>What can be created in a server that has it, as its control files say; null for a server.</summary>
    public ImmutableArray<InstalledExtension>? Extensions { get; init; }

    /// <summary>The symbols that it takes from the server; null for a server.</summary>
    public ServerSymbols? ServerSymbols { get; init; }

    /// <summary>What the checks found in it; null when they found nothing.</summary>
    public ImmutableArray<CheckFinding>? Findings { get; init; }

    /// <summary>The result of a built target.</summary>
    public static TargetResult Of(BuiltTarget built) => new()
    {
        Payload = built.Payload,
        Symbols = built.Symbols,
        Libraries = built.Needs.Libraries,
        SymbolVersions = built.Needs.SymbolVersions,
        Extensions = built.Inspection?.Extensions,
        ServerSymbols = built.Inspection?.ServerSymbols,
        Findings = built.Findings.IsEmpty ? null : built.Findings,
    };
}
