using System.Text.Json;
using Monogres.Core;
using Monogres.Plans.Targets;
using Monogres.Store.Disk;

namespace Monogres.Results.Records;

/// <summary>
/// What is kept in a store about the targets that were built in it: the last manifest of each, so that <c>explain</c> can say
/// what changed since; the closures of packages that recipes refer to; and one line for each run.
/// </summary>
/// <param name="directory">Where they are kept.</param>
public sealed class TargetRecords(string directory)
{
    // A record has some 250 bytes. With a million builds in a store, what was built lately is found in the end of the file.
    private const int MostOfRuns = 1 << 20;

    /// <summary>The manifest of a target's last build, or null; one that cannot be read counts as none.</summary>
    public Task<TargetManifest?> FindAsync(Target target, CancellationToken cancel) => ReadAsync(PathOf(target), TargetManifest.Parse, cancel);

    /// <summary>The closure of that digest, or null.</summary>
    public Task<PackageClosure?> FindPackagesAsync(Digest packages, CancellationToken cancel) => ReadAsync(PathOf(packages), PackageClosure.Parse, cancel);

    /// <summary>Keeps a manifest as the last one of its target, and the packages of its recipe.</summary>
    public async Task KeepAsync(Target target, TargetManifest manifest, PackageClosure packages, CancellationToken cancel)
    {
        if (!File.Exists(PathOf(manifest.Recipe.Packages)))
            await AtomicFile.WriteTextAsync(PathOf(manifest.Recipe.Packages), packages.ToText(), cancel);
        await AtomicFile.WriteTextAsync(PathOf(target), manifest.ToText(), cancel);
    }

    /// <summary>Adds a run to those that were recorded.</summary>
    public void Add(TargetRun run) => AppendedLines.Add(Path.Combine(directory, "runs.jsonl"), JsonSerializer.Serialize(run, RecordsJson.InOneLine.TargetRun));

    /// <summary>The newest run that gave a payload, if it is among the last thousands that were recorded; else null.</summary>
    /// <param name="target">The target.</param>
    /// <param name="payload">The payload that it gave.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<TargetRun?> FindRunAsync(Target target, Digest payload, CancellationToken cancel)
    {
        var (name, tree) = (target.Id.ToString(), payload.ToString());
        TargetRun? found = null;
        await foreach (var line in AppendedLines.ReadLastAsync(Path.Combine(directory, "runs.jsonl"), MostOfRuns, cancel))
        {
            // Most lines are of other targets, and need not be taken apart.
            if (line.Contains(tree, StringComparison.Ordinal) && TryParseRun(line) is { } run && string.Equals(run.Target, name, StringComparison.Ordinal) && string.Equals(run.Payload, tree, StringComparison.Ordinal))
                found = run;
        }

        return found;
    }

    private static TargetRun? TryParseRun(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, RecordsJson.InOneLine.TargetRun);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static async Task<T?> ReadAsync<T>(string path, Func<string, T> parse, CancellationToken cancel)
        where T : class
    {
        try
        {
            return parse(await File.ReadAllTextAsync(path, cancel));
        }
        catch (Exception nothing) when (nothing is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    private string PathOf(Target target) => Path.Combine(directory, $"{target.FileName}.json");

    private string PathOf(Digest packages) => Path.Combine(directory, $"packages-{packages.Hash}.json");
}
