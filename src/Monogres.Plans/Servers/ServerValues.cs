using System.Collections.Immutable;
using System.Globalization;
using Monogres.Core;
using Monogres.Payloads.Layout;
using Monogres.Index;
using Monogres.Index.Options;
using Monogres.Index.Platforms;
using Monogres.Index.Styles;
using Monogres.Plans.Roots;
using Monogres.Plans.Scripts;

namespace Monogres.Plans.Servers;

/// <summary>The values of the placeholders in a server's style.</summary>
internal sealed class ServerValues(PlanContext context, BuildStyle style, OptionChoice choice, PgVersion version)
{
    /// <summary>Where it is installed, what configure is told, and all values.</summary>
    public (RelativePath Prefix, ImmutableArray<string> Configure, ScriptValues Values) Values()
    {
        var (platform, compilers) = (context.Platform, context.Toolchain);
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
            [StylePlaceholders.OptionSmokeTests] = string.Join('\n', choice.On.Where(option => option.SmokeTest is not null).Select(option => $"check option:{option.Name} {ShellText.Quote(option.SmokeTest!)}")),
        };
        values[StylePlaceholders.Prefix] = style.Prefix.Expand(values);
        var configure = Configure(values);
        ImmutableArray<string> arguments = [.. configure.SelectMany(part => part.Arguments)];
        values[StylePlaceholders.Configure] = ShellText.Quote(arguments);
        values[StylePlaceholders.Environment] = ShellText.Assignments(configure.SelectMany(part => part.Environment));
        return (RelativePath.Parse(values[StylePlaceholders.Prefix].TrimStart('/')), arguments, new ScriptValues([.. values.OrderBy(pair => pair.Key, StringComparer.Ordinal)]));
    }

    /// <summary>What configure is told by the style, then the options, then a platform whose results do not run where they are built.</summary>
    private ConfigureChoice[] Configure(Dictionary<string, string> values) =>
        [style.ConfigureFor(version, values), choice.Configure, context.Platform.Cross?.ConfigureFor(version, choice.On) ?? ConfigureChoice.Nothing];
}
