using Monogres.Build.Planning;

namespace Monogres.Bench;

/// <summary>
/// CPU time of a cold build by the tool, over <c>./configure &amp;&amp; make &amp;&amp; make install</c> of the same source in the same
/// root by hand. By hand means: the compilers themselves and not our stand-ins, PostgreSQL's own defaults for what the
/// style names, nothing captured or checked afterwards.
/// </summary>
internal static class BuildOverhead
{
    // Where the platform's compilers are found without their stand-ins: `shims` of platform.json.
    private const string Compilers = "/usr/libexec/monogres/real";

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Bench bench, bool rehearsal, CancellationToken cancel)
    {
        var plan = await bench.PlanAsync(cancel);
        using var scratch = bench.NewDirectory();
        var store = scratch.Child("store");
        await bench.FillWithDownloadsAsync(store, cancel);

        string[] Shell(params string[] program) => [bench.Tool, "shell", bench.Target, "--store", store, "--offline", "--", .. program];

        // Packages and source are downloaded; the first visit makes the root and the source tree of them.
        var prepare = await Child.RunAsync(Shell("true"), watchMemory: true, cancel);
        var visit = await Child.RunAsync(Shell("true"), watchMemory: false, cancel);
        var byHand = await Child.RunAsync(Shell("sh", "-ec", ByHand(plan, rehearsal)), watchMemory: false, cancel);
        var build = rehearsal
            ? visit
            : await Child.RunAsync([bench.Tool, "build", bench.Target, "--no-cache", "--store", store, "--offline", "--output", scratch.Child("dist")], watchMemory: true, cancel);

        var plain = byHand.Cpu - visit.Cpu;
        return
        [
            new Row($"CPU time: configure, make, make install of {plan.Release.Version} by hand{(rehearsal ? " (REHEARSAL: nothing was built)" : "")}", "", Figures.Seconds([plain]), $"{Figures.Seconds([byHand.Wall - visit.Wall])} wall"),
            new Row("CPU time: `monogres build` of it, root at hand", "1.03", Figures.Seconds([build.Cpu]), Figures.Share(build.Cpu, plain)),
            new Row("CPU time: the same, with making the root and the source tree from downloads", "", Figures.Seconds([build.Cpu + prepare.Cpu]), Figures.Share(build.Cpu + prepare.Cpu, plain)),
            new Row("peak memory of the tool in that build", "300 MB", Figures.Megabytes(Math.Max(build.PeakMemory, prepare.PeakMemory))),
        ];
    }

    /// <summary>What a person would type in the root. The configure arguments are the target's, so that the same things are compiled.</summary>
    private static string ByHand(TargetPlan plan, bool rehearsal)
    {
        var configure = string.Join(' ', plan.Configure.Select(argument => $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
        var jobs = $"-j$({BuildPaths.CountProcessors})";
        return $"""
            PATH={Compilers}:$PATH
            cd /{BuildPaths.Source}
            ./configure {configure} {(rehearsal ? "--help >/dev/null; exit 0" : "")}
            make {jobs} all
            make {jobs} -C contrib all
            make install DESTDIR=/{BuildPaths.Output}
            make -C contrib install DESTDIR=/{BuildPaths.Output}
            """;
    }
}
