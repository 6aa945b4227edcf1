using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Payloads.Binaries;
using Monogres.Plans.Scripts;
using Monogres.Platforms.Contents;
using Monogres.Sources.Inspection.Makefiles;

namespace Monogres.Sources.Inspection;

/// <summary>What can be found out about an extension from its source, without running anything of it.</summary>
public sealed record SourceFacts
{
    /// <summary>The folder of the source that is built; empty for its top, where nearly all are.</summary>
    public required string Folder { get; init; }

    /// <summary>The name of the style that builds it, <c>pgxs</c>; null when none fits.</summary>
    public required string? Style { get; init; }

    /// <summary>The file that says so, <c>Makefile</c>; null without a style.</summary>
    public required string? StyleFile { get; init; }

    /// <summary>What its control files say, the main extension first.</summary>
    public required ImmutableArray<SourceExtension> Extensions { get; init; }

    /// <summary>Its <c>META.json</c>, or null.</summary>
    public required MetaJson? Meta { get; init; }

    /// <summary>The licence as an SPDX identifier, or null when it is not recognised.</summary>
    public required string? License { get; init; }

    /// <summary>The names of the libraries that it makes for the server, without ending.</summary>
    public required ImmutableArray<string> Modules { get; init; }

    /// <summary>The names of its regression tests, as far as they are known.</summary>
    public required ImmutableArray<string> Regress { get; init; }

    /// <summary>Whether it has any tests: regression, isolation, TAP.</summary>
    public required bool HasTests { get; init; }

    /// <summary>Libraries that must be loaded when the server starts, in order.</summary>
    public required ImmutableArray<string> Preload { get; init; }

    /// <summary>Libraries that each session must load, because they refuse to be loaded when the server starts.</summary>
    public ImmutableArray<string> SessionPreload { get; init; } = [];

    /// <summary>The libraries that it is linked with or includes, each once.</summary>
    public required ImmutableArray<SourceLibrary> Libraries { get; init; }

    /// <summary>The programs that its build calls and that not every build has, each once.</summary>
    public required ImmutableArray<SourceTool> Tools { get; init; }

    /// <summary>Arguments that a build here needs: <c>OPTFLAGS=</c>.</summary>
    public required ImmutableArray<string> Arguments { get; init; }

    /// <summary>Variables of its makefiles that ask git for the version, which a build must be given instead.</summary>
    public required ImmutableArray<string> GitVersions { get; init; }

    /// <summary>What the settings files that its makefiles name for their tests say, by name.</summary>
    public required ImmutableSortedDictionary<string, string> TestSettings { get; init; }

    /// <summary>Extensions of others that only its tests need.</summary>
    public required ImmutableArray<string> TestRequires { get; init; }

    /// <summary>What its tests tell make besides <c>installcheck</c>.</summary>
    public required ImmutableArray<string> TestArguments { get; init; }

    /// <summary>The programs, and the modules of Perl, that only its tests call.</summary>
    public required ImmutableArray<SourceTool> TestTools { get; init; }

    /// <summary>The versions of PostgreSQL that it claims to work with.</summary>
    public required PostgresClaim Postgres { get; init; }

    /// <summary>The versions of PostgreSQL for which its build does not certainly stop.</summary>
    public required PostgresClaim Enforced { get; init; }

    /// <summary>Its <c>Cargo.lock</c>, when its crates are not in <c>vendor/</c>, and that of cargo-pgrx.</summary>
    public ImmutableArray<string> CrateLocks { get; init; } = [];

    /// <summary>Whether anything of it is C++, and needs its library to run.</summary>
    public required bool HasCxx { get; init; }

    /// <summary>What it is probably for.</summary>
    public required SourceCategory Category { get; init; }

    /// <summary>One line on what it is, without a full stop; null when it does not say.</summary>
    public required string? Summary { get; init; }

    /// <summary>The name of the project: of the main extension, the distribution, or the first library; null when none is known.</summary>
    public string? Name => Extensions.FirstOrDefault()?.Name ?? Meta?.Name ?? Modules.FirstOrDefault();

    /// <summary>Its version as its authors number it: of the main extension, or the distribution; null when none is known.</summary>
    public string? Version => Extensions.FirstOrDefault()?.DefaultVersion ?? Meta?.Version;
}

/// <summary>An extension that a source makes.</summary>
/// <param name="Name">What <c>CREATE EXTENSION</c> takes.</param>
/// <param name="File">Its control file, or what that is made from.</param>
/// <param name="IsGenerated">Whether the build generates the control file, so that its content is not known.</param>
/// <param name="DefaultVersion">The version that is created when none is named; null when it is not known.</param>
/// <param name="Comment">One line about it, or null.</param>
/// <param name="Requires">The extensions that it needs, in order.</param>
public sealed record SourceExtension(string Name, string File, bool IsGenerated, string? DefaultVersion, string? Comment, ImmutableArray<string> Requires)
{
    /// <summary>Whether its control file is certainly installed as it is.</summary>
    public bool IsInstalled { get; init; }

