using System.Collections.Immutable;
using System.Text.Json;
using Monogres.Build.Records;
using Monogres.Core;

namespace Monogres.Build.Matrix;

/// <summary>How one combination of the matrix came out.</summary>
public enum MatrixStatus
{
    /// <summary>It was built; and tested, when tests were asked for, and all passed.</summary>
    Built,

    /// <summary>It was built, and tests failed.</summary>
    TestsFailed,

    /// <summary>It could not be built.</summary>
    Failed,

    /// <summary>It was built before of the same inputs, and what it gave now is not the same.</summary>
    Differs,

    /// <summary>It was not tried, because an input could not be had.</summary>
    NotRun,
}

/// <summary>One combination: a target on a platform with a toolchain, and what became of it.</summary>
public sealed record MatrixRow
{
    /// <summary><c>postgres@15.18+minimal</c></summary>
    public required string Target { get; init; }

    /// <summary><c>debian12-amd64</c></summary>
    public required string Platform { get; init; }

    /// <summary><c>gcc</c></summary>
    public required string Toolchain { get; init; }

    /// <summary>How it came out.</summary>
    public required MatrixStatus Status { get; init; }

    /// <summary>What it was built from, as <see cref="Execution.TargetBuilder.KeyAsync"/> says: while this is the same, the row holds.</summary>
    public required Digest Key { get; init; }

    /// <summary>The day on which it was found, UTC.</summary>
    public required DateOnly Date { get; init; }

    /// <summary>The payload, when it was built.</summary>
    public Digest? Payload { get; init; }

    /// <summary>How often it was built from its inputs, by whoever kept this table, and gave this same payload; null when it was not built.</summary>
    public int? Builds { get; init; }

    /// <summary>The bytes of all files of the payload, when it was built.</summary>
    public long? Size { get; init; }

    /// <summary>How long the last build took, in seconds; null when nobody measured it, because the result was known.</summary>
    public double? Seconds { get; init; }

    /// <summary>How far it is proven, when tests were run.</summary>
    public ProofLevel? Level { get; init; }

    /// <summary>How many tests passed, when they were run.</summary>
    public int? Passed { get; init; }

    /// <summary>How many tests there are, when they were run.</summary>
    public int? Tests { get; init; }

    /// <summary>Why it is not built, or which tests failed: one line.</summary>
    public string? Reason { get; init; }

    internal (string, string, TargetName) Order => (Platform, Toolchain, TargetName.Parse(Target));
}

/// <summary>What became of each combination that was ever tried, sorted by platform, toolchain and target.</summary>
public sealed record MatrixTable
{
    /// <summary>The one version of the format that there is.</summary>
    public const int FormatVersion = 1;

    /// <summary>A table without rows.</summary>
    public static MatrixTable Empty { get; } = new();

    /// <summary>The version of the format.</summary>
    public int Version { get; init; } = FormatVersion;

    /// <summary>The rows, one for each combination.</summary>
    public ImmutableArray<MatrixRow> Rows { get; init; } = [];

    /// <summary>Reads a table back.</summary>
    /// <exception cref="JsonException">It is not one.</exception>
    public static MatrixTable Parse(string text)
    {
        var table = JsonSerializer.Deserialize(text, RecordsJson.Default.MatrixTable) ?? throw new JsonException("a table is an object");
        if (table.Version != FormatVersion)
            throw new JsonException($"a table of version {table.Version} cannot be read, only of version {FormatVersion}");
        if (table.Rows.FirstOrDefault(row => !TargetName.TryParse(row.Target, out _)) is { } bad)
            throw new JsonException($"`{bad.Target}` is not a target");

        // Tables are joined by hand as well.
        return table with { Rows = [.. table.Rows.OrderBy(row => row.Order)] };
    }

    /// <summary>The row of a combination, or null.</summary>
    public MatrixRow? Find(string target, string platform, string toolchain) => Rows.FirstOrDefault(row =>
        string.Equals(row.Target, target, StringComparison.Ordinal)
        && string.Equals(row.Platform, platform, StringComparison.Ordinal)
        && string.Equals(row.Toolchain, toolchain, StringComparison.Ordinal));

    /// <summary>Every row by target, platform and toolchain.</summary>
    public IReadOnlyDictionary<(string Target, string Platform, string Toolchain), MatrixRow> ByCombination() =>
        Rows.ToDictionary(row => (row.Target, row.Platform, row.Toolchain));

    /// <summary>
    /// How far each version of an extension is proven, for each major version of PostgreSQL: of the rows that are about it
    /// the one that got farthest, wherever that was; of two alike the one of the newest PostgreSQL.
    /// </summary>
    public IReadOnlyDictionary<(string Version, int Major), MatrixRow> ProofsOf(ProjectName extension) => Rows
        .Select(row => (Row: row, Target: TargetName.Parse(row.Target)))
        .Where(one => one.Target.Extension?.Name == extension)
        .GroupBy(one => (one.Target.Extension!.Version, one.Target.Version.Major))
        .ToDictionary(same => same.Key, same => same.MaxBy(one => (one.Row.Payload is not null, one.Row.Level, one.Row.Status is MatrixStatus.Built, one.Target.Version)).Row);

    /// <summary>This table with a row, in place of the one of the same combination.</summary>
    public MatrixTable With(MatrixRow row) => this with
    {
        Rows = [.. Rows.Where(other => other.Order != row.Order).Append(row).OrderBy(one => one.Order)],
    };

    /// <summary>The file's text: indented, LF, final newline.</summary>
    public string ToText() => JsonSerializer.Serialize(this, RecordsJson.Readable.MatrixTable) + "\n";

    /// <summary>The same in one line.</summary>
    public string ToLine() => JsonSerializer.Serialize(this, RecordsJson.InOneLine.MatrixTable);
}
