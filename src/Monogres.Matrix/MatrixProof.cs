using System.Collections.Immutable;

namespace Monogres.Matrix;

/// <summary>Rebuilds of a combination from source, under other conditions, that gave the same as the row says.</summary>
/// <param name="Times">How many.</param>
/// <param name="Varied">What they had otherwise: the axes of <c>docs/reference/variations.md</c>, in their order.</param>
/// <param name="NotVaried">The axes that were asked for, and could not be varied on that machine.</param>
/// <param name="Date">The day of the last one, UTC.</param>
public sealed record MatrixProof(int Times, ImmutableArray<string> Varied, ImmutableArray<string> NotVaried, DateOnly Date)
{
    /// <summary>Whether it answers for all of these axes: each was varied, or could not be.</summary>
    public bool Covers(IEnumerable<string> axes) => axes.All(axis => Varied.Contains(axis, StringComparer.Ordinal) || NotVaried.Contains(axis, StringComparer.Ordinal));

    /// <summary>Some proofs with one more, which is counted with those under the same axes.</summary>
    public static ImmutableArray<MatrixProof> Add(ImmutableArray<MatrixProof>? proofs, MatrixProof proof)
    {
        var known = proofs ?? [];
        var same = known.FirstOrDefault(one => one.Varied.SequenceEqual(proof.Varied, StringComparer.Ordinal) && one.NotVaried.SequenceEqual(proof.NotVaried, StringComparer.Ordinal));
        return same is null ? known.Add(proof) : known.Replace(same, proof with { Times = same.Times + proof.Times });
    }

    /// <summary>For people: <c>2× under 27 axes</c>, the most that were varied; empty for none.</summary>
    public static string Words(ImmutableArray<MatrixProof>? proofs) => proofs is { IsEmpty: false } some ? $"{some.Sum(one => one.Times)}× under {some.Max(one => one.Varied.Length)} axes" : "";
}
