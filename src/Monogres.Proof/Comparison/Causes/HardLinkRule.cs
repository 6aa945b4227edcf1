using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>Whether a file system or a packer keeps several names of one file.</summary>
public sealed class HardLinkRule : CauseRule
{
    /// <inheritdoc/>
    public override string Id => "hard-links";

    /// <inheritdoc/>
    public override string Words => "hard links";

    /// <inheritdoc/>
    public override string Sign => "A file that is another name of an earlier one on one side, and a file of its own on the other";

    /// <inheritdoc/>
    public override string Remedy => "Pack with `tar --hard-dereference`, or do not link.";

    /// <inheritdoc/>
    public override Cause? Explain(Evidence evidence) => evidence is Evidence.HardLinks ? Found() : null;
}
