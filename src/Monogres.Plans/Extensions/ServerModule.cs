using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;
using Monogres.Index.Styles;
using Monogres.Payloads.Layout;
using Monogres.Plans.Sources;
using Monogres.Plans.Targets;

namespace Monogres.Plans.Extensions;

/// <summary>A module of the server's own source: not built but split off what the server installed.</summary>
internal sealed class ServerModule(ExtensionPlanner planner, TargetId id, ProjectPlan plan, ExtensionOrigin.Server module) : ExtensionTarget(planner, id, plan)
{
    public override DateTimeOffset SourceDate => On.SourceDate;

    public override RunStep Build => On.Build;

    public override bool HasOwnBuild => false;

    public override Step Payload => field ??= new DeriveStep(new StepName(Id, "files"), [On.Payload], new ModuleFiles(Id, Prefix, module.Files));

    public override Step? Symbols => null;

    public override TargetIngredients Ingredients => On.Ingredients with
    {
        Project = Project.Name,
        License = Project.License,
        Summary = Project.Summary,
        Homepage = Project.Homepage,
        Cpe = Project.Cpe,
        RuntimePackages = RuntimePackages,
        BuiltAgainst = [On, .. Requires],
    };

    protected override SourceSteps Source => On.Source;

    protected override string Version => On.Id.Name.Version.ToString();

    protected override RunStep? LoggedBuild => null;

    protected override PackageNames TestPackages => Planner.Union(
        Planner.Union(On.Packages.Test, Planner.Packages(Id.Name, Style.BuildPackageSets)), Planner.Packages(Id.Name, Style.TestPackageSets, Project.Tests.PackageSets));

    protected override ImmutableArray<KeyValuePair<string, string>> OwnValues =>
    [
        new(ExtensionPlaceholders.Version, Version),
        new(ExtensionPlaceholders.Tag, "''"),
        new(ExtensionPlaceholders.Commit, "''"),
        new(ExtensionPlaceholders.Arguments, ""),
        new(ExtensionPlaceholders.Environment, ""),
    ];
}
