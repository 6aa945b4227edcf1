using Monogres.Core;

namespace Monogres.Payloads.Extensions;

/// <summary>Where the parts of an installation are, relative to its prefix. It is PostgreSQL's own layout below a prefix that has its name in it (src/Makefile.global.in).</summary>
public static class InstallationLayout
{
    /// <summary>Libraries: <c>$libdir</c>.</summary>
    public static RelativePath Libraries { get; } = RelativePath.Parse("lib");

    /// <summary>What <c>directory</c> in a control file is relative to.</summary>
    public static RelativePath Share { get; } = RelativePath.Parse("share");

    /// <summary>Control files, and scripts unless a control file says otherwise.</summary>
    public static RelativePath Extensions { get; } = Share.Child("extension");

    /// <summary>Documentation.</summary>
    public static RelativePath Documentation { get; } = Share.Child("doc");

    /// <summary>The server, which has the symbols that libraries of extensions take.</summary>
    public static RelativePath Server { get; } = RelativePath.Parse("bin/postgres");

    /// <summary>How the name of a library ends.</summary>
    public const string LibrarySuffix = ".so";

    /// <summary>How the name of a control file ends.</summary>
    public const string ControlSuffix = ".control";
}
