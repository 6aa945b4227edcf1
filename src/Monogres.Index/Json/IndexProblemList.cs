using System.Collections.Concurrent;

namespace Monogres.Index.Json;

/// <summary>Collects what is wrong in the index, so that all of it is reported at once. Files may be read at the same time.</summary>
internal sealed class IndexProblemList
{
    private readonly ConcurrentDictionary<string, FileProblems> _files = new(StringComparer.Ordinal);

    public bool Any => _files.Values.Any(file => file.Count > 0);

    /// <summary>The problems of one file, which only one thread at a time may add to.</summary>
    public FileProblems Of(string file) => _files.GetOrAdd(file, name => new FileProblems(name));

    /// <summary>By file, and within a file in the order they were found.</summary>
    public IReadOnlyList<IndexProblem> Sorted() => [.. _files.Values.OrderBy(file => file.File, StringComparer.Ordinal).SelectMany(file => file.Found)];
}

/// <summary>What is wrong in one file of the index.</summary>
internal sealed class FileProblems(string file)
{
    private readonly List<IndexProblem> _found = [];
    private readonly HashSet<string> _faulty = new(StringComparer.Ordinal);

    /// <summary>The file, relative to the index.</summary>
    public string File { get; } = file;

    public IReadOnlyList<IndexProblem> Found => _found;

    public int Count => _found.Count;

    public void Add(string field, string message, string? suggestion = null)
    {
        _faulty.Add(field);
        _found.Add(new IndexProblem(File, field, message, suggestion));
    }

    /// <summary>Whether the field already has a problem.</summary>
    public bool Has(string field) => _faulty.Contains(field);
}
