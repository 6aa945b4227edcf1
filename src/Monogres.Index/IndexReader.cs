using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Json;
using Monogres.Index.Options;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;
using Monogres.Index.Styles;

namespace Monogres.Index;

/// <summary>
/// Reads the directory <c>index/</c>: <c>postgres/repo.json</c>, <c>postgres/option-sets.json</c>, <c>styles/*.json</c> and
/// <c>platforms/*/platform.json</c>. The package locks beside the platforms are read by the room that uses them.
/// </summary>
public static class IndexReader
{
    private const string PostgresFolder = "postgres";

    /// <summary>Reads and checks the whole index; what is wrong with it is a result, with every problem in it.</summary>
    /// <param name="directory">The absolute path of the index.</param>
    /// <param name="cancel">Stops between files.</param>
    /// <exception cref="UserErrorException">The directory is not there, or holds no <c>postgres/</c>.</exception>
    public static async Task<IndexReading> ReadAsync(string directory, CancellationToken cancel)
    {
        if (!Directory.Exists(Path.Combine(directory, PostgresFolder)))
            throw IndexErrors.NotThere(directory);

        var problems = new IndexProblemList();
        var files = new IndexFiles(directory, problems);
        var styles = await ReadStylesAsync(files, cancel);
        var options = await files.ReadAsync($"{PostgresFolder}/option-sets.json", root => Tuple.Create(OptionSetsReader.Read(root)), cancel);
        var platforms = PlatformReader.Join(await ReadPlatformsAsync(files, problems, options?.Item1.Sets.Options.Select(option => option.Name).ToArray(), cancel));
        CheckPackageSets(options?.Item1.Mentions ?? [], platforms);
        CheckPackageSets(styles.SelectMany(style => style.Mentions), platforms);
        var names = styles.Select(style => style.Style.Name).ToArray();
        var postgres = await files.ReadAsync($"{PostgresFolder}/repo.json", root => ReadProject(root, names), cancel);
        if (problems.Count > 0 || postgres is null || options is null)
            return new IndexReading.Faulty(problems.Sorted());

        return new IndexReading.Sound(new MonogresIndex
        {
            Projects = [postgres],
            OptionSets = options.Item1.Sets,
            Styles = [.. styles.Select(style => style.Style)],
            Platforms = platforms,
        });
    }

    private static Project ReadProject(JsonField root, string[] styles)
    {
        var (project, style) = ProjectReader.Read(root, PostgresFolder);
        if (project.Style.Length > 0 && !styles.Contains(project.Style, StringComparer.Ordinal))
            style?.Problem($"names the unknown style `{project.Style}`", JsonField.Suggest(project.Style, styles));

        return project;
    }

    private static async Task<List<(BuildStyle Style, IReadOnlyList<PackageSetMention> Mentions)>> ReadStylesAsync(IndexFiles files, CancellationToken cancel)
    {
        var styles = new List<(BuildStyle, IReadOnlyList<PackageSetMention>)>();
        foreach (var name in files.JsonFiles("styles"))
        {
            if (await files.ReadAsync($"styles/{name}", root => Tuple.Create(StyleReader.Read(root, Path.GetFileNameWithoutExtension(name))), cancel) is { } read)
                styles.Add(read.Item1);
        }

        return styles;
    }

    private static async Task<List<PlatformReading>> ReadPlatformsAsync(IndexFiles files, IndexProblemList problems, string[]? options, CancellationToken cancel)
    {
        var platforms = new List<PlatformReading>();
        foreach (var name in files.Directories("platforms"))
        {
            // platforms/shims and its like hold files that several platforms share.
            if (!files.Exists($"platforms/{name}/platform.json"))
            {
                if (PlatformName.TryParse(name, out _))
                    problems.Add($"platforms/{name}/platform.json", "", "is not there");
                continue;
            }

            if (await files.ReadAsync($"platforms/{name}/platform.json", root => PlatformReader.Read(root, $"platforms/{name}", files, options), cancel) is { } platform)
                platforms.Add(platform);
        }

        return platforms;
    }

    private static void CheckPackageSets(IEnumerable<PackageSetMention> mentions, ImmutableArray<Platform> platforms)
    {
        var all = mentions.ToArray();
        foreach (var platform in platforms)
            PlatformReader.Check(platform, all);
    }
}
