using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Compression;
using Monogres.Packaging.Formats;

namespace Monogres.Packaging.Deb;

/// <summary>Lays payloads out as packages of Debian: their members by <see cref="DebMembers"/>, compressed, and put together by <see cref="DebAssembly"/>.</summary>
public sealed class DebPackager : IPackager
{
    /// <inheritdoc/>
    /// <exception cref="UserErrorException">The platform is no release of Debian.</exception>
    public ImmutableArray<Step> StepsOf(PackageRequest request)
    {
        // A module of a server is in the package of that.
        if (!request.HasOwnBuild)
            return [];

        var (target, server, platform) = (request.Target, request.Server, request.Platform());
        var names = new DebNames(server.Postgres.Major, DebNames.FlavourOf(server.Name, server.IsDefault, server.OptionSet, server.HasAssertions));
        var isExtension = target.Name.Extension is not null;
        var deb = new DebRequest
        {
            Names = names,
            Platform = DebPlatform.Of(platform.Name.ToString(), platform.Suite, platform.Architecture),
            Prefix = request.Prefix,
            Identity = request.Identity,
            Extension = isExtension ? new DebExtension(request.Project.Name.Value, [.. request.Requires.Select(required => names.Extension(required.Key.Value))], []) : null,
            Project = request.Project.Name.Value,
            Version = request.Project.Version,
            Variant = request.Variant,
            Title = isExtension ? request.Project.Name.Value : "PostgreSQL",
            Summary = request.Project.Summary,
            License = request.Project.License,
            Homepage = request.Project.Homepage,
            Maintainer = PackageFacts.EveryMaintainer,
            SourceDate = request.SourceDate,
            HasSymbols = request.Symbols is not null,
        };
        var libraries = LibraryPackages.StepOf(platform.Name, platform.Lock, platform.Runtime, platform.Rules);
        var members = new DeriveStep(
            new StepName(target, "deb members"),
            [
                request.Payload, request.Source, libraries, .. request.Symbols is { } symbols ? (Step[])[symbols] : [],
                .. isExtension ? [server.Payload, .. request.Requires.Select(required => required.Value)] : (Step[])[],
            ],
            new DebMembers(deb));
        var compressed = CompressedFiles.Of(new StepName(target, "deb contents"), members, request.Programs(), Compressor.Xz);
        return [new DeriveStep(new StepName(target, "deb"), [compressed], new DebAssembly(request.SourceDate))];
    }
}
