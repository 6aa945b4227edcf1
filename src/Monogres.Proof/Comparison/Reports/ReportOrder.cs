using System.Collections.Immutable;

namespace Monogres.Proof.Comparison.Reports;

/// <summary>
/// The order in which differences are told. What a person can act on comes first: contents with a cause. Then contents
/// without, what one side lacks, and what is said of files. Last what follows from something else: digests, build-ids.
/// </summary>
internal static class ReportOrder
{
    // They say nothing of how a difference came about, only that there is one elsewhere.
    private static readonly string[] Consequences = ["digest", "build-id"];

    public static ImmutableArray<Difference> Sort(IEnumerable<Difference> differences) =>
    [
        .. differences.OrderBy(Rank).ThenBy(difference => difference.Path, StringComparer.Ordinal).ThenBy(difference => Side(difference.Kind)),
    ];

    private static int Rank(Difference difference)
    {
        if (difference.Causes.Length > 0 && difference.Causes.All(cause => Consequences.Contains(cause.Id, StringComparer.Ordinal)))
            return 4;

        return difference.Kind switch
        {
            DifferenceKind.Content when difference.Causes.Length > 0 => 0,
            DifferenceKind.Content or DifferenceKind.Type or DifferenceKind.OnlyInOne or DifferenceKind.OnlyInOther => 1,
            DifferenceKind.LinkTarget or DifferenceKind.Mode or DifferenceKind.Order or DifferenceKind.Compression => 2,
            _ => 3,
        };
    }

    // Neither side comes before the other, so that the order is the same seen from both.
    private static DifferenceKind Side(DifferenceKind kind) => kind == DifferenceKind.OnlyInOther ? DifferenceKind.OnlyInOne : kind;
}
