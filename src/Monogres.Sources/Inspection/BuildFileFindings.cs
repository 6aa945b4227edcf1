using Monogres.Plans.Scripts;
using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Monogres.Sources.Inspection.Makefiles;

namespace Monogres.Sources.Inspection;

/// <summary>Finds what breaks in makefiles and other build files without a network, a repository or a clock.</summary>
internal static partial class BuildFileFindings
{
    // The variables that PGXS builds from. Anything else is for the project's own maintenance: releases, pages, packages.
    private static readonly string[] BuildVariables =
    [
        "EXTENSION", "MODULES", "MODULE_big", "PROGRAM", "OBJS", "DATA", "DATA_built", "DATA_TSEARCH", "DOCS", "SCRIPTS", "SCRIPTS_built", "HEADERS", "HEADERS_built",
        "SHLIB_LINK", "PG_CPPFLAGS", "PG_CFLAGS", "PG_CXXFLAGS", "PG_LDFLAGS", "PG_LIBS", "CPPFLAGS", "CFLAGS", "CXXFLAGS", "LDFLAGS", "COPT", "PROFILE", "REGRESS", "EXTVERSION",
    ];

    // What belongs to PostgreSQL, or to several people at once: a value on the command line would hide theirs.
    private static readonly string[] NeverSet = ["CFLAGS", "CPPFLAGS", "CXXFLAGS", "LDFLAGS", "PG_CFLAGS", "PG_CPPFLAGS", "PG_CXXFLAGS", "PG_LDFLAGS", "SHLIB_LINK", "COPT", "PROFILE"];

    /// <summary>What a makefile does, and the arguments of make that override it where that is possible.</summary>
    public static (ImmutableArray<SourceFinding> Findings, ImmutableArray<string> Arguments) OfMakefile(Makefile makefile, string? style)
    {
        var findings = ImmutableArray.CreateBuilder<SourceFinding>();
        var arguments = ImmutableArray.CreateBuilder<string>();
        var used = UsedVariables(makefile);
        foreach (var text in makefile.Assignments)
        {
            var isUsed = text.IsExpanded || used.Contains(text.Name!);
            var native = NativeFlag().Match(text.Text);
            if (native.Success && Undo(text) is { } argument)
            {
                arguments.Add(argument);
                findings.Add(Found(SourceRules.NativeCpu, FindingSeverity.Note, text, $"`{native.Value}` is in `{text.Name}`; built here with `{argument}`"));
            }
            else if (native.Success)
            {
                findings.Add(Found(SourceRules.NativeCpu, used.Contains(text.Name!) && !text.MayNotBeRead && Compiles(makefile, native.Value) ? FindingSeverity.Error : FindingSeverity.Warning, text, $"`{native.Value}` is in `{text.Name}`"));
            }

            if (isUsed && !IsGitVersion(text))
                findings.AddRange(Impure(text, MakeReferences.ShellCommands(text.Text), used.Contains(text.Name!) ? FindingSeverity.Warning : FindingSeverity.Note));
        }

        if (LinkedLate(makefile) is var (early, link))
        {
            arguments.Add(link);
            findings.Add(Found(SourceRules.LinkOrder, FindingSeverity.Note, early, $"`{early.Name}` names libraries, which the linker reads before anything needs them; built here with `{link}`"));
        }

        // PGXS sets it to nothing when PostgreSQL was built without Python, and `?=` changes nothing then.
        if (makefile.IncludesPgxs && makefile.Variables.GetValueOrDefault("PYTHON") is null or { Words: ["python"] } && makefile.Recipes.FirstOrDefault(recipe => MakeReferences.Names(recipe.Text).Contains("PYTHON", StringComparer.Ordinal)) is not null)
            arguments.Add("PYTHON=python3");

        foreach (var text in makefile.Expansions)
            findings.AddRange(Impure(text, MakeReferences.ShellCommands(text.Text), FindingSeverity.Note));
        var parts = makefile.Assignments.Where(text => used.Contains(text.Name!)).SelectMany(text => Words(text.Text)).Append("all").ToHashSet(StringComparer.Ordinal);
        parts.UnionWith(SourceTools.Reached(makefile));
        foreach (var text in makefile.Recipes.Where(recipe => Words(recipe.Name ?? "").Any(parts.Contains)))
        {
            findings.AddRange(Impure(text, [text.Text.TrimStart('@', '-', '+', ' ')], FindingSeverity.Warning));
            if (Downloads().Match(text.Text) is { Success: true } download)
                findings.Add(Found(SourceRules.Download, FindingSeverity.Warning, text, $"`{download.Value.Trim()}` is in the recipe of `{text.Name}`"));
        }

        if (style is SourceStyles.Pgxs && makefile is { IncludesServerSource: true, IncludesPgxs: false, HasUnreadIncludes: false })
            findings.Add(new SourceFinding(SourceRules.NoPgxs, FindingSeverity.Error, makefile.Path, null, "it includes the makefiles of PostgreSQL's source, but never PGXS", SourceRules.NoPgxs.Explain));
        return (findings.ToImmutable(), [.. arguments.Distinct(StringComparer.Ordinal)]);
    }

