using System.Buffers;
using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Payloads.Extensions;
using Monogres.Sources.Inspection.Makefiles;

namespace Monogres.Sources.Inspection;

/// <summary>Finds what makefiles and control files name and the source does not have.</summary>
internal static class NamedFiles
{
    // What a shell would make something else of, and what is not known.
    private static readonly SearchValues<char> NotAPath = SearchValues.Create("*?[$%'\"");

    // What make compiles, or what it makes that of without being told how; and templates of these.
    private static readonly string[] Sources = [".c", ".cc", ".cpp", ".cxx", ".C", ".s", ".S", ".m", ".f", ".p", ".y", ".l", ".r", ".c.in", ".cpp.in"];

    // What PGXS makes of each word, and how the files begin of which one is needed for that.
    private static readonly (string Variable, Func<string, string> Needed)[] Variables =
    [
        .. ((string[])["DATA", "DATA_TSEARCH", "DATA_built", "DOCS", "SCRIPTS", "SCRIPTS_built", "HEADERS", "HEADERS_built"]).Select(name => (name, (Func<string, string>)(word => word))),
        ("OBJS", word => word.EndsWith(".o", StringComparison.Ordinal) ? word[..^1] : word),
        ("MODULES", word => $"{word}."),
    ];

    /// <summary>Files that a makefile names.</summary>
    public static IEnumerable<SourceFinding> Missing(SourceFiles files, SourceMakefiles makefiles, string? style)
    {
        foreach (var makefile in style is SourceStyles.Pgxs ? makefiles.All.Where(one => one.IncludesPgxs && !one.Variables.ContainsKey("VPATH")) : [])
        {
            var (directory, isLibrary) = (SourceFiles.DirectoryOf(makefile.Path), makefile.Words("MODULE_big").Length + makefile.Words("PROGRAM").Length > 0);
            foreach (var (variable, needed) in Variables.Where(one => one.Variable is not "OBJS" || isLibrary))
            {
                foreach (var word in makefile.Words(variable).Distinct(StringComparer.Ordinal).Where(word => !IsThere(files, directory, needed(word)) && !IsMade(makefile, word, needed(word))))
                {
                    var severity = makefile.IsPlain && makefile.Variables[variable].IsCertain && directory.Length == 0 ? FindingSeverity.Error : FindingSeverity.Warning;
                    yield return Found(makefile, variable, word, severity, variable is "OBJS" or "MODULES" ? "and there is no source of it" : "which is not there", Near(files, makefile, word));
                }
            }

            foreach (var (variable, ending) in ((string, string)[])[("REGRESS", ".sql"), ("ISOLATION", ".spec")])
            {
                foreach (var test in makefile.Words(variable).Where(word => word is not ['-', ..] && word.AsSpan().IndexOfAny(NotAPath) < 0 && !makefile.MayMake(word) && !MakesTest(makefile, word, ending)).Distinct(StringComparer.Ordinal))
                {
                    var name = SourceFiles.NameOf(test);
                    if (!files.Paths.Any(path => SourceFiles.NameOf(path) is var other && (string.Equals(other, name + ending, StringComparison.Ordinal) || other.StartsWith($"{name}.source", StringComparison.Ordinal) || other.StartsWith($"{name}{ending}.", StringComparison.Ordinal))))
                        yield return Found(makefile, variable, test, FindingSeverity.Warning, $"and there is no `{name}{ending}`", []);
                    else if (files.Paths.Where(path => SourceFiles.NameOf(path) is var other && (string.Equals(other, name + ending, StringComparison.Ordinal) || other.StartsWith($"{name}.source", StringComparison.Ordinal))).All(path => path.EndsWith(".source", StringComparison.Ordinal)) && files.Paths.Any(path => string.Equals(SourceFiles.NameOf(path), $"{name}.source", StringComparison.Ordinal)))
                        yield return Found(makefile, variable, test, FindingSeverity.Warning, $"of which there is only the template `{name}.source`: since PostgreSQL 15, nothing makes a test of that", []);
                    else if (!files.Paths.Any(path => SourceFiles.NameOf(path) is var other && other.StartsWith(name, StringComparison.Ordinal) && (other.Contains(".out", StringComparison.Ordinal) || other.EndsWith(".source", StringComparison.Ordinal))))
                        yield return Found(makefile, variable, test, FindingSeverity.Warning, $"and there is no `{name}.out` with what it should print", []);
                }
            }
        }
    }

