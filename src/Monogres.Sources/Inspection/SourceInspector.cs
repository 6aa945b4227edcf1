using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Monogres.Payloads.Extensions;
using Monogres.Sources.Inspection.Makefiles;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Store;
using Monogres.Store.Trees;

namespace Monogres.Sources.Inspection;

/// <summary>Finds out about an extension by reading its source.</summary>
public static partial class SourceInspector
{
    // A parameter that only newer servers know is no mistake of the source.
    private static readonly ControlFileReader Controls = new(PgVersion.Parse("18.0"));

    /// <summary>Reads a source tree.</summary>
    /// <param name="blobs">Has it.</param>
    /// <param name="tree">Its root.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="BlobMissingException">Something of it is not in the store.</exception>
    public static async Task<SourceInspection> InspectAsync(IBlobStore blobs, Digest tree, CancellationToken cancel)
    {
        var files = await SourceFiles.OpenAsync(blobs, tree, cancel);
        var folder = SourceFolder.Of(files, Controls);
        if (folder.Length == 0)
            return Inspect(files, files, "") with { Tree = tree, Submodules = SubmodulesOf(files) };

        var built = await TreeWalk.FindDirectoryAsync(blobs, tree, RelativePath.Parse(folder), cancel) ?? throw new InvalidOperationException($"the source has files in {folder} and no such folder");
        var inspection = Inspect(files.Below(folder), files, folder);
        return inspection with { Tree = built, Submodules = SubmodulesOf(files), Findings = [.. inspection.Findings.Select(finding => finding.File is null ? finding : finding with { File = $"{folder}/{finding.File}" })] };
    }

    private static ImmutableArray<string> SubmodulesOf(SourceFiles files) => [.. BuildFileFindings.MissingSubmodules(files).Where(module => module.IsBuilt).Select(module => module.Path)];

