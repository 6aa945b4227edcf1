using Monogres.Core;
using Monogres.Index.Json;

namespace Monogres.Index;

/// <summary>The result of reading an index: all of it, or everything that is wrong with it. It is never used in part.</summary>
public abstract record IndexReading
{
    private IndexReading()
    {
    }

    /// <summary>The index has no problems.</summary>
    /// <param name="Index">All that was read.</param>
    public sealed record ValidIndex(MonogresIndex Index) : IndexReading;

    /// <summary>Something is wrong.</summary>
    /// <param name="Problems">All of it, by file.</param>
    public sealed record InvalidIndex(IReadOnlyList<IndexProblem> Problems) : IndexReading;

    /// <summary>The index, when it is valid.</summary>
    /// <exception cref="UserErrorException">It is invalid; the details list every problem.</exception>
    public MonogresIndex OrThrow() => this switch
    {
        ValidIndex sound => sound.Index,
        InvalidIndex faulty => throw IndexErrors.InvalidIndex(faulty.Problems),
        _ => throw new InvalidOperationException(),
    };
}
