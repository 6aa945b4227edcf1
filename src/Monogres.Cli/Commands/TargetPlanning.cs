using System.Collections.Immutable;
using Monogres.Sources.Local;
using Monogres.Plans;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Options;
using Monogres.Index.Platforms;
using Monogres.Plans.Targets;

namespace Monogres.Cli.Commands;

/// <summary>From words of a command line to plans.</summary>
/// <param name="Index">What exists.</param>
/// <param name="Planner">Plans it.</param>
/// <param name="Platform">Where results run.</param>
/// <param name="OptionSet">The option set for what names none, or null for the default one.</param>
/// <param name="Postgres">The PostgreSQL that sources of this machine are for.</param>
internal sealed record TargetPlanning(MonogresIndex Index, Planner Planner, Platform Platform, OptionSetName? OptionSet, TargetPattern Postgres)
{
    /// <summary>The package sets that sources of this machine are built with besides those that they are found to need.</summary>
    public ImmutableArray<string> PackageSets { get; init; } = [];

    /// <summary>The sources of this machine, once they are imported.</summary>
    public LocalTargets Local { get; init; } = LocalTargets.None;

    /// <summary>The servers that sources of this machine are built against.</summary>
    /// <exception cref="UserErrorException">The index has no such release.</exception>
    public ImmutableArray<TargetName> Servers => [.. Index.Select(Postgres, OptionSet)];

    /// <summary>The plans of all that a word means.</summary>
    /// <exception cref="UserErrorException">The word is no target, or one that the index lacks or that cannot be planned.</exception>
    public IEnumerable<Target> Plan(string word) => LocalSource.IsSource(word)
        ? Servers.Select(server => Local.Plan(word, server, Planner))
        : Index.Select(TargetPattern.Parse(word), OptionSet).Select(Planner.Plan);

    /// <summary>The plans of an extension, named without its server, for that server.</summary>
    /// <exception cref="UserErrorException">As <see cref="Plan"/>.</exception>
    public IEnumerable<Target> PlanFor(string word, TargetName server) => LocalSource.IsSource(word)
        ? [Local.Plan(word, server, Planner)]
        : [.. Index.Select(TargetPattern.Parse($"{word}/{server}")).Select(Planner.Plan)];
}