    /// <summary>Reads a source that is open.</summary>
    /// <param name="files">What is built of it.</param>
    /// <param name="whole">All of it, which may say more about licence and purpose.</param>
    /// <param name="folder">Where the first is in the second; empty when they are the same.</param>
    private static SourceInspection Inspect(SourceFiles files, SourceFiles whole, string folder)
    {
        var makefiles = SourceMakefiles.Read(files, Controls);
        var style = SourceStyles.Of(files, makefiles);
        var (extensions, controlFindings) = SourceControls.Read(files, makefiles, style?.Style, Controls);
        var built = style?.Style is SourceStyles.Pgxs or SourceStyles.Autoconf ? makefiles.All.Select(makefile => BuildFileFindings.OfMakefile(makefile, style?.Style)).ToArray() : [];
        var c = CSources.Read(files, makefiles.Compiled(files));
        var meta = (files.Text("META.json") ?? files.Text("META.json.in") ?? whole.Text("META.json")) is { } text ? MetaJson.Read(text) : null;
        if (extensions.IsEmpty && meta is not null)
            extensions = [.. meta.Provides.Where(ExtensionScripts.IsName).Select(name => new SourceExtension(name, "META.json", IsGenerated: true, DefaultVersion: null, meta.Abstract, []))];
        var (about, readme) = ((SourceFiles[])[files, whole]).Select(one => (one, Readme: one.Named(name => name.StartsWith("README", StringComparison.OrdinalIgnoreCase)).FirstOrDefault(path => !SourceMakefiles.IsAside(path)))).FirstOrDefault(one => one.Readme is not null);
        var settings = TestSettings.Read(files, makefiles);
        var (claimed, enforced) = PostgresClaims.Of(files, makefiles, c, meta, style?.Style);
        var sessionPreload = c.Preload.Where(mention => mention.Meaning is PreloadMeaning.Refused).Select(mention => OwnerOf(mention.File, makefiles)).FirstOrDefault([]);
        var (preload, preloadFindings) = Preload(files, makefiles, c, settings);
        var needs = TestNeeds.Read(files, makefiles, extensions, settings.Preload.SelectMany(one => one.Libraries));
        var certain = CertainLibraries.Of(files, makefiles, style?.Style);
        var regress = makefiles.All.SelectMany(makefile => makefile.Words("REGRESS")).Where(word => !word.StartsWith('-')).Distinct(StringComparer.Ordinal).ToImmutableArray();

        var facts = new SourceFacts
        {
            Folder = folder,
            Style = style?.Style,
            StyleFile = style?.File,
            Extensions = extensions,
            Meta = meta,
            License = SourceLicense.Of(whole, folder, meta),
            Modules = Modules(makefiles),
            Regress = regress,
            HasTests = HasTests(makefiles, style?.Style) && !LacksTests(files, makefiles),
            Preload = preload,
            SessionPreload = sessionPreload,
            Libraries = [.. SourceLibraries.Find(files, makefiles.All).Select(library => library with { IsCertain = certain.Contains(library.Name) })],
            Tools = SourceTools.Find(files, makefiles.All, style?.Style),
            Arguments = [.. built.SelectMany(one => one.Arguments).Concat(SourceControls.MissingData(files, makefiles, style?.Style, extensions)).Distinct(StringComparer.Ordinal)],
            GitVersions = style?.Style is SourceStyles.Pgxs ? [.. makefiles.All.SelectMany(BuildFileFindings.GitVersions).Distinct(StringComparer.Ordinal)] : [],
            TestSettings = needs.Settings.SetItems(settings.Settings),
            TestRequires = needs.Requires,
            TestArguments = needs.Arguments,
            TestTools = needs.Tools,
            Postgres = claimed,
            Enforced = enforced,
            CrateLocks = SourceCrates.LocksOf(files),
            HasCxx = c.HasCxx,
            Category = SourceCategory.Of(SourceCategory.TextsOf(about ?? files, readme, extensions, meta), c.Clues.Concat(SourceCategory.CluesOf(files))),
            Summary = SourceSummary.Of(readme is null ? null : about!.Text(readme), extensions, meta, files.Text("Cargo.toml")),
        };
        return new SourceInspection(facts, SourceInspection.Sort(
        [
            .. controlFindings,
            .. SourceControls.OfScripts(files, makefiles, facts.Style, extensions),
            .. NamedFiles.Missing(files, makefiles, facts.Style),
            .. NamedFiles.MissingLibraries(files, makefiles, facts.Style, extensions),
            .. settings.Findings,
            .. built.SelectMany(one => one.Findings),
            .. GitVersions(makefiles, facts),
            .. BuildFileFindings.OfBuildFiles(files, facts.Style),
            .. BuildFileFindings.OfSubmodules(files),
            .. BuildFileFindings.OfServerPatches(whole),
            .. preloadFindings,
            .. Dates(c),
            .. OfWhole(files, makefiles, facts),
            .. Licences(whole, folder, facts),
        ]));
    }

    /// <summary>What is wrong with the source as a whole.</summary>
    private static IEnumerable<SourceFinding> OfWhole(SourceFiles files, SourceMakefiles makefiles, SourceFacts facts)
    {
        if (facts.Style is null)
            yield return SourceStyles.NotBuilt(files, makefiles) is { } why
                ? new SourceFinding(SourceRules.NoBuild, FindingSeverity.Error, null, null, why, SourceStyles.BuiltFromTop)
                : Found(SourceRules.NoBuild, FindingSeverity.Error, null, null, "there is no makefile, configure, CMakeLists.txt, meson.build, Cargo.toml or control file at its top");
        if (facts.Style is SourceStyles.Pgxs && makefiles.Top is { IncludesPgxs: false, IncludesServerSource: false } top && !top.Targets.Contains("all", StringComparer.Ordinal))
            yield return Found(SourceRules.NoAll, FindingSeverity.Warning, top.Path, null, "it includes no PGXS, and has no rule for `all`");
        if (facts is { HasTests: false, Style: not null })
            yield return Found(SourceRules.NoTests, FindingSeverity.Note, facts.StyleFile, null, "no tests are known");
        if (SourceCrates.Missing(files, facts) is { } crates)
            yield return Found(SourceRules.Cargo, FindingSeverity.Error, "Cargo.toml", null, crates);
        if (files.Paths.FirstOrDefault(path => Product().IsMatch(path)) is { } product)
            yield return Found(SourceRules.BuildProducts, FindingSeverity.Warning, product, null, $"{files.Paths.Count(path => Product().IsMatch(path))} files are the output of a compiler");
    }

