using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>The identity that a linker computes from what it links.</summary>
public sealed class BuildIdRule : CauseRule
{
    /// <inheritdoc/>
    public override string Id => "build-id";

    /// <inheritdoc/>
    public override string Words => "the build-id, which follows from all else";

    /// <inheritdoc/>
    public override string Sign => "The note in which a linker keeps the digest of what it linked";

    /// <inheritdoc/>
    public override string Remedy => "Look at what else differs; where nothing else does, it was something that was stripped later: debugging information with a path.";

    /// <inheritdoc/>
    public override Cause? Explain(Evidence evidence) => evidence is Evidence.BuildIds(var one, var other) ? Found(one, other) : null;
}
