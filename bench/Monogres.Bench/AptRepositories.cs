using System.Globalization;
using Monogres.Testing.Repositories;

namespace Monogres.Bench;

/// <summary>One more package published in an apt repository of many, by the command.</summary>
internal static class AptRepositories
{
    private const int Packages = 10_000;
    private const int Runs = 10;

    // Each has as many fields as an extension's package.
    private static readonly string[] Fields =
    [
        "Section: database", "Priority: optional", "Source: postgresql-extension (1.0)", "Installed-Size: 1234", "Homepage: https://example.org/postgresql-extension", "X-Monogres-Payload: " + new string('0', 64),
        "Depends: postgresql-17, postgresql-17-jit-llvm (>= 19), libc6 (>= 2.36), libgcc-s1 (>= 3.0), libssl3 (>= 3.0.0), libxml2 (>= 2.7.4), zlib1g (>= 1:1.1.4)",
    ];

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Bench bench, CancellationToken cancel)
    {
        using var scratch = bench.NewDirectory();
        var key = scratch.Child("release.key");
        await File.WriteAllBytesAsync(key, new TestKey().Secret, cancel);
        string[] command = [bench.Tool, "publish", "apt", scratch.Child("repository"), "--key", key];
        Directory.CreateDirectory(scratch.Child("debs"));
        var many = await Child.RunAsync([.. command, .. Enumerable.Range(0, Packages).Select(Write)], watch: false, cancel);

        List<ChildCost> more = [];
        for (var i = 0; i < Runs; i++)
            more.Add(await Child.RunAsync([.. command, Write(Packages + i)], watch: true, cancel));
        return
        [
            new Row(string.Create(CultureInfo.InvariantCulture, $"an apt repository of {Packages:N0} packages, one more published, whole process"), "1 s", Figures.Seconds(more.Select(run => run.Wall))),
            new Row("… its peak memory", "", Figures.Megabytes(more.Max(run => run.PeakMemory))),
            new Row(string.Create(CultureInfo.InvariantCulture, $"{Packages:N0} small packages published at once"), "", Figures.Seconds([many.Wall])),
        ];

        string Write(int number) => new SmallDeb { Name = $"postgresql-{13 + (number % 6)}-extension{number / 30}", Version = $"1.{number % 10}-1", Architecture = number % 2 == 0 ? "amd64" : "arm64", Fields = Fields, Content = $"{number}\n" }
            .WriteTo(scratch.Child("debs"), $"{number}.deb");
    }
}