    /// <summary>The library that <c>MODULE_PATHNAME</c> in its scripts stands for, or null.</summary>
    public string? ModulePathname { get; init; }
}

/// <summary>A library that a source uses.</summary>
/// <param name="Name">Its name in package sets, <c>gmp</c> for <c>gmp-build</c>.</param>
/// <param name="Mention">How the source says so: <c>-lgmp</c>, <c>pkg-config libical</c>, <c>#include &lt;gmp.h&gt;</c>.</param>
/// <param name="File">Where it says so.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="IsLinked">Whether it is certainly linked; an include can be conditional.</param>
public sealed record SourceLibrary(string Name, string Mention, string File, int Line, bool IsLinked)
{
    /// <summary>The files of it that the source names: what is linked, asked of pkg-config, called and included. Packages are found by them.</summary>
    public ImmutableArray<WantedFile> Files { get; init; } = [];

    /// <summary>Whether no build gets by without it.</summary>
    public bool IsCertain { get; init; }
}

/// <summary>A program that the build of a source calls.</summary>
/// <param name="Tool">What brings it.</param>
/// <param name="Program">The program, <c>tclsh</c>.</param>
/// <param name="File">Where it is called.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="IsCertain">Whether the build certainly calls it; a script may not come to that line, and configure may do without.</param>
public sealed record SourceTool(KnownTool Tool, string Program, string File, int Line, bool IsCertain);

/// <summary>Which versions of PostgreSQL a source claims to work with.</summary>
/// <param name="First">The first major, or null when it does not say.</param>
/// <param name="Last">The last major, or null when it does not say.</param>
/// <param name="From">Where it says so, as text.</param>
public sealed record PostgresClaim(int? First, int? Last, string From)
{
    /// <summary>Nothing is claimed.</summary>
    public static PostgresClaim Nothing { get; } = new(null, null, "");

    /// <summary>Whether nothing gets past it.</summary>
    public bool IsCertain { get; init; }

    /// <summary>The narrowest of several claims, the most reliable ones first: one that contradicts those before it does not count.</summary>
    public static PostgresClaim Narrowest(IEnumerable<PostgresClaim> claims)
    {
        var all = Nothing;
        foreach (var claim in claims.Where(claim => claim.First is not null || claim.Last is not null))
        {
            var (first, last) = (Larger(all.First, claim.First), Smaller(all.Last, claim.Last));
            if (first > last)
                continue;

            all = new PostgresClaim(first, last, all.From.Length == 0 ? claim.From : all.From.Split(", ").Contains(claim.From, StringComparer.Ordinal) ? all.From : $"{all.From}, {claim.From}");
        }

        return all;
    }

    private static int? Larger(int? one, int? other) => one is null || other > one ? other : one;

    private static int? Smaller(int? one, int? other) => one is null || other < one ? other : one;

    /// <summary>Whether a major is in the claimed range.</summary>
    public bool Contains(int major) => (First is null || major >= First) && (Last is null || major <= Last);

    /// <summary><c>&gt;=14, &lt;18</c>; null when nothing is claimed.</summary>
    /// <param name="least">The oldest major that is worth naming.</param>
    public string? ToRange(int least) => (First, Last) switch
    {
        (null, null) => null,
        (var first, null) => $">={Math.Max(first.Value, least)}",
        (null, var last) => $"{(least > 0 ? $">={least}, " : "")}<{last + 1}",
        (var first, var last) => $">={Math.Max(first.Value, least)}, <{last + 1}",
    };
}

/// <summary>What was found out about a source.</summary>
/// <param name="Facts">What it is.</param>
/// <param name="Findings">What its build, or its users, will run into; in the order of severity, file and line.</param>
public sealed record SourceInspection(SourceFacts Facts, ImmutableArray<SourceFinding> Findings)
{
    /// <summary>The tree that is built: the source, or the one folder of it that is.</summary>
    public Digest Tree { get; init; }

    /// <summary>The submodules that its build names and that are not in it, by their paths.</summary>
    public ImmutableArray<string> Submodules { get; init; } = [];

    /// <summary>Why no style builds it; null when one does.</summary>
    public SourceFinding? WhyNoStyle => Findings.FirstOrDefault(finding => ReferenceEquals(finding.Rule, SourceRules.NoBuild));

    /// <summary>Findings, worst first.</summary>
    public static ImmutableArray<SourceFinding> Sort(IEnumerable<SourceFinding> findings) =>
        [.. findings.Distinct().OrderByDescending(one => one.Severity).ThenBy(one => one.File ?? "", StringComparer.Ordinal).ThenBy(one => one.Line ?? 0).ThenBy(one => one.Rule.Id, StringComparer.Ordinal).ThenBy(one => one.Text, StringComparer.Ordinal)];
}
