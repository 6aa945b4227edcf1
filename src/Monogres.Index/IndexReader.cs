using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Core.Licenses;
using Monogres.Index.Extensions;
using Monogres.Index.Image;
using Monogres.Index.Json;
using Monogres.Index.Licenses;
using Monogres.Index.Options;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;
using Monogres.Index.Styles;

namespace Monogres.Index;

/// <summary>
/// Reads the directory <c>index/</c>: <c>index.json</c>, <c>servers/*/repo.json</c>, <c>servers/*/modules.json</c>, the
/// <c>option-sets.json</c> of the default server, <c>extensions/*/repo.json</c>, <c>styles/*.json</c>, <c>styles/steps/*.json</c> and
/// <c>platforms/*/platform.json</c>. The package locks beside the platforms are read by the room that uses them.
/// </summary>
public static class IndexReader
{
    private const string IndexFile = "index.json", ServersFolder = "servers", ExtensionsFolder = "extensions", StylesFolder = "styles", LicensesFile = "licenses.json";

    /// <summary>Reads and checks the whole index; an invalid index is a result that lists every problem, not an exception.</summary>
    /// <param name="directory">The absolute path of the index.</param>
    /// <param name="cancel">Stops between files.</param>
    /// <exception cref="UserErrorException">The directory is not there, or holds no <c>index.json</c>.</exception>
    public static async Task<IndexReading> ReadAsync(string directory, CancellationToken cancel)
    {
        var problems = new IndexProblemList();
        return await ReadContentAsync(directory, problems, cancel) is { } content
            ? new IndexReading.ValidIndex(new MonogresIndex(IndexImage.Of(content)))
            : new IndexReading.InvalidIndex(problems.Sorted());
    }

    /// <summary>All that the index says; null when something is wrong with it.</summary>
    internal static async Task<IndexContent?> ReadContentAsync(string directory, IndexProblemList problems, CancellationToken cancel)
    {
        if (!File.Exists(Path.Combine(directory, IndexFile)))
            throw IndexErrors.NoIndexAt(directory);

        var files = new IndexFiles(directory, problems);
        var servers = files.Directories(ServersFolder);
        var defaultServer = (await files.ReadAsync(IndexFile, root => IndexFileReader.Read(root, servers), cancel))?.DefaultServer;
        var licenses = files.Exists(LicensesFile) ? await files.ReadAsync(LicensesFile, LicensesReader.Read, cancel) : RedistributionRules.None;
        var (styles, extensionStyles) = await ReadStylesAsync(files, cancel);
        // Without it the rest is checked all the same, as far as that can be.
        var home = defaultServer ?? servers.FirstOrDefault(server => files.Exists(OptionSetsOf(server)));
        var options = await ReadOptionSetsAsync(files, problems, servers, home, cancel);
        var optionNames = options?.Sets.Options.Select(option => option.Name).ToArray();
        var platforms = PlatformReader.Join(await ReadPlatformsAsync(files, problems, optionNames, cancel));
        CheckPackageSets(options?.Mentions ?? [], platforms);
        CheckPackageSets(styles.SelectMany(style => style.Mentions), platforms);
        var projects = await ReadServersAsync(files, servers, styles, extensionStyles, options?.Sets, cancel);
        var modules = await ReadModulesAsync(files, servers, projects, home, optionNames, cancel);
        var extensions = await ReadExtensionsAsync(files, optionNames, servers, cancel);
        ExtensionReading[] all = [.. extensions, .. modules];
        ExtensionChecks.CheckNames(extensions, modules, projects);
        ExtensionChecks.CheckStyles(all, extensionStyles, styles);
        ExtensionChecks.CheckPackageSets(extensionStyles.SelectMany(style => style.Mentions).Concat(extensions.SelectMany(extension => extension.PackageSets)), platforms);
        ExtensionChecks.CheckRequires(all);
        if (problems.Any || options is null)
            return null;

        return new IndexContent
        {
            Digest = await files.DigestAsync(cancel),
            DefaultServer = ProjectName.Parse(defaultServer!),
            Redistribution = licenses!,
            Servers = [.. projects],
            Extensions = [.. all.Select(reading => reading.Extension)],
            OptionSets = options.Sets,
            Styles = [.. styles.Select(style => style.Style)],
            ExtensionStyles = [.. extensionStyles.Select(style => style.Style)],
            Platforms = platforms,
        };
    }

