using System.Collections.Immutable;

namespace Monogres.Proof.Comparison.Reports;

/// <summary>What a comparison found.</summary>
/// <param name="One">The first artifact or tree, an absolute path.</param>
/// <param name="Other">The second.</param>
/// <param name="Differences">Everything that differs, the most telling first; the same for the same two things.</param>
/// <param name="Entries">How many entries were compared: files, directories, links, through archives; 1 for a file that is no archive.</param>
public sealed record ComparisonReport(string One, string Other, ImmutableArray<Difference> Differences, long Entries)
{
    /// <summary>Whether nothing differs.</summary>
    public bool Identical => Differences.IsEmpty;

    /// <summary>The report of the comparison in the other order.</summary>
    public ComparisonReport Mirror() => new(Other, One, ReportOrder.Sort(Differences.Select(difference => difference.Mirror())), Entries);
}
