namespace Monogres.Index.Json;

/// <summary>Collects what is wrong in the index, so that all of it is reported at once.</summary>
internal sealed class IndexProblemList
{
    private readonly List<IndexProblem> _problems = [];

    public int Count => _problems.Count;

    public void Add(string file, string field, string message, string? suggestion = null) =>
        _problems.Add(new IndexProblem(file, field, message, suggestion));

    /// <summary>By file, and within a file in the order they were found.</summary>
    public IReadOnlyList<IndexProblem> Sorted() => [.. _problems.OrderBy(problem => problem.File, StringComparer.Ordinal)];
}
