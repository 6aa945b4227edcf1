using System.Collections.Immutable;
using System.Globalization;
using Monogres.Core;
using Monogres.Index;

namespace Monogres.Build.Planning;

/// <summary>From a target's name to all that will be done for it. Does no I/O: a million targets can be planned.</summary>
/// <param name="index">What exists.</param>
/// <param name="platform">Where results run.</param>
/// <param name="toolchain">The name of the platform's toolchain.</param>
public sealed class Planner(MonogresIndex index, Platform platform, string toolchain)
{
    private readonly Dictionary<TargetName, ServerPlan> _servers = [];

    /// <summary>Plans one target.</summary>
    /// <exception cref="UserErrorException">The target, its option set or the toolchain is not in the index, or the platform lacks what it needs.</exception>
    public TargetPlan Plan(TargetName target) => target.Extension is null ? PlanServer(target) : Extensions.Plan(target);

    /// <summary>Plans extensions, with the servers that this plans.</summary>
    public ExtensionPlanner Extensions => field ??= new ExtensionPlanner(index, platform, PlanServer);

    /// <summary>Plans one PostgreSQL; many extensions share it.</summary>
    /// <exception cref="UserErrorException">The target, its option set or the toolchain is not in the index.</exception>
    public ServerPlan PlanServer(TargetName target)
    {
        target = target with { OptionSet = target.OptionSet ?? index.OptionSets.Default };
        if (!_servers.TryGetValue(target, out var plan))
            _servers.Add(target, plan = NewServer(target, target.OptionSet.Value));
        return plan;
    }

    private ServerPlan NewServer(TargetName target, OptionSetName optionSet)
    {
        var project = index.Project(target.Server);
        var release = project.Release(target.Version);
        var style = index.StyleOf(project);
        var compilers = platform.Toolchain(toolchain);
        var choice = index.OptionSets.Choose(optionSet, target.Version, platform);

        var values = Placeholders(target.Version, style, choice, compilers);
        var toolPackages = compilers.PackageSets.Concat(style.BuildPackageSets).Concat(choice.BuildPackageSets).ToArray();
        return new ServerPlan
        {
            Target = target,
            Platform = platform,
            Toolchain = compilers,
            Source = new PlannedSource { Name = $"{target.Server}-{target.Version}", Files = release.Files, LeftOut = style.DropFor(target.Version) },
            SourceDate = release.SourceDate,
            BuildPackages = platform.Packages(toolPackages),
            RuntimePackages = platform.Packages(platform.RuntimePackageSets.Concat(choice.RuntimePackageSets)),
            DebuggerPackages = platform.Packages(platform.RuntimePackageSets.Concat(choice.RuntimePackageSets).Concat(platform.DebuggerPackageSets)),
            TestPackages = platform.Packages(toolPackages.Concat(style.TestPackageSets).Concat(platform.RuntimePackageSets).Concat(choice.RuntimePackageSets)),
            Prefix = RelativePath.Parse(values[StylePlaceholders.Prefix].TrimStart('/')),
            Configure = ConfigureArguments(target.Version, style, choice, values),
            BuildScript = ShellText.Script(BuildStyle.For(target.Version, style.Steps), values),
            TestScript = platform.Cross is null ? ShellText.Script(BuildStyle.For(target.Version, style.Tests), values) : null,
            ProofScript = BuildStyle.For(target.Version, style.Proofs) is { IsEmpty: false } proofs ? ShellText.Script(proofs, values) : null,
        };
    }

    private Dictionary<string, string> Placeholders(PgVersion version, BuildStyle style, OptionChoice choice, Toolchain compilers)
    {
        var flags = string.Join(' ', choice.CompilerFlags ?? style.CompilerFlags);
        var linkerFlags = string.Join(' ', compilers.LinkerFlags);
        Dictionary<string, string> values = new(StringComparer.Ordinal)
        {
            [StylePlaceholders.Version] = version.ToString(),
            [StylePlaceholders.Major] = version.Major.ToString(CultureInfo.InvariantCulture),
            [StylePlaceholders.CompilerC] = ShellText.Quote(compilers.CompilerC),
            [StylePlaceholders.CompilerCxx] = ShellText.Quote(compilers.CompilerCxx),
            [StylePlaceholders.CompilerFlags] = string.Join(' ',
            [
                .. flags.Length == 0 ? (string[])[] : [$"CFLAGS={ShellText.Quote(flags)}", $"CXXFLAGS={ShellText.Quote(flags)}"],
                .. linkerFlags.Length == 0 ? (string[])[] : [$"LDFLAGS={ShellText.Quote(linkerFlags)}"],
            ]),
            [StylePlaceholders.Out] = "/" + BuildPaths.Output,
            [StylePlaceholders.Host] = platform.HostType,
            [StylePlaceholders.Build] = platform.Tools.HostType,
            [StylePlaceholders.Jobs] = $"\"$({BuildPaths.CountProcessors})\"",
            [StylePlaceholders.OptionProofs] = string.Join('\n', choice.On.Where(option => option.Proof is not null).Select(option => $"prove option:{option.Name} {ShellText.Quote(option.Proof!)}")),
        };
        values[StylePlaceholders.Prefix] = style.Prefix.Expand(values);
        values[StylePlaceholders.Configure] = ShellText.Quote(ConfigureArguments(version, style, choice, values));
        values[StylePlaceholders.Environment] = ShellText.Assignments(Configure(version, style, choice, values).SelectMany(part => part.Environment));
        return values;
    }

    private ImmutableArray<string> ConfigureArguments(PgVersion version, BuildStyle style, OptionChoice choice, Dictionary<string, string> values) =>
        [.. Configure(version, style, choice, values).SelectMany(part => part.Arguments)];

    /// <summary>What configure is told by the style, then the options, then a platform whose results do not run where they are built.</summary>
    private ConfigureChoice[] Configure(PgVersion version, BuildStyle style, OptionChoice choice, Dictionary<string, string> values) =>
        [style.ConfigureFor(version, values), choice.Configure, platform.Cross?.ConfigureFor(version, choice.On) ?? ConfigureChoice.Nothing];
}
