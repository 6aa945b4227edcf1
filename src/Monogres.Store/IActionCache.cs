using Monogres.Core;
using Monogres.Protocol;
using Digest = Monogres.Core.Digest;

namespace Monogres.Store;

/// <summary>
/// What an action gave, by the digest of the action (REAPI ActionCache); may be shared between machines. Only results
/// with exit code 0 may enter. What a step of the tool itself gave is in the <see cref="IMemo"/>.
/// </summary>
public interface IActionCache
{
    /// <summary>The remembered result, or null. A damaged entry counts as none.</summary>
    ValueTask<ActionResult?> GetAsync(Digest action, CancellationToken cancel);

    /// <summary>Remembers a result, replacing an older one.</summary>
    /// <exception cref="ArgumentException">The exit code is not 0.</exception>
    ValueTask PutAsync(Digest action, ActionResult result, CancellationToken cancel);

    /// <summary>Forgets a result; no error when there is none.</summary>
    ValueTask RemoveAsync(Digest action, CancellationToken cancel);
}
