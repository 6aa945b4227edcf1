using Monogres.Core;
using Monogres.Results.Records;

namespace Monogres.Proof.Verification;

/// <summary>What is known of the result of a first build; null is not known, and not compared.</summary>
/// <param name="Payload">The tree of what is installed.</param>
/// <param name="Symbols">The tree of the debug information.</param>
public sealed record FirstBuild(Digest? Payload, Digest? Symbols)
{
    /// <summary>All of a result.</summary>
    public static FirstBuild Of(TargetResult result) => new(result.Payload, result.Symbols);
}
