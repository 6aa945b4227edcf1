using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Monogres.Core;
using Monogres.Results.Testing;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Plans.Targets;

namespace Monogres.Matrix;

/// <summary>How one combination of the matrix came out.</summary>
public enum MatrixStatus
{
    /// <summary>It was built, and passed its checks; and its tests, when they were asked for.</summary>
    Built,

    /// <summary>It was built, and checks or tests failed.</summary>
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

    /// <summary>The <see cref="Plans.Targets.Target.Key"/> that it was built from: while this is the same, the row holds.</summary>
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

    /// <summary>How often it was proven: rebuilt from source under other conditions with the same result; null when it never was.</summary>
    public ImmutableArray<MatrixProof>? Proofs { get; init; }

    /// <summary>How far it is tested, when tests were run.</summary>
    public TestLevel? Level { get; init; }

    /// <summary>How many tests passed, when they were run.</summary>
    public int? Passed { get; init; }

    /// <summary>How many tests there are, when they were run.</summary>
    public int? Tests { get; init; }

    /// <summary>Why it is not built, or which tests failed: one line.</summary>
    public string? Reason { get; init; }

    /// <summary>The row as a line of JSON.</summary>
    public string ToLine() => MatrixJson.Write(this);

    /// <summary>Which combination it is about.</summary>
    internal (string Target, string Platform, string Toolchain) Combination => (Target, Platform, Toolchain);
}

/// <summary>What became of each combination that was ever tried: one row for each, the last one that was added.</summary>
public sealed class MatrixTable
{
    private readonly Dictionary<(string Target, string Platform, string Toolchain), MatrixRow> _rows = [];

    /// <summary>A table without rows.</summary>
    public MatrixTable()
    {
    }

    /// <summary>A table of these rows.</summary>
    public MatrixTable(IEnumerable<MatrixRow> rows)
    {
        foreach (var row in rows)
            Add(row);
    }

    /// <summary>Reads rows, a line each.</summary>
    /// <param name="lines">The lines.</param>
    /// <param name="file">Where they stand, for messages.</param>
    /// <exception cref="UserErrorException">One is no row.</exception>
    public static MatrixTable Parse(IReadOnlyList<string> lines, string file)
    {
        var table = new MatrixTable();
        for (var i = 0; i < lines.Count; i++)
        {
            try
            {
                table.Add(MatrixJson.Read(lines[i]));
            }
            catch (JsonException wrong)
            {
                throw new UserErrorException(
                    $"`{file}`, line {i + 1}, is not a row of results: {wrong.Message}", "remove the line, or choose another directory with `--output DIR`", inner: wrong);
            }
        }

        return table;
    }

    /// <summary>How many combinations there are.</summary>
    public int Count => _rows.Count;

    /// <summary>The rows, sorted by platform, toolchain and target.</summary>
    public IEnumerable<MatrixRow> Rows => _rows.Values
        .Select(row => (Row: row, Order: (row.Platform, row.Toolchain, TargetName.Parse(row.Target))))
        .OrderBy(one => one.Order.Platform, StringComparer.Ordinal).ThenBy(one => one.Order.Toolchain, StringComparer.Ordinal).ThenBy(one => one.Order.Item3)
        .Select(one => one.Row);

    /// <summary>Adds a row, in place of the one of the same combination.</summary>
    public void Add(MatrixRow row) => _rows[row.Combination] = row;

    /// <summary>The row of a combination, or null.</summary>
    public MatrixRow? Find(TargetId target) => _rows.GetValueOrDefault((target.Name.ToString(), target.Platform.ToString(), target.Toolchain));

    /// <summary>
    /// How far each version of an extension is tested, for each major version of PostgreSQL: of the rows that are about it
    /// the one that got farthest, wherever that was; of two alike the one of the newest PostgreSQL.
    /// </summary>
    public IReadOnlyDictionary<(string Version, int Major), MatrixRow> ResultsOf(ProjectName extension) => _rows.Values
        .Select(row => (Row: row, Target: TargetName.Parse(row.Target)))
        .Where(one => one.Target.Extension?.Name == extension)
        .GroupBy(one => (one.Target.Extension!.Version, one.Target.Version.Major))
        .ToDictionary(same => same.Key, same => same.MaxBy(one => (one.Row.Payload is not null, one.Row.Level, one.Row.Status is MatrixStatus.Built, one.Target.Version)).Row);
}

/// <summary>How rows are written: one JSON object a line. Unknown, missing and null fields are refused when they are read back.</summary>
[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UseStringEnumConverter = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    Converters = [typeof(DigestConverter)], UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(MatrixRow))]
internal sealed partial class MatrixJson : JsonSerializerContext
{
    private static MatrixJson Readable => field ??= new(new JsonSerializerOptions(Default.Options) { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>A row as a line.</summary>
    public static string Write(MatrixRow row) => JsonSerializer.Serialize(row, Readable.MatrixRow);

    /// <summary>A line as a row.</summary>
    /// <exception cref="JsonException">It is not one.</exception>
    public static MatrixRow Read(string line)
    {
        var row = JsonSerializer.Deserialize(line, Default.MatrixRow) ?? throw new JsonException("a row is an object");
        return TargetName.TryParse(row.Target, out _) ? row : throw new JsonException($"`{row.Target}` is not a target");
    }
}
