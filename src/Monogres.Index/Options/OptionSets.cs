using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Index.Options;

/// <summary>The options of PostgreSQL and named sets of them.</summary>
public sealed record OptionSets
{
    /// <summary>Every option, in the order of the file, which is the order of configure's arguments.</summary>
    public required ImmutableArray<Option> Options { get; init; }

    /// <summary>Every set, in the order of the file.</summary>
    public required ImmutableArray<OptionSet> Sets { get; init; }

    /// <summary>The set that is used when none is named.</summary>
    public required OptionSetName Default { get; init; }

    /// <summary>The set of that name.</summary>
    /// <exception cref="UserErrorException">There is none; the hint suggests similar names.</exception>
    public OptionSet this[OptionSetName name] =>
        Sets.FirstOrDefault(set => set.Name == name) ?? throw OptionErrors.UnknownOptionSet(name, Sets);

    /// <summary>What a set means for a version on a platform: every option that the version has, named as on or off.</summary>
    /// <param name="name">The set.</param>
    /// <param name="version">The version of PostgreSQL.</param>
    /// <param name="lacks">Whether the platform lacks an option.</param>
    /// <param name="required">Names of options that are on in every set.</param>
    /// <exception cref="UserErrorException">There is no such set.</exception>
    public OptionChoice Choose(OptionSetName name, PgVersion version, Func<Option, PgVersion, bool> lacks, IEnumerable<string>? required = null)
    {
        var set = this[name];
        ImmutableArray<Option> there = [.. Options.Where(option => option.Postgres.Contains(version))];
        var asked = Options.Where(option => set.On.Contains(option) || (required?.Contains(option.Name, StringComparer.Ordinal) ?? false)).ToArray();
        ImmutableArray<Option> on = [.. there.Where(option => asked.Contains(option) && !lacks(option, version))];
        var told = there.Select(option => on.Contains(option) ? option.On : option.Off).ToArray();
        return new OptionChoice
        {
            On = on,
            Off = [.. there.Except(on)],
            Lacking = [.. asked.Except(on)],
            Configure = told.Aggregate(ConfigureChoice.Nothing, (all, choice) => all.Then(choice)),
            BuildPackageSets = [.. on.SelectMany(option => option.BuildPackageSets).Distinct(StringComparer.Ordinal)],
            RuntimePackageSets = [.. on.SelectMany(option => option.RuntimePackageSets).Distinct(StringComparer.Ordinal)],
            CompilerFlags = set.CompilerFlags,
        };
    }
}
