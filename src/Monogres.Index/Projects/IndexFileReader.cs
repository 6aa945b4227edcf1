using Monogres.Core;
using Monogres.Index.Json;

namespace Monogres.Index.Projects;

/// <summary>Reads <c>index.json</c>: what holds for the whole index.</summary>
internal static class IndexFileReader
{
    public static readonly ObjectShape FileShape = new("index", ["version", "default_server"], ["$schema"]);

    /// <summary>Every shape of the file: the file itself.</summary>
    public static readonly ObjectShape[] Shapes = [FileShape];

    /// <summary>Reads the file.</summary>
    /// <param name="root">The content of the file.</param>
    /// <param name="servers">The folders of the servers.</param>
    public static IndexFileReading Read(JsonField root, IReadOnlyList<string> servers)
    {
        var file = root.Object(FileShape);
        file["version"]?.FormatVersion();
        file["$schema"]?.Text();
        var name = file.Value<ProjectName>("default_server", ProjectName.TryParse, "the name of a server: lower-case letters, digits, `-` and `_`").Value;
        if (servers.Contains(name, StringComparer.Ordinal))
            return new IndexFileReading(name);

        if (name.Length > 0)
            file["default_server"]?.Problem($"names the unknown server `{name}`", JsonField.Suggest(name, servers) ?? "the servers are the folders of servers");
        return new IndexFileReading(DefaultServer: null);
    }
}

/// <summary>What holds for the whole index.</summary>
/// <param name="DefaultServer">The folder of the default server; null when the index does not have it.</param>
internal sealed record IndexFileReading(string? DefaultServer);
