using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Monogres.Sources.Inspection.Makefiles;
using Monogres.Plans.Scripts;
using Monogres.Platforms.Contents;

namespace Monogres.Sources.Inspection;

/// <summary>Finds the libraries that a source uses: in its makefiles, in other build files, in what its C includes.</summary>
internal static partial class SourceLibraries
{
    private static readonly string[] LinkVariables = ["SHLIB_LINK", "SHLIB_LINK_INTERNAL", "PG_LDFLAGS", "PG_LIBS", "PG_LIBS_INTERNAL", "LDFLAGS", "LDFLAGS_SL", "LIBS"];

    /// <summary>Every library, each once: how it is linked with when that is known, else where it is included.</summary>
    public static ImmutableArray<SourceLibrary> Find(SourceFiles files, IReadOnlyList<Makefile> makefiles) =>
    [
        .. makefiles.SelectMany(OfMakefile).Concat(OfBuildFiles(files)).Concat(OfHeaders(files))
            .GroupBy(library => library.Name, StringComparer.Ordinal)
            .Select(same => (same.FirstOrDefault(library => library.IsLinked) ?? same.First()) with { Files = [.. same.SelectMany(library => library.Files).Distinct()] })
            .OrderBy(library => library.Name, StringComparer.Ordinal),
    ];

    private static IEnumerable<SourceLibrary> OfMakefile(Makefile makefile)
    {
        foreach (var text in makefile.Assignments.Concat(makefile.Expansions).Concat(makefile.Recipes))
        {
            foreach (var library in PkgConfigOf(text.Text).Select(name => (Name: KnownLibraries.OfPkgConfig(name), Mention: $"pkg-config {name}", File: new WantedFile(WantedKind.Module, name)))
                .Concat(ConfigProgram().Matches(text.Text).Select(match => (Name: (string?)NameOfProgram(match.Groups["name"].Value), Mention: match.Value.Trim(), File: new WantedFile(WantedKind.Program, match.Groups["program"].Value)))))
            {
                if (library.Name is { } name)
                    yield return new SourceLibrary(name, library.Mention, text.File, text.Line, IsLinked: true) { Files = [library.File] };
            }
        }

        foreach (var variable in LinkVariables)
        {
            // What is in a directory of its own, the project makes or brings itself.
            var isOwn = makefile.Words(variable).Any(word => word is ['-', 'L', not ('/' or '$'), ..]);
            foreach (var word in makefile.Words(variable).Where(word => !isOwn || (word is ['-', 'l', .. var known] && KnownLibraries.IsKnown(known))).Where(word => word.StartsWith("-l", StringComparison.Ordinal) && word.Length > 2))
            {
                var at = makefile.Assignments.LastOrDefault(one => one.Text.Contains(word, StringComparison.Ordinal)) ?? makefile.Assignments.LastOrDefault(one => string.Equals(one.Name, variable, StringComparison.Ordinal));
                if (at is not null && KnownLibraries.OfLink(word[2..]) is { } name)
                    yield return new SourceLibrary(name, word, at.File, at.Line, IsLinked: true) { Files = [new(WantedKind.Library, word[2..])] };
            }

            // `$(ICU_LIBS)` is what PostgreSQL itself was linked with.
            foreach (var at in makefile.Assignments.Where(one => string.Equals(one.Name, variable, StringComparison.Ordinal)))
            {
                foreach (var match in ServerLibraries().Matches(at.Text).Cast<Match>())
                    yield return new SourceLibrary(KnownLibraries.OfLink(match.Groups["name"].Value.ToLowerInvariant()) ?? match.Groups["name"].Value.ToLowerInvariant(), match.Value, at.File, at.Line, IsLinked: true);
            }
        }
    }

    private static IEnumerable<SourceLibrary> OfBuildFiles(SourceFiles files)
    {
        foreach (var path in files.Named(name => name is "CMakeLists.txt" or "configure.ac" or "configure.in" or "meson.build" || name.EndsWith(".cmake", StringComparison.Ordinal)))
        {
            var name = SourceFiles.NameOf(path);
            foreach (var (number, line) in files.Lines(path))
            {
                foreach (var (library, file) in InBuildFile(name, line).Where(found => found.Library is { } known && IsName(known)))
                    yield return new SourceLibrary(library!, line.Trim(), path, number, IsLinked: false) { Files = [.. file is null ? Array.Empty<WantedFile>() : [file]] };
            }
        }
    }

