using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Monogres.Payloads.Extensions;
using Monogres.Sources.Inspection.Makefiles;
using Monogres.Store.Archives;
using Monogres.Index;
using Monogres.Index.Json;

namespace Monogres.Sources.Inspection;

/// <summary>The control files of a source, and whether what they refer to exists.</summary>
internal static partial class SourceControls
{
    private const string Suffix = ".control", Template = ".control.in";

    /// <summary>The extensions, the main one first, and what is wrong with their files.</summary>
    public static (ImmutableArray<SourceExtension> Extensions, ImmutableArray<SourceFinding> Findings) Read(SourceFiles files, SourceMakefiles makefiles, string? style, ControlFileReader reader)
    {
        var findings = ImmutableArray.CreateBuilder<SourceFinding>();
        var named = makefiles.All.SelectMany(makefile => makefile.Words("EXTENSION")).Select(SourceFiles.NameOf).Distinct(StringComparer.Ordinal).ToArray();
        var open = style is not SourceStyles.Pgxs || named.Length == 0 || makefiles.All.Any(makefile => makefile.Variables.GetValueOrDefault("EXTENSION") is { IsOpen: true });

        Dictionary<string, SourceExtension> found = new(StringComparer.Ordinal);
        foreach (var path in files.Named(name => name.EndsWith(Suffix, StringComparison.Ordinal)).Concat(files.Named(name => name.EndsWith(Template, StringComparison.Ordinal))).Where(path => !SourceMakefiles.IsAside(path)))
        {
            var isTemplate = path.EndsWith(Template, StringComparison.Ordinal);
            var name = SourceFiles.NameOf(path)[..^(isTemplate ? Template.Length : Suffix.Length)];
            if (!ExtensionScripts.IsName(name) || found.ContainsKey(name) || !(open || named.Contains(name, StringComparer.Ordinal)) || files.Bytes(path) is not { } bytes)
                continue;

            // What else it says counts all the same.
            var reading = reader.Read(path, ByteOrderMark.Skip(bytes));
            var problems = files.HasByteOrderMark(path) ? reading.Problems.Insert(0, new ExtensionProblem(path, Line: null, ByteOrderMark.Problem)) : reading.Problems;
            var isInstalled = !isTemplate && style switch
            {
                SourceStyles.SqlOnly => path.AsSpan().Count('/') < 2,
                SourceStyles.Pgxs => makefiles.All.Any(makefile => makefile is { IsPlain: true, Path: var at } && !at.Contains('/', StringComparison.Ordinal)
                    && makefile.Variables.GetValueOrDefault("EXTENSION") is { IsCertain: true } value && value.Words.Any(word => string.Equals($"{word}{Suffix}", path, StringComparison.Ordinal))),
                _ => false,
            };
            if (isTemplate)
                findings.Add(Found(SourceRules.GeneratedControl, FindingSeverity.Note, path, null, $"`{name}{Suffix}` is generated from this by the build"));
            else
                findings.AddRange(problems.Select(problem => Found(SourceRules.ControlFile, isInstalled ? FindingSeverity.Error : FindingSeverity.Warning, path, problem.Line, problem.Text)));
            found.Add(name, Extension(name, path, isTemplate, reading.Control) with { IsInstalled = isInstalled, ModulePathname = reading.Control?.ModulePathname });
            if (reading.Control?.ModulePathname?.StartsWith("$libdir/", StringComparison.Ordinal) is true)
                findings.Add(Found(SourceRules.LibdirPath, FindingSeverity.Note, path, LineOf(files, path, "module_pathname"), $"`module_pathname` is `{reading.Control.ModulePathname}`"));
        }

        foreach (var makefile in makefiles.All)
            findings.AddRange(WithoutControlFile(files, makefile, found));
        // The others are often called after it: citus, and citus_columnar.
        var first = found.Keys.Where(name => found.Count > 1 && found.Keys.All(other => other.StartsWith(name, StringComparison.Ordinal)));
        var main = first.Concat(named).Where(found.ContainsKey).Concat(found.Keys.Order(StringComparer.Ordinal)).Distinct(StringComparer.Ordinal);
        return ([.. main.Select(name => found[name])], findings.ToImmutable());
    }