    private static IEnumerable<SourceFinding> Licences(SourceFiles whole, string folder, SourceFacts facts)
    {
        var file = SourceLicense.Files(whole, folder).FirstOrDefault();
        if (facts.License is null)
            yield return Found(SourceRules.LicenceFile, FindingSeverity.Warning, file is not null && folder.Length == 0 ? file : null, null, file is null ? "there is no LICENSE, COPYING or COPYRIGHT" : "its licence is not recognised");
    }

    private static ImmutableArray<string> Modules(SourceMakefiles makefiles) =>
        [.. makefiles.All.SelectMany(makefile => makefile.Words("MODULE_big").Concat(makefile.Words("MODULES"))).Where(word => !word.Contains('@', StringComparison.Ordinal)).Select(SourceFiles.NameOf).Distinct(StringComparer.Ordinal)];

    private static bool HasTests(SourceMakefiles makefiles, string? style) => style switch
    {
        SourceStyles.CMake or SourceStyles.Cargo => false,
        _ => makefiles.All.Any(makefile => ((string[])["REGRESS", "ISOLATION", "TAP_TESTS"]).Any(name => makefile.Variables.GetValueOrDefault(name) is { } value && (value.IsOpen || value.Words.Length > 0))
            || makefile.Targets.Contains("installcheck", StringComparer.Ordinal)),
    };

    // What is named as a test, and of which nothing is in the archive.
    private static bool LacksTests(SourceFiles files, SourceMakefiles makefiles) => makefiles.All.SelectMany(makefile => makefile.Words("REGRESS").Select(test => (makefile, test))).ToArray() is { Length: > 0 } named
        && !makefiles.All.Any(makefile => makefile.Variables.ContainsKey("ISOLATION") || makefile.Variables.ContainsKey("TAP_TESTS") || makefile.Targets.Contains("installcheck", StringComparer.Ordinal) || makefile.Variables.GetValueOrDefault("REGRESS") is { IsOpen: true })
        && named.All(one => !one.makefile.MayMake($"{one.test}.sql") && !files.Paths.Any(path => SourceFiles.NameOf(path) is var name && (string.Equals(name, $"{SourceFiles.NameOf(one.test)}.sql", StringComparison.Ordinal) || name.StartsWith($"{SourceFiles.NameOf(one.test)}.source", StringComparison.Ordinal))));