    /// <summary>Libraries that scripts of an extension load, and that no makefile makes.</summary>
    public static IEnumerable<SourceFinding> MissingLibraries(SourceFiles files, SourceMakefiles makefiles, string? style, IEnumerable<SourceExtension> extensions)
    {
        var made = makefiles.All.SelectMany(makefile => makefile.Words("MODULES").Concat(makefile.Words("MODULE_big"))).Select(SourceFiles.NameOf).ToHashSet(StringComparer.Ordinal);
        bool IsKnown(Makefile makefile) => ((string[])["MODULES", "MODULE_big"]).All(name => makefile.Variables.GetValueOrDefault(name) is null or { IsCertain: true });
        if (style is not SourceStyles.Pgxs || !makefiles.All.All(makefile => makefile.IsPlain && IsKnown(makefile)))
            yield break;

        foreach (var extension in extensions)
        {
            const string libdir = "$libdir/", word = "MODULE_PATHNAME";
            if (extension is not { IsInstalled: true, ModulePathname: { } module })
                continue;

            var name = module.StartsWith(libdir, StringComparison.Ordinal) ? module[libdir.Length..] : module;
            var isUsed = files.Paths.Any(path => SourceFiles.NameOf(path).StartsWith($"{extension.Name}--", StringComparison.Ordinal) && files.Text(path)?.Contains(word, StringComparison.Ordinal) is true);
            if (isUsed && !name.Contains('/', StringComparison.Ordinal) && !made.Contains(name))
                yield return new SourceFinding(SourceRules.MissingFile, FindingSeverity.Warning, extension.File, null, $"`module_pathname` names the library `{name}`, which no makefile makes", SourceRules.MissingFile.Explain);
        }
    }

    // Where a test lies is said by options; a rule says so itself: `test/sql/operators.sql`, `sql/%.sql`.
    private static bool MakesTest(Makefile makefile, string test, string ending) => makefile.MayMake($"sql/{test}{ending}")
        || makefile.Targets.Any(target => string.Equals(target, test + ending, StringComparison.Ordinal) || target.EndsWith($"/{test}{ending}", StringComparison.Ordinal) || target.EndsWith($"/%{ending}", StringComparison.Ordinal));

    // Of what is compiled, a rule may make the source or the object.
    private static bool IsMade(Makefile makefile, string word, string needed) => makefile.MayMake(word)
        || (needed.EndsWith('.') && ((string[])[.. Sources, ".o"]).Any(ending => makefile.MayMake(needed[..^1] + ending)));

    private static bool IsThere(SourceFiles files, string directory, string needed)
    {
        if (needed.AsSpan().IndexOfAny(NotAPath) >= 0 || needed.StartsWith('/') || !RelativePath.TryParse(directory, out var from) || !RelativePath.TryResolve(from, needed, out var path))
            return true; // Not a file of the source that could be named.

        // A directory, and a template that a rule of PGXS replaces, are there too.
        return needed.EndsWith('.')
            ? Sources.Any(ending => files.Names.Contains($"{path.Value[..^1]}{ending}"))
            : files.Names.Contains(path.Value) || files.Names.Contains($"{path.Value}.in") || files.Paths.Any(one => one.StartsWith($"{path.Value}/", StringComparison.Ordinal));
    }

    private static ImmutableArray<string> Near(SourceFiles files, Makefile makefile, string word)
    {
        var directory = SourceFiles.DirectoryOf(SourceFiles.DirectoryOf(makefile.Path) is { Length: > 0 } top ? $"{top}/{word}" : word);
        var named = makefile.Words("DATA").Select(SourceFiles.NameOf).ToHashSet(StringComparer.Ordinal);
        var candidates = files.Paths.Where(path => string.Equals(SourceFiles.DirectoryOf(path), directory, StringComparison.Ordinal) && string.Equals(Path.GetExtension(path), Path.GetExtension(word), StringComparison.Ordinal))
            .Select(SourceFiles.NameOf).Where(name => !named.Contains(name));
        return [.. NearNames.Of(SourceFiles.NameOf(word), candidates, count: 1)];
    }

    private static SourceFinding Found(Makefile makefile, string variable, string word, FindingSeverity severity, string what, ImmutableArray<string> near)
    {
        var texts = makefile.Assignments.Where(text => string.Equals(text.Name, variable, StringComparison.Ordinal)).ToArray();
        var at = texts.FirstOrDefault(text => text.Text.Split(' ').Contains(word, StringComparer.Ordinal)) ?? texts.FirstOrDefault();
        return new SourceFinding(
            SourceRules.MissingFile, severity, at?.File ?? makefile.Path, at?.Line, $"`{variable}` names `{word}`, {what}{(near.IsEmpty ? "" : $"; there is `{near[0]}`")}", SourceRules.MissingFile.Explain);
    }
}
