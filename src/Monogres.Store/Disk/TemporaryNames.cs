namespace Monogres.Store.Disk;

/// <summary>
/// Names for what is not finished, on the same file system as its final place, so that a rename finishes it. A name is
/// <c>&lt;owner&gt;-&lt;counter&gt;</c>: the owner says whose leftovers these are when the process is gone.
/// </summary>
/// <param name="directory">Where the names are made; it exists.</param>
/// <param name="owner">The process, as <see cref="Locks.ProcessMark"/> names it. Holds no <c>-</c>.</param>
public sealed class TemporaryNames(string directory, string owner)
{
    private long _counter;

    /// <summary>Where the names are made.</summary>
    public string Directory { get; } = directory;

    /// <summary>A path that nothing has: no other call, no other process.</summary>
    public string Next() => $"{Directory}/{owner}-{Interlocked.Increment(ref _counter)}";

    /// <summary>The owner in a name that <see cref="Next"/> made, or null for any other name.</summary>
    public static string? OwnerOf(string name) => name.IndexOf('-', StringComparison.Ordinal) is > 0 and var dash ? name[..dash] : null;
}
