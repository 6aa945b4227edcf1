namespace Monogres.Matrix.Tests;

public class MatrixProofTests
{
    private static readonly DateOnly Monday = new(2026, 11, 23), Tuesday = new(2026, 11, 24);

    [Fact]
    public void Proofs_under_the_same_axes_are_counted_together_and_others_stand_beside()
    {
        var proofs = MatrixProof.Add(null, new MatrixProof(1, ["path", "clock"], ["runner"], Monday));
        proofs = MatrixProof.Add(proofs, new MatrixProof(1, ["path", "clock"], ["runner"], Tuesday));
        proofs = MatrixProof.Add(proofs, new MatrixProof(1, ["path"], ["runner"], Tuesday));
        Assert.Equal([(2, 2, Tuesday), (1, 1, Tuesday)], proofs.Select(one => (one.Times, one.Varied.Length, one.Date)));
        Assert.Equal("3× under 2 axes", MatrixProof.Words(proofs));
        Assert.Equal("", MatrixProof.Words(null));
    }

    [Fact]
    public void A_proof_answers_for_axes_that_were_varied_or_could_not_be()
    {
        var proof = new MatrixProof(1, ["path", "clock"], ["runner"], Monday);
        Assert.True(proof.Covers(["clock", "runner"]));
        Assert.False(proof.Covers(["clock", "umask"]));
    }
}
