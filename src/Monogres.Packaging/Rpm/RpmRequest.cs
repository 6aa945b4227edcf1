using System.Collections.Immutable;
using Monogres.Engine.Steps;
using Monogres.Packaging.Formats;

namespace Monogres.Packaging.Rpm;

/// <summary>What packages of rpm are made of, besides their files. They install a target elsewhere than its payload has it: <see cref="RpmNames.Prefix"/>.</summary>
public sealed record RpmRequest : PackageFacts
{
    /// <summary>The names of the server and of what belongs to it.</summary>
    public required RpmNames Names { get; init; }

    /// <summary>Where they can be installed.</summary>
    public required RpmPlatform Platform { get; init; }

    /// <summary>The extension; null for a server, which becomes several packages.</summary>
    public required RpmExtension? Extension { get; init; }

    /// <summary>Version and release.</summary>
    public required RpmVersion Version { get; init; }

    /// <summary>The name that those of all packages of the target begin with, and that of the spec.</summary>
    public string Base => Extension is { } extension ? Names.Extension(extension.Name) : Names.Client;

    internal override void Describe(KeyWriter key)
    {
        base.Describe(key.Add(Names.Major).Add(Names.Flavour ?? "").Add(Platform.Architecture).Add(Platform.Isa).Add(Version.ToString()).Add(Extension is null ? 0 : 1));
        if (Extension is { } extension)
            key.Add(extension.Name).Add(extension.Requires);
    }
}

/// <summary>What is known of an extension.</summary>
/// <param name="Name">The project, <c>pg_cron</c>.</param>
/// <param name="Requires">The packages of the extensions that it requires and of the modules of the server.</param>
public sealed record RpmExtension(string Name, ImmutableArray<string> Requires);
