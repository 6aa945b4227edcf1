using System.Collections.Immutable;
using System.CommandLine;
using Monogres.Actions;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Sandbox;

namespace Monogres.Cli.Commands;

/// <summary>Options that every command takes, and how they become <see cref="Settings"/>.</summary>
internal sealed class GlobalOptions(Streams console, Func<string, string?> environment)
{
    public Option<string?> Index { get; } = new("--index") { Description = "The index directory", HelpName = "DIR", Recursive = true };

    public Option<string?> Store { get; } = new("--store") { Description = "The store directory", HelpName = "DIR", Recursive = true };

    public Option<string?> Mirror { get; } = new("--mirror") { Description = "Base URL of a Debian mirror, tried first", HelpName = "URL", Recursive = true };

    public Option<string?> SourceMirror { get; } = new("--source-mirror")
    {
        Description = "A directory or URL with source files by name or digest, tried before every other place",
        HelpName = "DIR|URL",
        Recursive = true,
    };

    public Option<string[]> Limit { get; } = new("--limit")
    {
        Description = $"What one action may use: {string.Join(", ", ActionLimits.Names)}; sizes such as 512M or 8G",
        HelpName = "NAME=VALUE",
        Recursive = true,
    };

    public Option<string?> Remote { get; } = new("--remote") { Description = "The remote engine that runs the actions, such as grpcs://farm.example", HelpName = "URL", Recursive = true };

    public Option<string?> RemoteCache { get; } = new("--remote-cache") { Description = "A shared cache of results, such as grpc://cache.example:9092", HelpName = "URL", Recursive = true };

    public Option<bool> RemoteUpload { get; } = new("--remote-upload") { Description = "Write our results into the shared cache", Recursive = true };

    public Option<int?> RemoteJobs { get; } = new("--remote-jobs") { Description = "How many actions are at the remote engine at once", HelpName = "N", Recursive = true };

    public Option<bool> RemoteBeside { get; } = new("--remote-beside") { Description = "Run actions here too, while the remote engine has as many as it may", Recursive = true };

    public Option<bool> RemoteFallback { get; } = new("--remote-fallback") { Description = "Work here when the remote engine or cache does not", Recursive = true };

    public Option<string[]> RemoteProperty { get; } = new("--remote-property") { Description = "A platform property of the actions at the remote engine", HelpName = "NAME=VALUE", Recursive = true };

    public Option<string?> RemotePolicy { get; } = new("--remote-policy") { Description = "A policy: results of the shared cache are used only when its builders state them", HelpName = "FILE", Recursive = true };

    public Option<string?> RemoteStatements { get; } = new("--remote-statements") { Description = "What these builders state: files of `attest`, or directories of them, comma-separated", HelpName = "PATHS", Recursive = true };

    public Option<bool> Offline { get; } = new("--offline") { Description = "Disable network access", Recursive = true };

    public Option<bool> Json { get; } = new("--json") { Description = "Write results as JSON to stdout, and nothing else", Recursive = true };

    public Option<bool> NoColor { get; } = new("--no-color") { Description = "Disable colours", Recursive = true };

    public Option<bool> NoProgress { get; } = new("--no-progress") { Description = "Print plain lines instead of the live view", Recursive = true };

    /// <summary>The three streams.</summary>
    public Streams Console { get; } = console;

    /// <summary>Adds them all to the root command.</summary>
    public void AddTo(Command root)
    {
        foreach (var option in new Option[] { Index, Store, Mirror, SourceMirror, Limit, Remote, RemoteCache, RemoteUpload, RemoteJobs, RemoteBeside, RemoteFallback, RemoteProperty, RemotePolicy, RemoteStatements, Offline, Json, NoColor, NoProgress })
            root.Options.Add(option);
    }

