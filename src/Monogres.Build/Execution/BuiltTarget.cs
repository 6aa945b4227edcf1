using System.Collections.Immutable;
using Monogres.Actions;
using Monogres.Build.Binaries;
using Monogres.Build.Extensions;
using Monogres.Build.Planning;
using Monogres.Build.Records;
using Monogres.Core;

namespace Monogres.Build.Execution;

/// <summary>A target whose inputs are ready.</summary>
/// <param name="Plan">What was planned.</param>
/// <param name="Source">The source tree.</param>
/// <param name="Root">The root with the toolchain.</param>
/// <param name="Request">The action that builds it.</param>
public sealed record PreparedTarget(TargetPlan Plan, SourceTree Source, LayeredRoot Root, ActionRequest Request)
{
    /// <summary>The PostgreSQL that an extension is built against; null for a PostgreSQL.</summary>
    public BuiltTarget? Server { get; init; }

    /// <summary>The extensions that are in the prefix while it is built.</summary>
    public ImmutableArray<BuiltTarget> Requires { get; init; } = [];
}

/// <summary>What building a target would do.</summary>
/// <param name="HasSource">Whether the source was taken in before.</param>
/// <param name="HasRoot">Whether the root with the toolchain was composed before.</param>
/// <param name="Prepared">The target, when all its inputs are there; without them its action is not known.</param>
/// <param name="Known">The result of its action, when it is in the store.</param>
public sealed record TargetOutlook(bool HasSource, bool HasRoot, PreparedTarget? Prepared, ExecutedAction? Known)
{
    /// <summary>For an extension: those of its inputs that are themselves to be built first, by name.</summary>
    public ImmutableArray<string> Missing { get; init; } = [];
}

/// <summary>A target that is built.</summary>
/// <param name="Plan">What was planned.</param>
/// <param name="Prepared">What it was built from; for a module of the server, what the server was built from.</param>
/// <param name="Executed">The action that built it.</param>
/// <param name="Payload">What it gave.</param>
/// <param name="Needs">What that needs of the machine it runs on.</param>
public sealed record BuiltTarget(TargetPlan Plan, PreparedTarget Prepared, ExecutedAction Executed, Payload Payload, BinaryNeeds Needs)
{
    /// <summary>What is known of an extension without running it; null for a PostgreSQL.</summary>
    public ExtensionInspection? Inspection { get; init; }

    /// <summary>What it is made of.</summary>
    public TargetManifest Manifest => TargetManifest.Of(Plan, Prepared) with
    {
        Payload = Payload.Tree,
        Symbols = Payload.Symbols,
        Libraries = Needs.Libraries,
        SymbolVersions = Needs.SymbolVersions,
        Extensions = Inspection?.Extensions,
        ServerSymbols = Inspection?.ServerSymbols,
    };
}

/// <summary>The trees in which a server runs, lowest first; the database cluster is at <see cref="ServerScripts.DataDirectory"/>.</summary>
public sealed record ServerLayers(ImmutableArray<Digest> Layers);
