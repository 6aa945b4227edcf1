using System.Collections.Immutable;
using System.Globalization;
using Monogres.Build.Execution;
using Monogres.Core;
using Monogres.Index;

namespace Monogres.Build.Planning;

/// <summary>From the name of an extension and the server it is for to all that will be done for it.</summary>
/// <param name="index">What exists.</param>
/// <param name="platform">Where results run.</param>
/// <param name="planServer">Plans the server that an extension is built against.</param>
public sealed class ExtensionPlanner(MonogresIndex index, Platform platform, Func<TargetName, ServerPlan> planServer)
{
    private readonly Dictionary<TargetName, ExtensionPlan> _plans = [];

    /// <summary>Plans an extension of the index.</summary>
    /// <exception cref="UserErrorException">The extension or its version is not in the index, does not fit the server, or needs what the platform lacks.</exception>
    public ExtensionPlan Plan(TargetName target)
    {
        var wanted = target.Extension ?? throw new ArgumentException("it names no extension", nameof(target));
        target = target with { OptionSet = target.OptionSet ?? index.OptionSets.Default };
        if (_plans.TryGetValue(target, out var known))
            return known;

        var project = index.Extension(wanted.Name);
        if (!HasOption(project, target))
            throw PlanErrors.OptionIsOff(target, project);

        var server = planServer(target with { Extension = null });
        var plan = project.Origin switch
        {
            ExtensionOrigin.Source source => Plan(target, project, source, Release(project, source, wanted), server, tree: null),
            ExtensionOrigin.Server module => Split(target, project, module, server),
            var origin => throw new InvalidOperationException($"no way to plan a {origin.GetType().Name}"),
        };
        _plans.Add(target, plan);
        return plan;
    }

    /// <summary>Plans an extension that is no part of the index: a working tree that was taken in.</summary>
    /// <param name="project">What was found out about it; it has one release.</param>
    /// <param name="tree">Its source.</param>
    /// <param name="server">The server, with its option set or without.</param>
    /// <exception cref="UserErrorException">It needs what the index or the platform lacks.</exception>
    public ExtensionPlan PlanLocal(ExtensionProject project, Digest tree, TargetName server)
    {
        var source = (ExtensionOrigin.Source)project.Origin;
        var release = source.Releases[0];
        var plan = planServer(server);
        return Plan(plan.Target with { Extension = new ExtensionVersion(project.Name, release.Version) }, project, source, release, plan, tree);
    }

    private ExtensionPlan Plan(TargetName target, ExtensionProject project, ExtensionOrigin.Source source, ExtensionRelease release, ServerPlan server, Digest? tree)
    {
        if (platform.Cross is not null)
            throw PlanErrors.NotCrossBuilt(target, platform);
        if (!release.Postgres.Contains(target.Version))
            throw PlanErrors.DoesNotFit(target, release);

        var (build, tests, style) = (source.Build, project.Tests, index.StyleOf(project));
        var requires = Required(target, project.Requires);
        var testRequires = Required(target, tests.Requires).Except(requires).ToImmutableArray();
        var settings = SettingsOf(project, target.Version, requires);
        var values = Placeholders(release.Version, build, server);

        var buildPackages = server.BuildPackages.And(Packages(target, style.BuildPackageSets.Concat(build.BuildPackageSets)));
        var runtimePackages = requires.Aggregate(server.RuntimePackages.And(Packages(target, build.RuntimePackageSets)), (all, one) => all.And(one.RuntimePackages));
        return new ExtensionPlan
        {
            Target = target,
            Platform = platform,
            Toolchain = server.Toolchain,
            Project = project,
            Server = server,
            Requires = requires,
            TestRequires = testRequires,
            SplitFrom = null,
            Settings = settings,
            Source = new PlannedSource { Name = $"{project.Name}-{release.Version}", Files = release.Files, Parts = release.Parts, Tree = tree },
            SourceDate = release.SourceDate,
            BuildPackages = buildPackages,
            RuntimePackages = runtimePackages,
            TestPackages = testRequires.Aggregate(
                server.TestPackages.And(buildPackages).And(runtimePackages).And(Packages(target, style.TestPackageSets.Concat(tests.PackageSets))), (all, one) => all.And(one.RuntimePackages)),
            Prefix = server.Prefix,
            BuildScript = ShellText.Script(BuildStyle.For(target.Version, style.Steps), values),
            TestScript = TestScript(project, style, target.Version, values, server, settings.Then(SettingsOf(testRequires))),
            ProofScript = ExtensionProofs.Script(server.Prefix, project, settings),
        };
    }

    private static string? TestScript(ExtensionProject project, ExtensionStyle style, PgVersion version, Dictionary<string, string> values, ServerPlan server, ServerSettings settings)
    {
        if (project.Tests.Skipped is not null || BuildStyle.For(version, style.Tests) is not { IsEmpty: false } steps)
            return null;

        values[ExtensionPlaceholders.StartServer] = ServerScripts.StartForTests(server.Prefix, settings.Then(new ServerSettings([], For(version, project.Tests.Settings))));
        values[ExtensionPlaceholders.TestArguments] = ShellText.Quote(project.Tests.Arguments);
        values[ExtensionPlaceholders.TestModules] = $"/{BuildPaths.TestModules}";
        return ShellText.Script(steps, values, BuildPaths.Source.Combine(project.Tests.Directory));
    }

