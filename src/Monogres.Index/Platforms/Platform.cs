using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index.Options;
using Monogres.Index.Projects;

namespace Monogres.Index.Platforms;

/// <summary>Where results run, and what the file system of a build on it is composed of. Its package lock is in the same folder.</summary>
public sealed record Platform
{
    /// <summary>Its name, <c>debian12-amd64</c>, which is also the name of its folder.</summary>
    public required PlatformName Name { get; init; }

    /// <summary>The folder of the index, <c>platforms/debian12-amd64</c>; <c>packages.lock.json</c> is in it.</summary>
    public required string Folder { get; init; }

    /// <summary>The display name of the operating system, <c>Debian 12 (bookworm)</c>.</summary>
    public required string Summary { get; init; }

    /// <summary>The code name of the release, <c>bookworm</c>.</summary>
    public required string Release { get; init; }

    /// <summary>The architecture as the distribution names it, <c>amd64</c>.</summary>
    public required string Architecture { get; init; }

    /// <summary>The architecture as the compiler names it, <c>x86_64-linux-gnu</c>.</summary>
    public required string GnuTriplet { get; init; }

    /// <summary>The machine as configure calls it (what <c>config.guess</c> prints there), <c>x86_64-pc-linux-gnu</c>.</summary>
    public required string HostType { get; init; }

    /// <summary>The ABI baseline: the largest symbol version of each family that the platform's libraries have, <c>GLIBC</c>: <c>2.36</c>. No result may exceed it.</summary>
    public required ImmutableSortedDictionary<string, string> SymbolVersions { get; init; }

    /// <summary>The version of the C library, <c>2.36</c>.</summary>
    public string Glibc => SymbolVersions[GlibcFamily];

    /// <summary>The family of the C library in <see cref="SymbolVersions"/>.</summary>
    public const string GlibcFamily = "GLIBC";

    /// <summary>The archive its packages come from.</summary>
    public required PlatformArchive Archive { get; init; }

    /// <summary>Named lists of package names. Styles, options and the sandbox refer to these by name, since package names differ between platforms.</summary>
    public required ImmutableSortedDictionary<string, ImmutableArray<string>> PackageSets { get; init; }

    /// <summary>The package sets with the programs of the sandbox itself.</summary>
    public required ImmutableArray<string> SandboxPackageSets { get; init; }

    /// <summary>The package sets of the base of a run-time root, to which those of the options are added.</summary>
    public required ImmutableArray<string> RuntimePackageSets { get; init; }

    /// <summary>The package sets that a debugger needs, on top of those of a run-time root.</summary>
    public required ImmutableArray<string> DebuggerPackageSets { get; init; }

    /// <summary>The compilers, by name: <c>gcc</c>.</summary>
    public required ImmutableSortedDictionary<string, Toolchain> Toolchains { get; init; }

    /// <summary>Options that versions of PostgreSQL have and this platform cannot offer, sorted by name.</summary>
    public required ImmutableArray<LackedOption> Lacks { get; init; }

    /// <summary>What is omitted when packages are composed into a tree.</summary>
    public required Omissions Omissions { get; init; }

    /// <summary>Files that belong to every root, by path.</summary>
    public required ImmutableArray<PlatformFile> Files { get; init; }

    /// <summary>Links that maintainer scripts would have made, by path; a link whose target is not in the tree is omitted.</summary>
    public required ImmutableArray<PlatformLink> Links { get; init; }

    /// <summary>Links that maintainer scripts of single packages would have made, sorted by package; a root has those of its packages.</summary>
    public required ImmutableArray<PackageAlternatives> Alternatives { get; init; }

    /// <summary>What is added on top of a build root, but not of a run-time root.</summary>
    public required BuildShims Shims { get; init; }

    /// <summary>How targets for it are cross-compiled; null when its own programs build them.</summary>
    public CrossBuild? Cross { get; init; }

    /// <summary>The platform whose programs run in its roots: itself, unless <see cref="Cross"/> names another.</summary>
    public Platform Tools => Cross?.Tools ?? this;

    /// <summary>The toolchain of that name.</summary>
    /// <exception cref="UserErrorException">The platform has no such toolchain.</exception>
    public Toolchain Toolchain(string name) => Toolchains.GetValueOrDefault(name) ?? throw PlatformErrors.UnknownToolchain(name, this);

