using System.Collections.Immutable;
using Monogres.Sources.Local;
using Monogres.Plans;
using Monogres.Plans.Targets;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;
using Monogres.Payloads.Binaries;
using Monogres.Sources.Inspection;
using Monogres.Sources.Inspection.Makefiles;

namespace Monogres.Sources;

/// <summary>What would go wrong with an extension, found before it is built.</summary>
public sealed record Diagnosis
{
    /// <summary>The source as it was named.</summary>
    public required string Source { get; init; }

    /// <summary>Its name and version; null when they are not known.</summary>
    public required ExtensionVersion? Extension { get; init; }

    /// <summary>What its source says.</summary>
    public required SourceFacts Facts { get; init; }

    /// <summary>What would go wrong, worst first.</summary>
    public required ImmutableArray<SourceFinding> Findings { get; init; }

    /// <summary>What was planned for each server.</summary>
    public required ImmutableArray<Target> Plans { get; init; }

    /// <summary>Whether something certainly fails.</summary>
    public bool CertainlyFails => Findings.Any(finding => finding.Severity is FindingSeverity.Error);

    /// <summary>The diagnosis of a source that is not in the index.</summary>
    /// <param name="taken">The source.</param>
    /// <param name="inspection">What was found in it.</param>
    /// <param name="index">What exists.</param>
    /// <param name="planner">Plans it, for the platform where it will run.</param>
    /// <param name="platform">That platform.</param>
    /// <param name="servers">The servers that it would be built against.</param>
    public static Diagnosis Of(ImportedSource taken, SourceInspection inspection, MonogresIndex index, Planner planner, Platform platform, IEnumerable<TargetName> servers)
    {
        var facts = inspection.Facts;
        var findings = inspection.Findings.ToList();
        findings.AddRange(taken.Omitted.Select(entry => Found(SourceRules.Omitted, FindingSeverity.Warning, entry.Path.Value, $"it {entry.Reason}")));
        var plans = ImmutableArray.CreateBuilder<Target>();
        LocalExtension? local = null;
        if (facts.Style is not null && LocalExtension.NameOf(facts, taken.Source) is not null)
        {
            local = LocalExtension.Of(taken, inspection, index, platform);
            findings.AddRange(local.Packages.Missing.Select(library => Library(library, platform)));
            findings.AddRange(local.Packages.MissingTools.Select(tool => Tool(tool, platform)));
            findings.AddRange(local.Unknown.Select(name => Required(name, facts)));
            findings.AddRange(Version(local, taken.Source));
            foreach (var server in servers)
            {
                findings.AddRange(Range(facts, server));
                try
                {
                    plans.Add(planner.PlanLocal(local.Project, local.Tree, local.Words, server));
                }
                catch (UserErrorException refused)
                {
                    findings.Add(new SourceFinding(SourceRules.Plan, FindingSeverity.Error, null, null, $"{server}: {refused.Message}", refused.Hint ?? SourceRules.Plan.Explain));
                }
            }
        }

        return new Diagnosis
        {
            Source = taken.Source.Text,
            Extension = local is null ? null : new ExtensionVersion(local.Project.Name, ((ExtensionOrigin.Source)local.Project.Origin).Releases[0].Version),
            Facts = facts,
            Findings = SourceInspection.Sort(findings),
            Plans = plans.ToImmutable(),
        };
    }

    /// <summary>The diagnosis of an extension of the index: what its source contains and its entry does not resolve.</summary>
    /// <param name="plans">Its plans, all of one version.</param>
    /// <param name="build">How the index says that it is built.</param>
    /// <param name="inspection">What was found in its source.</param>
    /// <param name="platform">Where it will run.</param>
    public static Diagnosis Of(ImmutableArray<Target> plans, ExtensionBuild build, SourceInspection inspection, Platform platform)
    {
        var extension = plans[0].Id.Name.Extension!;
        var packages = LibraryPackages.Of(inspection.Facts, platform);
        return new Diagnosis
        {
            Source = extension.ToString(),
            Extension = extension,
            Facts = inspection.Facts,
            Findings = SourceInspection.Sort(
            [
                .. inspection.Findings.Where(finding => !ReferenceEquals(finding.Rule, SourceRules.NoBuild)).Select(finding => Answered(finding, inspection.Facts, build)),
                .. packages.Missing.Where(library => build.BuildPackageSets.IsEmpty).Select(library => Library(library, platform)),
                .. packages.MissingTools.Select(tool => Tool(tool, platform)),
                .. inspection.Facts.Tools.Where(tool => tool.IsCertain).Select(tool => (tool, Set: tool.Tool.SetOn(platform))).Where(needed => needed.Set is { } set && platform.Packages([set]).Own.Except(plans[0].Ingredients.BuildPackages.Own, StringComparer.Ordinal).Any())
                    .Select(needed => Unnamed(needed.tool, needed.Set!)),
            ]),
            Plans = plans,
        };
    }

