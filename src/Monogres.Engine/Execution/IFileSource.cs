using Monogres.Core;

namespace Monogres.Engine.Execution;

/// <summary>Gets files by digest, from wherever they are. Implementations: downloads, and in tests a few files in memory.</summary>
public interface IFileSource
{
    /// <summary>Whether the user has provided the file in a directory of this machine: it is then preferred to equivalent ones from elsewhere.</summary>
    bool IsProvided(PinnedFile file);

    /// <summary>Puts the files into the store, those that are not there yet. One that fails does not stop the others.</summary>
    /// <returns>Their digests, in the order of the files.</returns>
    /// <exception cref="UserErrorException">Some are unavailable: all of these are listed.</exception>
    Task<IReadOnlyList<Digest>> FetchAsync(IReadOnlyList<PinnedFile> files, CancellationToken cancel);
}