    /// <summary>Whether the platform cannot offer the option to that version.</summary>
    public bool LacksOption(Option option, PgVersion version) =>
        Lacks.Any(lack => string.Equals(lack.Option, option.Name, StringComparison.Ordinal) && lack.Postgres.Any(range => range.Contains(version)));

    /// <summary>The packages of these sets, each once, sorted.</summary>
    public PackageNames Packages(IEnumerable<string> sets)
    {
        var names = sets.ToArray();
        return Cross is not { } cross ? new PackageNames(Sorted(PackageSets, names), []) : new PackageNames(
            Sorted(PackageSets, names.Where(PackageSets.ContainsKey)),
            Sorted(cross.Tools.PackageSets, names.SelectMany(name => cross.PackageSets.GetValueOrDefault(name, []))));
    }

    /// <summary>Whether the platform has the package set: as its own, as one of the tools, or both.</summary>
    public bool HasPackageSet(string name) => PackageSets.ContainsKey(name) || Cross?.PackageSets.ContainsKey(name) is true;

    private static ImmutableArray<string> Sorted(ImmutableSortedDictionary<string, ImmutableArray<string>> all, IEnumerable<string> sets) =>
        [.. sets.SelectMany(set => all[set]).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
}

/// <summary>Packages by name, from whose closure a root is composed.</summary>
/// <param name="Own">Packages of the platform itself.</param>
/// <param name="Tools">Packages of the platform whose programs run where the platform's own cannot; see <see cref="CrossBuild"/>.</param>
public sealed record PackageNames(ImmutableArray<string> Own, ImmutableArray<string> Tools)
{
    /// <summary>These and others, each once, sorted.</summary>
    public PackageNames And(PackageNames other) => new(Union(Own, other.Own), Union(Tools, other.Tools));

