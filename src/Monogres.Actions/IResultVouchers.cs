using Monogres.Core;

namespace Monogres.Actions;

/// <summary>Says whose word there is for a result that others made, before it is used.</summary>
public interface IResultVouchers
{
    /// <summary>Why nobody whose word counts stands for it, as part of a sentence; null when it may be used.</summary>
    /// <param name="action">The action.</param>
    /// <param name="output">The tree that it is said to have given.</param>
    /// <param name="cancel">Stops.</param>
    ValueTask<string?> ReasonAgainstAsync(Digest action, Digest output, CancellationToken cancel);
}
