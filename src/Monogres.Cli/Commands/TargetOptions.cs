using System.Collections.Immutable;
using System.CommandLine;
using Monogres.Sources.Local;
using Monogres.Plans;
using Monogres.Core;
using Monogres.Index;
using Monogres.Cli.Terminal;
using Monogres.Engine.Events;
using Monogres.Packaging.Oci.Images;
using Monogres.Index.Options;
using Monogres.Index.Platforms;
using Monogres.Plans.Roots;
using Monogres.Plans.Targets;

namespace Monogres.Cli.Commands;

/// <summary>The options by which targets are chosen, the same for every command that takes one.</summary>
/// <param name="kind">What the command takes.</param>
/// <param name="several">Whether each option takes several names, as <see cref="Names"/> reads them.</param>
/// <param name="portable">Whether portable trees can be asked for, which have a default platform of their own.</param>
/// <param name="platforms">Whether the platform alone can be several, in the order in which they are named.</param>
internal sealed class TargetOptions(TargetKind kind = TargetKind.Many, bool several = false, bool portable = false, bool platforms = false)
{
    /// <summary>In place of names: every one that there is.</summary>
    public const string All = "all";

    public Argument<string[]> Targets { get; } = new("TARGET")
    {
        Description = kind switch
        {
            TargetKind.One => "postgres@15 (its newest release), postgres@15.18, postgres@15.18+minimal, pgvector/postgres@17, pgvector@0.8.0/postgres@17.11",
            TargetKind.Extensions => "pgvector (for the newest PostgreSQL that it supports), pgvector@0.8.0, pgvector/postgres@17, pgvector@0.8.0/postgres@15..18",
            TargetKind.Verified => "Targets, and what was built: packages, a directory or a repository of them, an unpacked archive, a layout of images: pgvector/postgres@17, dist/postgresql-17_17.11-1_amd64.deb, dist",
            TargetKind.Images => "What to push: postgres@15.18+full, pgvector/postgres@17, '*/postgres@17', whose images are built; and files of images, as `build --format oci` writes them",
            TargetKind.Published => "What to publish: packages that are files, and targets, which are built and packed; none to sign again what is there",
            _ => "postgres@15 (its newest release), postgres@15.18, postgres@15.18+minimal, postgres@15..18, all, pgvector/postgres@17, pgvector@0.8.0/postgres@15..18, '*/postgres@17'",
        } + (several || kind is TargetKind.Published or TargetKind.Images or TargetKind.Verified ? "" : "; or the source of an extension: ./DIR, ./FILE.tar.gz, https://HOST/OWNER/NAME.git@COMMIT"),
        Arity = kind switch { TargetKind.One => ArgumentArity.ExactlyOne, TargetKind.Published => ArgumentArity.ZeroOrMore, _ => ArgumentArity.OneOrMore },
        // The library's own makes no list of exactly one word.
        CustomParser = given => [.. given.Tokens.Select(token => token.Value)],
    };

    public Option<string?> OptionSet { get; } = Chosen(new Option<string?>("--option-set"), "The option set of PostgreSQL, for targets that name none", several);

    public Option<string> Platform { get; } = Chosen(new Option<string>("--platform") { DefaultValueFactory = _ => TargetId.DefaultPlatform.ToString() }, platforms ? "The platforms that the results run on, comma-separated" : "The platform that the result runs on", several);

    public Option<string> Toolchain { get; } = Chosen(new Option<string>("--toolchain") { DefaultValueFactory = _ => TargetId.DefaultToolchain }, "The toolchain to build with", several);

    public Option<string?> Postgres { get; } = new("--postgres")
    {
        Description = "For the source of an extension: the PostgreSQL to build against, as in targets (17, 17.11, 15..18); by default, the newest release",
        HelpName = "VERSIONS",
    };

    public Option<string?> Packages { get; } = new("--packages")
    {
        Description = "For the source of an extension: package sets of the platform to build it with, besides those that it is found to need, comma-separated",
        HelpName = "NAMES",
    };

    public Option<bool> Portable { get; } = new("--portable")
    {
        Description = "Carry the libraries of the platform in the archive, so that it runs on every distribution with a C library as new or newer; without --platform, for the platform with the oldest one",
    };

