using Monogres.Core;

namespace Monogres.Store.Archives;

/// <summary>
/// An archive that cannot be used: damaged, truncated, or holding what no tree may hold. Nothing of it has become a
/// tree when this is thrown.
/// </summary>
/// <param name="message">What is wrong, without final full stop.</param>
/// <param name="entry">The name of the entry as the archive writes it, or null.</param>
/// <param name="inner">The cause, for the log.</param>
public sealed class ArchiveException(string message, string? entry = null, Exception? inner = null)
    : Exception(entry is null ? message : $"entry `{entry}` {message}", inner)
{
    /// <summary>The name of the entry as the archive writes it, or null when the fault is not in one entry.</summary>
    public string? Entry { get; } = entry;

    /// <summary>The same as an error for the person at the keyboard, who knows the archive by another name than we do here.</summary>
    /// <param name="archive">What was being unpacked: <c>package `make`</c>, <c>postgresql-15.18.tar.gz</c>.</param>
    public UserErrorException ToUserError(string archive) =>
        new($"cannot unpack {archive}: {Message}", "the file has the digest that was asked for, so the entry in the index names a bad file", inner: this);
}
