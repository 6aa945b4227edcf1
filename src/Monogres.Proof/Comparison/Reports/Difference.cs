using System.Collections.Immutable;

namespace Monogres.Proof.Comparison.Reports;

/// <summary>In what two things differ at a path.</summary>
public enum DifferenceKind
{
    /// <summary>The content: bytes, lines, fields.</summary>
    Content,

    /// <summary>The place is taken by different kinds of thing: a file and a directory.</summary>
    Type,

    /// <summary>Only the first has something there.</summary>
    OnlyInOne,

    /// <summary>Only the second has something there.</summary>
    OnlyInOther,

    /// <summary>Where a symbolic link points.</summary>
    LinkTarget,

    /// <summary>The permissions.</summary>
    Mode,

    /// <summary>User and group, as an archive has them.</summary>
    Owner,

    /// <summary>The modification time, as an archive has it.</summary>
    Time,

    /// <summary>What an archive says besides: fields of its headers and of those of its entries, bytes between the entries.</summary>
    Header,

    /// <summary>The order of an archive's entries.</summary>
    Order,

    /// <summary>The same content, compressed to other bytes.</summary>
    Compression,
}

/// <summary>One difference.</summary>
/// <param name="Path">Where: names joined by slashes, through archives as through directories; <c>.</c> for the whole.</param>
/// <param name="Kind">In what.</param>
/// <param name="Details">What stands on each side, the most telling first.</param>
/// <param name="Causes">What probably made it, the cause of the most telling detail first; none when nothing fits.</param>
/// <param name="IsExplained">Whether the causes account for every detail that was looked at.</param>
public sealed record Difference(string Path, DifferenceKind Kind, ImmutableArray<Detail> Details, ImmutableArray<Cause> Causes, bool IsExplained)
{
    /// <summary>The path of the whole.</summary>
    public const string Whole = ".";

    /// <summary>The likely cause, or null when nothing fits.</summary>
    public Cause? Cause => Causes.FirstOrDefault();

    /// <summary>The same difference, seen from the other side.</summary>
    public Difference Mirror() => this with
    {
        Kind = Kind switch
        {
            DifferenceKind.OnlyInOne => DifferenceKind.OnlyInOther,
            DifferenceKind.OnlyInOther => DifferenceKind.OnlyInOne,
            _ => Kind,
        },
        Details = [.. Details.Select(detail => detail.Mirror())],
        Causes = [.. Causes.Select(cause => cause.Mirror())],
    };
}

/// <summary>What stands on each side.</summary>
/// <param name="What">What is shown: <c>mode</c>, <c>line 12</c>, <c>.rodata, in `version`</c>; a whole sentence when there are no sides.</param>
/// <param name="One">The first side; null when it has nothing there.</param>
/// <param name="Other">The second side; null when it has nothing there.</param>
public sealed record Detail(string What, string? One = null, string? Other = null)
{
    /// <summary>The same, seen from the other side.</summary>
    public Detail Mirror() => this with { One = Other, Other = One };
}

/// <summary>What probably made a difference.</summary>
/// <param name="Id">The row of the table of causes: <c>time</c>.</param>
/// <param name="Words">What it is, as it follows "likely": <c>a time</c>.</param>
/// <param name="One">What gave it away on the first side; null when that is on neither side alone.</param>
/// <param name="Other">What gave it away on the second side.</param>
public sealed record Cause(string Id, string Words, string? One = null, string? Other = null)
{
    /// <summary>The same, seen from the other side.</summary>
    public Cause Mirror() => this with { One = Other, Other = One };

    /// <summary><c>a time: 2026-11-27 / 2026-11-28</c></summary>
    public override string ToString() => (One, Other) switch
    {
        (null, null) => Words,
        _ => $"{Words}: {One ?? "nothing"} / {Other ?? "nothing"}",
    };
}