    // What CMake looks for has files of many names.
    private static IEnumerable<(string? Library, WantedFile? File)> InBuildFile(string name, string line)
    {
        var modules = CheckModules().Matches(line).Select(match => OfModule(match.Groups["name"].Value));
        return name switch
        {
            "configure.ac" or "configure.in" => CheckLibrary().Matches(line).Select(match => match.Groups["name"].Value).Select(library => (KnownLibraries.OfLink(library), (WantedFile?)new WantedFile(WantedKind.Library, library))).Concat(modules),
            "meson.build" => MesonDependency().Matches(line).Select(match => OfModule(match.Groups["name"].Value)),
            _ => FindPackage().Matches(line).Select(match => (KnownLibraries.OfCMake(match.Groups["name"].Value), (WantedFile?)null)).Concat(modules),
        };

        static (string?, WantedFile?) OfModule(string module) => (KnownLibraries.OfPkgConfig(module), new WantedFile(WantedKind.Module, module));
    }

    private static IEnumerable<SourceLibrary> OfHeaders(SourceFiles files)
    {
        foreach (var path in files.Paths.Where(SourceFiles.IsC))
        {
            foreach (var (number, line) in files.Lines(path))
            {
                if (Include().Match(line) is { Success: true } include && KnownLibraries.OfHeader(include.Groups["header"].Value) is { } library && !IsOwn(files, path, include.Groups["header"].Value))
                    yield return new SourceLibrary(library, line.Trim(), path, number, IsLinked: false) { Files = [new(WantedKind.Header, include.Groups["header"].Value)] };
            }
        }
    }

    // A copy of the library in the source, or a header that is merely called alike.
    private static bool IsOwn(SourceFiles files, string from, string header) =>
        files.Names.Contains($"{SourceFiles.DirectoryOf(from)}/{header}".TrimStart('/')) || files.Paths.Any(path => path.EndsWith($"/{header}", StringComparison.Ordinal)) || files.Names.Contains(header);

    private static IEnumerable<string> PkgConfigOf(string text) => PkgConfig().Matches(text)
        .SelectMany(match => match.Groups["names"].Value.Split([' ', '\t', '"', '\''], StringSplitOptions.RemoveEmptyEntries))
        .TakeWhile(word => IsName(word) || word.StartsWith('-')).Where(IsName);

    // `geos-config`, `pg_config` is none.
    private static string NameOfProgram(string program) => program switch { "xml2" => "libxml", "xslt" => "libxslt", "mariadb" => "mysql", var other => KnownLibraries.OfLink(other) ?? other };

    private static bool IsName(string word) => word.Length > 0 && char.IsAsciiLetterOrDigit(word[0]) && word.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.' or '+');

    [GeneratedRegex(@"(pkg-config|\$[({]PKG_?CONFIG[)}])(?<names>(\s+[-\w.+=""']+)+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex PkgConfig();

    [GeneratedRegex(@"(?<![\w/.$({-])(?<program>(?<name>xml2|xslt|gdal|geos|pcre|pcre2|curl|mysql|mariadb|sfcgal|gsl)[-_]config)\s+--\w[\w-]*", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex ConfigProgram();

    [GeneratedRegex(@"\$[({](?<name>ICU|XML2?|LZ4|ZSTD|LDAP|SSL)_LIBS(_BE|_FE)?[)}]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex ServerLibraries();

    [GeneratedRegex(@"(AC_CHECK_LIB\(|AC_SEARCH_LIBS\([^,]+,)\s*\[?(?<name>[\w.+-]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex CheckLibrary();

    [GeneratedRegex(@"(PKG_CHECK_MODULES|pkg_check_modules)\s*\(\s*\[?[\w-]+\]?[\s,]+(REQUIRED\s+|IMPORTED_TARGET\s+)*\[?""?(?<name>[\w.+-]+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex CheckModules();

    [GeneratedRegex(@"(?<!\w)dependency\(\s*'(?<name>[\w.+-]+)'", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex MesonDependency();

    [GeneratedRegex(@"(?i:find_package)\s*\(\s*(?<name>\w+)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex FindPackage();

    [GeneratedRegex(@"^\s*#\s*include\s*[<""](?<header>[^>""]+)[>""]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Include();
}