    // The options are those of PostgreSQL, which servers based on it share.
    private static async Task<OptionSetsReading?> ReadOptionSetsAsync(IndexFiles files, IndexProblemList problems, IReadOnlyList<string> servers, string? defaultServer, CancellationToken cancel)
    {
        if (defaultServer is null)
            return null;

        foreach (var other in servers.Where(server => !string.Equals(server, defaultServer, StringComparison.Ordinal) && files.Exists(OptionSetsOf(server))))
            problems.Of(OptionSetsOf(other)).Add("", $"is not used: every server has the option sets of `{defaultServer}`", "remove it");
        return await files.ReadAsync(OptionSetsOf(defaultServer), OptionSetsReader.Read, cancel);
    }

    private static string OptionSetsOf(string server) => $"{ServersFolder}/{server}/option-sets.json";

    private static async Task<List<Project>> ReadServersAsync(
        IndexFiles files, IReadOnlyList<string> servers, IReadOnlyList<StyleReading> styles, IReadOnlyList<ExtensionStyleReading> others, OptionSets? options, CancellationToken cancel)
    {
        var projects = new List<Project>();
        foreach (var server in servers)
        {
            var folder = $"{ServersFolder}/{server}";
            if (await files.ReadAsync($"{folder}/repo.json", root => ReadServer(root, folder, styles, others, options), cancel) is { } project)
                projects.Add(project);
        }

        return projects;
    }

    private static Project ReadServer(JsonField root, string folder, IReadOnlyList<StyleReading> styles, IReadOnlyList<ExtensionStyleReading> others, OptionSets? options)
    {
        var (project, style, named) = ProjectReader.Read(root, folder);
        if (options is not null)
            named?.Check([.. options.Options.Select(option => option.Name)], [.. options.Sets.Select(set => set.Name.Value)]);
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

    // What the default server brings along those that are based on the same PostgreSQL bring too; what another one does is its own.
    private static async Task<IReadOnlyList<ExtensionReading>> ReadModulesAsync(
        IndexFiles files, IReadOnlyList<string> servers, IReadOnlyList<Project> projects, string? defaultServer, string[]? options, CancellationToken cancel)
    {
        var modules = new List<ExtensionReading>();
        foreach (var server in servers)
        {
            var (file, folder) = ($"{ServersFolder}/{server}/modules.json", $"{ServersFolder}/{server}");
            var project = projects.FirstOrDefault(project => string.Equals(project.Folder, folder, StringComparison.Ordinal));
            ProjectName? only = string.Equals(server, defaultServer, StringComparison.Ordinal) ? null : project?.Name;
            if (files.Exists(file))
                modules.AddRange(await files.ReadAsync(file, root => ModulesReader.Read(root, project, only, options), cancel) ?? []);
        }

        return modules;
    }

    // There are many, and every command waits for them, so all cores read. Each result has its own slot, so that the order is that of the names.
    private static async Task<IReadOnlyList<ExtensionReading>> ReadExtensionsAsync(IndexFiles files, string[]? options, IReadOnlyList<string> servers, CancellationToken cancel)
    {
        var names = files.Directories(ExtensionsFolder);
        var readings = new ExtensionReading?[names.Count];
        await Parallel.ForEachAsync(Enumerable.Range(0, names.Count), cancel, async (i, token) =>
        {
            var folder = $"{ExtensionsFolder}/{names[i]}";
            readings[i] = await files.ReadAsync($"{folder}/repo.json", root => ExtensionReader.Read(root, folder, options, servers), token);
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

    private static void CheckPackageSets(IEnumerable<PackageSetReference> mentions, ImmutableArray<Platform> platforms)
    {
        var all = mentions.ToArray();
        foreach (var platform in platforms)
            PlatformReader.Check(platform, all);
    }
}
