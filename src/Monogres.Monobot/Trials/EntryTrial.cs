using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Matrix;
using Monogres.Plans;
using Monogres.Plans.Targets;

namespace Monogres.Monobot.Trials;

/// <summary>What a trial is made against.</summary>
public sealed record TrialScope
{
    /// <summary>The servers, of those that a version claims to work with.</summary>
    public required VersionRange Postgres { get; init; }

    /// <summary>The option set of the servers, or null for the default one.</summary>
    public OptionSetName? OptionSet { get; init; }
}

/// <summary>Builds and tests versions of an extension against the newest release of each major that they claim to work with.</summary>
/// <param name="runner">Builds, tests, and says what became of it.</param>
public sealed class EntryTrial(MatrixRunner runner)
{
    /// <summary>Tries versions.</summary>
    /// <param name="project">The extension.</param>
    /// <param name="versions">Its versions.</param>
    /// <param name="index">The index that has them.</param>
    /// <param name="planner">Plans of that index.</param>
    /// <param name="scope">Against what.</param>
    /// <param name="known">What earlier trials showed, which is not done again; stays as it is.</param>
    /// <param name="cancel">Stops; what was built stays in the store.</param>
    public async Task<ImmutableArray<TriedVersion>> RunAsync(
        ProjectName project, IEnumerable<string> versions, MonogresIndex index, Planner planner, TrialScope scope, MatrixTable known, CancellationToken cancel)
    {
        var plans = versions.Select(version => (Version: version, Plans: Plan(project, version, index, planner, scope))).ToArray();
        var table = new MatrixTable(known.Rows);
        await runner.RunAsync(plans.SelectMany(one => one.Plans.Targets), table, static _ => { }, cancel);
        return [.. plans.Select(one => new TriedVersion(one.Version, ClaimOf(index, project, one.Version), [.. one.Plans.Targets.Select(target => table.Find(target.Id)!)], one.Plans.Refused))];
    }

    private static string ClaimOf(MonogresIndex index, ProjectName project, string version) => Release(index, project, version).Postgres.ToString();

    private static ExtensionRelease Release(MonogresIndex index, ProjectName project, string version) =>
        ((ExtensionOrigin.Source)index.Extension(project).Origin).Releases.First(release => string.Equals(release.Version, version, StringComparison.Ordinal));

    private static (ImmutableArray<Target> Targets, ImmutableArray<RefusedServer> Refused) Plan(ProjectName project, string version, MonogresIndex index, Planner planner, TrialScope scope)
    {
        var claimed = Release(index, project, version).Postgres;
        var (targets, refused) = (ImmutableArray.CreateBuilder<Target>(), ImmutableArray.CreateBuilder<RefusedServer>());
        foreach (var server in ServersOf(index, claimed, scope))
        {
            try
            {
                targets.AddRange(index.Select(TargetPattern.Parse($"{project}@{version}/{server}")).Select(planner.Plan));
            }
            catch (UserErrorException why)
            {
                refused.Add(new RefusedServer(server, why.Message));
            }
        }

        return (targets.ToImmutable(), refused.ToImmutable());
    }

    // The newest release of each major that is out.
    private static IEnumerable<TargetName> ServersOf(MonogresIndex index, VersionRange claimed, TrialScope scope) => index.DefaultServer.Releases
        .Where(release => !release.Version.IsPreRelease && claimed.Contains(release.Postgres) && scope.Postgres.Contains(release.Version))
        .GroupBy(release => release.Version.Major)
        .Select(major => new TargetName(index.DefaultServerName, major.Max(release => release.Version)) { OptionSet = index.OptionSets[scope.OptionSet ?? index.OptionSets.Default].Name });
}

/// <summary>A server that a version cannot be planned for.</summary>
/// <param name="Server">The server.</param>
/// <param name="Reason">Why not, on one line.</param>
public sealed record RefusedServer(TargetName Server, string Reason);

/// <summary>What a trial showed of a version.</summary>
/// <param name="Version">The version.</param>
/// <param name="Claimed">The range that it claimed to work with.</param>
/// <param name="Rows">What became of each server, oldest first.</param>
/// <param name="Refused">The servers that could not be tried.</param>
public sealed record TriedVersion(string Version, string Claimed, ImmutableArray<MatrixRow> Rows, ImmutableArray<RefusedServer> Refused)
{
    /// <summary>Whether it works with any server.</summary>
    public bool Works => Rows.Any(SeenRange.Works);
}
