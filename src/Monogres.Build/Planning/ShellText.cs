using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Monogres.Core;
using Monogres.Index;

namespace Monogres.Build.Planning;

/// <summary>Shell scripts out of steps.</summary>
internal static class ShellText
{
    /// <summary>One shell script of all steps. Each step announces itself and runs in the source directory in a shell of its own; the first failure ends it.</summary>
    public static string Script(ImmutableArray<StyleStep> steps, IReadOnlyDictionary<string, string> values) => Script(steps, values, BuildPaths.Source);

    /// <summary>The same in another directory.</summary>
    public static string Script(ImmutableArray<StyleStep> steps, IReadOnlyDictionary<string, string> values, RelativePath directory)
    {
        var script = new StringBuilder();
        script.Append("set -e\nexec 2>&1\n");
        foreach (var step in steps)
            script.Append(CultureInfo.InvariantCulture, $"echo '== {step.Name}'\n(\nset -e\ncd /{directory}\n{step.Run.Expand(values).TrimEnd('\n')}\n)\n");

        return script.ToString();
    }

    /// <summary>A word as the shell reads it back.</summary>
    public static string Quote(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '=' or '/' or '.' or ',' or ':' or '+')
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>Words, each as the shell reads it back.</summary>
    public static string Quote(IEnumerable<string> arguments) => string.Join(' ', arguments.Select(Quote));

    /// <summary>Assignments in front of a command.</summary>
    public static string Assignments(IEnumerable<KeyValuePair<string, string>> variables) =>
        string.Join(' ', variables.Select(pair => $"{pair.Key}={Quote(pair.Value)}"));
}
