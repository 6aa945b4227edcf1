using Monogres.Core;
using Monogres.Matrix;

namespace Monogres.Monobot.Trials;

/// <summary>
/// What was seen of the versions of an entry, beside it in the index: <c>extensions/NAME/evidence.jsonl</c>, rows of the matrix
/// (<see cref="MatrixRow"/>), one line for each version and server, sorted.
/// </summary>
public static class Evidence
{
    /// <summary>The path of the file in an index.</summary>
    public static string FileOf(ProjectName project) => $"extensions/{project}/evidence.jsonl";

    /// <summary>What is known; nothing when there is no file.</summary>
    /// <param name="index">The directory of the index.</param>
    /// <param name="project">The extension.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">The file holds something else.</exception>
    public static async Task<MatrixTable> ReadAsync(string index, ProjectName project, CancellationToken cancel)
    {
        var file = Path.Combine(index, FileOf(project));
        return File.Exists(file) ? MatrixTable.Parse(await File.ReadAllLinesAsync(file, cancel), file) : new MatrixTable();
    }

    /// <summary>The rows as the file has them.</summary>
    public static string TextOf(MatrixTable table) => string.Concat(table.Rows.Select(row => row.ToLine() + "\n"));

    /// <summary>Adds what was seen now. Where only the day and the duration differ, the earlier row stays: a run that finds nothing new changes nothing.</summary>
    public static void Add(MatrixTable table, MatrixRow row)
    {
        if (table.Rows.FirstOrDefault(known => (known.Target, known.Platform, known.Toolchain) == (row.Target, row.Platform, row.Toolchain)) is { } earlier
            && string.Equals((row with { Date = earlier.Date, Seconds = earlier.Seconds, Builds = earlier.Builds, Proofs = earlier.Proofs }).ToLine(), earlier.ToLine(), StringComparison.Ordinal))
            return;

        table.Add(row);
    }
}
