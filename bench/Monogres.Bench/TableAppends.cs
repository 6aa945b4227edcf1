using System.Globalization;
using Monogres.Core;
using Monogres.Matrix;

namespace Monogres.Bench;

/// <summary>One more row kept in a table of many, as a matrix does after each combination.</summary>
internal static class TableAppends
{
    private const int Rows = 20_000;
    private const int Runs = 200;

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Bench bench, CancellationToken cancel)
    {
        using var scratch = bench.NewDirectory();
        var files = new MatrixFiles(scratch.Path);
        foreach (var row in Enumerable.Range(0, Rows).Select(RowOf))
            files.Append(row);
        var table = await files.ReadAsync(cancel);

        List<double> kept = [];
        for (var i = 0; i < Runs; i++)
        {
            var row = RowOf(Rows + i);
            var began = TimeProvider.System.GetTimestamp();
            table.Add(row);
            files.Append(row);
            kept.Add(TimeProvider.System.GetElapsedTime(began).TotalSeconds);
        }

        return [new Row(string.Create(CultureInfo.InvariantCulture, $"a table with {Rows:N0} rows, one more row kept"), "10 ms", string.Create(CultureInfo.InvariantCulture, $"{kept.Min() * 1e6:0} / {Figures.Median(kept) * 1e6:0} µs"))];
    }

    private static MatrixRow RowOf(int number) => new()
    {
        Target = string.Create(CultureInfo.InvariantCulture, $"pgvector@0.{number / 100}.{number % 100}/postgres@17.11+regular"),
        Platform = Bench.PlatformName.ToString(),
        Toolchain = TargetId.DefaultToolchain,
        Status = MatrixStatus.Built,
        Key = Digest.Of("key"u8),
        Date = new DateOnly(2026, 11, 27),
        Payload = Digest.Of("payload"u8),
        Builds = 1,
        Size = 7,
    };
}
