using System.Formats.Tar;
using System.Text.Json.Nodes;
using Monogres.Testing;

namespace Monogres.Acceptance.Tests;

/// <summary>A build-id names the code: debug information may differ where it is equal.</summary>
public sealed class BuildIdTests : IDisposable
{
    private const string Header = "static inline int32 twice(int32 n) { return 2 * n; }\n";

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Lines_that_move_in_a_header_change_the_debug_information_and_not_the_payload()
    {
        var first = await BuildAsync("first", Header);
        var moved = await BuildAsync("moved", "/* A comment,\n   and another line of it. */\n\n" + Header);
        Assert.Equal(first.Payload, moved.Payload);
        Assert.NotEqual(first.Symbols, moved.Symbols);
        Assert.Equal(first.BuildId, moved.BuildId);

        var other = await BuildAsync("other", Header.Replace("2 *", "3 *", StringComparison.Ordinal));
        Assert.NotEqual(first.Payload, other.Payload);
        Assert.NotEqual(first.BuildId, other.BuildId);
    }

    /// <summary>Builds an extension whose only function is in a header.</summary>
    private async Task<(string Payload, string Symbols, string BuildId)> BuildAsync(string name, string header)
    {
        var source = Directory.CreateDirectory(_directory["doubling"]).FullName;
        foreach (var (file, content) in new Dictionary<string, string>
        {
            ["Makefile"] = """
                MODULE_big = doubling
                OBJS = doubling.o
                EXTENSION = doubling
                DATA = doubling--1.0.sql
                PG_CONFIG = pg_config
                PGXS := $(shell $(PG_CONFIG) --pgxs)
                include $(PGXS)

                """,
            ["doubling.control"] = "default_version = '1.0'\n",
            ["doubling--1.0.sql"] = "create function doubled(int) returns int strict language c as '$libdir/doubling';\n",
            ["doubling.c"] = """
                #include "postgres.h"
                #include "fmgr.h"
                #include "twice.h"

                PG_MODULE_MAGIC;
                PG_FUNCTION_INFO_V1(doubled);
                Datum doubled(PG_FUNCTION_ARGS) { PG_RETURN_INT32(twice(PG_GETARG_INT32(0))); }

                """,
            ["twice.h"] = header,
        })
            await File.WriteAllTextAsync(Path.Combine(source, file), content);

        var files = (await new Tool().RunAsync("build", source, "--postgres", "15.18", "--output", _directory[name])).Succeeded().Out.TrimEnd('\n').Split('\n');
        var manifest = JsonNode.Parse(await File.ReadAllTextAsync(files.Single(file => file.EndsWith(".json", StringComparison.Ordinal))))!;

        // The debug information has the name that the library tells: build-id/ab/cdef….debug.
        var debug = (await ReadAsync(files.Single(file => file.EndsWith("-symbols.tar", StringComparison.Ordinal)))).Keys.Single(file => file.EndsWith(".debug", StringComparison.Ordinal));
        var id = string.Concat(debug.Split('/')[^2..])[..^".debug".Length];
        var library = (await ReadAsync(files.Single(file => file.EndsWith(".tar", StringComparison.Ordinal) && !file.EndsWith("-symbols.tar", StringComparison.Ordinal))))
            .Single(file => file.Key.EndsWith("/lib/doubling.so", StringComparison.Ordinal)).Value;
        Assert.True(library.AsSpan().IndexOf([.. "GNU\0"u8, .. Convert.FromHexString(id)]) > 0, $"doubling.so does not have the build-id {id}");
        return ((string)manifest["result"]!["payload"]!, (string)manifest["result"]!["symbols"]!, id);
    }

    private static async Task<Dictionary<string, byte[]>> ReadAsync(string archive)
    {
        var files = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        await using var reader = new TarReader(File.OpenRead(archive));
        while (await reader.GetNextEntryAsync() is { } entry)
        {
            using var content = new MemoryStream();
            if (entry.DataStream is { } data)
                await data.CopyToAsync(content);
            files.Add(entry.Name, content.ToArray());
        }

        return files;
    }
}
