using System.Collections.Immutable;
using System.Globalization;
using System.Text.RegularExpressions;
using Monogres.Payloads.Extensions;
using Monogres.Sources.Inspection.Makefiles;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Store;

namespace Monogres.Sources.Inspection;

/// <summary>Finds out about an extension by reading its source.</summary>
public static partial class SourceInspector
{
    // A parameter that only newer servers know is no mistake of the source.
    private static readonly ControlFileReader Controls = new(PgVersion.Parse("18.0"));

    // Older majors are numbered with two parts, and nobody builds for them any more.
    private const int FirstMajor = 10;

    /// <summary>Reads a source tree.</summary>
    /// <param name="blobs">Has it.</param>
    /// <param name="tree">Its root.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="BlobMissingException">Something of it is not in the store.</exception>
    public static async Task<SourceInspection> InspectAsync(IBlobStore blobs, Digest tree, CancellationToken cancel) =>
        Inspect(await SourceFiles.OpenAsync(blobs, tree, cancel));

    /// <summary>Reads a source that is open.</summary>
    public static SourceInspection Inspect(SourceFiles files)
    {
        var makefiles = SourceMakefiles.Read(files, Controls);
        var style = SourceStyles.Of(files, makefiles);
        var (extensions, controlFindings) = SourceControls.Read(files, makefiles, style?.Style, Controls);
        var built = style?.Style is SourceStyles.Pgxs or SourceStyles.Autoconf ? makefiles.All.Select(makefile => BuildFileFindings.OfMakefile(makefile, style?.Style)).ToArray() : [];
        var c = CSources.Read(files, makefiles.Compiled(files));
        var meta = (files.Text("META.json") ?? files.Text("META.json.in")) is { } text ? MetaJson.Read(text) : null;
        if (extensions.IsEmpty && meta is not null)
            extensions = [.. meta.Provides.Where(ExtensionScripts.IsName).Select(name => new SourceExtension(name, "META.json", IsGenerated: true, DefaultVersion: null, meta.Abstract, []))];
        var settings = TestSettings.Read(files, makefiles);
        var (preload, preloadFindings) = Preload(files, makefiles, c, settings);
        var regress = makefiles.All.SelectMany(makefile => makefile.Words("REGRESS")).Where(word => !word.StartsWith('-')).Distinct(StringComparer.Ordinal).ToImmutableArray();

        var facts = new SourceFacts
        {
            Style = style?.Style,
            StyleFile = style?.File,
            Extensions = extensions,
            Meta = meta,
            License = License(files, meta),
            Modules = Modules(makefiles),
            Regress = regress,
            HasTests = HasTests(makefiles, style?.Style),
            Preload = preload,
            Libraries = SourceLibraries.Find(files, makefiles.All),
            Tools = SourceTools.Find(files, makefiles.All, style?.Style),
            Arguments = [.. built.SelectMany(one => one.Arguments).Distinct(StringComparer.Ordinal)],
            GitVersions = style?.Style is SourceStyles.Pgxs ? [.. makefiles.All.SelectMany(BuildFileFindings.GitVersions).Distinct(StringComparer.Ordinal)] : [],
            TestSettings = settings.Settings,
            Postgres = Claim(makefiles, c, meta),
            Enforced = PostgresClaim.Narrowest(c.Enforced),
            HasCxx = c.HasCxx,
            Category = c.Category ?? CategoryOfScripts(files),
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
            .. preloadFindings,
            .. Dates(c),
            .. OfWhole(files, makefiles, facts),
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
        if (facts.License is null)
            yield return Found(SourceRules.LicenceFile, FindingSeverity.Warning, LicenseFiles(files).FirstOrDefault(), null, LicenseFiles(files).Any() ? "its licence is not recognised" : "there is no LICENSE, COPYING or COPYRIGHT");
        if (facts is { HasTests: false, Style: not null })
            yield return Found(SourceRules.NoTests, FindingSeverity.Note, facts.StyleFile, null, "no tests are known");
        if (facts.Style is SourceStyles.Cargo && !files.Paths.Any(path => path.StartsWith("vendor/", StringComparison.Ordinal)))
            yield return Found(SourceRules.Cargo, FindingSeverity.Error, "Cargo.toml", null, $"pgrx {SourceStyles.PgrxVersionOf(files.Text("Cargo.toml")!) ?? "of some version"} and its crates are not in `vendor/`");
        if (files.Paths.FirstOrDefault(path => Product().IsMatch(path)) is { } product)
            yield return Found(SourceRules.BuildProducts, FindingSeverity.Warning, product, null, $"{files.Paths.Count(path => Product().IsMatch(path))} files are the output of a compiler");
    }

    private static ImmutableArray<string> Modules(SourceMakefiles makefiles) =>
        [.. makefiles.All.SelectMany(makefile => makefile.Words("MODULE_big").Concat(makefile.Words("MODULES"))).Where(word => !word.Contains('@', StringComparison.Ordinal)).Select(SourceFiles.NameOf).Distinct(StringComparer.Ordinal)];

    private static bool HasTests(SourceMakefiles makefiles, string? style) => style switch
    {
        SourceStyles.CMake or SourceStyles.Cargo => false,
        _ => makefiles.All.Any(makefile => ((string[])["REGRESS", "ISOLATION", "TAP_TESTS"]).Any(name => makefile.Variables.GetValueOrDefault(name) is { } value && (value.IsOpen || value.Words.Length > 0))
            || makefile.Targets.Contains("installcheck", StringComparer.Ordinal)),
    };

    private static string? License(SourceFiles files, MetaJson? meta)
    {
        string Notices() => string.Concat(files.Paths.Where(path => SourceFiles.NameOf(path).StartsWith("README", StringComparison.Ordinal) || SourceFiles.IsC(path)).Take(20).Select(path => files.Text(path) is { } text ? text[..Math.Min(text.Length, 4000)] + "\n" : ""));
        var recognised = LicenseFiles(files).Concat(files.Named(name => name.StartsWith("README", StringComparison.Ordinal)).Where(path => !path.Contains('/', StringComparison.Ordinal)))
            .Select(path => LicenseTexts.Recognise(files.Text(path) ?? "", Notices())).FirstOrDefault(id => id is not null);
        return recognised ?? meta?.Licenses.Select(LicenseTexts.OfWord).FirstOrDefault(id => id is not null);
    }

    private static IEnumerable<string> LicenseFiles(SourceFiles files) => files.Named(name => LicenseName().IsMatch(name)).Where(path => !path.Contains('/', StringComparison.Ordinal));

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

    /// <summary>The narrowest of what the source says in several places.</summary>
    private static PostgresClaim Claim(SourceMakefiles makefiles, CSources c, MetaJson? meta) => PostgresClaim.Narrowest(
    [
        .. c.Guards,
        .. makefiles.All.SelectMany(makefile => makefile.Assignments.Concat(makefile.Expansions).SelectMany(text => MakeReferences.Calls(text.Text, "error").Select(error => (text, error)))
            .Select(at => (at.text, Message: Expand(makefile, at.error))).Select(at => (at.text, Least: LeastPostgres().Match(at.Message))).Where(at => at.Least.Success)
            .Select(at => new PostgresClaim(Major(at.Least.Groups["major"].Value), null, $"{at.text.File}:{at.text.Line}"))),
        .. meta?.Postgres is { } range ? (PostgresClaim[])[OfMeta(range)] : [],
    ]);

    private static string Expand(Makefile makefile, string text) =>
        VariableReference().Replace(text, match => string.Join(' ', makefile.Words(match.Groups["name"].Value)));

    // `9.5.0` is a least version, as in every META.json; `>= 14.0.0, < 18.0.0` says both.
    private static PostgresClaim OfMeta(string range)
    {
        int? first = null, last = null;
        foreach (var match in MetaVersion().Matches(range).Cast<Match>())
        {
            var major = int.Parse(match.Groups["major"].Value, CultureInfo.InvariantCulture);
            switch (match.Groups["sign"].Value)
            {
                case "" or ">=" or ">" or "==":
                    first = Major(match.Groups["major"].Value) ?? first;
                    break;
                case "<":
                    last = major - 1;
                    break;
                case "<=":
                    last = major;
                    break;
            }
        }

        return new PostgresClaim(first, last >= FirstMajor ? last : null, "META.json");
    }

    private static int? Major(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var major) && major >= FirstMajor && major < 100 ? major : null;

    private static ExtensionCategory CategoryOfScripts(SourceFiles files)
    {
        var scripts = files.Paths.Where(path => path.EndsWith(".sql", StringComparison.Ordinal) || path.EndsWith(".sql.in", StringComparison.Ordinal)).Where(path => !SourceMakefiles.IsAside(path) && !path.Contains("sql/test", StringComparison.Ordinal)).Select(files.Text).OfType<string>().ToArray();
        return scripts.Any(text => CreateLanguage().IsMatch(text)) ? ExtensionCategory.Languages
            : scripts.Any(text => CreateType().IsMatch(text)) ? ExtensionCategory.Types
            : ExtensionCategory.Functions;
    }

    private static SourceFinding Found(SourceRule rule, FindingSeverity severity, string? file, int? line, string text) => new(rule, severity, file, line, text, rule.Explain);

    [GeneratedRegex(@"^(LICEN[CS]E|COPYING|COPYRIGHT)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex LicenseName();

    [GeneratedRegex(@"\.(o|so|bc|lo|obj|gcda|gcno)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Product();

    [GeneratedRegex(@"(?<!\w)shared_preload_libraries\s*=\s*['""](?<libraries>[\w ,./$-]*)['""]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex PreloadSetting();

    [GeneratedRegex(@"PostgreSQL (version )?(?<major>\d+)(\.\d+)*( is required| or (later|newer|higher|above)|\+)|PostgreSQL (>=|required is) ?(?<major>\d+)|[Rr]equires? (at least )?PostgreSQL (>= ?)?(?<major>\d+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LeastPostgres();

    [GeneratedRegex(@"\$[({](?<name>\w+)[)}]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex VariableReference();

    [GeneratedRegex(@"(?<sign>>=|<=|==|!=|>|<|)\s*(?<major>\d{1,4})(\.\d+)*", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex MetaVersion();

    [GeneratedRegex(@"CREATE\s+(OR\s+REPLACE\s+)?(TRUSTED\s+)?(PROCEDURAL\s+)?LANGUAGE\s", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex CreateLanguage();

    [GeneratedRegex(@"CREATE\s+TYPE\s+\S+\s*\(\s*(INPUT|INTERNALLENGTH)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase, 1000)]
    private static partial Regex CreateType();
}
