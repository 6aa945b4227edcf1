using Monogres.Core;

namespace Monogres.Store;

/// <summary>
/// What steps gave on this machine, by the key of the step: unpacking an archive, composing a root, running a command.
/// Unlike the <see cref="IActionCache"/> it is never shared: a key says what was asked for, and only this machine can say
/// that the answer was made here.
/// </summary>
public interface IMemo
{
    /// <summary>The remembered entry, or null. A damaged entry counts as none. The tree may be lost meanwhile.</summary>
    ValueTask<MemoEntry?> FindAsync(Digest key, CancellationToken cancel);

    /// <summary>Remembers an entry, replacing an older one.</summary>
    ValueTask PutAsync(Digest key, MemoEntry entry, CancellationToken cancel);

    /// <summary>Forgets an entry; no error when there is none.</summary>
    ValueTask RemoveAsync(Digest key, CancellationToken cancel);
}

/// <summary>What a step gave.</summary>
/// <param name="Tree">The root of its tree.</param>
public sealed record MemoEntry(Digest Tree)
{
    /// <summary>The digest of the action, for a step that ran a command.</summary>
    public Digest? Action { get; init; }

    /// <summary>The file that the tree came from, for a step that can use one of several.</summary>
    public Digest? File { get; init; }
}
