using System.Collections.Immutable;
using Monogres.Index.Projects;

namespace Monogres.Sources.Origins;

/// <summary>What was found of one thing that the index says.</summary>
public enum ProofVerdict
{
    /// <summary>It was made again, or compared, and is so.</summary>
    Proven,

    /// <summary>It could not be looked at here.</summary>
    NotChecked,

    /// <summary>It is not so.</summary>
    Differs,
}

/// <summary>What was found of one thing that the index says of a release.</summary>
/// <param name="Subject"><c>commit</c>, <c>git tag</c>, or the name of a file: <c>tarball</c>, <c>tag</c>.</param>
/// <param name="Verdict">How it stands.</param>
/// <param name="Text">What exactly, on one line.</param>
public sealed record ProofFinding(string Subject, ProofVerdict Verdict, string Text);

/// <summary>Everything that was found of a release.</summary>
/// <param name="Release">The release.</param>
/// <param name="Findings">In the order of the index: commit, tag, files.</param>
public sealed record ReleaseProof(Release Release, ImmutableArray<ProofFinding> Findings)
{
    /// <summary>Whether something that the index says is not so.</summary>
    public bool Differs => Findings.Any(finding => finding.Verdict is ProofVerdict.Differs);
}
