using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Proof.Variations;

/// <summary>Which axes a rebuild is varied along.</summary>
/// <param name="Axes">Those that were asked for.</param>
public sealed record ChosenAxes(ImmutableArray<Axis> Axes)
{
    /// <summary>Every axis.</summary>
    public const string EveryName = "all";

    /// <summary>Those that do not cost much.</summary>
    public const string UsualName = "usual";

    /// <summary>Reads what <c>--vary</c> was given: <c>all</c>, <c>usual</c>, or names of axes; a name behind <c>-</c> is left out.</summary>
    /// <exception cref="UserErrorException">A name is unknown, or nothing is left.</exception>
    public static ChosenAxes Parse(string text)
    {
        HashSet<Axis> chosen = [];
        var words = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        if (words.Length > 0 && words.All(word => word[0] == '-'))
            chosen.UnionWith(AxisTable.All.Where(axis => axis.IsUsual));
        foreach (var word in words)
        {
            switch (word)
            {
                case EveryName:
                    chosen.UnionWith(AxisTable.All);
                    break;
                case UsualName:
                    chosen.UnionWith(AxisTable.All.Where(axis => axis.IsUsual));
                    break;
                case ['-', .. var left]:
                    chosen.Remove(Named(left));
                    break;
                default:
                    chosen.Add(Named(word));
                    break;
            }
        }

        return chosen.Count > 0 ? new ChosenAxes([.. AxisTable.All.Where(chosen.Contains)]) : throw VariationErrors.NothingVaried(text);
    }

    /// <summary>Divides them into those that can be varied on a machine, and those that cannot, with the reason.</summary>
    public (ImmutableArray<Axis> Varied, ImmutableArray<(Axis Axis, string Reason)> NotVaried) On(Machine machine)
    {
        Dictionary<string, Axis> taken = new(StringComparer.Ordinal);
        var reasons = Axes.Select(axis => (Axis: axis, Reason: axis.Obstacle(machine) ?? Taken(axis))).ToArray();
        return ([.. reasons.Where(one => one.Reason is null).Select(one => one.Axis)], [.. reasons.Where(one => one.Reason is not null).Select(one => (one.Axis, one.Reason!))]);

        string? Taken(Axis axis) => axis.Exclusive is not { } what || taken.TryAdd(what, axis) ? null
            : $"a rebuild has one {what}, and `{taken[what].Name}` has another: `--vary {UsualName},-{taken[what].Name},{axis.Name}`";
    }

    private static Axis Named(string name) => AxisTable.Find(name) ?? throw VariationErrors.Unknown(name);
}
