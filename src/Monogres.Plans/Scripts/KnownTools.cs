using System.Collections.Frozen;
using System.Collections.Immutable;
using Monogres.Index.Platforms;

namespace Monogres.Plans.Scripts;

/// <summary>
/// Programs that sources call and that not every build has: the package set that brings them, and the package of Debian. What
/// every build has is not listed: the shell and its usual programs, make, the compilers, bison, flex, m4 and perl.
/// </summary>
public static class KnownTools
{
    /// <summary>All of them.</summary>
    public static ImmutableArray<KnownTool> All { get; } =
    [
        Of("asciidoc", "asciidoc", "a2x", "asciidoc"),
        Of("asciidoctor", "asciidoctor", "asciidoctor"),
        Of("autotools", "autoconf", "autoconf", "autoheader", "autom4te", "autoreconf"),
        Of("autotools", "automake", "aclocal", "automake"),
        Of("autotools", "libtool", "libtoolize"),
        Of("bash", "bash", "bash"),
        Of("bc", "bc", "bc"),
        Of("bzip2", "bzip2", "bunzip2", "bzcat", "bzip2"),
        Of("cmake", "cmake", "cmake"),
        Of("dos2unix", "dos2unix", "dos2unix", "unix2dos"),
        Of("doxygen", "doxygen", "doxygen"),
        Of("ed", "ed", "ed"),
        Of("file", "file", "file"),
        Of("gawk", "gawk", "gawk"),
        Of("go", "golang-go", "go"),
        Of("gperf", "gperf", "gperf"),
        Of("groff", "groff", "groff", "nroff"),
        Of("help2man", "help2man", "help2man"),
        Of("hexdump", "bsdextrautils", "column", "hexdump"),
        Of("java", "default-jdk-headless", "jar", "java", "javac"),
        Of("jq", "jq", "jq"),
        Of("ksh", "ksh93u+m", "ksh"),
        Of("libxml2-utils", "libxml2-utils", "xmllint"),
        Of("meson", "meson", "meson"),
        Of("ninja", "ninja-build", "ninja"),
        Of("netcat", "netcat-openbsd", "nc", "netcat"),
        Of("nls", "gettext", "msgfmt", "msgmerge", "xgettext"),
        Of("node", "nodejs", "node"),
        Of("openssl-tool", "openssl", "openssl"),
        Of("pandoc", "pandoc", "pandoc"),
        Of("patch", "patch", "patch"),
        Of("pg-prove", "libtap-parser-sourcehandler-pgtap-perl", "pg_prove"),
        Of("php", "php-cli", "php"),
        Of("pkg-config", "pkg-config", "pkg-config", "pkgconf"),
        Of("procps", "procps", "pgrep", "pkill", "ps"),
        Of("protobuf", "protobuf-compiler", "protoc"),
        Of("protobuf-c", "protobuf-c-compiler", "protoc-c"),
        Of("python", "python3", "python3"),
        Of("python-is-python3", "python-is-python3", "python"),
        Of("ragel", "ragel", "ragel"),
        Of("re2c", "re2c", "re2c"),
        Of("rsync", "rsync", "rsync"),
        Of("ruby", "ruby", "ruby"),
        Of("sqlite", "sqlite3", "sqlite3"),
        Of("swig", "swig", "swig"),
        Of("tcl", "tcl", "tclsh", "tclsh8.6"),
        Of("tcsh", "tcsh", "csh", "tcsh"),
        Of("unzip", "unzip", "unzip"),
        Of("xmlto", "xmlto", "xmlto"),
        Of("xsltproc", "xsltproc", "xsltproc"),
        Of("xxd", "xxd", "xxd"),
        Of("xz", "xz-utils", "lzma", "unlzma", "unxz", "xz", "xzcat"),
        Of("zip", "zip", "zip"),
        Of("zsh", "zsh", "zsh"),
        Of("zstd", "zstd", "unzstd", "zstd", "zstdcat"),
    ];

    private static readonly FrozenDictionary<string, KnownTool> ByProgram =
        All.SelectMany(tool => tool.Programs.Select(program => (program, tool))).ToFrozenDictionary(pair => pair.program, pair => pair.tool, StringComparer.Ordinal);

    /// <summary>What brings a program; null when every build has it, or nothing is known of it.</summary>
    public static KnownTool? Find(string program) => ByProgram.GetValueOrDefault(program);

    private static KnownTool Of(string set, string package, params ImmutableArray<string> programs) => new(set, package, programs);
}

/// <summary>Programs of one package.</summary>
/// <param name="Set">The name of their package set, on the platforms that have one.</param>
/// <param name="Package">The package of Debian.</param>
/// <param name="Programs">The programs.</param>
public sealed record KnownTool(string Set, string Package, ImmutableArray<string> Programs)
{
    /// <summary>Their package set on a platform: of that name, or that of the library that they come with; null when it has none.</summary>
    public string? SetOn(Platform platform) => ((string[])[Set, $"{Set}-build"]).FirstOrDefault(platform.HasPackageSet);
}
