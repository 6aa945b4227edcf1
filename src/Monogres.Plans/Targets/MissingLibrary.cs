using System.Text.RegularExpressions;
using Monogres.Index.Platforms;
using Monogres.Plans.Scripts;

namespace Monogres.Plans.Targets;

/// <summary>A library that a build did not find, as its log says.</summary>
/// <param name="Name">Its name in package sets: <c>sodium</c>.</param>
/// <param name="File">What was not found, as <c>monogres platform add</c> takes it: <c>sodium.h</c>, <c>-lsodium</c>, <c>libsodium.pc</c>.</param>
internal sealed partial record MissingLibrary(string Name, string File)
{
    // Their absence is no matter of packages: they are PostgreSQL's, of another major.
    private static readonly string[] ServerFolders =
        ["access/", "catalog/", "commands/", "common/", "executor/", "foreign/", "jit/", "lib/", "libpq/", "mb/", "nodes/", "optimizer/", "parser/", "partitioning/", "port/", "postmaster/", "replication/", "rewrite/", "statistics/", "storage/", "tcop/", "tsearch/", "utils/"];

    /// <summary>What a line of a log says is missing; null when it says nothing of the kind.</summary>
    public static MissingLibrary? Of(string line)
    {
        if (Header().Match(line) is { Success: true } header)
        {
            var file = header.Groups["file"].Value;
            return ServerFolders.Any(folder => file.StartsWith(folder, StringComparison.Ordinal)) ? null : Named(KnownLibraries.OfHeader(file) ?? NameOf(file), file);
        }

        if (Linked().Match(line) is { Success: true } linked)
            return Named(KnownLibraries.OfLink(linked.Groups["name"].Value), $"-l{linked.Groups["name"].Value}");

        return Module().Match(line) is { Success: true } module ? Named(KnownLibraries.OfPkgConfig(module.Groups["name"].Value), $"{module.Groups["name"].Value}.pc") : null;
    }

    /// <summary>How to get it.</summary>
    /// <param name="platform">Where it is built.</param>
    /// <param name="isLocal">Whether what is built is a source that is not in the index.</param>
    public string Hint(Platform platform, bool isLocal)
    {
        var set = $"{Name}-build";
        var use = isLocal ? $"`--packages {set}`" : $"`{set}` under `build_packages` of its repo.json";
        return platform.HasPackageSet(set)
            ? $"`{File}` belongs to the package set `{set}`: {(isLocal ? $"add it with {use}" : $"name {use}")}"
            : $"`{File}` is in no package of the build: `monogres platform add {Name} {File}` finds Debian's package with it and locks it; then {(isLocal ? $"build with {use}" : $"name {use}")}";
    }

    private static MissingLibrary? Named(string? name, string file) => name is { Length: > 0 } ? new MissingLibrary(name, file) : null;

    // `uriparser/Uri.h` is of uriparser, `sodium.h` of sodium.
    private static string NameOf(string header)
    {
        var word = header.Split('/')[0].Split('.')[0].ToLowerInvariant();
        return string.Concat(word.Where(c => char.IsAsciiLetterLower(c) || char.IsAsciiDigit(c) || c is '-' or '_')).TrimStart('-', '_', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9');
    }

    // gcc, clang.
    [GeneratedRegex(@"fatal error: '?(?<file>[\w./+-]+\.(h|hpp|hh))'?(: No such file or directory| file not found)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Header();

    // The linkers of GNU and LLVM.
    [GeneratedRegex(@"(cannot find|unable to find library) -l(?<name>[\w.+-]*[\w+-])", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Linked();

    // pkg-config, its macros for autoconf and CMake, and meson.
    [GeneratedRegex(@"(No package|Package) '?(?<name>[\w.+-]+)'?(, required by '[^']*', not found| was not found| found$)|Dependency ""?(?<name>[\w.+-]+)""? (not found|found: NO)|ependency (?<name>[\w.+-]+) found: NO", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Module();
}
