using System.Collections.Immutable;
using Monogres.Index.Platforms;

namespace Monogres.Index.Styles;

/// <summary>The placeholders in the steps of a style. The code that runs the steps gives each of them a value, quoted for the shell where it is a list.</summary>
public static class StylePlaceholders
{
    /// <summary>The version, <c>15.18</c>.</summary>
    public const string Version = "version";

    /// <summary>The major, <c>15</c>.</summary>
    public const string Major = "major";

    /// <summary>The style's prefix, <c>/usr/lib/postgresql/15</c>.</summary>
    public const string Prefix = "prefix";

    /// <summary>The arguments of configure that style and options give, each quoted.</summary>
    public const string Configure = "configure";

    /// <summary>The environment of configure as assignments in front of a command, each quoted.</summary>
    public const string Environment = "environment";

    /// <summary>The command that compiles C, quoted: it can have several words.</summary>
    public const string CompilerC = "cc";

    /// <summary>The command that compiles C++, quoted: it can have several words.</summary>
    public const string CompilerCxx = "cxx";

    /// <summary>The compiler flags as arguments of configure, <c>CFLAGS='…' CXXFLAGS='…' LDFLAGS='…'</c>; empty when neither style nor option set nor toolchain has any.</summary>
    public const string CompilerFlags = "compiler_flags";

    /// <summary>The directory that takes the output, to which the prefix is added.</summary>
    public const string Out = "out";

    /// <summary>How many jobs <c>make</c> runs at once: the cores of the machine, counted when the step runs, so no part of any key.</summary>
    public const string Jobs = "jobs";

    /// <summary>Configure's name of the machine that the result runs on: <see cref="Platform.HostType"/> of its platform.</summary>
    public const string Host = "host";

    /// <summary>Configure's name of the machine that builds; the same as <see cref="Host"/> unless cross-compiling.</summary>
    public const string Build = "build";

    /// <summary>In smoke tests only: for each option that is on and has a smoke test, a line <c>check option:NAME 'SCRIPT'</c>; the style defines <c>prove</c>.</summary>
    public const string OptionSmokeTests = "option_smoke_tests";

    /// <summary>All of them.</summary>
    public static ImmutableArray<string> All { get; } =
        [Version, Major, Prefix, Configure, Environment, CompilerC, CompilerCxx, CompilerFlags, Out, Jobs, Host, Build, OptionSmokeTests];
}
