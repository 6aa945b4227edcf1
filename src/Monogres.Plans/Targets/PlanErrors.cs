using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Index.Options;
using Monogres.Index.Platforms;

namespace Monogres.Plans.Targets;

/// <summary>What cannot be planned.</summary>
public static class PlanErrors
{
    /// <summary>The extension is for other servers.</summary>
    public static UserErrorException OtherServer(TargetName target, ExtensionProject project) => new(
        $"`{target.Extension}` is not for `{target.Server}`: it needs what only {string.Join(" or ", project.Servers)} has", $"ask for `{project.Name}/{project.Servers[0]}`");

    /// <summary>The release of the extension is not for that version of PostgreSQL.</summary>
    public static UserErrorException Incompatible(TargetName target, ExtensionRelease release) => new(
        $"`{target.Extension}` supports PostgreSQL {release.Postgres}, not {target.Version}",
        $"`monogres list {target.Extension!.Name}` shows which version is for which PostgreSQL");

    /// <summary>An extension that another one needs is for no such version of PostgreSQL.</summary>
    public static UserErrorException RequiredIncompatible(TargetName target, ExtensionProject required) => new(
        $"`{target.Extension}` needs `{required.Name}`, and no release of that supports {target.Server} {target.Version} with the option set `{target.OptionSet}`",
        $"`monogres list {required.Name}` shows which version is for which PostgreSQL");

    /// <summary>The server does not bring the module along.</summary>
    public static UserErrorException ServerLacks(TargetName target, ExtensionOrigin.Server module) =>
        new($"PostgreSQL {target.Version} has no `{target.Extension!.Name}`, only {module.Postgres} has", $"name a PostgreSQL {module.Postgres}");

    /// <summary>The option set, or the platform, leaves out what the extension needs of PostgreSQL.</summary>
    public static UserErrorException OptionIsOff(TargetName target, ExtensionProject project) => new(
        $"`{target.Extension}` needs the option {string.Join(" or ", project.Options)}, which `{target.Server}@{target.Version}+{target.OptionSet}` does not have",
        "`monogres list --options` shows which option set has which option, and what platforms lack");

    /// <summary>The platform has no package set of that name.</summary>
    public static UserErrorException NoPackageSet(TargetName target, string name, Platform platform, IEnumerable<Platform> platforms)
    {
        var having = platforms.Where(other => other.HasPackageSet(name)).Select(other => other.Name.ToString()).ToArray();
        return new UserErrorException(
            $"`{target.Extension}` needs the package set `{name}`, and {platform.Name} does not define that package set",
            $"add `{name}` to package_sets in {platform.Folder}/platform.json and run `monogres platform lock {platform.Name}`{(having.Length > 0 ? $"; {string.Join(", ", having)} has it" : "")}");
    }

    /// <summary>The server is not built with the option set.</summary>
    public static UserErrorException WithoutOptionSet(TargetName target, string why) => new(
        $"`{target.Server}` is not built with the option set `{target.OptionSet}`: {why}", $"`monogres list {target.Server}` shows its releases; another set is named behind a plus sign: `{target.Server}@{target.Version}+full`");

    /// <summary>The platform lacks an option that the server cannot be without.</summary>
    public static UserErrorException LacksRequired(TargetName target, string option, string why, Platform platform) => new(
        $"`{target.Server}@{target.Version}` needs the option `{option}`, which {platform.Name} lacks: {why}", "`monogres list --options` shows what platforms lack; name another one with `--platform`");

    /// <summary>A debugger was asked for where there is none.</summary>
    public static UserErrorException NoDebugger(Platform platform) => new(
        $"there is no debugger for {platform.Name}",
        platform.Cross is null ? $"name one in {platform.Folder}/platform.json, field debugger" : "its programs run under an emulator, through which no debugger sees them; omit `--debugger`");
}
