using Monogres.Plans.Scripts;
using System.Text.RegularExpressions;
using Monogres.Sources.Inspection.Makefiles;

namespace Monogres.Sources.Inspection;

/// <summary>Tells which libraries a build cannot do without: what is linked whatever is configured, and what compiled files include under no condition.</summary>
internal static partial class CertainLibraries
{
    /// <summary>Their names, as in <see cref="SourceLibrary.Name"/>.</summary>
    /// <param name="files">The source.</param>
    /// <param name="makefiles">Its makefiles.</param>
    /// <param name="style">The style that builds it.</param>
    public static HashSet<string> Of(SourceFiles files, SourceMakefiles makefiles, string? style)
    {
        var names = style switch
        {
            SourceStyles.Pgxs when makefiles.Top is { } top => Linked(top).Concat(Included(files, makefiles.Compiled(files))),
            SourceStyles.Meson => Dependencies(files),
            _ => [],
        };
        return new(names.OfType<string>(), StringComparer.Ordinal);
    }

    private static IEnumerable<string?> Linked(Makefile makefile) => makefile.Words("MODULE_big").IsEmpty && makefile.Words("MODULES").IsEmpty ? []
        : ((string[])["SHLIB_LINK", "PG_LIBS"]).Where(name => makefile.Variables.GetValueOrDefault(name) is { MayDiffer: false })
            .SelectMany(name => makefile.Words(name)).Where(word => word is ['-', 'l', _, ..]).Select(word => KnownLibraries.OfLink(word[2..]));

    private static IEnumerable<string?> Included(SourceFiles files, IEnumerable<string> compiled)
    {
        foreach (var path in compiled)
        {
            var depth = 0;
            foreach (var line in CText.Code(files.Text(path) ?? "").Split('\n'))
            {
                depth += Begins().IsMatch(line) ? 1 : Ends().IsMatch(line) ? -1 : 0;
                if (depth == 0 && Include().Match(line) is { Success: true } include)
                    yield return KnownLibraries.OfHeader(include.Groups["header"].Value);
            }
        }
    }

    private static IEnumerable<string?> Dependencies(SourceFiles files)
    {
        var depth = 0;
        foreach (var (_, line) in files.Lines("meson.build"))
        {
            depth += MesonIf().IsMatch(line) ? 1 : MesonEndIf().IsMatch(line) ? -1 : 0;
            if (depth == 0 && MesonDependency().Match(line) is { Success: true } dependency && !line.Contains("required", StringComparison.Ordinal))
                yield return KnownLibraries.OfPkgConfig(dependency.Groups["name"].Value);
        }
    }

    [GeneratedRegex(@"^\s*#\s*if", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Begins();

    [GeneratedRegex(@"^\s*#\s*endif", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Ends();

    [GeneratedRegex(@"^\s*#\s*include\s*<(?<header>[^>]+)>", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex Include();

    [GeneratedRegex(@"^\s*(if|foreach)\s", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex MesonIf();

    [GeneratedRegex(@"^\s*(endif|endforeach)\b", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex MesonEndIf();

    [GeneratedRegex(@"(?<!\w)dependency\(\s*'(?<name>[\w.+-]+)'\s*[,)]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 60_000)]
    private static partial Regex MesonDependency();
}