    /// <summary>
    /// Libraries among the flags of the compiler, and the argument that names them where they belong. On a command line the flags stand
    /// before the objects, and a linker that leaves out what nobody needs yet (<c>--as-needed</c>) leaves them all out.
    /// </summary>
    private static (MakeText Early, string Argument)? LinkedLate(Makefile makefile)
    {
        if (!makefile.IncludesPgxs || makefile.Path.Contains('/', StringComparison.Ordinal) || makefile.Variables.ContainsKey("SHLIB_LINK") || makefile.Variables.ContainsKey("PG_LIBS"))
            return null;

        string[] flags = ["PG_CFLAGS", "PG_CPPFLAGS", "PG_CXXFLAGS"];
        var libraries = flags.SelectMany(name => makefile.Words(name)).Where(word => word is ['-', 'l', _, ..] && KnownLibraries.OfLink(word[2..]) is not null).Distinct(StringComparer.Ordinal).ToArray();
        return libraries.Length > 0 && makefile.Assignments.FirstOrDefault(text => flags.Contains(text.Name, StringComparer.Ordinal) && text.Text.Contains(libraries[0], StringComparison.Ordinal)) is { } early
            ? (early, $"SHLIB_LINK={string.Join(' ', libraries)}")
            : null;
    }

    /// <summary>The variables that a build uses and whose whole value is the version that git tells.</summary>
    public static IEnumerable<string> GitVersions(Makefile makefile) => makefile.Assignments.Where(IsGitVersion).Select(text => text.Name!).Distinct(StringComparer.Ordinal).Where(UsedVariables(makefile).Contains);

    /// <summary>Whether a text is the version that git tells, and nothing else.</summary>
    public static bool IsGitVersion(MakeText text) => text.Name is not null && GitVersion().IsMatch(text.Text) && MakeReferences.End(text.Text, 0) == text.Text.Length;

    // Whether a compiler certainly gets a flag. PGXS puts these before what PostgreSQL was built with; it may set others again.
    private static bool Compiles(Makefile makefile, string flag) => (makefile.Words("MODULES").Length > 0 || makefile.Words("OBJS").Length > 0)
        && ((string[])["PG_CFLAGS", "PG_CPPFLAGS"]).Any(name => makefile.Variables.GetValueOrDefault(name) is { MayDiffer: false } value && value.Words.Contains(flag, StringComparer.Ordinal));

