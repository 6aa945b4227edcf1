using System.Collections.Immutable;
using System.Runtime.InteropServices;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Index.Platforms;
using Monogres.Index.Styles;
using Monogres.Payloads.Layout;
using Monogres.Plans.Roots;
using Monogres.Plans.Scripts;
using Monogres.Plans.Targets;

namespace Monogres.Plans.Extensions;

/// <summary>What the versions of a project have in common when they are planned for one server.</summary>
/// <param name="planner">Plans for the server.</param>
/// <param name="target">The version that is planned first, for messages.</param>
/// <param name="project">The project.</param>
internal abstract class ProjectPlan(ExtensionPlanner planner, TargetName target, ExtensionProject project)
{
    /// <summary>What the index says of it.</summary>
    public ExtensionProject Project { get; } = project;

    /// <summary>The style that builds it, or only tests it.</summary>
    public ExtensionStyle Style { get; } = planner.Context.Index.StyleOf(project);

    /// <summary>Every other extension that must be in the prefix when it is built and when it runs; each after those that it needs itself.</summary>
    public ImmutableArray<Target> Requires { get; } = planner.Required(target, project.Requires);

    /// <summary>What a server must be told for it and for all that it needs.</summary>
    public ServerSettings Settings => field ??= Requires.Aggregate(Planner.Server.Settings, (all, one) => all.Then(one.Settings)).Then(new ServerSettings(Project.Preload, For(Project.Settings)));

    /// <summary>The packages that running it asks for.</summary>
    public abstract PackageNames RuntimePackages(TargetName asking);

    /// <summary>Those of the settings that a server of this version has.</summary>
    public ImmutableSortedDictionary<string, string> For(ImmutableSortedDictionary<string, ServerSetting> settings) => settings.IsEmpty
        ? ServerSettings.None.Others
        : settings.Where(setting => setting.Value.IsFor(Planner.Server.Postgres)).ToImmutableSortedDictionary(setting => setting.Key, setting => setting.Value.Value, StringComparer.Ordinal);

    /// <summary>Plans for the server.</summary>
    protected ExtensionPlanner Planner { get; } = planner;
}

/// <summary>Of a module of the server, which brings no packages of its own.</summary>
internal sealed class ModulePlan(ExtensionPlanner planner, TargetName target, ExtensionProject project) : ProjectPlan(planner, target, project)
{
    /// <inheritdoc/>
    public override PackageNames RuntimePackages(TargetName asking) => Planner.Server.Packages.Runtime;
}

/// <summary>What the versions of a project that is built from its own source have in common besides.</summary>
internal sealed class BuiltProjectPlan : ProjectPlan
{
    private readonly ExtensionBuild _build;
    private readonly Step[] _below;
    private PackageNames? _runtimePackages;

    public BuiltProjectPlan(ExtensionPlanner planner, TargetName target, ExtensionProject project, ExtensionBuild build)
        : base(planner, target, project)
    {
        _build = build;
        BuildPackages = build.BuildPackageSets.IsEmpty && Style.BuildPackageSets.IsEmpty
            ? planner.Server.Packages.Build
            : planner.Union(planner.Server.Packages.Build, planner.Packages(target, Style.BuildPackageSets, build.BuildPackageSets));
        BuildRoot = planner.Layers(RootKind.Build, planner.Server.Packages.Build, BuildPackages);
        Steps = planner.Steps(Style, tests: false);
        _below = [.. BuildRoot, .. planner.Server.FixedMachine, planner.Server.Runnable, .. Requires.Where(required => required.HasOwnBuild).Select(required => required.Payload)];
        Installed = new InstalledPayload(planner.Server.Prefix, planner.Context.Platform, Project.Name);
        (Arguments, Environment) = (ShellText.Quote(build.Arguments), ShellText.Assignments(EnvironmentOf(planner.Context.Platform.Cross, build)));
    }

    /// <summary>The packages of the root that it is built in.</summary>
    public PackageNames BuildPackages { get; }

    /// <summary>The layers of that root.</summary>
    public ImmutableArray<ComposeStep> BuildRoot { get; }

    /// <summary>What is run to build it.</summary>
    public StepScript Steps { get; }

    /// <summary>From the output of a build to the payload.</summary>
    public InstalledPayload Installed { get; }

    /// <summary>The project's own arguments, as words of a script.</summary>
    public string Arguments { get; }

    /// <summary>The environment of a cross build and the project's own, as assignments of a script.</summary>
    public string Environment { get; }

    /// <inheritdoc/>
    public override PackageNames RuntimePackages(TargetName asking) => _runtimePackages ??= Requires.Aggregate(
        _build.RuntimePackageSets.IsEmpty ? Planner.Server.Packages.Runtime : Planner.Union(Planner.Server.Packages.Runtime, Planner.Packages(asking, _build.RuntimePackageSets)),
        (all, one) => Planner.Union(all, one.Ingredients.RuntimePackages));

    // The project's own word comes last.
    private static ImmutableSortedDictionary<string, string> EnvironmentOf(CrossBuild? cross, ExtensionBuild build) =>
        cross is null ? build.Environment : cross.Environment.SetItems(build.Environment);

    /// <summary>All layers of a build: the root, the server, what is required, and then these.</summary>
    public ImmutableArray<Step> Layers(Step source, Step script)
    {
        var layers = new Step[_below.Length + 2];
        _below.CopyTo(layers, 0);
        (layers[^2], layers[^1]) = (source, script);
        return ImmutableCollectionsMarshal.AsImmutableArray(layers);
    }
}
