using Monogres.Core;

namespace Monogres.Cli.Inputs;

/// <summary>Files that options name.</summary>
internal static class InputFiles
{
    /// <summary>Reads a whole file.</summary>
    /// <exception cref="UserErrorException">It is not there, or cannot be read.</exception>
    public static async Task<byte[]> ReadAsync(string file, CancellationToken cancel)
    {
        try
        {
            return await File.ReadAllBytesAsync(file, cancel);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"cannot read `{file}`: {trouble.Message}", "name a file that is there and can be read", inner: trouble);
        }
    }
}
