using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;
using Monogres.Index.Styles;
using Monogres.Payloads.Layout;
using Monogres.Plans.Roots;
using Monogres.Plans.Scripts;
using Monogres.Plans.Sources;
using Monogres.Plans.Targets;

namespace Monogres.Plans.Extensions;

/// <summary>
/// An extension with a source of its own: built as its server was, in the server's root with the extension's own packages
/// as a second layer, with the server and all required extensions at their real prefix.
/// </summary>
internal sealed class BuiltExtension : ExtensionTarget
{
    private readonly ExtensionBuild _build;
    private readonly ExtensionRelease _release;
    private readonly ScriptText _script;
    private readonly ImmutableArray<ComposeStep> _root;
    private readonly PackageNames _buildPackages;

    public BuiltExtension(ExtensionPlanner planner, TargetId id, ExtensionProject project, ExtensionBuild build, ExtensionRelease release, SourceSteps source)
        : base(planner, id, project)
    {
        (_build, _release, Source) = (build, release, source);
        _buildPackages = build.BuildPackageSets.IsEmpty && Style.BuildPackageSets.IsEmpty
            ? On.Packages.Build
            : On.Packages.Build.And(planner.Packages(id.Name, [.. Style.BuildPackageSets, .. build.BuildPackageSets]));
        _root = planner.Layers(RootKind.Build, On.Packages.Build, _buildPackages);
        _script = new ScriptText(planner.Steps(Style, tests: false), new ScriptValues(OwnValues, planner.Values), BuildPaths.Source);
        Build = new RunStep(
            new StepName(Id, "build"),
            [.. _root, On.Payload, .. Requires.Where(required => required.HasOwnBuild).Select(required => required.Payload), source.Layer, Commands.ScriptLayer(new StepName(Id, "build script"), _script)],
            Commands.RunScript(SourceDate, Commands.BuildTimeout)) { Hint = LookInside };
        Payload = new DeriveStep(new StepName(Id, "payload"), [Build], new InstalledPayload(Id, Prefix, planner.Context.Platform, prefixOnly: true));
    }

    public override DateTimeOffset SourceDate => _release.SourceDate;

    public override RunStep Build { get; }

    public override Step Payload { get; }

    public override Step Symbols => field ??= new PickStep(new StepName(Id, "symbols"), Build, InstalledPayload.SymbolsDirectory, RelativePath.Root, optional: true);

    public override TargetIngredients Ingredients => new()
    {
        Project = Project.Name,
        License = Project.License,
        Summary = Project.Summary,
        Homepage = Project.Homepage,
        Source = Source.Tree,
        Archives = Source.Archives,
        BuildRoot = _root,
        BuildPackages = _buildPackages,
        RuntimePackages = RuntimePackages,
        Configure = [],
        Script = _script,
        BuiltAgainst = [On, .. Requires],
    };

    protected override SourceSteps Source { get; }

    protected override string Version => _release.Version;

    protected override RunStep LoggedBuild => Build;

    protected override PackageNames RuntimePackages => field ??= Requires.Aggregate(
        _build.RuntimePackageSets.IsEmpty ? On.Packages.Runtime : On.Packages.Runtime.And(Planner.Packages(Id.Name, _build.RuntimePackageSets)),
        (all, one) => all.And(one.Ingredients.RuntimePackages));

    protected override PackageNames TestPackages =>
        On.Packages.Test.And(_buildPackages).And(RuntimePackages).And(Planner.Packages(Id.Name, [.. Style.TestPackageSets, .. Project.Tests.PackageSets]));

    protected override ImmutableArray<KeyValuePair<string, string>> OwnValues =>
    [
        new(ExtensionPlaceholders.Version, Version),
        new(ExtensionPlaceholders.Arguments, ShellText.Quote(_build.Arguments)),
        new(ExtensionPlaceholders.Environment, ShellText.Assignments(_build.Environment)),
    ];
}
