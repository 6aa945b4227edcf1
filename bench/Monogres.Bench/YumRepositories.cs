using System.Globalization;
using Monogres.Testing.Repositories;

namespace Monogres.Bench;

/// <summary>One more package published in a yum repository of many, by the command.</summary>
internal static class YumRepositories
{
    private const int Packages = 10_000;
    private const int Runs = 10;

    // As many as a package of an extension has.
    private static readonly string[] Needs =
    [
        "postgresql17-server", .. Enumerable.Range(2, 20).Select(release => string.Create(CultureInfo.InvariantCulture, $"libc.so.6(GLIBC_2.{release})(64bit)")), "libc.so.6()(64bit)", "libm.so.6()(64bit)",
    ];

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Bench bench, CancellationToken cancel)
    {
        using var scratch = bench.NewDirectory();
        var key = scratch.Child("release.key");
        await File.WriteAllBytesAsync(key, new TestKey(rsa: 3072).Secret, cancel);
        string[] command = [bench.Tool, "publish", "yum", scratch.Child("repository"), "--key", key];
        Directory.CreateDirectory(scratch.Child("rpms"));
        var many = await Child.RunAsync([.. command, .. Enumerable.Range(0, Packages).Select(Write)], watch: false, cancel);

        List<ChildCost> more = [];
        for (var i = 0; i < Runs; i++)
            more.Add(await Child.RunAsync([.. command, Write(Packages + i)], watch: true, cancel));
        return
        [
            new Row(string.Create(CultureInfo.InvariantCulture, $"a yum repository of {Packages:N0} packages, one more published, whole process"), "1 s", Figures.Seconds(more.Select(run => run.Wall))),
            new Row("… its peak memory", "", Figures.Megabytes(more.Max(run => run.PeakMemory))),
            new Row(string.Create(CultureInfo.InvariantCulture, $"{Packages:N0} small packages signed and published at once"), "", Figures.Seconds([many.Wall])),
        ];

        string Write(int number) => new SmallRpm { Name = $"extension{number / 30}_{13 + (number % 6)}", Version = $"1.{number % 10}", Architecture = number % 2 == 0 ? "x86_64" : "aarch64", Requires = Needs, Content = $"{number}\n" }
            .WriteTo(scratch.Child("rpms"), $"{number}.rpm");
    }
}
