using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using Monogres.Core;
using Monogres.Payloads.Layout;
using Monogres.Engine.Steps;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Index.Platforms;
using Monogres.Index.Styles;
using Monogres.Plans.Roots;
using Monogres.Plans.Scripts;
using Monogres.Plans.Servers;
using Monogres.Plans.Sources;
using Monogres.Plans.Targets;

namespace Monogres.Plans.Extensions;

/// <summary>Plans the extensions of one server. What they share (roots, steps of styles, values, what many of them need) is planned once.</summary>
internal sealed class ExtensionPlanner(PlanContext context, ServerTarget server)
{
    // Only what others need: a target that is named once is planned once.
    private readonly ConcurrentDictionary<ProjectName, Target> _required = [];
    private readonly ConcurrentDictionary<string, PackageNames> _packages = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(PackageNames, PackageNames), PackageNames> _unions = [];
    private readonly ConcurrentDictionary<(RootKind, PackageNames, PackageNames), ImmutableArray<ComposeStep>> _layers = [];
    private readonly ConcurrentDictionary<(string, bool), StepScript> _steps = [];
    // Only the last one: the versions of a project come one after the other.
    private volatile ProjectPlan? _recent;

    /// <summary>The server.</summary>
    public ServerTarget Server => server;

    /// <summary>What all plans share.</summary>
    public PlanContext Context => context;

    /// <summary>Plans an extension of the index.</summary>
    /// <exception cref="UserErrorException">The extension or its version is not in the index, does not fit the server, or needs what the platform lacks.</exception>
    public Target Plan(ExtensionVersion wanted)
    {
        var target = server.Id.Name with { Extension = wanted };
        var recent = _recent is { } last && last.Project.Name == wanted.Name ? last : null;
        var project = recent?.Project ?? context.Index.Extension(wanted.Name);
        if (!project.Options.IsEmpty && !server.Options.On.Any(option => project.Options.Contains(option.Name, StringComparer.Ordinal)))
            throw PlanErrors.OptionIsOff(target, project);

        if (!project.Servers.IsEmpty && !project.Servers.Contains(server.Id.Name.Server))
            throw PlanErrors.OtherServer(target, project);

        switch (project.Origin)
        {
            case ExtensionOrigin.Source source:
                var release = Find(source, wanted.Version) ?? throw IndexErrors.UnknownExtensionVersion(project, source, wanted.Version);
                if (!release.Postgres.Contains(server.Postgres))
                    throw PlanErrors.Incompatible(target, release);

                var plan = recent as BuiltProjectPlan ?? new BuiltProjectPlan(this, target, project, source.Build);
                _recent = plan;
                return new BuiltExtension(this, context.IdOf(target), plan, release, context.Sources.Of(project, release));
            case ExtensionOrigin.Server module:
                return IsIn(module)
                    ? new ServerModule(this, context.IdOf(target), new ModulePlan(this, target, project), module)
                    : throw PlanErrors.ServerLacks(target, module);
            default:
                throw new InvalidOperationException($"no way to plan a {project.Origin.GetType().Name}");
        }
    }

    /// <summary>Plans an extension that is no part of the index.</summary>
    /// <param name="project">What was found out about it.</param>
    /// <param name="tree">Its source.</param>
    /// <param name="words">What names it on the command line, quoted for the shell.</param>
    /// <exception cref="UserErrorException">It needs what the index or the platform lacks.</exception>
    public Target PlanLocal(ExtensionProject project, Digest tree, string words)
    {
        var source = (ExtensionOrigin.Source)project.Origin;
        var release = source.Releases[0];
        var target = server.Id.Name with { Extension = new ExtensionVersion(project.Name, release.Version) };
        var stored = new StoredStep(new StepName(project.Name, "source"), tree);
        return new BuiltExtension(this, context.IdOf(target), new BuiltProjectPlan(this, target, project, source.Build), release, SourceSteps.Of(project.Name, stored, [], release.SourceDate), words);
    }

    /// <summary>All that is needed, each after what it needs itself, and each once. The index has made sure that nothing goes in a circle.</summary>
    public ImmutableArray<Target> Required(TargetName target, ImmutableArray<ProjectName> names) => names.IsEmpty
        ? []
        : [.. names.Select(name => _required.GetOrAdd(name, _ => Plan(Newest(target, context.Index.Extension(name))))).SelectMany(required => required.Installs).DistinctBy(required => required.Id)];

