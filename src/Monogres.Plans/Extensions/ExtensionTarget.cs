using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;
using Monogres.Index.Styles;
using Monogres.Payloads.Binaries;
using Monogres.Payloads.Extensions;
using Monogres.Payloads.Inspection;
using Monogres.Payloads.Layout;
using Monogres.Plans.Roots;
using Monogres.Plans.Scripts;
using Monogres.Plans.Servers;
using Monogres.Plans.Targets;

namespace Monogres.Plans.Extensions;

/// <summary>What all extensions have in common, whether they have a source of their own or come with the server.</summary>
internal abstract class ExtensionTarget(ExtensionPlanner planner, TargetId id, ProjectPlan plan) : Target(id)
{
    /// <summary>Plans for the same server.</summary>
    protected ExtensionPlanner Planner { get; } = planner;

    /// <summary>What the index says of it.</summary>
    protected ExtensionProject Project => plan.Project;

    /// <summary>The server.</summary>
    protected ServerTarget On => Planner.Server;

    public override PgVersion Postgres => On.Postgres;

    public override RelativePath Prefix => On.Prefix;

    public override Target Server => On;

    /// <summary>Every other extension that must be in the prefix when it is built and when it runs; each after those that it needs itself.</summary>
    protected ImmutableArray<Target> Requires => plan.Requires;

    public override ImmutableArray<Target> Installs => Requires.Add(this);

    public override ServerSettings Settings => plan.Settings;

    public override Step Needs => field ??= new DeriveStep(new StepName(Id, "needs"), [Payload], new PayloadNeeds());

    public override Step Inspection => field ??= NewInspection();

    public override TestFacet? Tests => NoTests is not null ? null : _tests ??= NewTests();

    private TestFacet? _tests;

    public override string? NoTests => Project.Tests.Skipped
        ?? (Planner.Steps(Style, tests: true).Steps.IsEmpty ? $"the style `{Style.Name}` has no command that runs tests"
            : Planner.Context.Platform.Cross is not null ? $"programs for {Planner.Context.Platform.Name} run under an emulator, which takes too long"
            : null);

    public override RunStep SmokeTest => field ??= Run(
        "smoke test", [.. RuntimeLayers, .. Installed([]), new DeriveStep(new StepName(Id, "library names"), [Payload], new LibraryNames(Prefix, BuildPaths.Libraries))],
        new SmokeScript(Prefix, Project, Settings));

    /// <summary>The source whose tests are run.</summary>
    protected abstract Sources.SourceSteps Source { get; }

    /// <summary>The version that stands in scripts.</summary>
    protected abstract string Version { get; }

    /// <summary>The packages of the root that its tests run in, without those of what only the tests need.</summary>
    protected abstract PackageNames TestPackages { get; }

    /// <summary>The packages that running it asks for.</summary>
    protected PackageNames RuntimePackages => plan.RuntimePackages(Id.Name);

    /// <summary>How the placeholders of its own are replaced.</summary>
    protected abstract ImmutableArray<KeyValuePair<string, string>> OwnValues { get; }

    /// <summary>The command whose log is searched for what is wrong; null when no command was run for it alone.</summary>
    protected abstract RunStep? LoggedBuild { get; }

    /// <summary>The style that builds it, or only tests it.</summary>
    protected ExtensionStyle Style => plan.Style;

    /// <summary>The layers of the root that it runs in.</summary>
    protected ImmutableArray<Step> RuntimeLayers => [.. Planner.Layers(RootKind.Runtime, On.Packages.Runtime, RuntimePackages)];

    /// <summary>The server, all that the extension needs, itself, and a database cluster. What comes with the server is in its payload.</summary>
    private IEnumerable<Step> Installed(IEnumerable<Target> more) =>
        [On.Runnable, .. Requires.Concat(more).Append(this).Where(one => one.HasOwnBuild).Select(one => one.Payload), On.ClusterLayer];

    private DeriveStep NewInspection()
    {
        var layers = RuntimeLayers;
        return new DeriveStep(
            new StepName(Id, "inspection"),
            [Payload, On.Payload, Source.Tree, .. layers, .. Requires.Select(required => required.Payload), .. LoggedBuild is { } build ? (Step[])[build] : []],
            new InspectionFacts(Project, Postgres, Prefix, layers.Length, hasBuild: LoggedBuild is not null));
    }

    private TestFacet NewTests()
    {
        var (tests, steps) = (Project.Tests, Planner.Steps(Style, tests: true));
        var more = Planner.Required(Id.Name, tests.Requires).ExceptBy(Requires.Select(required => required.Id), required => required.Id).ToImmutableArray();
        var settings = more.Aggregate(Settings, (all, one) => all.Then(one.Settings)).Then(ServerSettings.Of(plan.For(tests.Settings)));
        var values = new ScriptValues(
        [
            .. OwnValues,
            new(ExtensionPlaceholders.StartServer, string.Join('\n', tests.Before.Append(ServerScripts.StartForTests(Prefix, settings)))),
            new(ExtensionPlaceholders.TestArguments, ShellText.Quote(tests.Arguments)),
            new(ExtensionPlaceholders.TestModules, $"/{BuildPaths.TestModules}"),
        ], Planner.Values);
        var packages = more.Aggregate(TestPackages, (all, one) => Planner.Union(all, one.Ingredients.RuntimePackages));
        return new TestFacet(
            Run(
                "test", [.. Planner.Layers(RootKind.Build, On.Packages.Test, packages), .. Installed(more), Source.Layer, On.TestModules],
                new ScriptText(steps, values, Source.Directory.Combine(tests.Directory))),
            [.. tests.Drift.Where(known => known.Postgres.Contains(Postgres))],
            MayBreak: true);
    }

    private RunStep Run(string facet, ImmutableArray<Step> layers, StepText script) => new(
        new StepName(Id, facet), layers.Add(Commands.ScriptLayer(new StepName(Id, $"{facet} script"), script)), Commands.RunScript(SourceDate, Commands.ExtensionTestTimeout)) { Hint = HintFor };

    /// <summary>What to do when a command of it fails.</summary>
    /// <param name="log">The lines that are shown of its log.</param>
    protected virtual string HintFor(IReadOnlyList<string> log) => FailureHints.LookInside(this);
}
