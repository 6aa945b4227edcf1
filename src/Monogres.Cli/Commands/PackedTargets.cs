using System.Collections.Concurrent;
using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging;
using Monogres.Packaging.Formats;
using Monogres.Packaging.Repositories;
using Monogres.Plans.Targets;
using Monogres.Results.Building;
using Monogres.Results.Records;

namespace Monogres.Cli.Commands;

/// <summary>
/// From targets to the files that a repository publishes: built, or taken from the store, packed in one format and written to a
/// directory that is removed at the end. Every command that publishes targets goes this way; what may not be redistributed is
/// refused before anything is built.
/// </summary>
internal sealed class PackedTargets : IDisposable
{
    private readonly string _directory;

    private PackedTargets(string directory, ImmutableArray<string> files) => (_directory, Files) = (directory, files);

    /// <summary>The files, sorted by name; absolute.</summary>
    public ImmutableArray<string> Files { get; }

    /// <summary>Builds and packs.</summary>
    /// <param name="workspace">Builds.</param>
    /// <param name="targets">What is published.</param>
    /// <param name="packager">The format.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">A target may not be redistributed, cannot be built, or gave something with errors.</exception>
    public static async Task<PackedTargets> PackAsync(Workspace workspace, IReadOnlyList<Target> targets, IPackager packager, CancellationToken cancel)
    {
        foreach (var target in targets)
            RefuseUnlessRedistributable(workspace, target);

        var directory = workspace.Store.NewWorkPath();
        var files = new PackageFiles(directory, workspace.Hashed);
        var packed = new ConcurrentBag<string>();
        try
        {
            await workspace.Engine.AnnounceAsync(targets.SelectMany(target => TargetBuilds.StepsOf(target).Concat(StepsOf(workspace, target, packager))), cancel);
            await TargetLoop.RunAsync(workspace, targets, async (target, stop) =>
            {
                var steps = StepsOf(workspace, target, packager);
                var built = await workspace.Targets.BuildAsync(target, useCache: true, steps, stop);
                if (built.Findings.Any(finding => finding.IsFailure))
                    throw FindingErrors.Failed(built);

                foreach (var name in await workspace.Engine.UseAsync<ImmutableArray<string>>(steps, async trees =>
                {
                    var names = ImmutableArray.CreateBuilder<string>();
                    foreach (var tree in trees)
                        names.AddRange((await files.WriteAsync(workspace.Blobs, tree.Tree, stop)).Select(file => file.Key));
                    return names.ToImmutable();
                }, stop))
                    packed.Add(name);
            }, cancel);
            return new PackedTargets(directory, [.. packed.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Select(files.PathOf)]);
        }
        catch
        {
            Remove(directory);
            throw;
        }
    }

    public void Dispose() => Remove(_directory);

    private static ImmutableArray<Step> StepsOf(Workspace workspace, Target target, IPackager packager) => packager.StepsOf(PackageRequests.Of(workspace, target));

    /// <summary>Refuses what may not be redistributed.</summary>
    /// <exception cref="UserErrorException">The target is such.</exception>
    public static void RefuseUnlessRedistributable(Workspace workspace, Target target)
    {
        var (project, license) = (target.Ingredients.Project.Value, target.Ingredients.License);
        if (workspace.Index.Redistribution.ReasonAgainst(project, license) is { } reason)
            throw RedistributionErrors.Refused(target.Id.Name.ToString(), project, license, reason, file: null);
    }

    private static void Remove(string directory)
    {
        if (Directory.Exists(directory))
            Directory.Delete(directory, recursive: true);
    }
}
