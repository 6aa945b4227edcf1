using Monogres.Core;
using Monogres.Store.Disk;

namespace Monogres.Matrix;

/// <summary>
/// A table in a directory: <c>matrix.jsonl</c>, a row a line, for programs and to resume; <c>matrix.md</c> for people. While a
/// run goes on rows are only appended; the last one of a combination counts. At its end both files are written anew, sorted.
/// </summary>
/// <param name="directory">Where; made when it is not there.</param>
public sealed class MatrixFiles(string directory)
{
    private string Lines => Path.Combine(directory, "matrix.jsonl");

    private string Markdown => Path.Combine(directory, "matrix.md");

    /// <summary>The table of earlier runs, or an empty one.</summary>
    /// <exception cref="UserErrorException">There is a file that is no table.</exception>
    public async Task<MatrixTable> ReadAsync(CancellationToken cancel) => Parse(await AppendedLines.ReadAsync(Lines, cancel).ToListAsync(cancel));

    /// <summary>Adds a row to the file.</summary>
    /// <exception cref="UserErrorException">The directory cannot be written.</exception>
    public void Append(MatrixRow row)
    {
        try
        {
            AppendedLines.Add(Lines, row.ToLine());
        }
        catch (Exception trouble) when (trouble is UnauthorizedAccessException or IOException)
        {
            throw CannotWrite(trouble);
        }
    }

    /// <summary>Writes both files anew, sorted, each at once: all rows that are there now, those of other processes too.</summary>
    /// <exception cref="UserErrorException">The directory cannot be written, or there is a file that is no table.</exception>
    public async Task SortAsync(CancellationToken cancel)
    {
        var table = new MatrixTable();
        try
        {
            await AppendedLines.RewriteAsync(Lines, lines => string.Concat((table = Parse(lines)).Rows.Select(row => row.ToLine() + "\n")), cancel);
            await AtomicFile.WriteTextAsync(Markdown, MatrixPage.Of(table), cancel);
        }
        catch (Exception trouble) when (trouble is UnauthorizedAccessException or IOException)
        {
            throw CannotWrite(trouble);
        }
    }

    private MatrixTable Parse(IReadOnlyList<string> lines) => MatrixTable.Parse(lines, Lines);

    private UserErrorException CannotWrite(Exception trouble) =>
        new($"cannot write to `{directory}`: {trouble.Message}", "choose another directory with `--output DIR`; build results remain in the store", inner: trouble);
}
