using Monogres.Payloads.Extensions;

namespace Monogres.Sources.Inspection;

/// <summary>Finds the folder of a source that is built, in those whose top has pages, images and several projects.</summary>
internal static class SourceFolder
{
    private const int Deepest = 2;

    private static readonly string[] BuildFiles = ["configure.ac", "configure.in", "configure", "CMakeLists.txt", "meson.build", "GNUmakefile", "Makefile"];

    /// <summary>
    /// The folder: empty for the top, which is nearly always built itself. Another one only when nothing at the top builds, and it is
    /// the one folder with a build file that has all control files in it.
    /// </summary>
    public static string Of(SourceFiles files, ControlFileReader controls)
    {
        var makefiles = SourceMakefiles.Read(files, controls);
        if (SourceStyles.Of(files, makefiles) is { } style && !(style.Style is SourceStyles.Pgxs && IsHollow(files, makefiles)))
            return "";

        var owners = files.Paths.Where(path => (path.EndsWith(".control", StringComparison.Ordinal) || path.EndsWith(".control.in", StringComparison.Ordinal)) && !SourceMakefiles.IsAside(path)).Select(SourceFiles.DirectoryOf).ToArray();
        if (owners.Length == 0 || owners.Any(owner => owner.Length == 0))
            return "";

        var candidates = files.Paths.Where(path => BuildFiles.Contains(SourceFiles.NameOf(path), StringComparer.Ordinal)).Select(SourceFiles.DirectoryOf).Distinct(StringComparer.Ordinal)
            .Where(folder => folder.Length > 0 && folder.AsSpan().Count('/') < Deepest && !SourceMakefiles.IsAside(folder) && owners.All(owner => string.Equals(owner, folder, StringComparison.Ordinal) || owner.StartsWith($"{folder}/", StringComparison.Ordinal)))
            .OrderBy(folder => folder.Length);
        return candidates.FirstOrDefault() ?? "";
    }

    // A makefile for pages, images or machines: it neither includes PGXS nor says what `all` is.
    private static bool IsHollow(SourceFiles files, SourceMakefiles makefiles) => makefiles.Top is { IncludesPgxs: false, HasUnreadIncludes: false } top && !top.Targets.Contains("all", StringComparer.Ordinal)
        && !files.Paths.Any(path => !path.Contains('/', StringComparison.Ordinal) && path.EndsWith(".control", StringComparison.Ordinal));
}
