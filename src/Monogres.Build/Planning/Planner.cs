using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using Monogres.Core;
using Monogres.Index;

namespace Monogres.Build.Planning;

/// <summary>From a target's name to all that will be done for it. Does no I/O: a million targets can be planned.</summary>
/// <param name="index">What exists.</param>
/// <param name="platform">Where results run.</param>
/// <param name="toolchain">The name of the platform's toolchain.</param>
public sealed class Planner(MonogresIndex index, Platform platform, string toolchain)
{
    /// <summary>Plans one target.</summary>
    /// <exception cref="UserErrorException">The target, its option set or the toolchain is not in the index.</exception>
    public TargetPlan Plan(TargetName target)
    {
        if (target.Extension is { } extension)
            throw PlanErrors.ExtensionsAreNotBuilt(extension);

        var project = index.Project(target.Server);
        var release = project.Release(target.Version);
        var style = index.StyleOf(project);
        var compilers = platform.Toolchain(toolchain);
        var optionSet = target.OptionSet ?? index.OptionSets.Default;
        var choice = index.OptionSets.Choose(optionSet, target.Version, platform);

        var values = Placeholders(target.Version, style, choice, compilers);
        var toolPackages = compilers.PackageSets.Concat(style.BuildPackageSets).Concat(choice.BuildPackageSets).ToArray();
        return new TargetPlan
        {
            Target = target with { OptionSet = optionSet },
            Platform = platform,
            Toolchain = compilers,
            Release = release,
            SourceLeftOut = style.DropFor(target.Version),
            BuildPackages = platform.Packages(toolPackages),
            RuntimePackages = platform.Packages(platform.RuntimePackageSets.Concat(choice.RuntimePackageSets)),
            DebuggerPackages = platform.Packages(platform.RuntimePackageSets.Concat(choice.RuntimePackageSets).Concat(platform.DebuggerPackageSets)),
            TestPackages = platform.Packages(toolPackages.Concat(style.TestPackageSets).Concat(platform.RuntimePackageSets).Concat(choice.RuntimePackageSets)),
            Prefix = RelativePath.Parse(values[StylePlaceholders.Prefix].TrimStart('/')),
            Configure = ConfigureArguments(target.Version, style, choice, values),
            BuildScript = Script(BuildStyle.For(target.Version, style.Steps), values),
            TestScript = platform.Cross is null ? Script(BuildStyle.For(target.Version, style.Tests), values) : null,
            ProofScript = BuildStyle.For(target.Version, style.Proofs) is { IsEmpty: false } proofs ? Script(proofs, values) : null,
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
            [StylePlaceholders.CompilerC] = Quote(compilers.CompilerC),
            [StylePlaceholders.CompilerCxx] = Quote(compilers.CompilerCxx),
            [StylePlaceholders.CompilerFlags] = string.Join(' ',
            [
                .. flags.Length == 0 ? (string[])[] : [$"CFLAGS={Quote(flags)}", $"CXXFLAGS={Quote(flags)}"],
                .. linkerFlags.Length == 0 ? (string[])[] : [$"LDFLAGS={Quote(linkerFlags)}"],
            ]),
            [StylePlaceholders.Out] = "/" + BuildPaths.Output,
            [StylePlaceholders.Host] = platform.HostType,
            [StylePlaceholders.Build] = platform.Tools.HostType,
            [StylePlaceholders.Jobs] = $"\"$({BuildPaths.CountProcessors})\"",
            [StylePlaceholders.OptionProofs] = string.Join('\n', choice.On.Where(option => option.Proof is not null).Select(option => $"prove option:{option.Name} {Quote(option.Proof!)}")),
        };
        values[StylePlaceholders.Prefix] = style.Prefix.Expand(values);
        values[StylePlaceholders.Configure] = string.Join(' ', ConfigureArguments(version, style, choice, values).Select(Quote));
        values[StylePlaceholders.Environment] = string.Join(' ', Configure(version, style, choice, values).SelectMany(part => part.Environment)
            .Select(pair => $"{pair.Key}={Quote(pair.Value)}"));
        return values;
    }

    private ImmutableArray<string> ConfigureArguments(PgVersion version, BuildStyle style, OptionChoice choice, Dictionary<string, string> values) =>
        [.. Configure(version, style, choice, values).SelectMany(part => part.Arguments)];

    /// <summary>What configure is told by the style, then the options, then a platform whose results do not run where they are built.</summary>
    private ConfigureChoice[] Configure(PgVersion version, BuildStyle style, OptionChoice choice, Dictionary<string, string> values) =>
        [style.ConfigureFor(version, values), choice.Configure, platform.Cross?.ConfigureFor(version, choice.On) ?? ConfigureChoice.Nothing];

    /// <summary>One shell script of all steps. Each step announces itself and runs in the source directory in a shell of its own; the first failure ends it.</summary>
    private static string Script(ImmutableArray<StyleStep> steps, Dictionary<string, string> values)
    {
        var script = new StringBuilder();
        script.Append("set -e\nexec 2>&1\n");
        foreach (var step in steps)
            script.Append(CultureInfo.InvariantCulture, $"echo '== {step.Name}'\n(\nset -e\ncd /{BuildPaths.Source}\n{step.Run.Expand(values).TrimEnd('\n')}\n)\n");

        return script.ToString();
    }

    private static string Quote(string argument) =>
        argument.Length > 0 && argument.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '=' or '/' or '.' or ',' or ':' or '+')
            ? argument
            : $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
