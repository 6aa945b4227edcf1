using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index;

namespace Monogres.Build.Planning;

/// <summary>Everything that will be done for one target, as a function of the index alone: no file was read, no digest of a tree is known yet.</summary>
public abstract record TargetPlan
{
    private protected TargetPlan()
    {
    }

    /// <summary>The target, with its option set named.</summary>
    public required TargetName Target { get; init; }

    /// <summary>Where it will run.</summary>
    public required Platform Platform { get; init; }

    /// <summary>The compilers.</summary>
    public required Toolchain Toolchain { get; init; }

    /// <summary>The source, with its files in the order in which they are tried.</summary>
    public required PlannedSource Source { get; init; }

    /// <summary>The packages that the build's root is closed from.</summary>
    public required PackageNames BuildPackages { get; init; }

    /// <summary>The packages that the run-time root is closed from.</summary>
    public required PackageNames RuntimePackages { get; init; }

    /// <summary>The packages that the tests' root is closed from.</summary>
    public required PackageNames TestPackages { get; init; }

    /// <summary>Where the result is installed, below <c>/</c>: <c>usr/lib/postgresql/15</c>.</summary>
    public required RelativePath Prefix { get; init; }

    /// <summary>The shell script that builds.</summary>
    public required string BuildScript { get; init; }

    /// <summary>The shell script that runs the project's own tests on what was built; null when there are none that can be run.</summary>
    public required string? TestScript { get; init; }

    /// <summary>The shell script that proves, in the run-time root, that what was built does what it should; null when its style has no proofs.</summary>
    public required string? ProofScript { get; init; }

    /// <summary>The time that the build takes for now.</summary>
    public required DateTimeOffset SourceDate { get; init; }

    /// <summary>The name for files: <c>postgres-15.18-minimal-debian12-amd64</c>, and the toolchain unless it is gcc.</summary>
    public string FileName =>
        $"{(Target.Extension is { } extension ? $"{extension.Name}-{extension.Version}-" : "")}{Target.Server}-{Target.Version}-{Target.OptionSet}-{Platform.Name}{(Toolchain.Name is "gcc" ? "" : $"-{Toolchain.Name}")}";
}

/// <summary>A PostgreSQL that will be built.</summary>
public sealed record ServerPlan : TargetPlan
{
    /// <summary>The packages that a run-time root with a debugger is closed from.</summary>
    public required PackageNames DebuggerPackages { get; init; }

    /// <summary>What <c>configure</c> is told.</summary>
    public required ImmutableArray<string> Configure { get; init; }
}
