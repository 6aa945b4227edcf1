using System.Collections.Immutable;
using System.Globalization;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Index;
using Monogres.Index.Options;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;
using Monogres.Index.Styles;
using Monogres.Payloads.Binaries;
using Monogres.Payloads.Layout;
using Monogres.Plans.Roots;
using Monogres.Plans.Scripts;
using Monogres.Plans.Sources;
using Monogres.Plans.Targets;

namespace Monogres.Plans.Servers;

/// <summary>A PostgreSQL: built from its source in a root with the toolchain.</summary>
internal sealed class ServerTarget : Target
{
    // The option of every server that is based on PostgreSQL, by its name in configure (--enable-cassert).
    private const string Assertions = "cassert";

    private static readonly string[] PatchPackages = ["shell", "patch"];

    private readonly PlanContext _context;
    private readonly Project _project;
    private readonly Release _release;
    private readonly BuildStyle _style;
    private readonly OptionChoice _choice;
    private readonly ServerPackages _packages;
    private readonly ScriptValues _values;
    private readonly SourceSteps _source;
    private readonly ScriptText _script;

    public ServerTarget(PlanContext context, TargetName name, Project project, Release release)
        : base(context.IdOf(name))
    {
        (_context, _project, _release) = (context, project, release);
        _style = context.Index.StyleOf(project);
        if (project.WithoutOptionSets.TryGetValue(name.OptionSet!.Value.Value, out var why))
            throw PlanErrors.WithoutOptionSet(name, why);

        _choice = context.Index.OptionSets.Choose(name.OptionSet!.Value, Postgres, context.Platform.LacksOption, project.RequiredOptions.Keys);
        if (_choice.Lacking.FirstOrDefault(option => project.RequiredOptions.ContainsKey(option.Name)) is { } lacking)
            throw PlanErrors.LacksRequired(name, lacking.Name, project.RequiredOptions[lacking.Name], context.Platform);

        _packages = ServerPackages.Of(context, _style, _choice);
        (Prefix, Configure, _values) = new ServerValues(context, _style, _choice, Postgres).Values();
        _source = SourcePlanner.Of(project, release, _style.DropFor(Postgres), () => PatchRoot(context));
        _script = new ScriptText(new StepScript(BuildStyle.For(Postgres, _style.Steps)), _values, _source.Directory);

        BuildRoot = context.Roots.Root(new RootRequest(RootKind.Build, _packages.Build, context.Toolchain));
        FixedMachine = Machine.FixedMachine.Layers(context, BuildRoot, _style.BuildPackageSets);
        Build = new RunStep(
            new StepName(Id, "build"), [BuildRoot, .. FixedMachine, _source.Layer, Commands.ScriptLayer(new StepName(Id, "build script"), _script)],
            _source.Build) { UsesAllCores = true, Hint = LookInside };
        Payload = new DeriveStep(new StepName(Id, "payload"), [Build], new InstalledPayload(Prefix, context.Platform, extension: null));
    }

    public override PgVersion Postgres => _release.Postgres;

    public override RelativePath Prefix { get; }

    public override DateTimeOffset SourceDate => _release.SourceDate;

    public override RunStep Build { get; }

    public override Step Payload { get; }

    public override Step Symbols => field ??= new PickStep(new StepName(Id, "symbols"), Build, InstalledPayload.SymbolsDirectory, RelativePath.Root, optional: true);

    public override Step Needs => field ??= new DeriveStep(new StepName(Id, "needs"), [Payload], new PayloadNeeds());

    public override TestFacet? Tests => _context.Platform.Cross is not null ? null : field ??= new TestFacet(Run(
        "test", [_context.Roots.Root(new RootRequest(RootKind.Build, _packages.Test, _context.Toolchain)), Runnable, _source.Layer],
        new ScriptText(new StepScript(BuildStyle.For(Postgres, _style.Tests)), _values, _source.Directory), Commands.TestTimeout, allCores: true), [], MayBreak: false);

    public override string? NoTests => _context.Platform.Cross is null ? null : $"programs for {_context.Platform.Name} run under an emulator, which takes too long";

    public override RunStep? SmokeTest => BuildStyle.For(Postgres, _style.SmokeTests) is not { IsEmpty: false } steps ? null : field ??= Run(
        "smoke test", [RuntimeRoot, Runnable, _source.Layer], new ScriptText(new StepScript(steps), _values, _source.Directory), Commands.TestTimeout);

    public override Target Server => this;

    public override ServerSettings Settings => ServerSettings.Of(_project.Run.Settings);

    public override bool HasAssertions => _choice.On.Any(option => option.Name is Assertions);

