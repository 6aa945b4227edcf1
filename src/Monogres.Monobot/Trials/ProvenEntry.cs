using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Monogres.Core;
using Monogres.Index;
using Monogres.Matrix;
using Monogres.Plans;
using Monogres.Sources.Drafts;

namespace Monogres.Monobot.Trials;

/// <summary>An entry with ranges that were seen, and what shows them.</summary>
/// <param name="Entry">The entry, without the versions that work nowhere.</param>
/// <param name="Evidence">What was seen.</param>
/// <param name="Tried">Each version that was tried.</param>
/// <param name="Added">The range of each that works.</param>
public sealed record ProvenEntry(JsonObject Entry, MatrixTable Evidence, ImmutableArray<TriedVersion> Tried, ImmutableArray<(string Version, string Postgres)> Added)
{
    /// <summary>The files of the index that it changes, by their path there.</summary>
    public IReadOnlyDictionary<string, string> FilesOf(ProjectName project) => new Dictionary<string, string>(StringComparer.Ordinal)
    {
        [$"extensions/{project}/repo.json"] = EntryFile.TextOf(Entry),
        [Trials.Evidence.FileOf(project)] = Trials.Evidence.TextOf(Evidence),
    };
}

/// <summary>Proves versions of an entry: tries them in a copy of the index, and narrows their ranges to what was seen.</summary>
/// <param name="index">The directory of the index; nothing is written there.</param>
/// <param name="work">A directory for the copy.</param>
/// <param name="trial">Tries versions.</param>
/// <param name="plannerOf">Plans of an index in a directory.</param>
public sealed class EntryProver(string index, string work, EntryTrial trial, Func<MonogresIndex, string, Planner> plannerOf)
{
    /// <summary>Proves versions.</summary>
    /// <param name="project">The extension.</param>
    /// <param name="entry">Its entry with these versions; stays as it is.</param>
    /// <param name="versions">The versions.</param>
    /// <param name="isNew">Whether the index does not have the extension yet.</param>
    /// <param name="changes">Further files of the index that the entry needs, such as locks, by their path.</param>
    /// <param name="scope">Against what.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">The index would be faulty with the entry in it.</exception>
    public async Task<ProvenEntry> ProveAsync(
        ProjectName project, JsonObject entry, IReadOnlyCollection<string> versions, bool isNew, IReadOnlyDictionary<string, string> changes, TrialScope scope, CancellationToken cancel)
    {
        var table = await Evidence.ReadAsync(index, project, cancel);
        using var staged = StagedIndex.Create(index, work, new Dictionary<string, string>(changes, StringComparer.Ordinal) { [$"extensions/{project}/repo.json"] = EntryFile.TextOf(entry) });
        var read = (await IndexReader.ReadAsync(staged.Directory, cancel)).OrThrow();
        var tried = await trial.RunAsync(project, versions, read, plannerOf(read, staged.Directory), scope, table, cancel);
        foreach (var row in tried.SelectMany(one => one.Rows))
            Evidence.Add(table, row);
        var narrowed = (JsonObject)entry.DeepClone();
        var added = EntryRanges.Narrow(narrowed, project, tried, table, isNew);
        return new ProvenEntry(narrowed, table, tried, added);
    }

    /// <summary>Tries a version that the index has, and keeps nothing of it but what was built.</summary>
    /// <param name="project">The extension.</param>
    /// <param name="version">The version.</param>
    /// <param name="read">What the index says.</param>
    /// <param name="directory">Its directory.</param>
    /// <param name="scope">Against what.</param>
    /// <param name="cancel">Stops.</param>
    public async Task<TriedVersion> TryAsync(ProjectName project, string version, MonogresIndex read, string directory, TrialScope scope, CancellationToken cancel) =>
        (await trial.RunAsync(project, [version], read, plannerOf(read, directory), scope, await Evidence.ReadAsync(directory, project, cancel), cancel))[0];
}
