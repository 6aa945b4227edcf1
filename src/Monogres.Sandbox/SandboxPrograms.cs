using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Monogres.Core;

namespace Monogres.Sandbox;

/// <summary>
/// The programs that make a sandbox, out of a root of pinned packages, each started by that root's own dynamic loader with
/// that root's own libraries: so nothing on this machine but its kernel takes part.
/// </summary>
public sealed class SandboxPrograms
{
    private readonly string _loader;
    private readonly string _libraries;
    private readonly string _root;

    private SandboxPrograms(string root, string triplet, string loader)
    {
        _root = root;
        _loader = $"{root}/usr/lib/{triplet}/{loader}";
        _libraries = $"{root}/usr/lib/{triplet}";
    }

    /// <summary>Debian packages that hold the programs; their dependencies come with them.</summary>
    public static ImmutableArray<string> Packages { get; } = ["bubblewrap", "dash", "mount", "util-linux"];

    /// <summary>Finds the programs.</summary>
    /// <param name="root">The materialised root; absolute.</param>
    /// <param name="architecture">Of this machine.</param>
    /// <exception cref="UserErrorException">A program is not in the root, or there are none for this architecture.</exception>
    public static SandboxPrograms In(string root, Architecture architecture)
    {
        var programs = At(root, architecture);
        foreach (var needed in new[] { programs._loader, programs.PathOf("bwrap"), programs.PathOf("dash"), programs.PathOf("mount"), programs.PathOf("setpriv"), programs.PathOf("unshare") })
        {
            if (!File.Exists(needed))
                throw SandboxErrors.ProgramMissing(Path.GetRelativePath(root, needed), Packages);
        }

        return programs;
    }

    /// <summary>The programs of a root that is laid out elsewhere; whether they are there is not looked at.</summary>
    /// <param name="root">Where the root will be; absolute, or relative to where the words are used.</param>
    /// <param name="architecture">Of the machine that runs them.</param>
    /// <exception cref="UserErrorException">There are none for this architecture.</exception>
    public static SandboxPrograms At(string root, Architecture architecture) => architecture switch
    {
        // The path of the loader is part of each architecture's binary interface; Debian keeps it in the library directory.
        Architecture.X64 => new SandboxPrograms(root, "x86_64-linux-gnu", "ld-linux-x86-64.so.2"),
        Architecture.Arm64 => new SandboxPrograms(root, "aarch64-linux-gnu", "ld-linux-aarch64.so.1"),
        _ => throw SandboxErrors.Architecture(architecture),
    };

    /// <summary>The words that start a program, before its arguments.</summary>
    public ImmutableArray<string> Start(string program) => [_loader, "--library-path", _libraries, PathOf(program)];

    private string PathOf(string program) => $"{_root}/usr/bin/{program}";
}
