using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>How something is compressed.</summary>
public sealed class CompressionRule : CauseRule
{
    /// <inheritdoc/>
    public override string Id => "compression";

    /// <inheritdoc/>
    public override string Words => "another compressor or level";

    /// <inheritdoc/>
    public override string Sign => "The same content in other compressed bytes, or other fields of a compressor in a header";

    /// <inheritdoc/>
    public override string Remedy => "Compress with one pinned program, at a fixed level, with one thread.";

    /// <inheritdoc/>
    public override Cause? Explain(Evidence evidence) => evidence switch
    {
        Evidence.Compressed(var one, var other) => string.Equals(one, other, StringComparison.Ordinal) ? Found() : Found(one, other),
        Evidence.Texts("compressed size", var one, var other) => Found(one, other),
        _ => null,
    };
}