    public TargetOptions AddTo(Command command)
    {
        // An option with a slip in it is no target either; UsageErrors then says which option is near.
        Targets.Validators.Add(given =>
        {
            if (given.Tokens.Any(token => token.Value.StartsWith('-')))
                given.AddError("a target does not begin with `-`");
        });
        command.Arguments.Add(Targets);
        if (!several && kind is not TargetKind.Verified)
        {
            command.Options.Add(Postgres);
            command.Options.Add(Packages);
        }

        command.Options.Add(OptionSet);
        command.Options.Add(Platform);
        command.Options.Add(Toolchain);
        if (portable)
            command.Options.Add(Portable);
        return this;
    }

    /// <summary>The words that are targets.</summary>
    public string[] Words(ParseResult parsed) => [.. parsed.GetValue(Targets)!.Where(word => !IsFile(word))];

    /// <summary>The words that are files of packages or images, for a command that takes both.</summary>
    public string[] Files(ParseResult parsed) => [.. parsed.GetValue(Targets)!.Where(IsFile)];

    /// <summary>Every target that the words mean, planned; each once, in the order in which it was first named.</summary>
    /// <exception cref="UserErrorException">A pattern, platform, option set or toolchain is unknown.</exception>
    private IReadOnlyList<Target> Plan(ParseResult parsed, TargetPlanning planning) =>
        [.. Words(parsed).Distinct(StringComparer.Ordinal).SelectMany(planning.Plan).DistinctBy(target => target.Id)];

    /// <summary>As <see cref="Plan"/>, planned one after the other as they are asked for: a pattern can mean a million.</summary>
    private static IEnumerable<Target> Stream(ParseResult parsed, TargetOptions options, TargetPlanning planning)
    {
        var words = options.Words(parsed).Distinct(StringComparer.Ordinal).ToArray();
        var targets = words.SelectMany(planning.Plan);
        return words.Length == 1 ? targets : targets.DistinctBy(target => target.Id);
    }

    /// <summary>The one target that the words mean, planned.</summary>
    /// <exception cref="UserErrorException">They mean several.</exception>
    private Target PlanOne(ParseResult parsed, TargetPlanning planning) => Plan(parsed, planning) switch
    {
        [var one] => one,
        var many => throw new UserErrorException(
            $"exactly one target is needed here, but `{string.Join(' ', Words(parsed))}` selects {many.Count}",
            $"name one, such as `{many[^1].Arguments}`"),
    };

    /// <summary>Plans what the words mean, then opens the workspace: a slip is said before anything is made or downloaded. Only sources of this machine are imported before they are planned.</summary>
    /// <exception cref="UserErrorException">A pattern, platform, option set or toolchain is unknown; or the index is faulty, or the store cannot be used, or a source cannot be read.</exception>
    public Task<(Workspace Workspace, IReadOnlyList<Target> Targets)> OpenAsync(ParseResult parsed, GlobalOptions global, CancellationToken cancel) =>
        OpenAsync(Words(parsed), planning => Plan(parsed, planning), parsed, global, cancel);

    /// <summary>As <see cref="OpenAsync(ParseResult, GlobalOptions, CancellationToken)"/>, for a command that only looks: without a store, none is made, unless a source must be imported.</summary>
    /// <exception cref="UserErrorException">As there.</exception>
    public async Task<(Workspace? Workspace, IEnumerable<Target> Targets)> LookAsync(ParseResult parsed, GlobalOptions global, CancellationToken cancel)
    {
        var settings = global.Resolve(parsed);
        if (settings.ExistingStore is not null || Words(parsed).Any(LocalSource.IsSource))
            return await OpenAsync(Words(parsed), planning => Stream(parsed, this, planning), parsed, global, cancel);

        return (null, Stream(parsed, this, PlanningOf(parsed, Words(parsed), global, await Workspace.ReadIndexAsync(settings, cancel))));
    }

    /// <summary>As <see cref="OpenAsync(ParseResult, GlobalOptions, CancellationToken)"/>, for a command that takes one target.</summary>
    /// <exception cref="UserErrorException">As there; or the words mean several.</exception>
    public Task<(Workspace Workspace, Target Target)> OpenOneAsync(ParseResult parsed, GlobalOptions global, CancellationToken cancel) =>
        OpenAsync(Words(parsed), planning => PlanOne(parsed, planning), parsed, global, cancel);

