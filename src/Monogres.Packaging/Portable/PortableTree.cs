using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging.Deb;
using Monogres.Packaging.Formats;

namespace Monogres.Packaging.Portable;

/// <summary>
/// The portable flavour of a payload: the same tree at the same prefix, with the libraries of the platform that it needs beside
/// it. It runs wherever the C library is as new as the platform's or newer, from any directory. Documented in
/// <c>docs/reference/portable.md</c>.
/// </summary>
public static class PortableTree
{
    /// <summary>The package set of a platform with packages that others have the texts of their licences in; not every platform has it.</summary>
    public const string TextsPackageSet = "texts";

    /// <summary>The step that yields the tree: an extension's has what that of its server, and those of the extensions that it requires, do not have already.</summary>
    /// <param name="request">What is packed.</param>
    public static Step StepOf(PackageRequest request)
    {
        var (target, platform) = (request.Target, request.Platform());
        var packages = PackageTexts.StepOf(platform);
        var libraries = LibraryPackages.StepOf(platform.Name, platform.Lock, platform.Carried, packages.Recipe.Rules);
        ImmutableArray<Step> beside = target.Name.Extension is null ? [] : [request.Server.Payload, .. request.Requires.Select(required => required.Value)];

        var plan = new DeriveStep(new StepName(target, "portable plan"), [request.Payload, packages, libraries, .. beside], new PortablePlan(request.Prefix, request.Server.Postgres, isServer: target.Name.Extension is null));
        var rewritten = RewrittenBinaries.Of(new StepName(target, "portable binaries"), plan, request.Programs());
        return new DeriveStep(
            new StepName(target, "portable"), [request.Payload, plan, rewritten, .. beside],
            new PortableAssembly(request.Prefix, new PortableOwner(target.ToString(), request.Project.Name.Value, platform.Name.ToString(), platform.Glibc)));
    }
}
