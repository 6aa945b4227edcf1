using System.Collections.Immutable;

namespace Monogres.Payloads.Extensions;

/// <summary>What is known of an extension whose files are installed, without a server: its control file, and its scripts by their names.</summary>
public sealed record InstalledExtension
{
    /// <summary>The name that <c>CREATE EXTENSION</c> takes.</summary>
    public required string Name { get; init; }

    /// <summary>The version that is created when none is named, or null.</summary>
    public string? DefaultVersion { get; init; }

    /// <summary>One line about it, or null.</summary>
    public string? Comment { get; init; }

    /// <summary>The schema that it must be in, or null.</summary>
    public string? Schema { get; init; }

    /// <summary>Whether its objects can move to another schema.</summary>
    public required bool Relocatable { get; init; }

    /// <summary>Whether only a superuser can create it.</summary>
    public required bool Superuser { get; init; }

    /// <summary>Whether any user who may create objects in the database may create it.</summary>
    public required bool Trusted { get; init; }

    /// <summary>The extensions that must be created first, in order.</summary>
    public required ImmutableArray<string> Requires { get; init; }

    /// <summary>What replaces <c>MODULE_PATHNAME</c> in scripts, or null.</summary>
    public string? ModulePathname { get; init; }

    /// <summary>The libraries that the scripts of its default version load, as the scripts or the control file name them without <c>$libdir/</c>; sorted.</summary>
    public required ImmutableArray<string> Modules { get; init; }

    /// <summary>Every version that a script names, in order.</summary>
    public required ImmutableArray<string> Versions { get; init; }

    /// <summary>Those that a script creates directly, in order.</summary>
    public required ImmutableArray<string> Installable { get; init; }

    /// <summary>The versions that creating the default one goes through, itself the last; empty when it cannot be created.</summary>
    public required ImmutableArray<string> InstallPath { get; init; }

    /// <summary>For each other version from which an update leads to the default one, the versions that it goes through, the default one the last.</summary>
    public required ImmutableSortedDictionary<string, ImmutableArray<string>> UpdatePaths { get; init; }

    /// <summary>Versions before the default one from which no update leads there, in order.</summary>
    public required ImmutableArray<string> WithoutUpdate { get; init; }
}

/// <summary>The extensions that a payload installs.</summary>
/// <param name="Extensions">Those whose control file can be read, by name.</param>
/// <param name="Problems">Why something that is installed, or promised by the index, cannot work.</param>
public sealed record ExtensionInventory(ImmutableArray<InstalledExtension> Extensions, ImmutableArray<ExtensionProblem> Problems);
