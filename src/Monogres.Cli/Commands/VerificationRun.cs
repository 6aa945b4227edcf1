using System.Collections.Immutable;
using System.Globalization;
using System.Runtime.InteropServices;
using Monogres.Cli.Inputs;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Packaging;
using Monogres.Plans.Targets;
using Monogres.Proof.Comparison;
using Monogres.Proof.Comparison.Reports;
using Monogres.Proof.Variations;
using Monogres.Proof.Verification;
using Monogres.Results.Building;
using Monogres.Sandbox;
using Monogres.Store.Local;

namespace Monogres.Cli.Commands;

/// <summary>Rebuilds groups of targets by this same tool, as a process under other conditions, and says what is the same.</summary>
/// <param name="workspace">Has the inputs, and the first builds.</param>
/// <param name="axes">What is varied.</param>
/// <param name="deep">Whether what the targets are built against is rebuilt, too.</param>
/// <param name="work">Where the rebuild happens.</param>
/// <param name="keep">Where its files are kept, or null.</param>
internal sealed class VerificationRun(Workspace workspace, ChosenAxes axes, bool deep, string work, string? keep)
{
    /// <summary>Where rebuilds happen unless it is said: on disk by convention (FHS 3.0, 5.15), and open to every user.</summary>
    public const string DefaultPlace = "/var/tmp";

    /// <summary>Rebuilds a group and compares.</summary>
    /// <exception cref="UserErrorException">It cannot be rebuilt here.</exception>
    public async Task<VerifiedTargets> VerifyAsync(VerifiedGroup group, CancellationToken cancel)
    {
        using var place = RebuildPlace.Create(work);
        place.CopyIndex(workspace.Settings.IndexDirectory);
        var machine = Machines.Here(workspace, group, AddInputs(group, place));
        var (varied, notVaried) = axes.On(machine);
        var conditions = new Conditions { Machine = machine, Directory = place.Own };
        foreach (var axis in varied)
            axis.Apply!(conditions);
        RebuildPlace.MakeStore(conditions);
        var given = deep ? [] : GivenOf(group);
        await SeedAsync([.. given.Select(one => one.Payload), .. conditions.HalfCached ? await HalfOfAsync(group, cancel) : []], place, cancel);

        var programs = await workspace.Engine.UseAsync([workspace.SandboxPrograms], async trees => await workspace.ProgramsAsync(trees[0].Tree, cancel), cancel);
        using var lease = programs;
        var sandbox = SandboxPrograms.In(lease.Path, RuntimeInformation.OSArchitecture);
        var command = new RebuildCommand { Program = sandbox.Start, Tool = Machines.Tool, Conditions = conditions, Arguments = ArgumentsOf(group, place, conditions) };
        var report = new VerificationReport(varied, notVaried);
        workspace.ReportVerification(report.Begin(group.Targets.Length, [.. given.Select(one => one.Id.Name.ToString())]));
        var end = await RebuildProcess.RunAsync(command.ToArguments(), EnvironmentOf(conditions, Directory.Exists(place.Seed) ? place.Seed : null), workspace.WriteProgress, cancel);
        var rebuilt = await Rebuilt.ReadAsync(end, cancel);

        var verdicts = ImmutableArray.CreateBuilder<Verdict>();
        foreach (var one in group.Targets)
        {
            var verdict = rebuilt.Compare(one.Target.Id.ToString(), one.First) with { Damage = one.Damage };
            if (verdict.Failure is null)
                verdict = await CompleteAsync(one, verdict, rebuilt, place, cancel);
            workspace.ReportVerification(VerificationReport.Of(verdict));
            verdicts.Add(verdict);
        }

        Keep(place);
        return new VerifiedTargets(verdicts.ToImmutable(), [.. varied.Select(axis => axis.Name)], [.. notVaried.Select(one => one.Axis.Name)]);
    }

    private static string OutputOf(RebuildPlace place) => $"{place.Own}/out";

    private ImmutableArray<string> ArgumentsOf(VerifiedGroup group, RebuildPlace place, Conditions conditions)
    {
        var names = group.Targets.Select(one => one.Target.Id.Name.ToString());
        return
        [
            "build", .. conditions.Reversed ? names.Reverse() : names,
            "--platform", group.Id.Platform.ToString(), "--toolchain", group.Id.Toolchain, "--format", group.Formats,
            .. group.IsPortable ? ["--portable"] : (string[])[], .. group.With is { } with ? ["--with", with] : (string[])[],
            "--index", place.Index, "--store", Path.Combine(conditions.Directory, conditions.Store), "--output", OutputOf(place), "--source-mirror", place.Inputs,
            .. workspace.Settings.MirrorFlag is { } mirror ? ["--mirror", mirror] : (string[])[],
            "--keep-going", "--json",
        ];
    }

    private static Dictionary<string, string?> EnvironmentOf(Conditions conditions, string? seed)
    {
        // What is set for us is said by flags, or is not the rebuild's affair.
        var environment = new Dictionary<string, string?>(StringComparer.Ordinal)
        {
            [EnvironmentVariables.Index] = null,
            [EnvironmentVariables.Store] = null,
            [EnvironmentVariables.SourceMirror] = null,
            [EnvironmentVariables.Remote] = null,
            [EnvironmentVariables.RemoteCache] = null,
            [EnvironmentVariables.Seed] = seed,
        };
        foreach (var (name, value) in conditions.Environment)
            environment[name] = value;
        if (conditions.Inside.Count > 0)
            environment[EnvironmentVariables.Vary] = string.Join(',', conditions.Inside);
        return environment;
    }

