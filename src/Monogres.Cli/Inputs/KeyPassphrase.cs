using System.Text;
using Monogres.Core;

namespace Monogres.Cli.Inputs;

/// <summary>The passphrase of a key: from a file or a variable, never from an argument, which others on the machine can read.</summary>
internal static class KeyPassphrase
{
    /// <summary>The passphrase, or null when none is given. One line end at its end is not part of it.</summary>
    /// <param name="file">The file that has it, or null for the variable.</param>
    /// <param name="environment">The value of an environment variable, or null.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">The file cannot be read.</exception>
    public static async Task<string?> ReadAsync(string? file, Func<string, string?> environment, CancellationToken cancel)
    {
        if (file is null)
            return environment(EnvironmentVariables.KeyPassphrase) is { Length: > 0 } given ? given : null;

        var text = Encoding.UTF8.GetString(await InputFiles.ReadAsync(file, cancel));
        return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
    }
}
