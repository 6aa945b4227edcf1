using System.Text.RegularExpressions;
using Monogres.Core;
using Monogres.Index.Platforms;
using Monogres.Plans.Scripts;

namespace Monogres.Plans.Targets;

/// <summary>What to do when a command of a target fails.</summary>
internal static partial class FailureHints
{
    /// <summary>How to look inside.</summary>
    public static string LookInside(Target target) => $"inspect its sandbox with `monogres shell {target.Arguments}`";

    /// <summary>How to get what the log says was not found, and how to look inside.</summary>
    /// <param name="target">An extension.</param>
    /// <param name="log">The lines that are shown of its log.</param>
    /// <param name="platform">Where it is built.</param>
    /// <param name="isLocal">Whether it is a source that is not in the index.</param>
    public static string Of(Target target, IReadOnlyList<string> log, Platform platform, bool isLocal) =>
        string.Join("; ", log.Select(line => OfLine(line, platform, isLocal)).OfType<string>().Distinct(StringComparer.Ordinal).Append(LookInside(target)));

    private static string? OfLine(string line, Platform platform, bool isLocal)
    {
        if (Module().Match(line) is { Success: true } module)
        {
            // Debian's policy for Perl names the package after the module.
            var path = module.Groups["path"].Value;
            var package = $"lib{path.Replace('/', '-').ToLowerInvariant()}-perl";
            return OfPackage($"the Perl module {path.Replace("/", "::", StringComparison.Ordinal)}", package, set: null, package, platform, isLocal);
        }

        if (MissingLibrary.Of(line) is { } library)
            return library.Hint(platform, isLocal);
        if (Missing().Match(line) is not { Success: true } missing)
            return null;

        var (program, isPath) = (missing.Groups["program"].Value, missing.Groups["path"].Value is not ("" or "/bin/" or "/usr/bin/"));
        if (isPath)
            return $"`{missing.Groups["path"].Value}{program}` is also not found when its first line names a program that is not there";

        return KnownTools.Find(program) is { } tool ? OfPackage($"`{program}`", tool.Package, tool.SetOn(platform), tool.Set, platform, isLocal) : null;
    }

    // `set` is the package set of the platform that has the package, `name` what one is called when there is none.
    private static string OfPackage(string what, string package, string? set, string name, Platform platform, bool isLocal) => set is not null
        ? $"{what} is in the package set `{set}`: {(isLocal ? $"add it with `--packages {set}`" : "name it under `build_packages` of its repo.json")}"
        : $"{what} is in Debian's package `{package}`, which no package set of {platform.Name} has: `monogres platform add {name} {package} --tool` adds one; then {(isLocal ? $"build with `--packages {name}`" : $"name `{name}` under `build_packages` of its repo.json")}";

    // What sh, bash, make, env, exec of a script, and meson write. A file that some other program does not find is no program.
    [GeneratedRegex(@"(:\s(line\s)?\d+:\s|make(\[\d+\])?:\s|env:\s['‘""]?)(?<path>\S*/)?(?<program>[\w.+-]+)['’""]?:\s(not found|[Cc]ommand not found|No such file or directory)|:\s(?<path>/\S*/)(?<program>[\w.+-]+):\sbad interpreter|Program\s'?(?<program>[\w.+-]+)'?\s(found: NO|not found)", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Missing();

    [GeneratedRegex(@"Can't locate (?<path>[\w/]+)\.pm in @INC", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Module();
}