    /// <summary>As <see cref="OpenOneAsync"/>, for a command that starts a server with extensions in it.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="request">What is wanted besides the target.</param>
    /// <param name="global">The options of all commands.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">As there; or an extension is unknown or does not fit.</exception>
    public Task<(Workspace Workspace, ServerSession Session)> OpenServerAsync(ParseResult parsed, ServerRequest request, GlobalOptions global, CancellationToken cancel) =>
        OpenAsync([.. Words(parsed), .. request.With], planning =>
        {
            var target = PlanOne(parsed, planning);
            return Planner.PlanSession(target, request.With.SelectMany(name => planning.PlanFor(name, target.Server.Id.Name)), request.Debugger);
        }, parsed, global, cancel);

    /// <summary>As <see cref="OpenAsync(ParseResult, GlobalOptions, CancellationToken)"/>, for a command that makes images: on all platforms, and each server with the extensions that its image includes.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="with">The extensions.</param>
    /// <param name="global">The options of all commands.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">As there; or an extension is unknown or does not fit, or a target is none that takes extensions.</exception>
    public Task<(Workspace Workspace, IReadOnlyList<PlannedImage> Images)> OpenImagesAsync(ParseResult parsed, string[] with, GlobalOptions global, CancellationToken cancel) =>
        OpenAsync<IReadOnlyList<PlannedImage>>([.. Words(parsed), .. with], planning =>
        [
            .. PlatformsOf(parsed, planning, global).SelectMany(each => Plan(parsed, each).Select(target => new PlannedImage(target, WithOf(target, with, each)))),
        ], parsed, global, cancel);

    private static ImmutableArray<Target> WithOf(Target target, string[] with, TargetPlanning planning) => with.Length == 0 ? []
        : target.Id.Name.Extension is not null ? throw new UserErrorException(
            $"`{target}` is an extension, and `--with` puts extensions into the image of a server", "name the server in its place") { ExitCode = ExitCode.Usage }
        : [.. with.SelectMany(name => planning.PlanFor(name, target.Id.Name)).SelectMany(extension => extension.Installs).DistinctBy(extension => extension.Id)];

    private IEnumerable<TargetPlanning> PlatformsOf(ParseResult parsed, TargetPlanning first, GlobalOptions global) => PlatformNames(parsed).Select((name, i) =>
    {
        if (i == 0)
            return first;
        var platform = first.Index.Platform(PlatformOf(name));
        return first with { Platform = platform, Planner = new Planner(first.Index, platform, parsed.GetValue(Toolchain)!, Workspace.LocksOf(global.Resolve(parsed))) };
    });

    private string[] PlatformNames(ParseResult parsed) => platforms ? [.. Names(parsed.GetValue(Platform)!).Distinct(StringComparer.Ordinal)] : [parsed.GetValue(Platform)!];

    /// <summary>What the options say about planning.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="words">The targets, and what else a command takes sources in.</param>
    /// <param name="global">The options of all commands.</param>
    /// <param name="index">What exists.</param>
    /// <exception cref="UserErrorException">The platform, the option set or the versions of PostgreSQL are unknown, or an option is for local sources and there is none.</exception>
    public TargetPlanning PlanningOf(ParseResult parsed, string[] words, GlobalOptions global, MonogresIndex index)
    {
        var platform = portable && parsed.GetValue(Portable) && parsed.GetResult(Platform) is null or { Implicit: true } ? PortablePlatform.Of(index) : index.Platform(PlatformOf(PlatformNames(parsed)[0]));
        if (parsed.GetValue(Postgres) is not null && !Words(parsed).Any(LocalSource.IsSource) && parsed.CommandResult.Command.Name is not DoctorCommand.Name)
            throw new UserErrorException("`--postgres` is only for local sources", "a target of the index names its PostgreSQL itself: `pgvector/postgres@17`") { ExitCode = ExitCode.Usage };
        if (parsed.GetValue(Packages) is not null && !words.Any(LocalSource.IsSource))
            throw new UserErrorException("`--packages` is only for local sources", "an extension of the index names its package sets in its repo.json, under `build_packages`") { ExitCode = ExitCode.Usage };

        return new TargetPlanning(
            index, new Planner(index, platform, parsed.GetValue(Toolchain)!, Workspace.LocksOf(global.Resolve(parsed))), platform,
            parsed.GetValue(OptionSet) is { } named ? OptionSetOf(named, index) : null,
            TargetPattern.Parse($"{index.DefaultServer.Name}{(parsed.GetValue(Postgres) is { } versions ? $"@{versions}" : "")}"))
        {
            PackageSets = [.. ServerRequest.NamesIn(parsed.GetValue(Packages))],
        };
    }

