namespace Monogres.Core;

/// <summary>Words as the shell reads them back.</summary>
public static class ShellText
{
    /// <summary>A word.</summary>
    public static string Quote(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '=' or '/' or '.' or ',' or ':' or '+')
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Words.</summary>
    public static string Quote(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(Quote));

    /// <summary>Assignments in front of a command.</summary>
    public static string Assignments(IEnumerable<KeyValuePair<string, string>> variables) =>
        string.Join(' ', variables.Select(pair => $"{pair.Key}={Quote(pair.Value)}"));
}
