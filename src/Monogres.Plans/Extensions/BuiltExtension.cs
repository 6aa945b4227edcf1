using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Engine.Steps;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Index.Platforms;
using Monogres.Index.Projects;
using Monogres.Index.Styles;
using Monogres.Payloads.Layout;
using Monogres.Plans.Scripts;
using Monogres.Plans.Sources;
using Monogres.Plans.Targets;

namespace Monogres.Plans.Extensions;

/// <summary>
/// An extension with a source of its own: built as its server was, in the server's root with the extension's own packages
/// as a second layer, with the server and all required extensions at their real prefix. There can be a million of them, so
/// only what differs between versions is made for each: see <see cref="BuiltProjectPlan"/>.
/// </summary>
internal sealed class BuiltExtension : ExtensionTarget
{
    private readonly BuiltProjectPlan _plan;
    private readonly ExtensionRelease _release;
    private readonly ScriptText _script;
    private readonly string? _words;

    public BuiltExtension(ExtensionPlanner planner, TargetId id, BuiltProjectPlan plan, ExtensionRelease release, SourceSteps source, string? words = null)
        : base(planner, id, plan)
    {
        (_plan, _release, Source, _words) = (plan, release, source, words);
        _script = new ScriptText(plan.Steps, new ScriptValues(OwnValues, planner.Values), source.Directory);
        Build = new RunStep(new StepName(Id, "build"), plan.Layers(source.Layer, Commands.ScriptLayer(new StepName(Id, "build script"), _script)), source.Build) { Hint = HintFor };
        Payload = new DeriveStep(new StepName(Id, "payload"), [Build], plan.Installed);
    }

    public override string Arguments => _words is null ? base.Arguments : Id.ToArguments(_words);

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
        Cpe = Project.Cpe,
        Source = Source.Tree,
        SourceDirectory = Source.Directory,
        Archives = Source.Archives,
        BuildRoot = _plan.BuildRoot,
        BuildPackages = _plan.BuildPackages,
        RuntimePackages = RuntimePackages,
        Configure = [],
        Script = _script,
        BuiltAgainst = [On, .. Requires],
    };

    protected override SourceSteps Source { get; }

    protected override string Version => _release.Version;

    protected override RunStep LoggedBuild => Build;

    protected override PackageNames TestPackages => Planner.Union(
        Planner.Union(Planner.Union(On.Packages.Test, _plan.BuildPackages), RuntimePackages), Planner.Packages(Id.Name, Style.TestPackageSets, Project.Tests.PackageSets));

    private static string Quoted(string? text) => ShellText.Quote([text ?? ""]);

    protected override string HintFor(IReadOnlyList<string> log) => FailureHints.Of(this, log, Planner.Context.Platform, isLocal: _words is not null);

    protected override ImmutableArray<KeyValuePair<string, string>> OwnValues =>
    [
        new(ExtensionPlaceholders.Version, Version),
        // The same files are the same source, whether they came from a directory, an archive or a commit.
        new(ExtensionPlaceholders.Tag, Quoted(_words is null ? _release.Tag : null)),
        new(ExtensionPlaceholders.Commit, Quoted(_words is null ? _release.Commit : null)),
        new(ExtensionPlaceholders.Arguments, _plan.Arguments),
        new(ExtensionPlaceholders.Environment, _plan.Environment),
    ];
}