    /// <summary>Extensions for which no installed script creates the default version, and scripts that no server can read.</summary>
    /// <param name="files">The source.</param>
    /// <param name="makefiles">Its makefiles.</param>
    /// <param name="style">The style that builds it.</param>
    /// <param name="extensions">Its extensions.</param>
    public static IEnumerable<SourceFinding> OfScripts(SourceFiles files, SourceMakefiles makefiles, string? style, IEnumerable<SourceExtension> extensions)
    {
        foreach (var extension in extensions)
        {
            var makefile = style is SourceStyles.Pgxs ? makefiles.All.FirstOrDefault(one => one.Words("EXTENSION").Any(word => string.Equals(SourceFiles.NameOf(word), extension.Name, StringComparison.Ordinal))) : null;
            var scripts = files.Paths.Select(SourceFiles.NameOf).ToArray();
            var (installed, isAll) = makefile is null ? (CopiedFrom(files), style is SourceStyles.SqlOnly) : InstalledBy(files, makefile);
            var certain = isAll && (makefile is null || makefile.IsPlain);
            var path = extension.DefaultVersion is { } known ? ExtensionScripts.Of(extension.Name, installed).FindInstallPath(known) : null;
            var used = path is null ? [] : ExtensionScripts.Of(extension.Name, installed).FilesOf(path.Value);
            foreach (var script in files.Paths.Where(one => IsScriptOf(extension, one) && !SourceMakefiles.IsAside(one) && files.HasByteOrderMark(one)))
                yield return Found(SourceRules.ByteOrderMark, certain && extension.IsInstalled && used.Contains(SourceFiles.NameOf(script), StringComparer.Ordinal) ? FindingSeverity.Error : FindingSeverity.Warning, script, null, ByteOrderMark.Problem);
            if (path is not null || extension is not { IsGenerated: false, DefaultVersion: { } version } || (makefile is null && style is not SourceStyles.SqlOnly))
                continue;

            var inSource = ExtensionScripts.Of(extension.Name, scripts.Select(name => name.EndsWith(".in", StringComparison.Ordinal) ? name[..^3] : name)).FindInstallPath(version) is not null;
            // What a rule makes exists at installation; `$(wildcard …)` then finds it too.
            var isMade = makefile is not null && (makefile.MayMake($"{extension.Name}--{version}.sql") || makefile.Targets.Any(target => string.Equals(SourceFiles.NameOf(target), $"{extension.Name}--{version}.sql", StringComparison.Ordinal)));
            if (isMade || (!isAll && inSource))
                continue;

            if (inSource && makefile is not null && DataWith(files, makefile, extension) is { } argument)
            {
                yield return Found(SourceRules.NoScript, FindingSeverity.Warning, extension.File, LineOf(files, extension.File, "default_version"), $"`DATA` of {makefile.Path} does not name the script that creates `{version}`; built here with `{argument}`");
                continue;
            }

            yield return Found(
                SourceRules.NoScript, certain ? FindingSeverity.Error : FindingSeverity.Warning, extension.File, LineOf(files, extension.File, "default_version"),
                inSource && makefile is not null
                    ? $"`default_version` is `{version}`, and `DATA` of {makefile.Path} does not name the script that creates it"
                    : $"`default_version` is `{version}`, and there is neither `{extension.Name}--{version}.sql` nor an update path from an older version");
        }
    }

    /// <summary>The arguments of make that install scripts which exist and which <c>DATA</c> does not name, although the default version cannot be created without.</summary>
    public static IEnumerable<string> MissingData(SourceFiles files, SourceMakefiles makefiles, string? style, IEnumerable<SourceExtension> extensions) => style is not SourceStyles.Pgxs || makefiles.Top is not { } top ? []
        : extensions.Where(extension => top.Words("EXTENSION").Any(word => string.Equals(SourceFiles.NameOf(word), extension.Name, StringComparison.Ordinal))).Select(extension => DataWith(files, top, extension)).OfType<string>().Take(1);

    private static string? DataWith(SourceFiles files, Makefile makefile, SourceExtension extension)
    {
        var (installed, isAll) = InstalledBy(files, makefile);
        if (!isAll || makefile.Path.Contains('/', StringComparison.Ordinal) || !makefile.Words("DATA").All(files.Names.Contains) || extension is not { IsGenerated: false, DefaultVersion: { } version } || makefile.MayMake($"{extension.Name}--{version}.sql") || ExtensionScripts.Of(extension.Name, installed).FindInstallPath(version) is not null)
            return null;

        var own = files.Paths.Where(path => IsScriptOf(extension, path) && !SourceMakefiles.IsAside(path)).ToArray();
        var scripts = ExtensionScripts.Of(extension.Name, own.Select(SourceFiles.NameOf));
        if (scripts.FindInstallPath(version) is not { } path)
            return null;

        var needed = scripts.FilesOf(path).Except(installed, StringComparer.Ordinal).Select(name => own.First(one => string.Equals(SourceFiles.NameOf(one), name, StringComparison.Ordinal)));
        return $"DATA={string.Join(' ', makefile.Words("DATA").Concat(needed))}";
    }

