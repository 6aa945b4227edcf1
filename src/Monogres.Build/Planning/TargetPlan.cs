using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index;

namespace Monogres.Build.Planning;

/// <summary>Everything that will be done for one target, as a function of the index alone: no file was read, no digest of a tree is known yet.</summary>
public sealed record TargetPlan
{
    /// <summary>The target, with its option set named.</summary>
    public required TargetName Target { get; init; }

    /// <summary>Where it will run.</summary>
    public required Platform Platform { get; init; }

    /// <summary>The compilers.</summary>
    public required Toolchain Toolchain { get; init; }

    /// <summary>The release, with its source files in the order in which they are tried.</summary>
    public required Release Release { get; init; }

    /// <summary>Globs of source files that are never taken in: what upstream generates into release tarballs, so that tarball and tag archive give one tree.</summary>
    public required ImmutableArray<string> SourceLeftOut { get; init; }

    /// <summary>The packages that the build's root is closed from.</summary>
    public required PackageNames BuildPackages { get; init; }

    /// <summary>The packages that the run-time root is closed from.</summary>
    public required PackageNames RuntimePackages { get; init; }

    /// <summary>The packages that a run-time root with a debugger is closed from.</summary>
    public required PackageNames DebuggerPackages { get; init; }

    /// <summary>The packages that the tests' root is closed from.</summary>
    public required PackageNames TestPackages { get; init; }

    /// <summary>Where the result is installed, below <c>/</c>: <c>usr/lib/postgresql/15</c>.</summary>
    public required RelativePath Prefix { get; init; }

    /// <summary>What <c>configure</c> is told.</summary>
    public required ImmutableArray<string> Configure { get; init; }

    /// <summary>The shell script that builds.</summary>
    public required string BuildScript { get; init; }

    /// <summary>The shell script that runs PostgreSQL's own regression tests on what was built; null where what was built runs under an emulator, which takes too long for them.</summary>
    public required string? TestScript { get; init; }

    /// <summary>The shell script that proves, in the run-time root, that what was built does what it should; null when its style has no proofs.</summary>
    public required string? ProofScript { get; init; }

    /// <summary>The time that the build takes for now.</summary>
    public DateTimeOffset SourceDate => Release.SourceDate;

    /// <summary>The name for files: <c>postgres-15.18-minimal-debian12-amd64</c>, and the toolchain unless it is gcc.</summary>
    public string FileName =>
        $"{Target.Server}-{Target.Version}-{Target.OptionSet}-{Platform.Name}{(Toolchain.Name is "gcc" ? "" : $"-{Toolchain.Name}")}";
}
