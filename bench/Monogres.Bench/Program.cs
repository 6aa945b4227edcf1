using Monogres.Bench;
using Monogres.Core;

using var stop = new CancellationTokenSource();
Console.CancelKeyPress += (_, key) =>
{
    key.Cancel = true;
    stop.Cancel();
};

Dictionary<string, Func<Bench, CancellationToken, Task<IReadOnlyList<Row>>>> measurements = new(StringComparer.Ordinal)
{
    ["cached"] = CachedBuild.MeasureAsync,
    ["cached-large"] = CachedBuild.MeasureLargeAsync,
    ["sandbox"] = SandboxStart.MeasureAsync,
    ["compose"] = Composition.MeasureAsync,
    ["memory"] = ToolMemory.MeasureAsync,
    ["extension"] = ExtensionBuilds.MeasureAsync,
    ["index"] = IndexReads.MeasureAsync,
    ["plan"] = PlansAndKeys.MeasureAsync,
    ["plan-json"] = PlanStream.MeasureAsync,
    ["table"] = TableAppends.MeasureAsync,
    ["apt"] = AptRepositories.MeasureAsync,
    ["packing"] = Packing.MeasureAsync,
    ["yum"] = YumRepositories.MeasureAsync,
    ["compare"] = Comparisons.MeasureAsync,
    ["attest"] = Attestations.MeasureAsync,
    ["matrix"] = IdleMatrix.MeasureAsync,
    ["remote"] = RemoteEngines.MeasureAsync,
    ["overhead"] = (bench, cancel) => BuildOverhead.MeasureAsync(bench, rehearsal: false, cancel),
    ["overhead-rehearsal"] = (bench, cancel) => BuildOverhead.MeasureAsync(bench, rehearsal: true, cancel),
};

string? Option(string name) => Array.IndexOf(args, name) is >= 0 and var i && i + 1 < args.Length ? args[i + 1] : null;

var data = Environment.GetEnvironmentVariable("XDG_DATA_HOME") is { Length: > 0 } xdg ? xdg : Path.Combine(Environment.GetEnvironmentVariable("HOME") ?? "/", ".local", "share");
var bench = new Bench
{
    Repository = Path.GetFullPath(Option("--repository") ?? "."),
    Store = Path.GetFullPath(Option("--store") ?? Environment.GetEnvironmentVariable("MONOGRES_STORE") ?? Path.Combine(data, "monogres", "store")),
    Engine = Option("--engine"),
    Properties = Option("--property"),
    Target = Option("--target") ?? "postgres@15.18+barebones",
};
var chosen = args.Where((arg, i) => !arg.StartsWith("--", StringComparison.Ordinal) && (i == 0 || !args[i - 1].StartsWith("--", StringComparison.Ordinal))).ToArray();

try
{
    if (chosen is [Composition.Inner])
    {
        await Composition.ComposeAsync(bench with { Offline = true }, stop.Token);
        return 0;
    }

    if (chosen is [RemoteEngines.Inner])
    {
        await RemoteEngines.HoldManyAsync(bench, stop.Token);
        return 0;
    }

    if (chosen is [IndexReads.Inner])
    {
        await IndexReads.ReadAsync(Path.GetFullPath(Option("--index")!), bench.Store, Option("--mode") is "select", stop.Token);
        return 0;
    }

    if (chosen is [PlansAndKeys.Inner])
    {
        await PlansAndKeys.PlanAsync(Path.GetFullPath(Option("--index")!), bench.Store, stop.Token);
        return 0;
    }

    if (chosen.FirstOrDefault(name => !measurements.ContainsKey(name)) is { } unknown)
    {
        Console.Error.WriteLine($"error: there is no measurement `{unknown}`\nhint: there are {string.Join(", ", measurements.Keys)}");
        return 2;
    }

    // Each as it comes, so that a measurement that fails leaves those before it.
    Console.WriteLine("| what | bar | measured (least / median) | ratio |\n| --- | --- | --- | --- |");
    foreach (var name in chosen.Length > 0 ? chosen : ["cached", "cached-large", "sandbox", "compose", "memory", "extension", "index", "plan", "plan-json", "table", "apt", "yum", "compare", "packing", "attest", "matrix"])
    {
        Console.Error.WriteLine($"measuring {name} ...");
        foreach (var row in await measurements[name](bench, stop.Token))
            Console.WriteLine($"| {row.What} | {(row.Bar.Length == 0 ? "" : $"≤ {row.Bar}")} | {row.Measured} | {row.Ratio} |");
    }

    return 0;
}
catch (UserErrorException error)
{
    Console.Error.WriteLine($"error: {error.Message}");
    foreach (var line in error.Details)
        Console.Error.WriteLine($"  {line}");
    return 1;
}
catch (InvalidOperationException error)
{
    Console.Error.WriteLine($"error: {error.Message}");
    return 1;
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("interrupted");
    return 130;
}
