using System.Text.RegularExpressions;
using Monogres.Sources.Inspection.Makefiles;

namespace Monogres.Sources.Inspection;

/// <summary>Which style of the index builds a source.</summary>
internal static partial class SourceStyles
{
    public const string Pgxs = "pgxs", Autoconf = "autoconf", CMake = "cmake", Meson = "meson", Cargo = "cargo-pgrx", SqlOnly = "sql-only";

    private static readonly string[] BuildFiles = ["GNUmakefile", "makefile", "Makefile", "configure", "configure.ac", "configure.in", "CMakeLists.txt", "meson.build", "Cargo.toml"];

    /// <summary>The style and the file that says so; null when none fits.</summary>
    /// <param name="files">The source.</param>
    /// <param name="makefiles">Its makefiles.</param>
    public static (string Style, string File)? Of(SourceFiles files, SourceMakefiles makefiles)
    {
        var top = makefiles.Top;
        if (files.Text("Cargo.toml") is { } cargo && (Pgrx().IsMatch(cargo) || (Workspace().IsMatch(cargo) && files.Named(name => name is "Cargo.toml").Any(path => Pgrx().IsMatch(files.Text(path) ?? "")))))
            return (Cargo, "Cargo.toml");
        if (top is { IncludesPgxs: true, IncludesTemplates: false })
            return (Pgxs, top.Path);
        foreach (var (style, names) in ((string, string[])[])[(Autoconf, ["configure", "configure.ac", "configure.in"]), (CMake, ["CMakeLists.txt"])])
        {
            if (names.FirstOrDefault(files.Names.Contains) is { } found)
                return (style, found);
        }

        // A makefile that calls those of its folders, or that cannot be followed to the end.
        if (top is not null)
            return (Pgxs, top.Path);
        if (files.Names.Contains("meson.build"))
            return (Meson, "meson.build");

        // Copying control files and scripts is not all of it when something else is to be built.
        if (NotBuilt(files, makefiles) is not null)
            return null;

        return files.Paths.FirstOrDefault(path => path.EndsWith(".control", StringComparison.Ordinal) && path.AsSpan().Count('/') < 2 && !SourceMakefiles.IsAside(path)) is { } control ? (SqlOnly, control) : null;
    }

    /// <summary>What to do about <see cref="NotBuilt"/>.</summary>
    public const string BuiltFromTop = "A source is built from its top, and an archive may have one folder around it with nothing beside that: give the directory of the project itself, or an archive of that alone; where there is no makefile at all, add one that includes PGXS.";

    /// <summary>What a source without a build file at its top would need one for, as a sentence without a full stop; null when it has nothing to build.</summary>
    public static string? NotBuilt(SourceFiles files, SourceMakefiles makefiles)
    {
        var controls = files.Paths.Where(path => path.EndsWith(".control", StringComparison.Ordinal)).Select(SourceFiles.DirectoryOf).ToHashSet(StringComparer.Ordinal);
        var below = makefiles.All.Select(makefile => makefile.Path)
            .Concat(files.Named(BuildFiles.Contains).Where(path => controls.Contains(SourceFiles.DirectoryOf(path))))
            .FirstOrDefault(path => path.Contains('/', StringComparison.Ordinal) && !SourceMakefiles.IsAside(path));
        if (below is not null)
            return $"it is to be built with `{below}`, which is not at its top";

        return files.Paths.FirstOrDefault(path => SourceFiles.IsC(path) && !SourceMakefiles.IsAside(path) && ServerHeader().IsMatch(files.Text(path) ?? "")) is { } c
            ? $"nothing at its top compiles `{c}`"
            : null;
    }

    /// <summary>The version of pgrx that a project in Rust asks for, or null.</summary>
    public static string? PgrxVersionOf(string cargo) => Pgrx().Match(cargo) is { Success: true } found && found.Groups["version"].Value is { Length: > 0 } version ? version : null;

    [GeneratedRegex(@"^\s*\[workspace\]", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline, 60_000)]
    private static partial Regex Workspace();

    [GeneratedRegex(@"^\s*#\s*include\s*""postgres\.h""", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline, 60_000)]
    private static partial Regex ServerHeader();

    [GeneratedRegex(@"^\s*pgrx\s*=\s*(\{[^}\n]*version\s*=\s*)?(""=?(?<version>[^""]+)"")?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline, 60_000)]
    private static partial Regex Pgrx();
}
