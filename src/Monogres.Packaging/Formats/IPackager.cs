using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Payloads.Extensions;
using Monogres.Platforms.Composer;
using Monogres.Platforms.Lock;

namespace Monogres.Packaging.Formats;

/// <summary>
/// Lays payloads out in one format, by steps that planning can name: they are keyed, cached and repaired as all others. The
/// same payload gives the same bytes, whoever packs it.
/// </summary>
public interface IPackager
{
    /// <summary>The steps that yield the files of the package: each a tree with files at its top and nothing else, named as that format's ecosystem names them.</summary>
    /// <param name="request">What is packed.</param>
    ImmutableArray<Step> StepsOf(PackageRequest request);
}

/// <summary>A built target to be packed, as steps: nothing of it need be built yet.</summary>
public sealed record PackageRequest
{
    /// <summary>The target.</summary>
    public required TargetId Target { get; init; }

    /// <summary>The directory of the payload that the target is installed in: <c>usr/lib/postgresql/15</c>.</summary>
    public required RelativePath Prefix { get; init; }

    /// <summary>The time that stands in every entry: the release's, never now.</summary>
    public required DateTimeOffset SourceDate { get; init; }

    /// <summary>What is installed, from <c>/</c> on.</summary>
    public required Step Payload { get; init; }

    /// <summary>The debug information that was split off; null when there can be none. Its tree can be empty.</summary>
    public required Step? Symbols { get; init; }

    /// <summary>The key of the step that yields what the target installs, whichever tree of it is packed.</summary>
    public required Digest Recipe { get; init; }

    /// <summary>What its packages say of themselves.</summary>
    public PackageIdentity Identity => new() { Target = Target, Recipe = Recipe, IsPortable = IsPortable };

    /// <summary>What packages say of the project.</summary>
    public required PackagedProject Project { get; init; }

    /// <summary>The source that it was built from, for its licence.</summary>
    public required Step Source { get; init; }

    /// <summary>The server that it is or belongs to.</summary>
    public required PackagedServer Server { get; init; }

    /// <summary>Whether it is built by itself: what is split off a server is in the packages of that.</summary>
    public required bool HasOwnBuild { get; init; }

    /// <summary>The extensions that it requires, with their payloads; nothing for a server.</summary>
    public required ImmutableArray<KeyValuePair<ProjectName, Step>> Requires { get; init; }

    /// <summary>The modules of the server that it requires; nothing for a server.</summary>
    public required ImmutableArray<ProjectName> Modules { get; init; }

    /// <summary>Where it runs; asked for by those formats that depend on it, because it takes reading a lock.</summary>
    public required Func<PackagedPlatform> Platform { get; init; }

    /// <summary>What images are made of besides payloads; asked for by the formats that are images.</summary>
    public required Func<ImageParts> Image { get; init; }

    /// <summary>The extensions that go into the image of a server, and what it must be told for them.</summary>
    public IncludedExtensions With { get; init; } = IncludedExtensions.None;

    /// <summary>The root with the programs that compress. They are the same for all platforms, so that one payload has one package.</summary>
    public required Func<Step> Programs { get; init; }

    /// <summary>The root with rpm, the same for all platforms too.</summary>
    public required Func<Step> RpmPrograms { get; init; }

    /// <summary>Whether <see cref="Payload"/> is the portable tree of the target, which runs on other platforms too.</summary>
    public bool IsPortable { get; init; }

    /// <summary>The name of the target for files: <c>postgres-15.18-minimal-debian12-amd64</c>, with <c>-portable</c> behind it for a portable tree.</summary>
    public string Name => IsPortable ? $"{Target.ToFileName()}-portable" : Target.ToFileName();

    /// <summary>What tells its packages from others of the same names and version: the option set and the toolchain that are not the usual ones; null for none.</summary>
    public string? Variant
    {
        get
        {
            // A set with assertions is in the names already.
            string[] unusual =
            [
                .. Server.IsDefaultSet || Server.HasAssertions ? (string[])[] : [Server.OptionSet.Value],
                .. Target.Toolchain is TargetId.DefaultToolchain ? (string[])[] : [Target.Toolchain],
            ];
            return unusual.Length == 0 ? null : string.Join('.', unusual);
        }
    }

