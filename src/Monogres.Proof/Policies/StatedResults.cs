using Monogres.Actions;
using Monogres.Core;
using Monogres.Proof.Attestations;
using Monogres.Proof.Provenance;
using Monogres.Proof.Signatures;

namespace Monogres.Proof.Policies;

/// <summary>
/// The results that builders of a policy state, each by the statements of runs that he signed. The files are read when the first
/// result is asked about.
/// </summary>
/// <param name="policy">The file of the policy.</param>
/// <param name="statements">Files that <c>attest</c> has written, and directories of them.</param>
/// <param name="report">Told, in a sentence, which statements are not believed.</param>
public sealed class StatedResults(string policy, IReadOnlyList<string> statements, Action<string> report) : IResultVouchers
{
    private readonly Lock _reading = new();
    private Task<Stated>? _stated;

    /// <inheritdoc/>
    /// <exception cref="UserErrorException">The policy or a file of statements cannot be read.</exception>
    public async ValueTask<string?> ReasonAgainstAsync(Digest action, Digest output, CancellationToken cancel)
    {
        Task<Stated> reading;
        lock (_reading)
            reading = _stated ??= ReadAsync(cancel);
        var (rule, results) = await reading;
        var stated = results[action].ToArray();
        var agreeing = stated.Where(one => one.Output == output.Hash).Select(one => one.Key).Distinct().Count();
        if (agreeing >= rule.Threshold)
            return null;

        var others = stated.Where(one => one.Output != output.Hash).Select(one => one.Key.ToString()).Distinct(StringComparer.Ordinal).ToArray();
        var few = $"{agreeing} of the {rule.Threshold} builders that must agree {(agreeing == 1 ? "states" : "state")} it";
        return others.Length == 0 ? few : $"{few}, and another result is stated by {string.Join(", ", others)}";
    }

    private async Task<Stated> ReadAsync(CancellationToken cancel)
    {
        var rule = await Policy.ReadAsync(policy, cancel);
        var runs = new List<(Digest Action, (VerificationKey Key, Sha256Hash Output) Stated)>();
        foreach (var path in statements.SelectMany(FilesOf))
        {
            var file = await AttestationFile.ReadAsync(path, rule.Keys, cancel);
            foreach (var problem in file.Problems)
                report(problem);
            foreach (var run in file.Runs)
            {
                if (RunStatement.ResultOf(run.Statement) is { } result)
                    runs.Add((result.Action, (run.Key, result.Output)));
            }
        }

        return new Stated(rule, runs.ToLookup(run => run.Action, run => run.Stated));
    }

    private static IEnumerable<string> FilesOf(string path) => File.Exists(path) ? [path]
        : Directory.Exists(path) ? Directory.EnumerateFiles(path, $"*{ArtifactFiles.Attestation}", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
        : throw new UserErrorException($"there is no file or directory `{path}`", "name files that `monogres attest` has written, or directories with them: `--remote-statements PATHS`");

    private sealed record Stated(Policy Rule, ILookup<Digest, (VerificationKey Key, Sha256Hash Output)> Results);
}