    /// <summary>A verdict with the artifacts, and with what differs in them; of a target, in what the archives of its payload and symbols do.</summary>
    private async Task<Verdict> CompleteAsync(VerifiedTarget one, Verdict verdict, Rebuilt rebuilt, RebuildPlace place, CancellationToken cancel)
    {
        var artifacts = new RebuiltArtifacts(rebuilt, place.Unpacked);
        List<(string First, string? Second)> differing = [];
        foreach (var given in one.Artifacts)
        {
            var (file, second) = await artifacts.CompareAsync(verdict.Target, given, cancel);
            verdict = verdict with { Files = verdict.Files.Add(file) };
            if (!file.IsSame)
                differing.Add((given.Path, second));
        }

        if (one.Artifacts.IsEmpty && verdict.Files.Any(file => !file.IsSame))
            differing.AddRange((await PackFirstAsync(one.Target, place, cancel)).Select(first => (first, rebuilt.PathOf(Path.GetFileName(first)))));
        var reports = ImmutableArray.CreateBuilder<ComparisonReport>();
        foreach (var (first, second) in differing)
        {
            if (second is not null && await ArtifactComparer.CompareAsync(first, second, cancel) is { Identical: false } report)
                reports.Add(report);
        }

        return verdict with { Differences = reports.ToImmutable() };
    }

    private async Task<ImmutableArray<string>> PackFirstAsync(Target target, RebuildPlace place, CancellationToken cancel)
    {
        var files = new PackageFiles(place.First, workspace.Hashed);
        var steps = new BuildOutput(workspace, files, PackageFormats.Parse(PackageFormats.Default), _ => [], portable: false).StepsOf(target).ToArray();
        return await workspace.Engine.UseAsync<ImmutableArray<string>>(steps, async trees =>
        {
            var written = ImmutableArray.CreateBuilder<string>();
            foreach (var tree in trees)
                written.AddRange((await files.WriteAsync(workspace.Blobs, tree.Tree, cancel)).Select(file => files.PathOf(file.Key)));
            return written.ToImmutable();
        }, cancel);
    }

    /// <summary>What targets are built against, and is given to the rebuild by its digest: all that is not verified itself.</summary>
    private static ImmutableArray<Target> GivenOf(VerifiedGroup group)
    {
        var verified = group.Targets.Select(one => one.Target.Id).ToHashSet();
        return [.. group.Targets.SelectMany(one => one.Target.Ingredients.BuiltAgainst).DistinctBy(one => one.Id).Where(one => !verified.Contains(one.Id))];
    }

    private async Task SeedAsync(ImmutableArray<Step> given, RebuildPlace place, CancellationToken cancel)
    {
        if (given.IsEmpty)
            return;

        await workspace.Engine.UseAsync(given, async trees =>
        {
            foreach (var (step, tree) in given.Zip(trees))
                await StoreSeed.AddAsync(place.Seed, workspace.Store, step.Key, tree.Tree, cancel);
            return true;
        }, cancel);
        place.OpenSeed();
    }

    /// <summary>Every other tree that the builds of a group take, and that is known here; never what a build gave.</summary>
    private async Task<ImmutableArray<Step>> HalfOfAsync(VerifiedGroup group, CancellationToken cancel)
    {
        var (known, seen, waiting) = (ImmutableArray.CreateBuilder<Step>(), new HashSet<Digest>(), new Stack<Step>(group.Targets.Select(one => (Step)one.Target.Build)));
        while (waiting.TryPop(out var step))
        {
            foreach (var input in step.Inputs.Where(input => seen.Add(input.Key)))
                waiting.Push(input);
            if (step is UnpackStep or ComposeStep && await workspace.Engine.RecallAsync(step, cancel) is not null)
                known.Add(step);
        }

        return [.. known.OrderBy(step => step.Key).Where((_, i) => i % 2 == 0)];
    }

    /// <summary>Hands the inputs that are here over to the rebuild, which checks them by their digests.</summary>
    /// <returns>How many are not here.</returns>
    private int AddInputs(VerifiedGroup group, RebuildPlace place)
    {
        var packagers = PackageFormats.Parse(group.Formats, group.IsPortable);
        var steps = group.Targets
            .SelectMany(one => TargetBuilds.StepsOf(one.Target).Concat(new BuildOutput(workspace, new PackageFiles(place.First, workspace.Hashed), packagers, _ => [], group.IsPortable).StepsOf(one.Target)))
            .Append(workspace.SandboxPrograms);
        var missing = 0;
        foreach (var alternatives in StepInputs.Of(steps))
        {
            var here = alternatives.Select(hash => workspace.Store.Blobs.Find(hash)).FirstOrDefault(found => found is not null);
            if (here is { } digest)
                place.AddInput(digest.Hash, workspace.Store.Blobs.PathOf(digest, executable: false));
            else
                missing++;
        }

        return missing;
    }

    private void Keep(RebuildPlace place)
    {
        if (keep is null || !Directory.Exists(OutputOf(place)))
            return;

        Directory.CreateDirectory(keep);
        foreach (var file in Directory.EnumerateFiles(OutputOf(place)))
            File.Copy(file, Path.Combine(keep, Path.GetFileName(file)), overwrite: true);
    }
}

/// <summary>How a group was verified.</summary>
/// <param name="Verdicts">What became of each target, in the order of the group.</param>
/// <param name="Varied">The names of the axes that the rebuild had otherwise.</param>
/// <param name="NotVaried">The names of those that were asked for and could not be varied.</param>
internal sealed record VerifiedTargets(ImmutableArray<Verdict> Verdicts, ImmutableArray<string> Varied, ImmutableArray<string> NotVaried)
{
    /// <summary>Whether everything is the same.</summary>
    public bool IsSame => Verdicts.All(verdict => verdict.IsSame);
}
