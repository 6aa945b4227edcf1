using System.Text.Json;
using Monogres.Core;
using Monogres.Store.Disk;

namespace Monogres.Build.Matrix;

/// <summary>A table in a directory: <c>matrix.json</c> for programs and for going on later, <c>matrix.md</c> for people.</summary>
/// <param name="directory">Where; made when it is not there.</param>
public sealed class MatrixFiles(string directory)
{
    private string Json => Path.Combine(directory, "matrix.json");

    private string Markdown => Path.Combine(directory, "matrix.md");

    /// <summary>The files' paths.</summary>
    public IReadOnlyList<string> Paths => [Json, Markdown];

    /// <summary>The table of earlier runs, or an empty one.</summary>
    /// <exception cref="UserErrorException">There is a file that is no table.</exception>
    public async Task<MatrixTable> ReadAsync(CancellationToken cancel)
    {
        try
        {
            return MatrixTable.Parse(await File.ReadAllTextAsync(Json, cancel));
        }
        catch (Exception nothing) when (nothing is FileNotFoundException or DirectoryNotFoundException)
        {
            return MatrixTable.Empty;
        }
        catch (JsonException wrong)
        {
            throw new UserErrorException($"`{Json}` is not a table of results: {wrong.Message}", "move it away, or choose another directory with `--output DIR`", inner: wrong);
        }
    }

    /// <summary>Replaces both files, each at once.</summary>
    /// <exception cref="UserErrorException">The directory cannot be written.</exception>
    public async Task KeepAsync(MatrixTable table, CancellationToken cancel)
    {
        try
        {
            await WholeFile.WriteTextAsync(Json, table.ToText(), cancel);
            await WholeFile.WriteTextAsync(Markdown, MatrixPage.Of(table), cancel);
        }
        catch (Exception trouble) when (trouble is UnauthorizedAccessException or IOException)
        {
            throw new UserErrorException($"cannot write to `{directory}`: {trouble.Message}", "choose another directory with `--output DIR`; what was built is kept in the store", inner: trouble);
        }
    }
}
