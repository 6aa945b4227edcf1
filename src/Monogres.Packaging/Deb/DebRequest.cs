using System.Collections.Immutable;
using Monogres.Engine.Steps;
using Monogres.Packaging.Formats;

namespace Monogres.Packaging.Deb;

/// <summary>What packages of Debian are made of, besides their files. They install a target where its payload has it.</summary>
public sealed record DebRequest : PackageFacts
{
    /// <summary>The names of the server and of what belongs to it.</summary>
    public required DebNames Names { get; init; }

    /// <summary>The release of the distribution.</summary>
    public required DebPlatform Platform { get; init; }

    /// <summary>The extension; null for a server, which becomes several packages.</summary>
    public required DebExtension? Extension { get; init; }

    /// <summary>The version as its project numbers it.</summary>
    public required string Version { get; init; }

    /// <summary>How many times that version was packaged for that release of the distribution.</summary>
    public int Build { get; init; } = 1;

    /// <summary>What tells it from other packages of the same names and version: the option set or toolchain that is not the usual one; null for none.</summary>
    public string? Variant { get; init; }

    /// <summary>The version of the packages.</summary>
    public string PackageVersion => DebVersion.Of(Version, Platform.Mark, Build, Variant);

    internal override void Describe(KeyWriter key)
    {
        base.Describe(key.Add(Names.Major).Add(Names.Flavour ?? "").Add(Platform.Suite).Add(Platform.Mark).Add(Platform.Architecture).Add(PackageVersion).Add(Extension is null ? 0 : 1));
        if (Extension is { } extension)
            key.Add(extension.Name).Add(extension.Requires).Add(extension.Aliases);
    }
}

/// <summary>What is known of an extension.</summary>
/// <param name="Name">The project, <c>pg_cron</c>.</param>
/// <param name="Requires">The packages of the extensions that it requires, in the order of their payloads among the inputs.</param>
/// <param name="Aliases">What other repositories call it, where that is another name: <c>postgis-3</c>.</param>
public sealed record DebExtension(string Name, ImmutableArray<string> Requires, ImmutableArray<string> Aliases);
