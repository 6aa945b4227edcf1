using Monogres.Core;

namespace Monogres.Cli.Terminal;

/// <summary>How an error looks: the message, its details indented, a blank line, the hint.</summary>
public static class ErrorText
{
    /// <summary>Writes the error.</summary>
    public static void Write(UserErrorException error, TextWriter output, bool color)
    {
        output.WriteLine($"{Paint("error:", "31;1", color)} {error.Message}");
        foreach (var line in error.Details)
            output.WriteLine($"  {line}");

        if (error.Hint is { } hint)
        {
            output.WriteLine();
            output.WriteLine($"{Paint("hint:", "36;1", color)} {hint}");
        }
    }

    private static string Paint(string text, string code, bool color) => color ? $"\e[{code}m{text}\e[0m" : text;
}
