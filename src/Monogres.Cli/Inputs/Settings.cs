using Monogres.Actions;
using Monogres.Core;
using Monogres.Sandbox;

namespace Monogres.Cli.Inputs;

/// <summary>Every setting, resolved once at the edge: flag, environment variable, default, in that order.</summary>
public sealed record Settings
{
    /// <summary>The directory with <c>index.json</c>, <c>servers/</c>, <c>platforms/</c> and <c>styles/</c>.</summary>
    public required string IndexDirectory { get; init; }

    /// <summary>Finds the store when it is asked for: commands that need the index only work without a home directory.</summary>
    public required Func<string> FindStore { get; init; }

    /// <summary>The store.</summary>
    /// <exception cref="UserErrorException">It is not named, and there is no home directory to put it in.</exception>
    public string StoreDirectory => FindStore();

    /// <summary>The store when there is one already; null when it was never made, or has no place.</summary>
    public string? ExistingStore
    {
        get
        {
            try
            {
                return Directory.Exists(StoreDirectory) ? StoreDirectory : null;
            }
            catch (UserErrorException)
            {
                return null;
            }
        }
    }

    /// <summary>Where what can be made again is kept, or null when there is no such place.</summary>
    public string? CacheDirectory { get; init; }

    /// <summary>Base URL of a Debian mirror given by flag, tried first.</summary>
    public string? MirrorFlag { get; init; }

    /// <summary>Base URL of a Debian mirror given by variable, tried next.</summary>
    public string? MirrorVariable { get; init; }

    /// <summary>A directory or URL with source files, or null.</summary>
    public string? SourceMirror { get; init; }

    /// <summary>What one action may use.</summary>
    public required ActionLimits Limits { get; init; }

    /// <summary>A directory with results that the store begins with, or null.</summary>
    public string? Seed { get; init; }

    /// <summary>What the sandbox does otherwise than always.</summary>
    public SandboxVariation Variation { get; init; } = SandboxVariation.None;

    /// <summary>The engine or cache elsewhere, or null when everything is done here.</summary>
    public RemoteSettings? Remote { get; init; }

    /// <summary>Never touch the network.</summary>
    public bool Offline { get; init; }

    /// <summary>Results as JSON.</summary>
    public bool Json { get; init; }

    /// <summary>Events as JSON among the results, on stdout; otherwise they are for people, on stderr.</summary>
    public bool JsonEvents { get; init; }

    /// <summary>Colour may be used.</summary>
    public required bool Color { get; init; }

    /// <summary>A live view may be drawn (stderr is a terminal that can move its cursor).</summary>
    public required bool LiveProgress { get; init; }

    /// <summary>An absolute path below an XDG base directory; an empty or relative variable is ignored, as the specification asks.</summary>
    /// <exception cref="UserErrorException">There is no home directory either.</exception>
    public static string XdgPath(Func<string, string?> environment, string variable, string homeDefault) => FindXdgPath(environment, variable, homeDefault)
        ?? throw new UserErrorException($"no home directory: neither `HOME` nor `{variable}` is set",
            $"set `{variable}` to an absolute path, or give `--store DIR`");

    /// <summary>As <see cref="XdgPath"/>, or null when there is no home directory either.</summary>
    public static string? FindXdgPath(Func<string, string?> environment, string variable, string homeDefault)
    {
        if (environment(variable) is { Length: > 0 } value && Path.IsPathFullyQualified(value))
            return Path.Combine(value, "monogres");

        return environment(EnvironmentVariables.Home) is { Length: > 0 } home && Path.IsPathFullyQualified(home) ? Path.Combine(home, homeDefault, "monogres") : null;
    }

    /// <summary>The index that stands beside the tool: the first directory upwards that holds <c>index/index.json</c>.</summary>
    public static string FindIndex(string from)
    {
        for (var directory = from; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            var index = Path.Combine(directory, "index");
            if (File.Exists(Path.Combine(index, "index.json")))
                return index;
        }

        throw new UserErrorException("the tool has no index", $"give its directory with `--index DIR` or `{EnvironmentVariables.Index}`");
    }
}
