using Monogres.Core;
using Monogres.Index;
using Monogres.Matrix;
using Monogres.Plans.Targets;

namespace Monogres.Bench;

/// <summary><c>monogres matrix</c> over more than a thousand combinations that are all done, as a user starts it.</summary>
internal static class IdleMatrix
{
    private const int Runs = 5;
    private const string Pattern = "*/postgres@17..18";

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Bench bench, CancellationToken cancel)
    {
        var index = (await IndexReader.ReadAsync(bench.Index, cancel)).OrThrow();
        var planner = Bench.PlannerOf(bench.Index, index);
        var table = new MatrixTable(index.Select(TargetPattern.Parse(Pattern)).Select(planner.Plan).Select(Built));

        using var scratch = bench.NewDirectory();
        var files = new MatrixFiles(scratch.Path);
        foreach (var row in table.Rows)
            files.Append(row);
        string[] cache = bench.Engine is { } engine ? ["--remote-cache", engine] : [];
        string[] matrix = [bench.Tool, "matrix", Pattern, "--store", bench.Store, "--output", scratch.Path, .. cache];
        List<double> idle = [], read = [];
        for (var i = 0; i < Runs; i++)
        {
            read.Add((await Child.RunAsync([bench.Tool, "index", "check"], watch: false, cancel)).Wall);
            idle.Add((await Child.RunAsync(matrix, watch: false, cancel)).Wall);
        }

        return
        [
            new Row($"`monogres matrix '{Pattern}'`{(cache is [] ? "" : " over a remote cache")}, {table.Count} combinations, all done", cache is [] ? "2 s" : "3 s", Figures.Seconds(idle), $"{Figures.Share(Figures.Median(idle), Figures.Median(read))} × `index check`"),
            new Row("`monogres index check`, which reads the whole index", "", Figures.Seconds(read)),
        ];
    }

    /// <summary>A row that says that the target is built as it is now.</summary>
    private static MatrixRow Built(Target target) => new()
    {
        Target = target.Id.Name.ToString(),
        Platform = target.Id.Platform.ToString(),
        Toolchain = target.Id.Toolchain,
        Status = MatrixStatus.Built,
        Key = target.Key,
        Date = DateOnly.FromDateTime(DateTime.UtcNow),
        Payload = Digest.Of("payload"u8),
        Builds = 1,
        Size = 7,
    };
}
