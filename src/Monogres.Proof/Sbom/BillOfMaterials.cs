using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Proof.Sbom;

/// <summary>
/// A bill of materials: what some artifacts are, what they were made from, what they hold and what they need to run. It is
/// written as SPDX (<see cref="SpdxDocument"/>) and as CycloneDX (<see cref="CycloneDxDocument"/>), which say the same.
/// </summary>
public sealed record BillOfMaterials
{
    /// <summary>What the document is called: the name of the manifest without its ending.</summary>
    public required string Name { get; init; }

    /// <summary>The time of the release, never now.</summary>
    public required DateTimeOffset Created { get; init; }

    /// <summary>The tool, <c>monogres 0.1.0</c>.</summary>
    public required string Tool { get; init; }

    /// <summary>What was built.</summary>
    public required Component Target { get; init; }

    /// <summary>Everything else, sorted by <see cref="Component.Id"/>.</summary>
    public required ImmutableArray<Component> Others { get; init; }

    /// <summary>How they hang together, sorted.</summary>
    public required ImmutableArray<Relation> Relations { get; init; }
}

/// <summary>One thing in a bill of materials.</summary>
/// <param name="Kind">What kind of thing.</param>
/// <param name="Name">Its name.</param>
/// <param name="Version">Its version; null when it has none.</param>
public sealed record Component(ComponentKind Kind, string Name, string? Version)
{
    /// <summary>Its name within the document: letters, digits, <c>.</c> and <c>-</c>.</summary>
    public string Id { get; } = $"{Kind.ToString().ToLowerInvariant()}-{string.Concat(Name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? $"{c}" : $"-{(int)c:x2}"))}";

    /// <summary>The package URLs by which it is known, the best one first.</summary>
    public ImmutableArray<string> Urls { get; init; } = [];

    /// <summary>The name by which lists of vulnerabilities know it (CPE 2.3), or null.</summary>
    public string? Cpe { get; init; }

    /// <summary>Who made and names it, as far as that is known: a distribution, or the home page of a project without its scheme; or null.</summary>
    public string? Supplier { get; init; }

    /// <summary>Its licence as an SPDX expression, or null when it is not known.</summary>
    public string? License { get; init; }

    /// <summary>Its content, when it is a file.</summary>
    public Sha256Hash? Sha256 { get; init; }

    /// <summary>Where it can be downloaded, or null.</summary>
    public string? Place { get; init; }

    /// <summary>The home page, or null.</summary>
    public Uri? Homepage { get; init; }

    /// <summary>One line on what it is, or null.</summary>
    public string? Summary { get; init; }
}

/// <summary>What a component is.</summary>
public enum ComponentKind
{
    /// <summary>What was built.</summary>
    Target,

    /// <summary>A file that was written.</summary>
    Artifact,

    /// <summary>A package of the distribution.</summary>
    Package,

    /// <summary>What the target was built against and runs with, or an image has in it, built the same way.</summary>
    Required,

    /// <summary>An archive of source.</summary>
    Source,
}

/// <summary>How two components hang together.</summary>
/// <param name="From">The <see cref="Component.Id"/> of one.</param>
/// <param name="Kind">How.</param>
/// <param name="To">That of the other.</param>
public sealed record Relation(string From, RelationKind Kind, string To) : IComparable<Relation>
{
    /// <summary>Orders by the texts.</summary>
    public int CompareTo(Relation? other)
    {
        var order = string.CompareOrdinal(From, other?.From);
        if (order == 0) order = Kind.CompareTo(other?.Kind);
        return order != 0 ? order : string.CompareOrdinal(To, other?.To);
    }

    /// <summary>Orders as <see cref="CompareTo"/>.</summary>
    public static bool operator <(Relation left, Relation right) => left.CompareTo(right) < 0;

    /// <summary>Orders as <see cref="CompareTo"/>.</summary>
    public static bool operator >(Relation left, Relation right) => left.CompareTo(right) > 0;

    /// <summary>Orders as <see cref="CompareTo"/>.</summary>
    public static bool operator <=(Relation left, Relation right) => left.CompareTo(right) <= 0;

    /// <summary>Orders as <see cref="CompareTo"/>.</summary>
    public static bool operator >=(Relation left, Relation right) => left.CompareTo(right) >= 0;
}

/// <summary>A kind of <see cref="Relation"/>.</summary>
public enum RelationKind
{
    /// <summary>One has files of the other in it.</summary>
    Contains,

    /// <summary>One does not run without the other.</summary>
    DependsOn,

    /// <summary>One was made from the other.</summary>
    GeneratedFrom,
}