    private async Task<(Workspace Workspace, T Planned)> OpenAsync<T>(string[] words, Func<TargetPlanning, T> plan, ParseResult parsed, GlobalOptions global, CancellationToken cancel)
    {
        var settings = global.Resolve(parsed);
        var index = await Workspace.ReadIndexAsync(settings, cancel);
        var planning = PlanningOf(parsed, words, global, index);
        var sources = LocalTargets.Among(words);
        if (sources.Count == 0)
        {
            var planned = plan(planning);
            return (await Workspace.OpenAsync(settings, index, global.Console, cancel), planned);
        }

        foreach (var word in Words(parsed).Where(word => !LocalSource.IsSource(word)))
            planning.Plan(word);
        _ = planning.Servers;
        var workspace = await Workspace.OpenAsync(settings, index, global.Console, cancel);
        try
        {
            return (workspace, plan(planning with { Local = await LocalTargets.ImportAsync(sources, workspace, planning, cancel) }));
        }
        catch
        {
            await workspace.DisposeAsync();
            throw;
        }
    }

    /// <summary>The names in the value of an option that takes several.</summary>
    public static string[] Names(string text) => text.Split(',', StringSplitOptions.TrimEntries);

    /// <summary>The option set of that name.</summary>
    /// <exception cref="UserErrorException">There is none.</exception>
    public static OptionSetName OptionSetOf(string text, MonogresIndex index) => OptionSetName.TryParse(text, out var name)
        ? index.OptionSets[name].Name
        : throw new UserErrorException($"`{text}` cannot be the name of an option set", $"the option sets are {string.Join(", ", index.OptionSets.Sets.Select(set => set.Name))}");

    /// <summary>The name of a platform.</summary>
    /// <exception cref="UserErrorException">It cannot be one.</exception>
    public static PlatformName PlatformOf(string text) => PlatformName.TryParse(text, out var name)
        ? name
        : throw new UserErrorException($"`{text}` is not the name of a platform", $"a platform is named like `{TargetId.DefaultPlatform}`; see `monogres platform list`");

    // By the ending, so that a file that is missing is said to be, and a directory with a source stays a target.
    private bool IsFile(string word) => kind switch
    {
        TargetKind.Published => Path.GetExtension(word) is ".deb" or ".rpm" || (LocalSource.IsSource(word) && File.Exists(word)),
        TargetKind.Images => word.EndsWith(ImageArchive.Suffix, StringComparison.Ordinal),
        TargetKind.Verified => Path.Exists(word),
        _ => false,
    };

    private static T Chosen<T>(T option, string what, bool several)
        where T : System.CommandLine.Option
    {
        option.Description = several ? $"{what}: comma-separated names, or `{All}`" : what;
        option.HelpName = several ? "NAMES" : "NAME";
        return option;
    }
}

/// <summary>What a command takes.</summary>
internal enum TargetKind
{
    /// <summary>All that its words mean.</summary>
    Many,

    /// <summary>A word that means one target.</summary>
    One,

    /// <summary>Targets, and files of packages; or nothing.</summary>
    Published,

    /// <summary>Targets, and files that were built.</summary>
    Verified,

    /// <summary>Targets, and files of images.</summary>
    Images,

    /// <summary>Extensions, also by their names alone.</summary>
    Extensions,
}

/// <summary>A target that an image is made of.</summary>
/// <param name="Target">The target.</param>
/// <param name="With">The extensions that its image includes, each after what it needs.</param>
internal sealed record PlannedImage(Target Target, ImmutableArray<Target> With);

/// <summary>What a server is started with.</summary>
/// <param name="With">Extensions or sources of this machine, by name.</param>
/// <param name="Debugger">Whether a debugger is there.</param>
internal sealed record ServerRequest(string[] With, bool Debugger)
{
    /// <summary>The names in a comma-separated list, or none.</summary>
    public static string[] NamesIn(string? list) => list?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
}
