using Monogres.Core;

namespace Monogres.Platforms.Lock;

/// <summary>The errors of reading and making a platform's lock.</summary>
public static class LockErrors
{
    /// <summary>The lock lacks a package that something needs.</summary>
    /// <param name="platform">Whose lock.</param>
    /// <param name="package">What is missing.</param>
    /// <param name="askedBy">The chain of packages that require it up to the root, nearest first; empty when it is itself a root.</param>
    /// <param name="near">Names in the lock that may have been meant.</param>
    public static UserErrorException Missing(string platform, string package, IReadOnlyList<string> askedBy, IReadOnlyList<string> near) => new(
        $"the lock of `{platform}` has no package `{package}`",
        near.Count > 0 ? $"did you mean `{string.Join("`, `", near)}`? Otherwise add it to a package set of the platform and {Renew(platform)}" : $"add it to a package set of the platform and {Renew(platform)}",
        Chain(askedBy));

    /// <summary>A pinned package is no longer on the mirror: the archive has replaced it by a newer version.</summary>
    /// <param name="platform">Whose lock.</param>
    /// <param name="download">What could not be downloaded, and what each place said.</param>
    public static UserErrorException Stale(string platform, UserErrorException download) => new(
        $"the lock of `{platform}` may be stale: {download.Message}",
        $"a mirror that answers 404 has replaced the package by a newer one: {Renew(platform)}, or name a mirror that still has it with `--mirror`",
        download.Details,
        download) { Unavailable = true };

    /// <summary>A lock file cannot be read.</summary>
    public static UserErrorException Unreadable(string file, string reason, string platform) => new(
        $"{file} is not a package lock", Renew(platform), [reason]);

    /// <summary>The archive has no package that was asked for.</summary>
    internal static UserErrorException NotInArchive(string place, string package, IReadOnlyList<string> near) => new(
        $"{place} has no package `{package}`",
        near.Count > 0 ? $"did you mean `{string.Join("`, `", near)}`?" : "check the package sets of the platform");

    /// <summary>Nothing in the archive satisfies a requirement.</summary>
    internal static UserErrorException Unsatisfiable(string place, string package, Dependency dependency, IReadOnlyList<string> askedBy) => new(
        $"nothing in {place} satisfies the requirement `{dependency}` of `{package}`",
        "remove the package, or add the name of the required package to `omit` of the platform",
        Chain(askedBy));

    /// <summary>The platform both requires a package and omits it.</summary>
    internal static UserErrorException RequiredAndOmitted(string platform, string package) => new(
        $"`{platform}` both requires `{package}` and omits it",
        "remove it from the package set or from `omit`");

    /// <summary>The package that the platform prefers for a virtual package does not provide it.</summary>
    internal static UserErrorException PreferredIsNoProvider(string virtualPackage, string preferred) => new(
        $"`{preferred}` is preferred for `{virtualPackage}` but does not provide it",
        "correct `prefer` of the platform");

    /// <summary>No mirror gave a file that passes its check.</summary>
    internal static UserErrorException NoMirror(string what, IReadOnlyList<string> tried) => new(
        $"no mirror has a usable {what}",
        "check the network, or name another mirror",
        tried);

    /// <summary>The release lacks the index of this component and architecture.</summary>
    internal static UserErrorException NoIndex(string suite, string component, string architecture) => new(
        $"`{suite}` has no package index for component `{component}` and architecture `{architecture}`",
        "check suite, component and architecture of the platform");

    /// <summary>The archive has no list of which package has which file.</summary>
    internal static UserErrorException NoContents(string suite, string component, string architecture) => new(
        $"`{suite}` has no index of contents for component `{component}` and architecture `{architecture}`, so that packages cannot be found by their files",
        "name the packages: `monogres platform add NAME PACKAGE…`");

    /// <summary>Nothing can be added to a lock, because what it has is no longer what the archive has.</summary>
    internal static UserErrorException MovedOn(PackagesLock locked, IReadOnlyList<LockedPackage> moved, Func<string, DebianVersion?> now) => new(
        $"the archive has moved on since the lock of `{locked.Platform}` was made: {moved.Count} of its {locked.Packages.Length} packages have other versions now, or are gone",
        $"{Renew(locked.Platform)}, which changes the keys of what is built with these packages, and try again",
        [.. moved.Take(MostListed).Select(package => $"{package.Name} {package.Version}, now {now(package.Name)?.Text ?? "gone"}"),
            .. moved.Count > MostListed ? [$"and {moved.Count - MostListed} more"] : Array.Empty<string>()]);

    private const int MostListed = 5;

    private static string Renew(string platform) => $"renew the lock with `monogres platform lock {platform}`";

    private static List<string> Chain(IReadOnlyList<string> askedBy) => [.. askedBy.Select(name => $"required by {name}")];
}
