namespace Monogres.Bench;

/// <summary>
/// The tool's memory in the parts of a cold build that are its own: composing, unpacking the source, putting the root on
/// disk, starting the sandbox; then walking, packing and hashing the result. The compiling between them is not run here:
/// <see cref="BuildOverhead"/> watches a whole build.
/// </summary>
internal static class ToolMemory
{
    public static async Task<IReadOnlyList<Row>> MeasureAsync(Bench bench, CancellationToken cancel)
    {
        using var scratch = bench.NewDirectory();
        var store = scratch.Child("store");
        await bench.FillWithDownloadsAsync(store, cancel);
        var before = await Child.RunAsync([bench.Tool, "shell", bench.Target, "--store", store, "--offline", "--", "true"], watch: true, cancel);
        var after = await Child.RunAsync([bench.Tool, "build", bench.Target, "--store", bench.Store, "--output", scratch.Child("dist")], watch: true, cancel);
        return
        [
            new Row("peak memory of the tool: everything before the build, from downloads", "300 MB", Figures.Megabytes(before.PeakMemory)),
            new Row("peak memory of the tool: packing what was built", "300 MB", Figures.Megabytes(after.PeakMemory)),
        ];
    }
}
