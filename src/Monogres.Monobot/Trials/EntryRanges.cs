using System.Collections.Immutable;
using System.Text.Json.Nodes;
using Monogres.Core;
using Monogres.Matrix;

namespace Monogres.Monobot.Trials;

/// <summary>Writes into an entry which servers its versions were seen to work with.</summary>
public static class EntryRanges
{
    private const string Range = "postgres";

    /// <summary>Narrows the range of each version that was tried; one that works nowhere is taken out of the entry.</summary>
    /// <param name="entry">The entry; changed.</param>
    /// <param name="project">The extension.</param>
    /// <param name="tried">What trials showed.</param>
    /// <param name="evidence">All that is known of the versions, those trials included.</param>
    /// <param name="isNew">Whether the entry is new: its own range is then that of its newest version.</param>
    /// <returns>The range of each version that works somewhere, in order.</returns>
    public static ImmutableArray<(string Version, string Postgres)> Narrow(JsonObject entry, ProjectName project, IEnumerable<TriedVersion> tried, MatrixTable evidence, bool isNew)
    {
        var versions = (JsonObject)entry["versions"]!;
        var seen = ImmutableArray.CreateBuilder<(string, string)>();
        foreach (var one in tried)
        {
            var rows = evidence.Rows.Where(row => TargetName.Parse(row.Target).Extension is { } of && of.Name == project && string.Equals(of.Version, one.Version, StringComparison.Ordinal));
            if (SeenRange.Of(one.Claimed, rows) is not { } range)
            {
                versions.Remove(one.Version);
                continue;
            }

            Set((JsonObject)versions[one.Version]!, range, before: "files");
            seen.Add((one.Version, range));
        }

        if (isNew && versions.Count > 0 && (string?)versions[^1]![Range] is { } newest)
            Set(entry, newest, before: "versions");
        foreach (var release in versions.Select(version => (JsonObject)version.Value!).Where(release => string.Equals((string?)release[Range], (string?)entry[Range], StringComparison.Ordinal)).ToArray())
            release.Remove(Range);
        return seen.ToImmutable();
    }

    private static void Set(JsonObject of, string range, string before)
    {
        if (of.ContainsKey(Range))
            of[Range] = range;
        else
            of.Insert(of.IndexOf(before), Range, range);
    }
}
