using System.Text.RegularExpressions;
using Monogres.Sources.Inspection.Makefiles;

namespace Monogres.Sources.Inspection;

/// <summary>Which style of the index builds a source.</summary>
internal static partial class SourceStyles
{
    public const string Pgxs = "pgxs", Autoconf = "autoconf", CMake = "cmake", Meson = "meson", Cargo = "cargo-pgrx", SqlOnly = "sql-only";

    /// <summary>The style and the file that says so; null when none fits.</summary>
    /// <param name="files">The source.</param>
    /// <param name="top">Its makefile at the top, or null.</param>
    public static (string Style, string File)? Of(SourceFiles files, Makefile? top)
    {
        if (files.Text("Cargo.toml") is { } cargo && Pgrx().IsMatch(cargo))
            return (Cargo, "Cargo.toml");
        if (top is { IncludesPgxs: true })
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

        return files.Paths.FirstOrDefault(path => path.EndsWith(".control", StringComparison.Ordinal) && path.AsSpan().Count('/') < 2 && !SourceMakefiles.IsAside(path)) is { } control ? (SqlOnly, control) : null;
    }

    /// <summary>The version of pgrx that a project in Rust asks for, or null.</summary>
    public static string? PgrxVersionOf(string cargo) => Pgrx().Match(cargo) is { Success: true } found && found.Groups["version"].Value is { Length: > 0 } version ? version : null;

    [GeneratedRegex(@"^\s*pgrx\s*=\s*(\{[^}\n]*version\s*=\s*)?(""=?(?<version>[^""]+)"")?", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture | RegexOptions.Multiline, 1000)]
    private static partial Regex Pgrx();
}
