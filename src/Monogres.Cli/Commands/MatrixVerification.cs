using Monogres.Core;
using Monogres.Matrix;
using Monogres.Plans.Targets;
using Monogres.Proof.Variations;
using Monogres.Proof.Verification;

namespace Monogres.Cli.Commands;

/// <summary>Verifies what a table holds, many targets with each rebuild, and writes down what became of each and under which axes.</summary>
/// <param name="workspace">Has the builds.</param>
/// <param name="run">Rebuilds.</param>
/// <param name="axes">What is varied.</param>
internal sealed class MatrixVerification(Workspace workspace, VerificationRun run, ChosenAxes axes)
{
    // A rebuild keeps all it made until the end, and composes the root of the toolchain once.
    private const int TargetsAtOnce = 50;

    /// <summary>Verifies those that were built, and that no proof in the table answers for yet.</summary>
    /// <param name="planned">The combinations.</param>
    /// <param name="table">Has their rows, and gets what is found.</param>
    /// <param name="keep">Keeps a row.</param>
    /// <param name="cancel">Stops; what was kept stays.</param>
    /// <exception cref="UserErrorException">Nothing can be rebuilt here.</exception>
    public async Task RunAsync(IReadOnlyList<Target> planned, MatrixTable table, Action<MatrixRow> keep, CancellationToken cancel)
    {
        foreach (var chunk in planned.Where(target => target.HasOwnBuild && table.Find(target.Id) is { } row && row.Key == target.Key && IsOpen(row)).Chunk(TargetsAtOnce))
        {
            foreach (var group in await VerifiedGroup.OfAsync(workspace, chunk, cancel))
            {
                var verified = await run.VerifyAsync(group, cancel);
                foreach (var (target, verdict) in group.Targets.Zip(verified.Verdicts))
                {
                    var row = After(table.Find(target.Target.Id)!, verdict, verified);
                    table.Add(row);
                    keep(row);
                }
            }
        }
    }

    private bool IsOpen(MatrixRow row) =>
        row.Status is MatrixStatus.Built or MatrixStatus.TestsFailed && !(row.Proofs ?? []).Any(proof => proof.Covers(axes.Axes.Select(axis => axis.Name)));

    private static MatrixRow After(MatrixRow row, Verdict verdict, VerifiedTargets verified)
    {
        var today = DateOnly.FromDateTime(TimeProvider.System.GetUtcNow().UtcDateTime);
        return verdict switch
        {
            { IsSame: true } => row with { Date = today, Proofs = MatrixProof.Add(row.Proofs, new MatrixProof(1, verified.Varied, verified.NotVaried, today)) },
            { Failure: { } failure } => row with { Date = today, Status = MatrixStatus.Failed, Reason = $"not rebuilt under other conditions: {failure}" },
            _ => row with { Date = today, Status = MatrixStatus.Differs, Reason = $"a rebuild under other conditions gave another {verdict.Files.FirstOrDefault(file => !file.IsSame)?.Name ?? "result"}" },
        };
    }
}
