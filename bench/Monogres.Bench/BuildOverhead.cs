using System.Globalization;
using System.Text.RegularExpressions;
using Monogres.Payloads.Layout;
using Monogres.Plans.Targets;

namespace Monogres.Bench;

/// <summary>
/// CPU time of a cold build by the tool, over <c>./configure &amp;&amp; make &amp;&amp; make install</c> of the same source in the same
/// root by hand. By hand means: the compilers themselves and not our stand-ins, PostgreSQL's own defaults for what the
/// style names, nothing captured or checked afterwards.
/// </summary>
internal static partial class BuildOverhead
{
    // Where the platform's compilers are found without their stand-ins: `shims` of platform.json.
    private const string Compilers = "/usr/libexec/monogres/real";

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Bench bench, bool rehearsal, CancellationToken cancel)
    {
        var target = await bench.PlanAsync(cancel);
        using var scratch = bench.NewDirectory();
        var store = scratch.Child("store");
        await bench.FillWithDownloadsAsync(store, cancel);

        string[] Shell(params string[] program) => [bench.Tool, "shell", bench.Target, "--store", store, "--offline", "--", .. program];
        async Task<double> InsideAsync(string script) =>
            Times((await Child.RunAsync(Shell("sh", "-c", "sh -ec \"$1\" && times", "sh", rehearsal ? Rehearsal : script), watch: false, cancel)).Output);

        // Packages and source are downloaded; the first visit makes the root and the source tree of them.
        var prepare = await Child.RunAsync(Shell("true"), watch: true, cancel);
        var byHand = await InsideAsync(ByHand(target));

        // What runs in a sandbox can only be counted from inside, so the recipe is run once by our shell and once by the tool.
        var recipe = await InsideAsync($"sh /{BuildPaths.Script}");
        var build = rehearsal
            ? prepare
            : await Child.RunAsync([bench.Tool, "build", bench.Target, "--no-cache", "--store", store, "--offline", "--output", scratch.Child("dist")], watch: true, cancel);

        var (warm, cold) = (recipe + build.OwnCpu, recipe + build.OwnCpu + prepare.OwnCpu);
        var note = rehearsal ? " (REHEARSAL: nothing was built)" : "";
        return
        [
            new Row($"CPU time: configure, make, make install of {target.Id.Name.Version} by hand{note}", "", Figures.Seconds([byHand])),
            new Row($"CPU time: the recipe in the sandbox{note}", "", Figures.Seconds([recipe]), Figures.Share(recipe, byHand)),
            new Row($"CPU time: the tool itself during the build{note}", "", Figures.Seconds([build.OwnCpu]), Figures.Share(build.OwnCpu, byHand)),
            new Row($"CPU time: the whole build, root at hand{note}", "1.03", Figures.Seconds([warm]), Figures.Share(warm, byHand)),
            new Row($"CPU time: the same, with making the root and the source tree from downloads{note}", "", Figures.Seconds([cold]), Figures.Share(cold, byHand)),
            new Row($"peak memory of the tool in that build{note}", "300 MB", Figures.Megabytes(Math.Max(build.PeakMemory, prepare.PeakMemory))),
        ];
    }

    /// <summary>The CPU time of a shell and all below it, in seconds, from what its <c>times</c> wrote last: two lines of <c>1m2.34s 0m5.60s</c> (POSIX, times).</summary>
    /// <exception cref="InvalidOperationException">There is no such end.</exception>
    internal static double Times(string output)
    {
        var times = Time().Matches(string.Join('\n', output.TrimEnd('\n').Split('\n').TakeLast(2)));
        return times.Count == 4
            ? times.Sum(time => (int.Parse(time.Groups["m"].Value, CultureInfo.InvariantCulture) * 60) + double.Parse(time.Groups["s"].Value, CultureInfo.InvariantCulture))
            : throw new InvalidOperationException("the shell did not say its times");
    }

    // Something that takes about a second, and needs the root, the source and the compilers.
    private const string Rehearsal = $$"""
        PATH={{Compilers}}:$PATH
        cd /build/src/postgres
        ./configure --help >/dev/null
        i=0; while [ $i -lt 500000 ]; do i=$((i + 1)); done
        echo 'int main(void) { return 0; }' >x.c && gcc -O2 x.c -o x && ./x
        """;

    /// <summary>What a person would type in the root. The configure arguments are the target's, so that the same things are compiled.</summary>
    private static string ByHand(Target target)
    {
        var configure = string.Join(' ', target.Ingredients.Configure.Select(argument => $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
        var jobs = $"-j$({BuildPaths.CountProcessors})";
        return $"""
            PATH={Compilers}:$PATH
            cd /{target.Ingredients.SourceDirectory}
            ./configure {configure}
            make {jobs} all
            make {jobs} -C contrib all
            make install DESTDIR=/{BuildPaths.Output}
            make -C contrib install DESTDIR=/{BuildPaths.Output}
            """;
    }

    [GeneratedRegex(@"(?<m>\d+)m(?<s>\d+(\.\d+)?)s", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Time();
}