    public override TargetIngredients Ingredients => new()
    {
        Project = _project.Name,
        License = _project.License,
        Summary = _project.Summary,
        Homepage = _project.Homepage,
        Cpe = _project.Cpe,
        Source = _source.Tree,
        SourceDirectory = _source.Directory,
        Archives = _source.Archives,
        BuildRoot = [BuildRoot],
        BuildPackages = _packages.Build,
        RuntimePackages = _packages.Runtime,
        Configure = Configure,
        Script = _script,
        BuiltAgainst = [],
    };

    /// <summary>What <c>configure</c> is told.</summary>
    public ImmutableArray<string> Configure { get; }

    /// <summary>The root that it is built in.</summary>
    public ComposeStep BuildRoot { get; }

    /// <summary>The layers above a build root that let programs see the same machine everywhere.</summary>
    public ImmutableArray<Step> FixedMachine { get; }

    /// <summary>The packages of its roots.</summary>
    public ServerPackages Packages => _packages;

    /// <summary>Its source.</summary>
    public SourceSteps Source => _source;

    /// <summary>The options that are on.</summary>
    public OptionChoice Options => _choice;

    /// <summary>The payload as it can run here: for another machine's programs, by way of an emulator.</summary>
    public Step Runnable => _context.Platform.Cross is { } cross
        ? field ??= new DeriveStep(new StepName(Id, "payload with an emulator"), [Payload], new EmulatedPayload(cross.Emulator))
        : Payload;

    /// <summary>A fresh database cluster, where a server has it. It is the same whatever is installed beside the server, so it is made of the server alone.</summary>
    public Step ClusterLayer => field ??= new PickStep(new StepName(Id, "cluster"), Run(
        "initdb", [RuntimeRoot, Runnable], StepText.Of(ServerScripts.InitDb(Prefix, _project.Run.InitDb)), Commands.TestTimeout), RelativePath.Root, ServerScripts.DataDirectory);

    /// <summary>What tests that are written in Perl use, out of the server's source: a server installs it only when it is configured for such tests itself.</summary>
    public Step TestModules => field ??= new PickStep(new StepName(Id, "Perl modules for tests"), _source.Tree, RelativePath.Parse("src/test/perl"), BuildPaths.TestModules, optional: true);

    /// <summary>The server with extensions in it, ready to be started.</summary>
    /// <param name="installed">The extensions, each after those that it needs.</param>
    /// <param name="debugger">Whether a debugger, debug information and source are there too.</param>
    public ServerSession Session(ImmutableArray<Target> installed, bool debugger)
    {
        if (debugger && _context.Platform.DebuggerPackageSets.IsEmpty)
            throw PlanErrors.NoDebugger(_context.Platform);

        var below = debugger ? _packages.Debugger : _packages.Runtime;
        var packages = installed.Aggregate(below, (all, one) => all.And(one.Ingredients.RuntimePackages));
        return new ServerSession(
            this,
            [
                .. _context.Roots.Layers(new RootRequest(RootKind.Runtime, below), packages),
                Installed([.. installed.Where(one => one.HasOwnBuild).Select(one => one.Payload)]),
                ClusterLayer,
                .. debugger ? (Step[])[_source.Layer, new PickStep(new StepName(Id, "symbols for a debugger"), Symbols, RelativePath.Root, InstalledPayload.SymbolsDirectory)] : [],
            ],
            installed.Aggregate(Settings, (all, one) => all.Then(one.Settings)),
            _project.Run);
    }

    /// <summary>The prefix with these payloads in it: one tree, so that two that differ at a path are an error.</summary>
    private Step Installed(ImmutableArray<Step> payloads) =>
        payloads.IsEmpty ? Runnable : new MergeStep(new StepName(Id, "with extensions"), [Runnable, .. payloads]);

    private static ComposeStep PatchRoot(PlanContext context) => context.Roots.OfTools().Root(new RootRequest(RootKind.Runtime, context.Platform.Tools.Packages(PatchPackages)));

    private ComposeStep RuntimeRoot => field ??= _context.Roots.Root(new RootRequest(RootKind.Runtime, _packages.Runtime));

    private RunStep Run(string facet, ImmutableArray<Step> layers, StepText script, TimeSpan timeout, bool allCores = false) => new(
        new StepName(Id, facet), layers.Add(Commands.ScriptLayer(new StepName(Id, $"{facet} script"), script)), Commands.RunScript(SourceDate, timeout)) { UsesAllCores = allCores, Hint = LookInside };

    private string LookInside(IReadOnlyList<string> log) => FailureHints.LookInside(this);
}
