using System.Collections.Immutable;
using System.Globalization;
using Monogres.Core;
using Monogres.Payloads.Layout;
using Monogres.Engine.Steps;

namespace Monogres.Plans.Scripts;

/// <summary>What the commands of all steps have in common: a script over layers, and the environment that it runs in.</summary>
public static class Commands
{
    /// <summary>How long a build may take. Classes, not estimates: the time limit is part of an action's key.</summary>
    public static readonly TimeSpan BuildTimeout = TimeSpan.FromHours(4);

    /// <summary>How long the tests of a server may take.</summary>
    public static readonly TimeSpan TestTimeout = TimeSpan.FromHours(2);

    /// <summary>How long the tests of an extension may take: most take minutes, and some wait for ever for what this PostgreSQL does not do.</summary>
    public static readonly TimeSpan ExtensionTestTimeout = TimeSpan.FromMinutes(30);

    /// <summary>The layer with a script and the empty output directory.</summary>
    /// <param name="name">For people.</param>
    /// <param name="script">The script.</param>
    public static Step ScriptLayer(StepName name, StepText script) =>
        new WriteStep(name, [new WrittenFile(BuildPaths.Script, script, Executable: false)], OutputDirectory);

    private static readonly ImmutableArray<RelativePath> OutputDirectory = [BuildPaths.Output];

    /// <summary>The layer with a source tree.</summary>
    /// <param name="source">The source.</param>
    /// <param name="directory">Where it stands.</param>
    public static Step SourceLayer(Step source, RelativePath directory) => new PickStep(source.Name, source, RelativePath.Root, directory);

    /// <summary>Runs the script of the last layer.</summary>
    public static StepCommand RunScript(DateTimeOffset sourceDate, TimeSpan timeout) =>
        new(["/bin/sh", "/" + BuildPaths.Script], EnvironmentOf(sourceDate), BuildPaths.Work, timeout);

    /// <summary>The whole environment of a command. What it cannot hide (clock, core count, hash seeds) it fixes as far as programs ask the environment.</summary>
    public static ImmutableSortedDictionary<string, string> EnvironmentOf(DateTimeOffset sourceDate) => Fixed.Add(
        "SOURCE_DATE_EPOCH", sourceDate.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture));

    private static readonly ImmutableSortedDictionary<string, string> Fixed = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
    [
        KeyValuePair.Create("GIT_CEILING_DIRECTORIES", "/" + BuildPaths.Work),
        KeyValuePair.Create("HOME", "/" + BuildPaths.Work),
        KeyValuePair.Create("LC_ALL", "C.UTF-8"),
        KeyValuePair.Create("PATH", "/usr/bin:/usr/sbin"),
        KeyValuePair.Create("PERL_HASH_SEED", "0"),
        // Compiled Python beside a module of a package would be lost, and beside one of the source hold the time of that.
        KeyValuePair.Create("PYTHONDONTWRITEBYTECODE", "1"),
        KeyValuePair.Create("PYTHONHASHSEED", "0"),
        KeyValuePair.Create("TMPDIR", "/tmp"),
        KeyValuePair.Create("TZ", "UTC"),
    ]);
}
