namespace Monogres.Bench;

/// <summary><c>monogres build</c> of a target that is built, as a user starts it, beside an empty .NET program.</summary>
internal static class CachedBuild
{
    private const int Runs = 10;

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Bench bench, CancellationToken cancel)
    {
        using var scratch = bench.NewDirectory();
        string[] build = [bench.Tool, "build", bench.Target, "--store", bench.Store, "--output", scratch.Child("dist")];

        // Builds the target when it is not built, and writes the archive.
        await Child.RunAsync(build, watch: false, cancel);

        List<double> cached = [], empty = [];
        for (var i = 0; i < Runs; i++)
        {
            empty.Add((await Child.RunAsync(bench.EmptyProgram, watch: false, cancel)).Wall);
            cached.Add((await Child.RunAsync(build, watch: false, cancel)).Wall);
        }

        var (whole, start) = (Figures.Median(cached), Figures.Median(empty));
        return
        [
            new Row($"`monogres build {bench.Target}`, built already, whole process", "0.5 s", Figures.Seconds(cached), $"{Figures.Share(whole, start)} × an empty program"),
            new Row("an empty .NET program, whole process", "", Figures.Seconds(empty)),
            new Row("of the cached build, not .NET start-up", "", Figures.Seconds([whole - start]), $"{Figures.Share(whole - start, whole)} of it"),
        ];
    }
}
