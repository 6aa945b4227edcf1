using System.Collections.Immutable;
using Monogres.Proof.Comparison.Reports;

namespace Monogres.Proof.Verification;

/// <summary>What became of one target when it was rebuilt.</summary>
/// <param name="Target">The target, with platform and toolchain.</param>
/// <param name="Files">What was compared, in the order of the first build: the payload, and files of packages.</param>
/// <param name="Failure">Why the rebuild failed; null when it did not.</param>
public sealed record Verdict(string Target, ImmutableArray<ComparedFile> Files, string? Failure)
{
    /// <summary>In what files that are not the same differ.</summary>
    public ImmutableArray<ComparisonReport> Differences { get; init; } = [];

    /// <summary>What of the first build is damaged where it is kept; null for nothing.</summary>
    public string? Damage { get; init; }

    /// <summary>Whether everything is the same.</summary>
    public bool IsSame => Failure is null && Damage is null && Files.All(file => file.IsSame);
}

/// <summary>Something that both builds gave, by its digest.</summary>
/// <param name="Name"><c>payload</c>, <c>symbols</c>, or the name of a file.</param>
/// <param name="First">What the first build gave; null when it gave none.</param>
/// <param name="Second">What the rebuild gave; null when it gave none.</param>
public sealed record ComparedFile(string Name, string? First, string? Second)
{
    /// <summary>The tree of what is installed.</summary>
    public const string Payload = "payload";

    /// <summary>The tree of the debug information.</summary>
    public const string Symbols = "symbols";

    /// <summary>Whether both gave the same.</summary>
    public bool IsSame => string.Equals(First, Second, StringComparison.Ordinal);
}
