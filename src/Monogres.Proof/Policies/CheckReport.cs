using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Proof.Signatures;

namespace Monogres.Proof.Policies;

/// <summary>What came of checking artifacts.</summary>
/// <param name="Artifacts">The verdict on each, in the order in which they were named.</param>
/// <param name="Problems">What is wrong with the statements, as sentences that name the file.</param>
public sealed record CheckReport(ImmutableArray<ArtifactVerdict> Artifacts, ImmutableArray<string> Problems)
{
    /// <summary>
    /// How the process ends: an artifact that is not what was signed, or on which too few builders agree because others differ,
    /// is not identical; where statements cannot be believed or are missing, the check failed before it could say so.
    /// </summary>
    public ExitCode ExitCode => !Problems.IsEmpty || Artifacts.Any(artifact => artifact.Refused is not null) ? ExitCode.Failed
        : Artifacts.Any(artifact => !artifact.IsAccepted) ? ExitCode.NotIdentical
        : ExitCode.Done;

    /// <summary>Nothing when all is accepted.</summary>
    /// <param name="policy">The file of the policy, for the message.</param>
    /// <exception cref="UserErrorException">Something is not.</exception>
    public void OrThrow(string policy)
    {
        if (ExitCode is not ExitCode.Done)
        {
            throw new UserErrorException(
                $"the policy `{policy}` does not accept all packages",
                "`monogres check FILE --policy POLICY` says which builders state what; with `--builders PATHS` it takes the statements of others",
                [.. Problems, .. Artifacts.Where(artifact => !artifact.IsAccepted).Select(artifact => $"{artifact.File}: {artifact.Refused ?? "it is not what builders state, or they do not agree"}")]) { ExitCode = ExitCode };
        }
    }
}

/// <summary>The verdict on one artifact.</summary>
/// <param name="File">The artifact.</param>
/// <param name="Sha256">What it is; null when it is not there.</param>
/// <param name="Agreeing">The builders that state this digest, by the order of the keys.</param>
/// <param name="Differing">Those that state another one.</param>
/// <param name="IsAccepted">Whether as many agree as the policy asks for.</param>
/// <param name="Refused">Why it is not accepted, when it is for another reason than <paramref name="Differing"/>; else null.</param>
public sealed record ArtifactVerdict(string File, Sha256Hash? Sha256, ImmutableArray<VerificationKey> Agreeing, ImmutableArray<Disagreement> Differing, bool IsAccepted, string? Refused);

/// <summary>What another builder states of an artifact of the same name.</summary>
/// <param name="Key">The builder.</param>
/// <param name="Sha256">The digest that it states.</param>
/// <param name="Where">Where its recipe or result differs from that of those who agree, as sentences.</param>
public sealed record Disagreement(VerificationKey Key, Sha256Hash Sha256, ImmutableArray<string> Where);
