using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Deb;
using Monogres.Packaging.Formats;
using Monogres.Packaging.Portable;

namespace Monogres.Packaging.Rpm;

/// <summary>Lays payloads out as packages of distributions that use rpm: their files and spec by <see cref="RpmTree"/>, packed by <see cref="RpmBuild"/>.</summary>
public sealed class RpmPackager : IPackager
{
    /// <inheritdoc/>
    /// <exception cref="UserErrorException">The platform is for a processor that rpm has no name for.</exception>
    public ImmutableArray<Step> StepsOf(PackageRequest request)
    {
        // A module of a server is in the package of that.
        if (!request.HasOwnBuild)
            return [];

        var (target, server, platform) = (request.Target, request.Server, RpmPlatform.Of(request.Platform()));
        var names = new RpmNames(server.Postgres.Major, DebNames.FlavourOf(server.Name, server.IsDefault, server.OptionSet, server.HasAssertions));
        var isExtension = target.Name.Extension is not null;
        var rpm = new RpmRequest
        {
            Names = names,
            Platform = platform,
            Prefix = request.Prefix,
            Identity = request.Identity,
            Extension = isExtension
                ? new RpmExtension(request.Project.Name.Value, [.. request.Requires.Select(required => names.Extension(required.Key.Value)), .. request.Modules.Select(module => names.Module(module.Value))])
                : null,
            Version = RpmVersion.Of(request.Project.Version, platform.Glibc, build: 1, request.Variant),
            Project = request.Project.Name.Value,
            Title = $"{(isExtension ? request.Project.Name.Value : "PostgreSQL")} {request.Project.Version}",
            Summary = DebTexts.Synopsis(request.Project.Summary),
            License = request.Project.License,
            Homepage = request.Project.Homepage,
            Maintainer = PackageFacts.EveryMaintainer,
            SourceDate = request.SourceDate,
            HasSymbols = request.Symbols is not null,
        };
        var tree = new DeriveStep(
            new StepName(target, "rpm tree"),
            [
                request.IsPortable ? request.Payload : PortableTree.StepOf(request), request.Source, .. request.Symbols is { } symbols ? (Step[])[symbols] : [],
                .. isExtension ? [server.Payload, .. request.Requires.Select(required => required.Value)] : (Step[])[],
            ],
            new RpmTree(rpm));
        return [RpmBuild.Of(new StepName(target, "rpm"), tree, request.RpmPrograms(), platform.Architecture, request.SourceDate)];
    }
}