    // As index/styles/sql-only.json copies them.
    private static string[] CopiedFrom(SourceFiles files) => [.. files.Paths.Where(path => path.AsSpan().Count('/') < 2 && !SourceMakefiles.IsAside(path)).Select(SourceFiles.NameOf)];

    private static bool IsScriptOf(SourceExtension extension, string path) =>
        SourceFiles.NameOf(path) is var name && name.StartsWith($"{extension.Name}--", StringComparison.Ordinal) && name.EndsWith(".sql", StringComparison.Ordinal);

    /// <summary>The names of the scripts that PGXS installs, and whether these are all.</summary>
    private static (string[] Names, bool Certain) InstalledBy(SourceFiles files, Makefile makefile)
    {
        string[] variables = ["DATA", "DATA_built"];
        var directory = SourceFiles.DirectoryOf(makefile.Path);
        var words = variables.SelectMany(name => makefile.Words(name)).ToArray();
        var certain = variables.All(name => makefile.Variables.GetValueOrDefault(name) is null or { IsCertain: true });

        // The shell expands what make leaves: `DATA = name--*.sql`.
        string[] globs = [.. words.Where(word => word.Contains('*', StringComparison.Ordinal)).Select(word => directory.Length == 0 ? word : $"{directory}/{word}")];
        var set = GlobSet.Parse(globs.Where(IsPath));
        return ([.. words.Concat(globs.Length == 0 ? [] : files.Paths.Where(path => set.IsMatch(path))).Select(SourceFiles.NameOf)], certain);
    }

    private static IEnumerable<SourceFinding> WithoutControlFile(SourceFiles files, Makefile makefile, Dictionary<string, SourceExtension> found)
    {
        if (makefile.Variables.GetValueOrDefault("EXTENSION") is not { IsCertain: true } value)
            yield break;

        foreach (var word in value.Words.Where(word => !found.ContainsKey(SourceFiles.NameOf(word)) && !makefile.MayMake($"{word}{Suffix}")))
        {
            if (files.Paths.Any(path => SourceFiles.NameOf(path).StartsWith($"{SourceFiles.NameOf(word)}{Suffix}", StringComparison.Ordinal)))
                continue;

            var at = makefile.Assignments.FirstOrDefault(one => string.Equals(one.Name, "EXTENSION", StringComparison.Ordinal));
            yield return Found(SourceRules.MissingFile, makefile.IsPlain ? FindingSeverity.Error : FindingSeverity.Warning, at?.File ?? makefile.Path, at?.Line, $"`EXTENSION` names `{word}`, and there is no `{word}{Suffix}`");
        }
    }

    private static SourceExtension Extension(string name, string path, bool isTemplate, ControlFile? control)
    {
        static string? Closed(string? text) => text is { Length: > 0 } && !Placeholder().IsMatch(text) ? text : null;
        var version = Closed(control?.DefaultVersion);
        return new SourceExtension(name, path, isTemplate, isTemplate && version is not [>= '0' and <= '9', ..] ? null : version, Closed(control?.Comment), control?.Requires ?? []);
    }

    private static int? LineOf(SourceFiles files, string path, string parameter) =>
        files.Lines(path).Where(pair => pair.Line.TrimStart().StartsWith(parameter, StringComparison.Ordinal)).Select(pair => (int?)pair.Number).FirstOrDefault();

    private static bool IsPath(string glob) => glob.Split('/').All(segment => Core.RelativePath.IsSegment(segment) && (!segment.Contains("**", StringComparison.Ordinal) || segment is "**"));

    private static SourceFinding Found(SourceRule rule, FindingSeverity severity, string file, int? line, string text) => new(rule, severity, file, line, text, rule.Explain);

    // What a template leaves open: `@VERSION@`, `${VERSION}`, `__VERSION__`, `%VERSION%`.
    [GeneratedRegex(@"@\w+@|\$[({]|__\w+__|%\w+%", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Placeholder();
}