    /// <summary>What other build files do, of the style that builds the source.</summary>
    public static IEnumerable<SourceFinding> OfBuildFiles(SourceFiles files, string? style)
    {
        Func<string, bool> isRead = style switch
        {
            SourceStyles.CMake => name => name is "CMakeLists.txt" || name.EndsWith(".cmake", StringComparison.Ordinal),
            SourceStyles.Autoconf => name => name is "configure.ac" or "configure.in" or "autogen.sh",
            SourceStyles.Meson => name => name is "meson.build",
            _ => _ => false,
        };
        foreach (var path in files.Named(isRead).Where(path => !SourceMakefiles.IsAside(path)))
        {
            foreach (var (number, line) in files.Lines(path))
            {
                if (line.AsSpan().TrimStart() is ['#', ..] or ['d', 'n', 'l', ' ', ..])
                    continue;
                if (Fetches().Match(line) is { Success: true } fetch)
                    yield return Found(SourceRules.Download, FindingSeverity.Warning, path, number, $"`{fetch.Value.Trim()}` downloads what the source does not contain");
                if (NativeFlag().Match(line) is { Success: true } native)
                    yield return Found(SourceRules.NativeCpu, FindingSeverity.Warning, path, number, $"`{native.Value}` is set here");
                if (AsksGit().IsMatch(line))
                    yield return Found(SourceRules.ImpureCommand, FindingSeverity.Note, path, number, "it runs git, which a build does not have");
            }
        }
    }

    /// <summary>Submodules of which nothing is in the source.</summary>
    public static IEnumerable<SourceFinding> OfSubmodules(SourceFiles files) => MissingSubmodules(files).Select(module => Found(
        SourceRules.Submodule, module.IsBuilt ? FindingSeverity.Warning : FindingSeverity.Note, ".gitmodules", module.Line, $"the submodule `{module.Path}` is not in the source{(module.IsBuilt ? "" : ", and no build file names it")}"));

    /// <summary>Submodules of which nothing is in the source, and whether a build file names them: some are only test data.</summary>
    public static IEnumerable<(string Path, int Line, bool IsBuilt)> MissingSubmodules(SourceFiles files)
    {
        var builds = files.Named(name => name is "CMakeLists.txt" or "meson.build" or "Cargo.toml" or "build.rs" || name.StartsWith("configure.", StringComparison.Ordinal) || name.Contains("akefile", StringComparison.Ordinal) || name.EndsWith(".mk", StringComparison.Ordinal)).Select(files.Text).OfType<string>().ToArray();
        return files.Lines(".gitmodules").Select(pair => (pair.Number, Match: SubmodulePath().Match(pair.Line))).Where(at => at.Match.Success)
            .Select(at => (Path: at.Match.Groups["path"].Value.Trim(), at.Number)).Where(module => module.Path.Length > 0 && !files.Paths.Any(file => file.StartsWith($"{module.Path}/", StringComparison.Ordinal)))
            .Select(module => (module.Path, module.Number, builds.Any(text => text.Contains(SourceFiles.NameOf(module.Path), StringComparison.Ordinal))));
    }

    /// <summary>Patches to PostgreSQL itself, without which a few projects do not compile.</summary>
    public static IEnumerable<SourceFinding> OfServerPatches(SourceFiles files)
    {
        if (files.Paths.FirstOrDefault(path => ServerPatch().IsMatch(path)) is { } patch)
            yield return new SourceFinding(SourceRules.ServerPatch, FindingSeverity.Warning, patch, null, "it is a patch to PostgreSQL itself", SourceRules.ServerPatch.Explain);
    }

    /// <summary>The variables that a build uses: those of PGXS, and what they refer to.</summary>
    public static HashSet<string> UsedVariables(Makefile makefile)
    {
        var references = makefile.Assignments.ToLookup(text => text.Name!, text => text.Text, StringComparer.Ordinal);
        HashSet<string> used = new(BuildVariables.Where(references.Contains), StringComparer.Ordinal);
        var pending = new Queue<string>(used);
        while (pending.TryDequeue(out var name))
        {
            foreach (var reference in references[name].SelectMany(MakeReferences.Names).Where(references.Contains))
            {
                if (used.Add(reference))
                    pending.Enqueue(reference);
            }
        }

        return used;
    }

