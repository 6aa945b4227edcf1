using Monogres.Core;

namespace Monogres.Engine.Steps;

/// <summary>What a step gave.</summary>
/// <param name="Step">The step.</param>
/// <param name="Tree">Its tree.</param>
public sealed record StepResult(Step Step, Digest Tree)
{
    /// <summary>Of a <see cref="RunStep"/>: the digest of its action.</summary>
    public Digest? Action { get; init; }

    /// <summary>Of an <see cref="UnpackStep"/>: the file that was read.</summary>
    public Digest? File { get; init; }

    /// <summary>Of a <see cref="RunStep"/> that is an input of a <see cref="DeriveStep"/>: the log of its command, when it is still known.</summary>
    public Digest? Log { get; init; }

    /// <summary>Whether it was known before, so that nothing was run for it now.</summary>
    public bool Cached { get; init; }
}