    /// <summary>What archives hold, each by itself, with what says what it is: the payload with its licence, and its debug information.</summary>
    internal IEnumerable<PackedPart> Parts
    {
        get
        {
            var documentation = Prefix.Combine(InstallationLayout.Documentation).Child(Project.Name.Value);
            yield return new PackedPart("", Name, IdentifiedTree.StepOf(this, "payload ", LicensedPayload.StepOf(this), Prefix, documentation), Prefix);
            if (Symbols is { } symbols)
                yield return new PackedPart("symbols ", $"{Name}-symbols", IdentifiedTree.StepOf(this, "symbols ", symbols, RelativePath.Root, RelativePath.Root), RelativePath.Root);
        }
    }
}

/// <summary>A part of a target that is a package of its own where a format has one file for each.</summary>
/// <param name="Facet">Its name in those of steps, with a blank behind it; empty for the payload.</param>
/// <param name="Name">The name of its file, without the ending.</param>
/// <param name="Tree">What holds it.</param>
/// <param name="From">The directory of the tree that is packed.</param>
internal sealed record PackedPart(string Facet, string Name, Step Tree, RelativePath From);

/// <summary>What images of a platform are made of besides payloads.</summary>
/// <param name="Libraries">The root of packages that the server runs in, with the extensions that its image includes: the lowest layer of the image.</param>
/// <param name="Locales">The compiled locales.</param>
/// <param name="OwnLibraries">For an extension, the root with the packages that it runs with, too; else the same as <paramref name="Libraries"/>.</param>
/// <param name="Licences">For an extension, what the packages that it runs with and the server does not say of their licences; else empty.</param>
public sealed record ImageParts(Step Libraries, Step Locales, Step OwnLibraries, Step Licences);

/// <summary>The extensions in the image of a server.</summary>
/// <param name="Extensions">Those that are no part of the server, in the order in which they are installed.</param>
/// <param name="Settings">Lines of <c>postgresql.conf</c>.</param>
/// <param name="Names">What <c>--with</c> is given for all of them, modules of the server too: <c>pgvector@0.8.0</c>.</param>
public sealed record IncludedExtensions(ImmutableArray<PackagedExtension> Extensions, string Settings, ImmutableArray<string> Names)
{
    /// <summary>Nothing.</summary>
    public static IncludedExtensions None { get; } = new([], "", []);
}

/// <summary>An extension in the image of a server.</summary>
/// <param name="Name">Its project.</param>
/// <param name="Version">Its version.</param>
/// <param name="License">The licence as an SPDX expression, or null when it is not known.</param>
/// <param name="Payload">What is installed.</param>
public sealed record PackagedExtension(ProjectName Name, string Version, string? License, Step Payload);

/// <summary>What packages say of a project.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Version">The version that is packed.</param>
/// <param name="Summary">One line on what it is.</param>
/// <param name="License">The licence as an SPDX expression, or null when it is not known.</param>
/// <param name="Homepage">The home page.</param>
public sealed record PackagedProject(ProjectName Name, string Version, string Summary, string? License, Uri Homepage);

/// <summary>A server.</summary>
/// <param name="Name">Its project.</param>
/// <param name="IsDefault">Whether it is PostgreSQL itself, and no fork of it.</param>
/// <param name="Postgres">The version of PostgreSQL that it is or is based on.</param>
/// <param name="OptionSet">What it is built with.</param>
/// <param name="IsDefaultSet">Whether that is the usual option set.</param>
/// <param name="HasAssertions">Whether its binary interface is that of a server with assertions, which its extensions must be built for.</param>
/// <param name="Payload">What is installed.</param>
public sealed record PackagedServer(ProjectName Name, bool IsDefault, PgVersion Postgres, OptionSetName OptionSet, bool IsDefaultSet, bool HasAssertions, Step Payload);

/// <summary>The release of a distribution.</summary>
/// <param name="Name">The platform.</param>
/// <param name="Suite">The code name of the release, <c>bookworm</c>.</param>
/// <param name="Architecture">The processor as the distribution names it.</param>
/// <param name="Lock">The lock of its packages.</param>
/// <param name="Runtime">The packages of the lock that the target runs with.</param>
/// <param name="Carried">The packages whose files a portable tree carries: those of <paramref name="Runtime"/>, and those that have the texts of their licences.</param>
/// <param name="Rules">How packages become trees, so that none is unpacked twice.</param>
/// <param name="Glibc">The release of the C library that it promises, <c>2.31</c>.</param>
public sealed record PackagedPlatform(
    PlatformName Name, string Suite, string Architecture, PackagesLock Lock, ImmutableArray<LockedPackage> Runtime, ImmutableArray<LockedPackage> Carried, CompositionRules Rules, string Glibc);