    /// <summary>A module of the server's source: whatever builds the server builds it.</summary>
    private ExtensionPlan Split(TargetName target, ExtensionProject project, ExtensionOrigin.Server module, ServerPlan server)
    {
        if (!module.Postgres.Contains(target.Version))
            throw PlanErrors.ServerLacks(target, module);

        var (tests, style) = (project.Tests, index.StyleOf(project));
        var requires = Required(target, project.Requires);
        var testRequires = Required(target, tests.Requires).Except(requires).ToImmutableArray();
        var settings = SettingsOf(project, target.Version, requires);
        var values = Placeholders(target.Version.ToString(), NoBuild, server);
        return new ExtensionPlan
        {
            Target = target,
            Platform = platform,
            Toolchain = server.Toolchain,
            Project = project,
            Server = server,
            Requires = requires,
            TestRequires = testRequires,
            SplitFrom = module.Files,
            Settings = settings,
            Source = server.Source,
            SourceDate = server.SourceDate,
            BuildPackages = server.BuildPackages,
            RuntimePackages = server.RuntimePackages,
            TestPackages = platform.Cross is null ? server.TestPackages.And(Packages(target, style.BuildPackageSets.Concat(style.TestPackageSets).Concat(tests.PackageSets))) : server.TestPackages,
            Prefix = server.Prefix,
            BuildScript = server.BuildScript,
            TestScript = platform.Cross is null ? TestScript(project, style, target.Version, values, server, settings.Then(SettingsOf(testRequires))) : null,
            ProofScript = ExtensionProofs.Script(server.Prefix, project, settings),
        };
    }

    private static ExtensionRelease Release(ExtensionProject project, ExtensionOrigin.Source source, ExtensionVersion wanted) =>
        source.Releases.FirstOrDefault(release => string.Equals(release.Version, wanted.Version, StringComparison.Ordinal))
            ?? throw IndexErrors.UnknownExtensionVersion(project, source, wanted.Version);

    /// <summary>All that is needed, each after what it needs itself, and each once. The index has made sure that nothing goes in a circle.</summary>
    private ImmutableArray<ExtensionPlan> Required(TargetName target, ImmutableArray<ProjectName> names) =>
        [.. names.Select(name => Plan(target with { Extension = Newest(target, index.Extension(name)) })).SelectMany(plan => plan.WithRequired).Distinct()];

    private static ExtensionVersion Newest(TargetName target, ExtensionProject project) => new(project.Name, project.Origin switch
    {
        ExtensionOrigin.Server module when module.Postgres.Contains(target.Version) => target.Version.ToString(),
        ExtensionOrigin.Source source when source.Releases.LastOrDefault(release => release.Postgres.Contains(target.Version)) is { } newest => newest.Version,
        _ => throw PlanErrors.RequiredDoesNotFit(target, project),
    });

    private bool HasOption(ExtensionProject project, TargetName target) => project.Options.IsEmpty
        || index.OptionSets.Choose(target.OptionSet ?? index.OptionSets.Default, target.Version, platform).On.Any(option => project.Options.Contains(option.Name, StringComparer.Ordinal));

    private static ServerSettings SettingsOf(ExtensionProject project, PgVersion version, IEnumerable<ExtensionPlan> requires) =>
        SettingsOf(requires).Then(new ServerSettings(project.Preload, For(version, project.Settings)));

    private static ImmutableSortedDictionary<string, string> For(PgVersion version, ImmutableSortedDictionary<string, ServerSetting> settings) =>
        settings.Where(setting => setting.Value.IsFor(version)).ToImmutableSortedDictionary(setting => setting.Key, setting => setting.Value.Value, StringComparer.Ordinal);

    /// <summary>What a server must load and be told for all of these together, in their order.</summary>
    public static ServerSettings SettingsOf(IEnumerable<ExtensionPlan> plans) => plans.Aggregate(ServerSettings.None, (all, one) => all.Then(one.Settings));

    private PackageNames Packages(TargetName target, IEnumerable<string> sets)
    {
        var names = sets.ToArray();
        return names.FirstOrDefault(name => !platform.HasPackageSet(name)) is { } missing
            ? throw PlanErrors.NoPackageSet(target, missing, platform, index.Platforms)
            : platform.Packages(names);
    }

    /// <summary>Of a module: it is not built.</summary>
    private static ExtensionBuild NoBuild { get; } = new()
    {
        Style = "", Arguments = [], Environment = ImmutableSortedDictionary<string, string>.Empty, BuildPackageSets = [], RuntimePackageSets = [],
    };

    private static Dictionary<string, string> Placeholders(string version, ExtensionBuild build, ServerPlan server) => new(StringComparer.Ordinal)
    {
        [ExtensionPlaceholders.Version] = version,
        [ExtensionPlaceholders.Postgres] = server.Target.Version.ToString(),
        [ExtensionPlaceholders.Major] = server.Target.Version.Major.ToString(CultureInfo.InvariantCulture),
        [ExtensionPlaceholders.Prefix] = $"/{server.Prefix}",
        [ExtensionPlaceholders.PgConfig] = $"/{server.Prefix}/bin/pg_config",
        [ExtensionPlaceholders.Arguments] = ShellText.Quote(build.Arguments),
        [ExtensionPlaceholders.Environment] = ShellText.Assignments(build.Environment),
        [ExtensionPlaceholders.CompilerC] = server.Toolchain.CompilerC,
        [ExtensionPlaceholders.CompilerCxx] = server.Toolchain.CompilerCxx,
        [ExtensionPlaceholders.Out] = "/" + BuildPaths.Output,
        [ExtensionPlaceholders.Jobs] = $"\"$({BuildPaths.CountProcessors})\"",
    };
}
