using System.CommandLine;
using Monogres.Build.Planning;
using Monogres.Core;
using Monogres.Index;

namespace Monogres.Cli.Commands;

/// <summary>The options by which targets are chosen, the same for every command that takes one.</summary>
/// <param name="several">Whether each option takes several names, as <see cref="Names"/> reads them.</param>
internal sealed class TargetOptions(bool several = false)
{
    /// <summary>The platform when none is named.</summary>
    public const string DefaultPlatform = "debian12-amd64";

    /// <summary>The toolchain when none is named; every platform has it.</summary>
    public const string DefaultToolchain = "gcc";

    /// <summary>In place of names: every one that there is.</summary>
    public const string All = "all";

    public Argument<string[]> Targets { get; } = new("TARGET")
    {
        Description = "postgres@15 (its newest release), postgres@15.18, postgres@15.18+minimal, postgres@15..18, all, pgvector/postgres@17, pgvector@0.8.0/postgres@15..18, '*/postgres@17'",
        Arity = ArgumentArity.OneOrMore,
    };

    public Option<string?> OptionSet { get; } = Chosen(new Option<string?>("--option-set"), "The set of PostgreSQL's compile options, for targets that name none", several);

    public Option<string> Platform { get; } = Chosen(new Option<string>("--platform") { DefaultValueFactory = _ => DefaultPlatform }, "Where the result runs", several);

    public Option<string> Toolchain { get; } = Chosen(new Option<string>("--toolchain") { DefaultValueFactory = _ => DefaultToolchain }, "The compilers", several);

    public TargetOptions AddTo(Command command)
    {
        // An option with a slip in it is no target either; UsageErrors then says which option is near.
        Targets.Validators.Add(given =>
        {
            if (given.Tokens.Any(token => token.Value.StartsWith('-')))
                given.AddError("a target does not begin with `-`");
        });
        command.Arguments.Add(Targets);
        command.Options.Add(OptionSet);
        command.Options.Add(Platform);
        command.Options.Add(Toolchain);
        return this;
    }

    /// <summary>Every target that the patterns select, planned; each once, in the order in which it was first named.</summary>
    /// <exception cref="UserErrorException">A pattern, platform, option set or toolchain is unknown.</exception>
    public IReadOnlyList<TargetPlan> Plan(ParseResult parsed, MonogresIndex index)
    {
        var platform = index.Platform(PlatformOf(parsed.GetValue(Platform)!));
        var planner = new Planner(index, platform, parsed.GetValue(Toolchain)!);
        OptionSetName? optionSet = parsed.GetValue(OptionSet) is { } named ? OptionSetOf(named, index) : null;
        return [.. parsed.GetValue(Targets)!
            .SelectMany(text => index.Select(TargetPattern.Parse(text), optionSet))
            .Distinct()
            .Select(planner.Plan)];
    }

    /// <summary>The one target that the pattern selects, planned.</summary>
    /// <exception cref="UserErrorException">It selects several.</exception>
    public TargetPlan PlanOne(ParseResult parsed, MonogresIndex index) => Plan(parsed, index) switch
    {
        [var one] => one,
        var many => throw new UserErrorException(
            $"one target is needed here, and `{string.Join(' ', parsed.GetValue(Targets)!)}` means {many.Count}",
            $"name one, such as `{many[^1].Target}`"),
    };

    /// <summary>Plans what the patterns select, then opens the workspace: a slip is said before anything is made or downloaded.</summary>
    /// <exception cref="UserErrorException">As <see cref="Plan"/>; or the index is faulty, or the store cannot be used.</exception>
    public Task<(Workspace Workspace, IReadOnlyList<TargetPlan> Plans)> OpenAsync(ParseResult parsed, GlobalOptions global, CancellationToken cancel) =>
        OpenAsync(index => Plan(parsed, index), parsed, global, cancel);

    /// <summary>As <see cref="OpenAsync(ParseResult, GlobalOptions, CancellationToken)"/>, for a command that takes one target.</summary>
    /// <exception cref="UserErrorException">As <see cref="PlanOne"/>; or the index is faulty, or the store cannot be used.</exception>
    public Task<(Workspace Workspace, TargetPlan Plan)> OpenOneAsync(ParseResult parsed, GlobalOptions global, CancellationToken cancel) =>
        OpenAsync(index => PlanOne(parsed, index), parsed, global, cancel);

    /// <summary>As <see cref="OpenOneAsync"/>, for a command that starts a server: the PostgreSQL, and every extension to install into it, each after those that it needs.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="with">Names of extensions, divided by commas, or null.</param>
    /// <param name="global">The options of all commands.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">As <see cref="PlanOne"/>; or an extension is unknown or does not fit.</exception>
    public Task<(Workspace Workspace, (ServerPlan Server, IReadOnlyList<ExtensionPlan> Extensions) Planned)> OpenServerAsync(
        ParseResult parsed, string? with, GlobalOptions global, CancellationToken cancel) =>
        OpenAsync(index => PlanServer(parsed, with, index), parsed, global, cancel);

    private (ServerPlan Server, IReadOnlyList<ExtensionPlan> Extensions) PlanServer(ParseResult parsed, string? with, MonogresIndex index)
    {
        var plan = PlanOne(parsed, index);
        var server = plan as ServerPlan ?? ((ExtensionPlan)plan).Server;
        var names = with?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        var planner = new Planner(index, plan.Platform, plan.Toolchain.Name);
        return (server,
        [
            .. names.SelectMany(name => index.Select(TargetPattern.Parse($"{name}/{server.Target}"))).Select(planner.Extensions.Plan)
                .Concat(plan is ExtensionPlan one ? [one] : []).SelectMany(extension => extension.WithRequired).DistinctBy(extension => extension.Target),
        ]);
    }

    private static async Task<(Workspace Workspace, T Planned)> OpenAsync<T>(Func<MonogresIndex, T> plan, ParseResult parsed, GlobalOptions global, CancellationToken cancel)
    {
        var settings = global.Resolve(parsed);
        var index = await Workspace.ReadIndexAsync(settings, cancel);
        var planned = plan(index);
        return (await Workspace.OpenAsync(settings, index, global.Console, cancel), planned);
    }

    /// <summary>The names in the value of an option that takes several.</summary>
    public static string[] Names(string text) => text.Split(',', StringSplitOptions.TrimEntries);

    /// <summary>The option set of that name.</summary>
    /// <exception cref="UserErrorException">There is none.</exception>
    public static OptionSetName OptionSetOf(string text, MonogresIndex index) => OptionSetName.TryParse(text, out var name)
        ? index.OptionSets[name].Name
        : throw new UserErrorException($"`{text}` cannot be the name of an option set", $"there are {string.Join(", ", index.OptionSets.Sets.Select(set => set.Name))}");

    /// <summary>The name of a platform.</summary>
    /// <exception cref="UserErrorException">It cannot be one.</exception>
    public static PlatformName PlatformOf(string text) => PlatformName.TryParse(text, out var name)
        ? name
        : throw new UserErrorException($"`{text}` is not the name of a platform", $"a platform is named like `{DefaultPlatform}`; see `monogres platform list`");

    private static T Chosen<T>(T option, string what, bool several)
        where T : System.CommandLine.Option
    {
        option.Description = several ? $"{what}: names divided by commas, or `{All}`" : what;
        option.HelpName = several ? "NAMES" : "NAME";
        return option;
    }
}