    /// <summary>Resolves every setting: flag, then environment variable, then default.</summary>
    public Settings Resolve(ParseResult parsed)
    {
        string? FlagOr(Option<string?> option, string variable) => NotEmpty(parsed.GetValue(option)) ?? NotEmpty(environment(variable));

        var output = parsed.GetValue(Json) ? (parsed.CommandResult.Command as Verb)?.Json ?? JsonOutput.Document : JsonOutput.None;
        return new Settings
        {
            IndexDirectory = FlagOr(Index, EnvironmentVariables.Index) is { } index ? Path.GetFullPath(index) : Settings.FindIndex(AppContext.BaseDirectory),
            FindStore = () => FlagOr(Store, EnvironmentVariables.Store) is { } store
                ? Path.GetFullPath(store)
                : Path.Combine(Settings.XdgPath(environment, EnvironmentVariables.XdgDataHome, ".local/share"), "store"),
            CacheDirectory = Settings.FindXdgPath(environment, EnvironmentVariables.XdgCacheHome, ".cache"),
            MirrorFlag = NotEmpty(parsed.GetValue(Mirror)),
            MirrorVariable = NotEmpty(environment(EnvironmentVariables.Mirror)),
            SourceMirror = FlagOr(SourceMirror, EnvironmentVariables.SourceMirror),
            Limits = Limits(parsed),
            Variation = Variation(),
            Seed = NotEmpty(environment(EnvironmentVariables.Seed)),
            Remote = parsed.GetValue(Offline) ? null : RemoteOf(parsed, FlagOr(Remote, EnvironmentVariables.Remote), FlagOr(RemoteCache, EnvironmentVariables.RemoteCache)),
            Offline = parsed.GetValue(Offline),
            Json = output is not JsonOutput.None,
            JsonEvents = output is JsonOutput.Events,
            Color = Console.ErrorColor && !parsed.GetValue(NoColor),
            LiveProgress = Console.ErrorIsTerminal && !parsed.GetValue(NoProgress) && !parsed.GetValue(Json),
        };
    }

    private RemoteSettings? RemoteOf(ParseResult parsed, string? engine, string? cache)
    {
        if (engine is null && cache is null)
            return null;

        string? File(string variable) => NotEmpty(environment(variable)) is { } file ? Path.GetFullPath(file) : null;
        return new RemoteSettings
        {
            Engine = engine,
            Cache = cache,
            Upload = parsed.GetValue(RemoteUpload),
            Jobs = parsed.GetValue(RemoteJobs),
            Beside = parsed.GetValue(RemoteBeside),
            Fallback = parsed.GetValue(RemoteFallback),
            Properties = RemoteProperties(parsed),
            Policy = (NotEmpty(parsed.GetValue(RemotePolicy)) ?? NotEmpty(environment(EnvironmentVariables.RemotePolicy))) is { } policy ? Path.GetFullPath(policy) : null,
            Statements = [.. ServerRequest.NamesIn(NotEmpty(parsed.GetValue(RemoteStatements)) ?? environment(EnvironmentVariables.RemoteStatements)).Select(Path.GetFullPath)],
            TokenFile = File(EnvironmentVariables.RemoteTokenFile),
            PasswordFile = File(EnvironmentVariables.RemotePasswordFile),
            AuthorityFile = File(EnvironmentVariables.RemoteAuthorityFile),
            CertificateFile = File(EnvironmentVariables.RemoteCertificateFile),
            KeyFile = File(EnvironmentVariables.RemoteKeyFile),
        };
    }

    /// <summary>What <c>remote check</c> talks to, whatever else is set.</summary>
    public Settings ResolveFor(ParseResult parsed, string engine) => Resolve(parsed) with { Remote = RemoteOf(parsed, engine, null) };

    private ImmutableArray<string>? RemoteProperties(ParseResult parsed) => parsed.GetValue(RemoteProperty) is { Length: > 0 } given
        ? [.. given]
        : NotEmpty(environment(EnvironmentVariables.RemoteProperties)) is { } listed ? [.. listed.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)] : null;

    private SandboxVariation Variation()
    {
        try
        {
            return SandboxVariation.Parse(environment(EnvironmentVariables.Vary) ?? "");
        }
        catch (FormatException e)
        {
            throw new UserErrorException($"{EnvironmentVariables.Vary}: {e.Message}", $"unset it; to build under other conditions and compare, use `monogres verify`") { ExitCode = ExitCode.Usage };
        }
    }

    private ActionLimits Limits(ParseResult parsed)
    {
        var limits = ActionLimits.Default(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        try
        {
            return limits.With(environment(EnvironmentVariables.Limits) ?? "").With(string.Join(',', parsed.GetValue(Limit) ?? []));
        }
        catch (FormatException e)
        {
            throw new UserErrorException(e.Message, $"an example: `--limit memory=8G --limit processes=500`, or `{EnvironmentVariables.Limits}=memory=8G,processes=500`") { ExitCode = ExitCode.Usage };
        }
    }

    private static string? NotEmpty(string? text) => string.IsNullOrEmpty(text) ? null : text;
}
