namespace Monogres.Index.Json;

/// <summary>Collects what is wrong in the index, so that all of it is reported at once.</summary>
internal sealed class IndexProblemList
{
    private readonly List<IndexProblem> _problems = [];
    private readonly HashSet<(string File, string Field)> _faulty = [];

    public int Count => _problems.Count;

    public void Add(string file, string field, string message, string? suggestion = null)
    {
        _faulty.Add((file, field));
        _problems.Add(new IndexProblem(file, field, message, suggestion));
    }

    /// <summary>Whether the field already has a problem.</summary>
    public bool Has(string file, string field) => _faulty.Contains((file, field));

    /// <summary>By file, and within a file in the order they were found.</summary>
    public IReadOnlyList<IndexProblem> Sorted() => [.. _problems.OrderBy(problem => problem.File, StringComparer.Ordinal)];
}
