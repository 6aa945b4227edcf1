using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;
using Monogres.Plans.Scripts;

namespace Monogres.Plans.Targets;

/// <summary>
/// A target as named steps, its facets: what it is built by, what it installs, its debug information, its tests. Facets that
/// are not asked for cost nothing. A server, a module split off a server, an extension, an author's own tree: whatever
/// distinguishes them was decided when the target was planned.
/// </summary>
public abstract class Target
{
    private protected Target(TargetId id) => Id = id;

    /// <summary>Which target it is.</summary>
    public TargetId Id { get; }

    /// <summary>What names it on the command line, ready to be pasted, with platform and toolchain where they are not the default.</summary>
    public virtual string Arguments => Id.ToArguments();

    /// <summary>The name for its files.</summary>
    public string FileName => Id.ToFileName();

    /// <summary>The version of PostgreSQL that it is, is based on, or is built for.</summary>
    public abstract PgVersion Postgres { get; }

    /// <summary>Where the result is installed, below <c>/</c>: <c>usr/lib/postgresql/15</c>.</summary>
    public abstract RelativePath Prefix { get; }

    /// <summary>The time that the build takes for now, and that stands in every file of a package.</summary>
    public abstract DateTimeOffset SourceDate { get; }

    /// <summary>The command that builds it; for what is split off something else, the command that builds that.</summary>
    public abstract RunStep Build { get; }

    /// <summary>Whether <see cref="Build"/> is run for this target. A module's is run for its server.</summary>
    public virtual bool HasOwnBuild => true;

    /// <summary>What is installed: the prefix with all below it, and nothing else.</summary>
    public abstract Step Payload { get; }

    /// <summary>The debug information that was split off, <c>.build-id/ab/cdef….debug</c>, as a debugger's <c>debug-file-directory</c>; an empty tree when the build left none, null when there can be none.</summary>
    public abstract Step? Symbols { get; }

    /// <summary>What its programs and libraries need: facts for <see cref="Payloads.Binaries.PayloadNeeds"/>.</summary>
    public abstract Step Needs { get; }

    /// <summary>What is known of the extensions that it installs: facts for <see cref="Payloads.Inspection.InspectionFacts"/>; null for a server.</summary>
    public virtual Step? Inspection => null;

    /// <summary>Its project's own tests, against what was built; null when there are none that can be run.</summary>
    public abstract TestFacet? Tests { get; }

    /// <summary>Why there are no <see cref="Tests"/>; null when there are.</summary>
    public abstract string? NoTests { get; }

    /// <summary>Smoke tests in the run-time root: a server starts with it, and does what it should; null when its style has none.</summary>
    public abstract RunStep? SmokeTest { get; }

    /// <summary>The server that it is or belongs to.</summary>
    public abstract Target Server { get; }

    /// <summary>Whether its server was built with assertions: the binary interface of such a server is another one.</summary>
    public virtual bool HasAssertions => Server.HasAssertions;

    /// <summary>What is installed into a server to have it: everything that it needs, each after what it needs itself, and then itself; nothing for a server.</summary>
    public virtual ImmutableArray<Target> Installs => [];

    /// <summary>What a server must load and be told for it and for all that it needs.</summary>
    public virtual ServerSettings Settings => ServerSettings.None;

    /// <summary>What it is made of, for its recipe.</summary>
    public abstract TargetIngredients Ingredients { get; }

    /// <summary>
    /// Equal when everything that goes into the target and into what is said of its tests is equal: the commands, what is found
    /// without running anything, and which differences are known. From index and lock alone.
    /// </summary>
    public Digest Key => _key ??= KeyWriter.KeyOf(key =>
    {
        key.Add("target 1").Add(Payload.Key);
        foreach (var step in new Step?[] { Tests?.Command, SmokeTest })
            key.Add(step is null ? Digest.Empty : step.Key);
        if (Inspection is { } inspection)
            key.Add(inspection.Key);
        foreach (var known in Tests?.Drift ?? [])
            key.Add(known.Test).Add(known.Why);
    });

    private Digest? _key;

    /// <summary>The name.</summary>
    public sealed override string ToString() => Id.ToString();
}

/// <summary>The tests of a target's project.</summary>
/// <param name="Command">Runs them.</param>
/// <param name="Drift">Tests that are known to differ from what upstream expects.</param>
/// <param name="MayBreak">Whether they can fail before the first test, as those of some projects do: then that is a finding about the project. Otherwise it is an error of the command.</param>
public sealed record TestFacet(RunStep Command, ImmutableArray<KnownDrift> Drift, bool MayBreak);

/// <summary>What a target is made of.</summary>
public sealed record TargetIngredients
{
    /// <summary>The project.</summary>
    public required ProjectName Project { get; init; }

    /// <summary>The licence as an SPDX expression, or null when it is not known.</summary>
    public required string? License { get; init; }

    /// <summary>One line on what it is.</summary>
    public required string Summary { get; init; }

    /// <summary>The home page.</summary>
    public required Uri Homepage { get; init; }

    /// <summary>The vendor and the product by which lists of vulnerabilities know it (CPE), or null.</summary>
    public required string? Cpe { get; init; }

    /// <summary>The source tree that the build works in.</summary>
    public required Step Source { get; init; }

    /// <summary>Where the build has the source, below <c>/</c>: <c>build/src/postgres</c>.</summary>
    public required RelativePath SourceDirectory { get; init; }

    /// <summary>The archives that the source is unpacked from, the main one first; none for a directory of this machine.</summary>
    public required ImmutableArray<UnpackStep> Archives { get; init; }

    /// <summary>The layers of the root that it is built in, the shared one first.</summary>
    public required ImmutableArray<ComposeStep> BuildRoot { get; init; }

    /// <summary>The packages that the build asks for by name, and those of the machine whose programs build when that is another.</summary>
    public required PackageNames BuildPackages { get; init; }

    /// <summary>The packages that running it asks for by name.</summary>
    public required PackageNames RuntimePackages { get; init; }

    /// <summary>What <c>configure</c> of a server is told; nothing for others.</summary>
    public required ImmutableArray<string> Configure { get; init; }

    /// <summary>The script that builds, and what renders it.</summary>
    public required StepText Script { get; init; }

    /// <summary>The targets whose payloads are in the prefix while it is built, the server first.</summary>
    public required ImmutableArray<Target> BuiltAgainst { get; init; }
}