    // Two that have the same array are equal without a look into it.
    private static ImmutableArray<string> Union(ImmutableArray<string> one, ImmutableArray<string> other)
    {
        ImmutableArray<string> both = [.. one.Union(other, StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        return both.Length == one.Length ? one : both.Length == other.Length ? other : both;
    }
}

/// <summary>
/// How targets for a platform are cross-compiled: the programs in its roots are those of another platform, its own packages
/// only provide libraries and headers, and the results run under an emulator.
/// </summary>
public sealed record CrossBuild
{
    /// <summary>The platform whose programs run: shell, make, the cross compiler, the emulator.</summary>
    public required Platform Tools { get; init; }

    /// <summary>For each requested package set, the package sets of <see cref="Tools"/> that belong to it.</summary>
    public required ImmutableSortedDictionary<string, ImmutableArray<string>> PackageSets { get; init; }

    /// <summary>Packages of <see cref="Tools"/> that are not chosen although others require them, sorted: compilers for its own machine.</summary>
    public required ImmutableArray<string> Omissions { get; init; }

    /// <summary>What else is passed to configure, because it cannot run what it compiles.</summary>
    public required ImmutableArray<CrossConfigure> Configure { get; init; }

    /// <summary>Environment variables for the build of every extension, sorted: what scripts of autoconf must be told of the machine that they build for.</summary>
    public required ImmutableSortedDictionary<string, string> Environment { get; init; }

    /// <summary>The program that runs the platform's programs, from the root: it takes <c>-0 NAME PROGRAM ARGUMENTS…</c>, as QEMU's user mode does.</summary>
    public required RelativePath Emulator { get; init; }

    /// <summary>What is passed to configure for a version and the options that are on.</summary>
    public ConfigureChoice ConfigureFor(PgVersion version, IEnumerable<Option> on)
    {
        var names = on.Select(option => option.Name).ToHashSet(StringComparer.Ordinal);
        return Configure.Where(part => part.Postgres.Contains(version) && (part.Option is null || names.Contains(part.Option)))
            .Aggregate(ConfigureChoice.Nothing, (all, part) => all.Then(part.Choice));
    }
}

/// <summary>What is passed to configure when cross-compiling.</summary>
/// <param name="Postgres">For which versions.</param>
/// <param name="Option">With which option, or null for every option set.</param>
/// <param name="Choice">Arguments and environment.</param>
public sealed record CrossConfigure(VersionRange Postgres, string? Option, ConfigureChoice Choice);

/// <summary>The archive of packages that a platform is locked from.</summary>
/// <param name="Name">The archive below a mirror's root, <c>debian</c>.</param>
/// <param name="Suites">The suites, in order.</param>
/// <param name="Components">The components, <c>main</c>.</param>
/// <param name="Keyring">The file beside <c>platform.json</c> with the keys that sign the suites, or the name of one that is distributed with the tool.</param>
public sealed record PlatformArchive(string Name, ImmutableArray<string> Suites, ImmutableArray<string> Components, string Keyring);

/// <summary>A compiler on a platform.</summary>
public sealed record Toolchain
{
    /// <summary>Its name, <c>gcc</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The package sets it is made of.</summary>
    public required ImmutableArray<string> PackageSets { get; init; }

    /// <summary>Archives that are part of it; empty when the platform has packages of it.</summary>
    public required ImmutableArray<PinnedArchive> Archives { get; init; }

    /// <summary>The command that compiles C.</summary>
    public required string CompilerC { get; init; }

    /// <summary>The command that compiles C++.</summary>
    public required string CompilerCxx { get; init; }

    /// <summary>What chooses its linker (<c>LDFLAGS</c>); empty for the compiler's default.</summary>
    public required ImmutableArray<string> LinkerFlags { get; init; }

    /// <summary>What is added on top of a build root with this toolchain, after the platform's own <see cref="Platform.Shims"/>.</summary>
    public required BuildShims Shims { get; init; }
}

/// <summary>An option that a platform cannot offer, since its library is incompatible with PostgreSQL.</summary>
/// <param name="Option">The name of the option, <c>llvm</c>.</param>
/// <param name="Postgres">The versions that it is not offered to: those of any of these ranges.</param>
/// <param name="Why">The reason, as text.</param>
public sealed record LackedOption(string Option, ImmutableArray<VersionRange> Postgres, string Why);

/// <summary>What is omitted when packages are composed into a tree.</summary>
/// <param name="Packages">Packages that nothing in a root needs although others depend on them: a closure does not follow a dependency on them. Those that a package set names are included nevertheless.</param>
/// <param name="Paths">Globs of paths in packages: <c>*</c> and <c>?</c> within one segment, <c>**</c> over any number of them; a directory is omitted with everything below it.</param>
public sealed record Omissions(ImmutableArray<string> Packages, ImmutableArray<string> Paths);

/// <summary>A file that the index contains.</summary>
/// <param name="Path">Where it goes.</param>
/// <param name="Content">Its text, UTF-8.</param>
/// <param name="Executable">Whether it is a program.</param>
public sealed record PlatformFile(RelativePath Path, string Content, bool Executable);

/// <summary>Stand-ins for programs that would reveal the machine, or otherwise make results differ.</summary>
/// <param name="Moves">Where programs of packages go first, so that a stand-in can call them; one that is not in the tree is skipped.</param>
/// <param name="Files">The stand-ins; they replace what is at their path.</param>
/// <param name="Links">Links to programs, by path; a link whose target is not in the tree is omitted.</param>
public sealed record BuildShims(
    ImmutableArray<PlatformMove> Moves,
    ImmutableArray<PlatformFile> Files,
    ImmutableArray<PlatformLink> Links)
{
    /// <summary>C source of a library that is preloaded into every program of a build root, compiled by the compiler of the root; null where there is none.</summary>
    public string? Preload { get; init; }
}

/// <summary>A symbolic link.</summary>
/// <param name="Path">Where it is.</param>
/// <param name="Target">Where it leads, from the root; in a tree it is written relative to its place.</param>
public sealed record PlatformLink(RelativePath Path, RelativePath Target);

/// <summary>
/// What the maintainer scripts of a package would link, among several packages that offer the same (update-alternatives(1)).
/// They belong to the roots with this package only, so that no other root changes with them.
/// </summary>
/// <param name="Package">The package.</param>
/// <param name="Links">The links.</param>
public sealed record PackageAlternatives(string Package, ImmutableArray<PlatformLink> Links);

/// <summary>A program that is renamed to make room for a stand-in.</summary>
/// <param name="From">Where its package has it.</param>
/// <param name="To">Where it goes.</param>
public sealed record PlatformMove(RelativePath From, RelativePath To);
