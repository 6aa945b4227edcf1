using System.Globalization;
using Monogres.Cli.Inputs;
using Monogres.Core;

namespace Monogres.Cli.Terminal;

/// <summary>Our bug: says so, and keeps the stack in a file that can be sent to us.</summary>
public static class CrashReport
{
    /// <summary>Writes the file, and where it is.</summary>
    public static void Write(Exception bug, string[] args, TextWriter error, Func<string, string?> environment)
    {
        error.WriteLine($"error: this is a bug in monogres: {bug.GetType().Name}: {bug.Message}");
        var text = $"{VersionText.Line}\n{string.Join(' ', args)}\n\n{bug}\n";
        try
        {
            var directory = Path.Combine(Settings.XdgPath(environment, EnvironmentVariables.XdgStateHome, ".local/state"), "crashes");
            Directory.CreateDirectory(directory);
            var file = Path.Combine(directory, TimeProvider.System.GetUtcNow().ToString("yyyyMMdd'T'HHmmss'Z'", CultureInfo.InvariantCulture) + ".txt");
            File.WriteAllText(file, text);
            error.WriteLine($"  the full report is in {file}");
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException or UserErrorException)
        {
            error.WriteLine(text);
        }

        error.WriteLine();
        error.WriteLine("hint: please report it, with that file");
    }
}
