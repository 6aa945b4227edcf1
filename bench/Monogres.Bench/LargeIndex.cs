using System.Globalization;
using System.Text.Json.Nodes;
using Monogres.Core;

namespace Monogres.Bench;

/// <summary>An index as large as is asked for, made of what a real one says: the same kinds of sources, ranges, requirements and tests.</summary>
internal sealed record LargeIndex
{
    private static readonly string[] Kept = ["index.json", "platforms", "schemas", "styles", "servers"];

    /// <summary>How many extensions with sources of their own.</summary>
    public required int Projects { get; init; }

    /// <summary>How many versions each of them has.</summary>
    public required int Versions { get; init; }

    /// <summary>The first major of PostgreSQL.</summary>
    public int FirstMajor { get; init; } = 13;

    /// <summary>The last major of PostgreSQL.</summary>
    public int LastMajor { get; init; } = 18;

    /// <summary>How many releases each major of PostgreSQL has; 0 for the real ones.</summary>
    public int Minors { get; init; } = 7;

    /// <summary>Writes the index to a new directory.</summary>
    /// <param name="real">The index that it is made of.</param>
    /// <param name="directory">The directory, which is made.</param>
    public void WriteTo(string real, string directory)
    {
        foreach (var file in Directory.EnumerateFiles(real, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(real, file);
            if (Kept.Contains(path.Split('/')[0], StringComparer.Ordinal))
                File.Copy(file, PathOf(directory, path));
        }

        var server = Path.Combine(directory, "servers", "postgres", "repo.json");
        if (Minors > 0)
            File.WriteAllText(server, Server(Parse(server)).ToJsonString());
        var extensions = Directory.EnumerateDirectories(Path.Combine(real, "extensions")).Order(StringComparer.Ordinal).Select(folder => Parse(Path.Combine(folder, "repo.json"))).ToArray();
        var names = extensions.Select(extension => (string)extension["name"]!).ToHashSet(StringComparer.Ordinal);
        for (var i = 0; i < Projects; i++)
        {
            var extension = Extension(extensions[i % extensions.Length].DeepClone().AsObject(), i / extensions.Length, names);
            File.WriteAllText(PathOf(directory, $"extensions/{(string)extension["name"]!}/repo.json"), extension.ToJsonString());
        }
    }

    // Every copy of the real projects is a world of its own, in which they require each other.
    private JsonObject Extension(JsonObject extension, int copy, HashSet<string> names)
    {
        string NameIn(string name) => copy == 0 || !names.Contains(name) ? name : string.Create(CultureInfo.InvariantCulture, $"{name}-{copy}");

        extension["name"] = NameIn((string)extension["name"]!);
        foreach (var requires in (JsonNode?[])[extension["requires"], extension["tests"]?["requires"]])
        {
            for (var i = 0; i < (requires as JsonArray)?.Count; i++)
                requires[i] = NameIn((string)requires[i]!);
        }

        var newest = extension["versions"]!.AsObject().MaxBy(version => version.Key, Comparer<string>.Create(ExtensionVersion.Compare)).Value!;
        extension["versions"] = Releases(newest, Enumerable.Range(0, Versions).Select(i => $"{1 + (i / 10)}.{i % 10}"), $"{extension["name"]}");
        return extension;
    }

    private JsonObject Server(JsonObject server)
    {
        var newest = server["versions"]!["15.18"]!;
        server["versions"] = Releases(
            newest, Enumerable.Range(FirstMajor, LastMajor - FirstMajor + 1).SelectMany(major => Enumerable.Range(0, Minors).Select(minor => $"{major}.{minor}")), "postgres");
        return server;
    }

    // Each has a tag and files of its own.
    private static JsonObject Releases(JsonNode like, IEnumerable<string> versions, string project)
    {
        var releases = new JsonObject();
        foreach (var version in versions)
        {
            var release = like.DeepClone();
            if (release["tag"] is not null)
                release["tag"] = $"v{version}";
            foreach (var (source, file) in release["files"]!.AsObject())
                file!["sha256"] = Sha256Hash.Of(System.Text.Encoding.UTF8.GetBytes($"{project} {version} {source}")).ToString();
            releases[version] = release;
        }

        return releases;
    }

    private static JsonObject Parse(string file) => JsonNode.Parse(File.ReadAllText(file))!.AsObject();

    private static string PathOf(string directory, string path)
    {
        var file = Path.Combine(directory, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        return file;
    }
}
