using Monogres.Sources.Inspection;
using Monogres.Sources.Local;
using Monogres.Plans;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;
using Monogres.Plans.Targets;

namespace Monogres.Cli.Commands;

/// <summary>The sources of this machine that a command line names in place of targets, imported.</summary>
internal sealed class LocalTargets
{
    /// <summary>None.</summary>
    public static LocalTargets None { get; } = new();

    private readonly Dictionary<string, LocalExtension> _extensions = new(StringComparer.Ordinal);

    /// <summary>Imports those of the words that mean a source, each once, and says on stderr what a person should know about it.</summary>
    /// <exception cref="UserErrorException">One cannot be read, or it is not known how it is called or built.</exception>
    public static async Task<LocalTargets> ImportAsync(IEnumerable<LocalSource> sources, Workspace workspace, TargetPlanning planning, CancellationToken cancel)
    {
        var targets = new LocalTargets();
        foreach (var source in sources)
        {
            var taken = await workspace.LocalSources.ImportAsync(source, cancel) with { PackageSets = planning.PackageSets };
            var inspection = await SourceInspector.InspectAsync(workspace.Store.Blobs, taken.Tree, cancel);
            Say(workspace, taken, inspection);
            targets._extensions[source.Text] = LocalExtension.Of(taken, inspection, workspace.Index, planning.Platform);
            if (LocalExtension.VersionOf(inspection.Facts, source) is null)
                workspace.WriteMessage($"{source}: its version is not known, so it is built as `{LocalExtension.NoVersion}`: name it as `{source}@VERSION`");
        }

        return targets;
    }

    /// <summary>The sources among the words of a command line, each once.</summary>
    /// <exception cref="UserErrorException">There is nothing where one is said to be.</exception>
    public static IReadOnlyList<LocalSource> Among(IEnumerable<string> words) =>
        [.. words.Where(LocalSource.IsSource).Distinct(StringComparer.Ordinal).Select(word => LocalSource.Parse(word, Path.GetFullPath))];

    /// <summary>The plan of one of the sources for a server.</summary>
    /// <exception cref="UserErrorException">It needs what the index or the platform lacks.</exception>
    public Target Plan(string word, TargetName server, Planner planner)
    {
        var local = _extensions[word];
        return planner.PlanLocal(local.Project, local.Tree, local.Words, server);
    }

    /// <summary>What came from where and was believed.</summary>
    public static void ReportTrustOnFirstUse(Workspace workspace, ImportedSource taken)
    {
        if (taken.Trusted is { } trusted)
            workspace.WriteMessage($"{taken.Source}: {trusted.Address} gave sha256 {trusted.File.Hash}; its digest was not known beforehand, so it was trusted on first use");
    }

    // Also what is not in the tree, and what should not be in it.
    private static void Say(Workspace workspace, ImportedSource taken, SourceInspection inspection)
    {
        ReportTrustOnFirstUse(workspace, taken);
        foreach (var entry in taken.Omitted)
            workspace.WriteMessage($"{taken.Source}: `{entry.Path}` is omitted: it {entry.Reason}");
        foreach (var finding in inspection.Findings.Where(finding => ReferenceEquals(finding.Rule, SourceRules.BuildProducts)))
            workspace.WriteMessage($"{taken.Source}: {finding.Text}, `{finding.File}` among them; make would reuse them: run `make clean` first");
    }
}