    // What an argument overrides when the source is built by itself, the entry of the index must override too; and what the entry
    // says about the build may be the answer to what the source alone would fail with.
    private static SourceFinding Answered(SourceFinding finding, SourceFacts facts, ExtensionBuild build)
    {
        if (finding is { Rule.Id: "native-cpu", Severity: FindingSeverity.Note } && facts.Arguments.FirstOrDefault(argument => finding.Text.Contains($"`{argument}`", StringComparison.Ordinal)) is { } needed
            && !build.Arguments.Any(argument => argument.StartsWith(needed[..(needed.IndexOf('=', StringComparison.Ordinal) + 1)], StringComparison.Ordinal)))
            return finding with { Severity = FindingSeverity.Warning, Advice = $"add `{needed}` to `build.arguments` in its repo.json" };

        var isPlain = string.Equals(build.Style, facts.Style, StringComparison.Ordinal) && build.Arguments.IsEmpty && build.Environment.IsEmpty;
        return finding.Severity is FindingSeverity.Error && !isPlain ? finding with { Severity = FindingSeverity.Warning } : finding;
    }

    private static SourceFinding Required(string name, SourceFacts facts)
    {
        var by = facts.Extensions.First(one => one.Requires.Contains(name, StringComparer.Ordinal));
        return Found(SourceRules.Requires, by.IsInstalled ? FindingSeverity.Error : FindingSeverity.Warning, by.File, $"it requires `{name}`, which no project of the index provides");
    }

    private static IEnumerable<SourceFinding> Version(LocalExtension local, LocalSource source)
    {
        var (facts, version) = (local.Inspection.Facts, ((ExtensionOrigin.Source)local.Project.Origin).Releases[0].Version);
        if (LocalExtension.VersionOf(facts, source) is null)
            yield return Found(SourceRules.Version, FindingSeverity.Warning, null, $"its version is not known, so it is built as `{version}`");
        else if (source.Version is null && !string.Equals(facts.Version, version, StringComparison.Ordinal))
            yield return Found(SourceRules.Version, FindingSeverity.Note, facts.Extensions.FirstOrDefault(one => one.DefaultVersion is not null)?.File ?? "META.json", $"the version `{facts.Version}` is `{version}` in the names of targets and files");
    }

    private static SourceFinding Library(SourceLibrary library, Platform platform) => new(
        SourceRules.Library, library.IsCertain ? FindingSeverity.Error : library.IsLinked ? FindingSeverity.Warning : FindingSeverity.Note, library.File, library.Line,
        $"`{library.Mention}`: {platform.Name} has no package set `{library.Name}-build`", SourceRules.Library.Explain);

    private static SourceFinding Unnamed(SourceTool tool, string set) => new(
        SourceRules.Tool, FindingSeverity.Warning, tool.File, tool.Line, $"`{tool.Program}` is called, and is in none of the packages that it is built with", $"add `{set}` to `build.build_packages` in its repo.json");

    private static SourceFinding Tool(SourceTool tool, Platform platform) => new(
        SourceRules.Tool, tool.IsCertain ? FindingSeverity.Warning : FindingSeverity.Note, tool.File, tool.Line,
        $"`{tool.Program}` is called: {platform.Name} has no package set with Debian's package `{tool.Tool.Package}`", SourceRules.Tool.Explain);

    private static IEnumerable<SourceFinding> Range(SourceFacts facts, TargetName server)
    {
        var major = server.Version.Major;
        if (!facts.Enforced.Contains(major))
            yield return Found(SourceRules.PostgresRange, FindingSeverity.Error, null, $"PostgreSQL {major}: it supports {facts.Enforced.ToRange(0)} ({facts.Enforced.From})");
        else if (!facts.Postgres.Contains(major))
            yield return Found(SourceRules.PostgresRange, FindingSeverity.Warning, null, $"PostgreSQL {major}: it supports {facts.Postgres.ToRange(0)} ({facts.Postgres.From})");
    }

    private static SourceFinding Found(SourceRule rule, FindingSeverity severity, string? file, string text) => new(rule, severity, file, null, text, rule.Explain);
}
