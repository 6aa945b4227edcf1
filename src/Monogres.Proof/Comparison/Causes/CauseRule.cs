using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Comparison.Causes;

/// <summary>
/// Recognises one cause of differences by what it leaves behind. A rule answers only when the cause accounts for the whole of
/// the evidence: with what it recognises blotted out, both sides are equal.
/// </summary>
public abstract class CauseRule
{
    /// <summary>The name of the cause, which stays: <c>host-name</c>.</summary>
    public abstract string Id { get; }

    /// <summary>What it is, as it follows "likely": <c>a host name</c>.</summary>
    public abstract string Words { get; }

    /// <summary>By what it is recognised, one sentence.</summary>
    public abstract string Sign { get; }

    /// <summary>What to do about it where the build is described, one sentence.</summary>
    public abstract string Remedy { get; }

    /// <summary>The cause, or null when this is not it.</summary>
    public abstract Cause? Explain(Evidence evidence);

    /// <summary>The cause with what gave it away.</summary>
    protected Cause Found(string? one = null, string? other = null) => new(Id, Words, one, other);
}
