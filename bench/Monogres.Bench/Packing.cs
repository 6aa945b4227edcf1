using System.Text.Json.Nodes;

namespace Monogres.Bench;

/// <summary>
/// A large payload packed as archives, by the tool as a user starts it: what that takes beyond the command that compresses, and
/// the tool's memory. The payload is an extension with half a gigabyte of data.
/// </summary>
internal static class Packing
{
    private const int Files = 10, Lines = 800_000;

    private static readonly string[] Formats = ["tar.gz", "tar.zst"];

    public static async Task<IReadOnlyList<Row>> MeasureAsync(Bench bench, CancellationToken cancel)
    {
        using var scratch = bench.NewDirectory();
        var size = await WriteSourceAsync(scratch.Child("bulk"), cancel);
        string[] build = [bench.Tool, "build", scratch.Child("bulk"), "--postgres", "15.18", "--store", bench.Store, "--output", scratch.Child("dist"), "--json", "--format"];
        // Built, laid out and kept, so that only the compressed archive is left to be made.
        await Child.RunAsync([.. build, "tar"], watch: false, cancel);

        var rows = new List<Row>();
        foreach (var format in Formats)
        {
            var packed = await Child.RunAsync([.. build, format], watch: true, cancel);
            var command = packed.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => JsonNode.Parse(line)!)
                .Where(line => (string?)line["event"] is "finished" && ((string?)line["step"])!.EndsWith($" {format}", StringComparison.Ordinal))
                .Max(line => (double)line["seconds"]!);
            rows.Add(new Row($"{format} of {Figures.Megabytes(size)}, over its compressor", "1.2 ×", Figures.Seconds([packed.Wall]), $"{Figures.Share(packed.Wall, command)} × {Figures.Seconds([command])}"));
            rows.Add(new Row($"peak memory of the tool: {format}", "200 MB", Figures.Megabytes(packed.PeakMemory)));
        }

        return rows;
    }

    // Words in an order that is the same in every run but not twice in a file: it compresses as text does, and no run before has packed it.
    private static async Task<long> WriteSourceAsync(string directory, CancellationToken cancel)
    {
        var run = Environment.ProcessId;
        Directory.CreateDirectory(directory);
        await File.WriteAllTextAsync(Path.Combine(directory, "bulk.control"), "default_version = '1.0'\n", cancel);
        await File.WriteAllTextAsync(Path.Combine(directory, "bulk--1.0.sql"), $"select {run};\n", cancel);
        await File.WriteAllTextAsync(Path.Combine(directory, "LICENSE"), "This is under the PostgreSQL License.\n", cancel);
        await File.WriteAllTextAsync(
            Path.Combine(directory, "Makefile"),
            $"EXTENSION = bulk\nDATA = bulk--1.0.sql {string.Join(' ', Enumerable.Range(0, Files).Select(Name))}\nPG_CONFIG = pg_config\nPGXS := $(shell $(PG_CONFIG) --pgxs)\ninclude $(PGXS)\n", cancel);

        var (size, state) = (0L, (ulong)run + 1);
        foreach (var file in Enumerable.Range(0, Files))
        {
            await using var output = new StreamWriter(Path.Combine(directory, Name(file)));
            for (var line = 0; line < Lines; line++)
            {
                // xorshift64 (Marsaglia 2003).
                state ^= state << 13;
                state ^= state >> 7;
                state ^= state << 17;
                await output.WriteAsync($"insert into bulk values ({line}, 'row {state % 1_000_003} of table {state % 97}', {state % 10_007});\n".AsMemory(), cancel);
            }

            await output.FlushAsync(cancel);
            size += output.BaseStream.Length;
        }

        return size;
    }

    private static string Name(int file) => $"bulk-{file}.data";
}
