using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Payloads.Extensions;
using Monogres.Plans.Scripts;
using Monogres.Sources.Inspection.Makefiles;

namespace Monogres.Sources.Inspection;

/// <summary>Every kind of thing that is looked for in sources. docs/reference/doctor.md is made from <see cref="All"/>.</summary>
public static class SourceRules
{
    /// <summary>Objects and libraries that an earlier build has left.</summary>
    public static readonly SourceRule BuildProducts = new("build-products",
        "The directory holds what an earlier build has made",
        "Make compares times, which trees have none of, and would link objects of your machine instead of compiling. Run `make clean` first, or build from an archive or a commit.");

    /// <summary>A project in Rust.</summary>
    public static readonly SourceRule Cargo = new("cargo",
        "It is built by cargo, which downloads crates",
        "There is no network in a build. The crates and cargo-pgrx must be parts of the source, in `vendor/`; in the index they are `parts` of a version.");

    /// <summary>A control file that PostgreSQL would not read.</summary>
    public static readonly SourceRule ControlFile = new("control-file",
        "A control file cannot be read",
        "`CREATE EXTENSION` fails with the same message. The format is described in PostgreSQL's manual, \"Packaging Related Objects into an Extension\".");

    /// <summary>Downloads in build files.</summary>
    public static readonly SourceRule Download = new("download",
        "A build file downloads something",
        "There is no network in a build. Make it a part of the source: `parts` in the index, a submodule that is checked out, or a library of the platform.");

    /// <summary><c>__DATE__</c> and its like.</summary>
    public static readonly SourceRule GeneratedDate = new("generated-date",
        "The time of the build is compiled in",
        "Every build would give other bits, so the compiler refuses these macros. Print the version in place of the date, or leave it out.");

    /// <summary>Control files that the build makes.</summary>
    public static readonly SourceRule GeneratedControl = new("generated-control",
        "A control file is made by the build",
        "What it will say is not known before. In the index, name its extension under `extensions`.");

    /// <summary>Commands whose answer depends on the machine or the checkout.</summary>
    public static readonly SourceRule ImpureCommand = new("impure-command",
        "A build file asks git, or the machine, for something",
        "In a build there is no git and no repository, `hostname`, `uname` and `nproc` say the same everywhere, and a date would differ in every build. Take the version from a file of the source.");

    /// <summary><c>$libdir/</c> in control files.</summary>
    public static readonly SourceRule LibdirPath = new("libdir-path",
        "A control file says where its library is, with `$libdir/`",
        "The extension is then found in the server's own library directory only, and not where `extension_control_path` and `dynamic_library_path` (PostgreSQL 18) or an image volume have it. Leave `$libdir/` away: `module_pathname = 'NAME'`.");

    /// <summary>No licence, or one that is not recognised.</summary>
    public static readonly SourceRule LicenceFile = new("licence-file",
        "There is no file with a licence, or none that is recognised",
        "Without one nobody may pass on what is built. Put the text into `LICENSE`; in the index, name it under `license`.");

    /// <summary>A library without a package.</summary>
    public static readonly SourceRule Library = new("library",
        "A library is used that the platform is not known to have",
        "Add a package set `NAME-build` (and `NAME-runtime`) to the platform, or name the existing set in the index under `build_packages`.");

    /// <summary>Entries of a directory that no tree can hold.</summary>
    public static readonly SourceRule LeftOut = new("left-out",
        "Something in the directory is not taken in",
        "Only files, directories and symbolic links that stay inside are. If the build needs it, copy it into the directory.");

    /// <summary>Compilers that are told to compile for this machine.</summary>
    public static readonly SourceRule NativeCpu = new("native-cpu",
        "The compiler is told to compile for the processor at hand",
        "The result would depend on the machine that builds it, so the compiler refuses it. Take the flag out, or set the variable that holds it with an argument.");

    /// <summary>No build files.</summary>
    public static readonly SourceRule NoBuild = new("no-build",
        "It is not known how to build it",
        "A makefile that takes in PGXS is the usual way: see \"Extension Building Infrastructure\" in PostgreSQL's manual. Also known are configure, CMake, Meson, cargo with pgrx, and control files with scripts alone.");

    /// <summary>A makefile for the server's own source only.</summary>
    public static readonly SourceRule NoPgxs = new("no-pgxs",
        "The makefile can be used inside PostgreSQL's own source only",
        "Take in PGXS when `USE_PGXS` is set, as the modules of contrib do.");

    /// <summary>A version that cannot be created.</summary>
    public static readonly SourceRule NoScript = new("no-script",
        "No script that is installed makes the default version",
        "`CREATE EXTENSION` fails. Install `NAME--VERSION.sql`, or scripts that lead there from an older version: with PGXS, name it under `DATA`.");

    /// <summary>Nothing to test with.</summary>
    public static readonly SourceRule NoTests = new("no-tests",
        "It has no tests that are known here",
        "`monogres test` then shows that it can be created and updated, and no more. PGXS runs those that `REGRESS`, `ISOLATION` and `TAP_TESTS` name.");

    /// <summary>What the plan says.</summary>
    public static readonly SourceRule Plan = new("plan",
        "It cannot be planned for that PostgreSQL",
        "The message says why.");

    /// <summary>The claimed versions of PostgreSQL.</summary>
    public static readonly SourceRule PostgresRange = new("postgres-range",
        "It is not meant for that PostgreSQL",
        "Choose another one with `--postgres`, or correct what the source claims.");

    /// <summary>Libraries that must be loaded when the server starts.</summary>
    public static readonly SourceRule Preload = new("preload",
        "It wants to be loaded when the server starts",
        "`run` and `test` put it into `shared_preload_libraries`; who installs it must do so too. In the index it stands under `preload`.");

    /// <summary>Extensions that others need.</summary>
    public static readonly SourceRule Requires = new("requires",
        "It requires an extension that the index does not have",
        "It can be built, and then neither created nor tested here. Add the other one to the index first.");

    /// <summary>Submodules.</summary>
    public static readonly SourceRule Submodule = new("submodule",
        "A git submodule is not checked out",
        "Archives do not hold submodules. Run `git submodule update --init`; in the index, name its archive under `parts`.");

    /// <summary>All of them, by name.</summary>
    public static ImmutableArray<SourceRule> All { get; } =
    [
        BuildProducts, Cargo, ControlFile, Download, GeneratedControl, GeneratedDate, ImpureCommand, LeftOut, LibdirPath, Library, LicenceFile, NativeCpu,
        NoBuild, NoPgxs, NoScript, NoTests, Plan, PostgresRange, Preload, Requires, Submodule,
    ];
}
