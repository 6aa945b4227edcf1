using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Extensions;
using Monogres.Index.Json;
using Monogres.Index.Options;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;
using Monogres.Index.Styles;

namespace Monogres.Index;

/// <summary>
/// Reads the directory <c>index/</c>: <c>postgres/repo.json</c>, <c>postgres/modules.json</c>, <c>postgres/option-sets.json</c>,
/// <c>extensions/*/repo.json</c>, <c>styles/*.json</c>, <c>styles/steps/*.json</c> and <c>platforms/*/platform.json</c>. The
/// package locks beside the platforms are read by the room that uses them.
/// </summary>
public static class IndexReader
{
    private const string PostgresFolder = "postgres", ExtensionsFolder = "extensions", StylesFolder = "styles";

    /// <summary>Reads and checks the whole index; an invalid index is a result that lists every problem, not an exception.</summary>
    /// <param name="directory">The absolute path of the index.</param>
    /// <param name="cancel">Stops between files.</param>
    /// <exception cref="UserErrorException">The directory does not exist, or contains no <c>postgres/</c>.</exception>
    public static async Task<IndexReading> ReadAsync(string directory, CancellationToken cancel)
    {
        if (!Directory.Exists(Path.Combine(directory, PostgresFolder)))
            throw IndexErrors.NotThere(directory);

        var problems = new IndexProblemList();
        var files = new IndexFiles(directory, problems);
        var (styles, extensionStyles) = await ReadStylesAsync(files, cancel);
        var options = await files.ReadAsync($"{PostgresFolder}/option-sets.json", root => Tuple.Create(OptionSetsReader.Read(root)), cancel);
        var optionNames = options?.Item1.Sets.Options.Select(option => option.Name).ToArray();
        var platforms = PlatformReader.Join(await ReadPlatformsAsync(files, problems, optionNames, cancel));
        CheckPackageSets(options?.Item1.Mentions ?? [], platforms);
        CheckPackageSets(styles.SelectMany(style => style.Mentions), platforms);
        var postgres = await files.ReadAsync($"{PostgresFolder}/repo.json", root => ReadProject(root, styles, extensionStyles), cancel);
        var modules = await ReadModulesAsync(files, postgres, optionNames, cancel);
        var extensions = await ReadExtensionsAsync(files, optionNames, cancel);
        ExtensionReading[] all = [.. extensions, .. modules];
        ExtensionChecks.CheckNames(extensions, modules, postgres);
        ExtensionChecks.CheckStyles(all, extensionStyles, styles);
        ExtensionChecks.CheckPackageSets(extensionStyles.SelectMany(style => style.Mentions).Concat(extensions.SelectMany(extension => extension.PackageSets)), platforms);
        ExtensionChecks.CheckRequires(all);
        if (problems.Any || postgres is null || options is null)
            return new IndexReading.Faulty(problems.Sorted());

        return new IndexReading.Sound(new MonogresIndex
        {
            Projects = [postgres],
            Extensions = [.. all.Select(reading => reading.Extension).OrderBy(extension => extension.Name)],
            OptionSets = options.Item1.Sets,
            Styles = [.. styles.Select(style => style.Style)],
            ExtensionStyles = [.. extensionStyles.Select(style => style.Style)],
            Platforms = platforms,
        });
    }

    private static Project ReadProject(JsonField root, IReadOnlyList<StyleReading> styles, IReadOnlyList<ExtensionStyleReading> others)
    {
        var (project, style) = ProjectReader.Read(root, PostgresFolder);
        var known = styles.Select(reading => reading.Style.Name).ToArray();
        if (project.Style.Length > 0 && !known.Contains(project.Style, StringComparer.Ordinal))
        {
            style?.Problem(
                others.Any(other => string.Equals(other.Style.Name, project.Style, StringComparison.Ordinal)) ? $"names the style `{project.Style}`, which builds extensions" : $"names the unknown style `{project.Style}`",
                JsonField.Suggest(project.Style, known));
        }

        return project;
    }

    private static async Task<(List<StyleReading> Server, List<ExtensionStyleReading> Extension)> ReadStylesAsync(IndexFiles files, CancellationToken cancel)
    {
        var steps = new StepReader(await ReadSharedStepsAsync(files, cancel));
        var (server, extension) = (new List<StyleReading>(), new List<ExtensionStyleReading>());
        foreach (var file in files.JsonFiles(StylesFolder))
        {
            var name = Path.GetFileNameWithoutExtension(file);
            var style = await files.ReadAsync<object>(
                $"{StylesFolder}/{file}",
                root => StyleReader.BuildsExtensions(root) ? ExtensionStyleReader.Read(root, name, steps) : StyleReader.Read(root, name, steps),
                cancel);
            if (style is StyleReading ofServers)
                server.Add(ofServers);
            else if (style is ExtensionStyleReading ofExtensions)
                extension.Add(ofExtensions);
        }

        return (server, extension);
    }

    private static async Task<Dictionary<string, Template>> ReadSharedStepsAsync(IndexFiles files, CancellationToken cancel)
    {
        var steps = new Dictionary<string, Template>(StringComparer.Ordinal);
        foreach (var file in files.JsonFiles($"{StylesFolder}/steps"))
        {
            if (await files.ReadAsync($"{StylesFolder}/steps/{file}", StepReader.ReadShared, cancel) is { } script)
                steps.Add(Path.GetFileNameWithoutExtension(file), script);
        }

        return steps;
    }

    private static async Task<IReadOnlyList<ExtensionReading>> ReadModulesAsync(IndexFiles files, Project? server, string[]? options, CancellationToken cancel)
    {
        const string File = $"{PostgresFolder}/modules.json";
        return files.Exists(File) ? await files.ReadAsync(File, root => ModulesReader.Read(root, server, options), cancel) ?? [] : [];
    }

    // There are many, and every command waits for them, so all cores read. Each result has its own slot, so that the order is that of the names.
    private static async Task<IReadOnlyList<ExtensionReading>> ReadExtensionsAsync(IndexFiles files, string[]? options, CancellationToken cancel)
    {
        var names = files.Directories(ExtensionsFolder);
        var readings = new ExtensionReading?[names.Count];
        await Parallel.ForEachAsync(Enumerable.Range(0, names.Count), cancel, async (i, token) =>
        {
            var folder = $"{ExtensionsFolder}/{names[i]}";
            readings[i] = await files.ReadAsync($"{folder}/repo.json", root => ExtensionReader.Read(root, folder, options), token);
        });
        return [.. readings.OfType<ExtensionReading>()];
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
                    problems.Of($"platforms/{name}/platform.json").Add("", "is not there");
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