    /// <summary>The libraries to load at the start, and where the source says so.</summary>
    private static (ImmutableArray<string> Libraries, ImmutableArray<SourceFinding> Findings) Preload(SourceFiles files, SourceMakefiles makefiles, CSources c, TestSettings settings)
    {
        var modules = Modules(makefiles);
        var readme = files.Named(name => name.StartsWith("README", StringComparison.Ordinal)).SelectMany(path => files.Lines(path).Select(pair => (path, pair.Number, pair.Line)))
            .Select(at => (at.path, at.Number, Match: PreloadSetting().Match(at.Line))).Where(at => at.Match.Success)
            .Select(at => (File: at.path, Line: at.Number, Libraries: at.Match.Groups["libraries"].Value.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Where(modules.Contains).ToImmutableArray()))
            .FirstOrDefault(at => at.Libraries.Length > 0);
        if (c.Preload.FirstOrDefault(mention => mention.Meaning is PreloadMeaning.Refused) is { } refused)
            return ([], [Found(SourceRules.Preload, FindingSeverity.Note, refused.File, refused.Line, "it fails when the server preloads it: it is for `session_preload_libraries`")]);

        if (c.Preload.FirstOrDefault(mention => mention.Meaning is PreloadMeaning.Fatal) is { } fatal)
            return ([], [Found(SourceRules.Preload, FindingSeverity.Note, fatal.File, fatal.Line, "the server may not start when it preloads this before it is set up: so it is not preloaded here")]);

        var mention = c.Preload.Where(one => one.Meaning is PreloadMeaning.Required or PreloadMeaning.Wanted).MaxBy(one => one.Meaning);
        // What its own tests preload, its users must; a readme alone may speak of something else.
        var said = settings.Preload.Select(one => (one.File, one.Line, Libraries: one.Libraries.Where(modules.Contains).ToImmutableArray())).FirstOrDefault(one => !one.Libraries.IsEmpty);
        if (said.Libraries.IsDefaultOrEmpty && (mention is not null || c.HasHooks))
            said = readme;
        if (mention is null && said.Libraries.IsDefaultOrEmpty)
            return ([], []);

        var libraries = said.Libraries.IsDefaultOrEmpty ? OwnerOf(mention!.File, makefiles) : said.Libraries;
        var (file, line) = mention is null ? (said.File, said.Line) : (mention.File, mention.Line);
        var text = $"{(libraries.IsEmpty ? "its library" : string.Join(", ", libraries.Select(one => $"`{one}`")))} {(mention?.Meaning is PreloadMeaning.Required ? "must" : "should")} be in `shared_preload_libraries`";
        return (libraries, [Found(SourceRules.Preload, FindingSeverity.Note, file, line, text)]);
    }

    /// <summary>The library that a file of C becomes a part of.</summary>
    private static ImmutableArray<string> OwnerOf(string file, SourceMakefiles makefiles)
    {
        var name = Path.GetFileNameWithoutExtension(file);
        var near = makefiles.All.OrderByDescending(makefile => SourceFiles.DirectoryOf(makefile.Path) is var directory && (directory.Length == 0 || file.StartsWith($"{directory}/", StringComparison.Ordinal)) ? directory.Length : -1);
        foreach (var makefile in near)
        {
            if (makefile.Words("MODULES").Select(SourceFiles.NameOf).FirstOrDefault(module => string.Equals(module, name, StringComparison.Ordinal)) is { } own)
                return [own];
            if (makefile.Words("MODULE_big") is [var big, ..])
                return [SourceFiles.NameOf(big)];
        }

        return [];
    }

    private static IEnumerable<SourceFinding> Dates(CSources c) => c.Dates.Where(date => !SourceMakefiles.IsAside(date.File)).Select(date =>
        Found(SourceRules.GeneratedDate, date.IsAlways ? FindingSeverity.Error : FindingSeverity.Warning, date.File, date.Line, $"`{date.Macro}` is compiled in"));

    private static IEnumerable<SourceFinding> GitVersions(SourceMakefiles makefiles, SourceFacts facts) => makefiles.All.SelectMany(makefile => makefile.Assignments)
        .Where(text => facts.GitVersions.Contains(text.Name!, StringComparer.Ordinal) && BuildFileFindings.IsGitVersion(text))
        .Select(text => facts.Version is { } version
            ? Found(SourceRules.ImpureCommand, FindingSeverity.Note, text.File, text.Line, $"git is asked for `{text.Name}`; built here with `{text.Name}={version}`")
            : Found(SourceRules.ImpureCommand, FindingSeverity.Warning, text.File, text.Line, $"`git` is run for `{text.Name}`: it does not work in a build"));

    private static SourceFinding Found(SourceRule rule, FindingSeverity severity, string? file, int? line, string text) => new(rule, severity, file, line, text, rule.Explain);

    [GeneratedRegex(@"\.(o|so|bc|lo|obj|gcda|gcno)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Product();

    [GeneratedRegex(@"(?<!\w)shared_preload_libraries\s*=\s*['""](?<libraries>[\w ,./$-]*)['""]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex PreloadSetting();

}
