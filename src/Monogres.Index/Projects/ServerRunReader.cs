using System.Collections.Immutable;
using Monogres.Index.Json;

namespace Monogres.Index.Projects;

/// <summary>Reads what servers that are based on PostgreSQL say about their options and about how they are started.</summary>
internal static class ServerRunReader
{
    private const int LargestPort = 65535;

    public static readonly ObjectShape RunShape = new("run", [], ["initdb", "settings", "port", "database"]);
    public static readonly ObjectShape OptionsShape = new("server_options", [], ["required", "without_sets"]);

    public static ServerRun Read(JsonField? field)
    {
        if (field is null)
            return ServerRun.Plain;

        var run = field.Object(RunShape);
        return new ServerRun
        {
            InitDb = run.List("initdb", Argument),
            Settings = run.Map("settings", (_, setting) => setting.Text()),
            Port = run["port"] is { } port ? (int)ReadPort(port) : null,
            Database = run["database"]?.Text(),
        };
    }

    /// <summary>The options that a server cannot be without, and the sets that it is not built with, each with the reason.</summary>
    public static (ImmutableSortedDictionary<string, string> Required, ImmutableSortedDictionary<string, string> Without, ServerOptionFields? Fields) ReadOptions(JsonField? field)
    {
        var none = ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal);
        if (field is null)
            return (none, none, null);

        var options = field.Object(OptionsShape);
        return (options.Map("required", (_, why) => why.Text()), options.Map("without_sets", (_, why) => why.Text()), new ServerOptionFields(options.Entries("required"), options.Entries("without_sets")));
    }

    private static string Argument(JsonField item)
    {
        var text = item.Text();
        if (text.Length > 0 && !text.StartsWith('-'))
            item.Problem($"is `{text}`: expected an argument of initdb, which begins with `-`");
        return text;
    }

    private static long ReadPort(JsonField field)
    {
        var port = field.Number(least: 1);
        if (port > LargestPort)
            field.Problem($"is {port}: expected a TCP port, at most {LargestPort}");
        return Math.Min(port, LargestPort);
    }
}

/// <summary>The fields that name options and sets, for those who know which there are.</summary>
/// <param name="Required">Options, by name.</param>
/// <param name="WithoutSets">Sets, by name.</param>
internal sealed record ServerOptionFields(IReadOnlyList<(string Name, JsonField Field)> Required, IReadOnlyList<(string Name, JsonField Field)> WithoutSets)
{
    /// <summary>Reports what there is none of.</summary>
    public void Check(IReadOnlyCollection<string> options, IReadOnlyCollection<string> sets)
    {
        foreach (var (name, field) in Required.Where(one => !options.Contains(one.Name, StringComparer.Ordinal)))
            field.Problem($"names the unknown option `{name}`", JsonField.Suggest(name, options));
        foreach (var (name, field) in WithoutSets.Where(one => !sets.Contains(one.Name, StringComparer.Ordinal)))
            field.Problem($"names the unknown option set `{name}`", JsonField.Suggest(name, sets));
    }
}