    // The targets of a build are those that its variables name; the names as they are written are enough to tell.
    private static string[] Words(string text) => text.Split([' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);

    private static string? Undo(MakeText text)
    {
        if (NeverSet.Contains(text.Name!, StringComparer.Ordinal))
            return null;

        var rest = string.Join(' ', NativeFlag().Replace(text.Text, "").Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return rest.Contains('$', StringComparison.Ordinal) ? null : $"{text.Name}={rest}";
    }

    private static IEnumerable<SourceFinding> Impure(MakeText text, IEnumerable<string> commands, FindingSeverity severity)
    {
        foreach (var command in commands)
        {
            foreach (var match in ImpureCommand().Matches(command).Cast<Match>())
            {
                var program = match.Groups["program"].Value;
                // Where the source date is given to it, the answer is the same in every build.
                if (program is "date" && command.Contains("SOURCE_DATE_EPOCH", StringComparison.Ordinal))
                    continue;

                yield return Found(SourceRules.ImpureCommand, severity, text, program is "git"
                    ? $"`{program}` is run{(text.Name is { } name ? $" for `{name}`" : "")}: it does not work in a build"
                    : $"`{program}` is run{(text.Name is { } variable ? $" for `{variable}`" : "")}");
            }
        }
    }

    private static SourceFinding Found(SourceRule rule, FindingSeverity severity, MakeText at, string text) => Found(rule, severity, at.File, at.Line, text);

    private static SourceFinding Found(SourceRule rule, FindingSeverity severity, string file, int line, string text) => new(rule, severity, file, line, text, rule.Explain);

    [GeneratedRegex(@"(?<![^\s""'=,])(-march=native|-mtune=native|-mcpu=native|-xHost)(?![\w-])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex NativeFlag();

    // At the place of a command: at the start, after a bar, a semicolon, an ampersand, a bracket, a back-quote. What uname says of the kind of machine is the same everywhere.
    [GeneratedRegex(@"(^|[|;&(`]|\b(then|do|else|if)\s)\s*(?<program>git|hostname|date|whoami|uname(?=\s+-\w*[arnv]))(?![\w./=-])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex ImpureCommand();

    [GeneratedRegex(@"(?<![\w./-])(curl|wget)\s+[^|;&]*(https?|ftp)://\S+|(?<![\w./-])(git\s+clone|git\s+submodule\s+update|(pip3?|\$[({]PIP[)}])\s+install|npm\s+(install|ci)|cargo\s+(install|fetch)|go\s+get)(?!\w)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Downloads();

    [GeneratedRegex(@"^\$[({]shell\s+([^|;&]*&&\s*)?git(\s+-C\s+\S+|\s+--git-dir\S*)?\s+describe(?!\w)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex GitVersion();

    [GeneratedRegex(@"(?<!\w)(FetchContent_(Declare|Populate|MakeAvailable)|ExternalProject_Add|CPMAddPackage)\s*\([^)]*\)?|(?i:file)\s*\(\s*DOWNLOAD|(?<![\w./-])(curl|wget)\s+\S*(https?|ftp)://\S+|(?<![\w./-])git\s+clone(?!\w)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Fetches();

    [GeneratedRegex(@"(?<![\w./-])git\s+(describe|rev-parse|log|diff-index|status)(?!\w)|GIT_EXECUTABLE\}?\s+(describe|rev-parse|log)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex AsksGit();

    [GeneratedRegex(@"(^|/)patch(es)?/[^/]*(?i:REL_?\d\d|pg_?\d\d|postgres\w*[-_]\d\d)[^/]*\.(diff|patch)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex ServerPatch();

    [GeneratedRegex(@"^\s*path\s*=\s*(?<path>.+)$", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex SubmodulePath();
}