    /// <summary>The packages of these sets.</summary>
    /// <exception cref="UserErrorException">The platform has no package set of that name.</exception>
    public PackageNames Packages(TargetName target, ImmutableArray<string> sets, ImmutableArray<string> more) =>
        more.IsEmpty ? Packages(target, sets) : sets.IsEmpty ? Packages(target, more) : Union(Packages(target, sets), Packages(target, more));

    /// <summary>The packages of these sets.</summary>
    /// <exception cref="UserErrorException">The platform has no package set of that name.</exception>
    public PackageNames Packages(TargetName target, ImmutableArray<string> sets) => _packages.GetOrAdd(sets.Length == 1 ? sets[0] : string.Join(' ', sets), _ =>
        sets.FirstOrDefault(name => !context.Platform.HasPackageSet(name)) is { } missing
            ? throw PlanErrors.NoPackageSet(target, missing, context.Platform, context.Index.Platforms)
            : context.Platform.Packages(sets));

    /// <summary>These packages and others: the same ones for the same, so that they are compared by what they are.</summary>
    public PackageNames Union(PackageNames one, PackageNames other) =>
        ReferenceEquals(one, other) ? one : _unions.GetOrAdd((one, other), static pair => pair.Item1.And(pair.Item2) is var both && both == pair.Item1 ? pair.Item1 : both == pair.Item2 ? pair.Item2 : both);

    /// <summary>The layers of a root: the one that the server has, and what more packages bring.</summary>
    /// <param name="kind">What the root is for.</param>
    /// <param name="lower">The packages of the server's root.</param>
    /// <param name="packages">All packages.</param>
    public ImmutableArray<ComposeStep> Layers(RootKind kind, PackageNames lower, PackageNames packages) => _layers.GetOrAdd(
        (kind, lower, packages), _ => context.Roots.Layers(new RootRequest(kind, lower, kind is RootKind.Build ? context.Toolchain : null), packages));

    /// <summary>The steps of a style that build, or test, for this server's version.</summary>
    public StepScript Steps(ExtensionStyle style, bool tests) => _steps.GetOrAdd(
        (style.Name, tests), _ => new StepScript(BuildStyle.For(server.Postgres, tests ? style.Tests : style.Steps)));

    /// <summary>The values of placeholders that are the same for all extensions of the server.</summary>
    public ScriptValues Values => field ??= new ScriptValues(
    [
        new(ExtensionPlaceholders.Postgres, server.Postgres.ToString()),
        new(ExtensionPlaceholders.Major, server.Postgres.Major.ToString(CultureInfo.InvariantCulture)),
        new(ExtensionPlaceholders.Prefix, $"/{server.Prefix}"),
        new(ExtensionPlaceholders.PgConfig, $"/{server.Prefix}/bin/pg_config"),
        new(ExtensionPlaceholders.CompilerC, context.Toolchain.CompilerC),
        new(ExtensionPlaceholders.CompilerCxx, context.Toolchain.CompilerCxx),
        new(ExtensionPlaceholders.Out, "/" + BuildPaths.Output),
        new(ExtensionPlaceholders.Jobs, $"\"$({BuildPaths.CountProcessors})\""),
    ]);

    private bool IsIn(ExtensionOrigin.Server module) => module.Claim.IsIn(server.Id.Name.Server, server.Postgres);

    private static ExtensionRelease? Find(ExtensionOrigin.Source source, string version)
    {
        foreach (var release in source.Releases)
        {
            if (string.Equals(release.Version, version, StringComparison.Ordinal))
                return release;
        }

        return null;
    }

    private ExtensionVersion Newest(TargetName target, ExtensionProject project) => new(project.Name, project.Origin switch
    {
        ExtensionOrigin.Server module when IsIn(module) => server.Id.Name.Version.ToString(),
        ExtensionOrigin.Source source when source.Releases.LastOrDefault(release => release.Postgres.Contains(server.Postgres)) is { } newest => newest.Version,
        _ => throw PlanErrors.RequiredIncompatible(target, project),
    });
}
