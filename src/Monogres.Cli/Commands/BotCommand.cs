using System.Collections.Immutable;
using System.CommandLine;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Index;
using Monogres.Index.Extensions;
using Monogres.Monobot;
using Monogres.Monobot.Proposals;
using Monogres.Monobot.Trials;
using Monogres.Platforms.Mirrors;
using Monogres.Platforms.Signatures;
using Monogres.Sources.Upstreams;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres bot</c>: finds what is new upstream, tries it, and proposes it.</summary>
internal static class BotCommand
{
    private const string Tags = "tags", Debian = "debian", Pgxn = "pgxn", Postgresql = "postgresql", NewestSuite = "sid";

    private static readonly string[] Upstreams = [Tags, Debian, Pgxn, Postgresql];

    public static Command Create(GlobalOptions global)
    {
        var command = new Verb("bot", "Find releases that the index lacks, build and test them, and write each as a patch of the index with a page to judge it by; exit code 3 when something that was released has changed", JsonOutput.Document,
            "monogres bot",
            "monogres bot pgvector pg_cron --from tags,debian --output proposals",
            "monogres bot --dry-run --json");
        var projects = new Argument<string[]>("PROJECT") { Description = "Extensions of the index; by default, all that have a source of their own", Arity = ArgumentArity.ZeroOrMore };
        var output = new Option<string>("--output", "-o") { Description = "Where proposals are written, and what the bot remembers", HelpName = "DIR", DefaultValueFactory = _ => "proposals" };
        var from = new Option<string>("--from") { Description = $"Whom to ask, comma-separated: {string.Join(", ", Upstreams)}", HelpName = "NAMES", DefaultValueFactory = _ => string.Join(',', Upstreams) };
        var suites = new Option<string?>("--suites") { Description = $"The suites of Debian to read, comma-separated; by default, those of the platforms, and {NewestSuite}", HelpName = "NAMES" };
        var postgres = new Option<string?>("--postgres") { Description = "The range of PostgreSQL to try releases against (>=15, <18); by default, what each claims", HelpName = "RANGE" };
        var optionSet = new Option<string?>("--option-set") { Description = "The option set of the PostgreSQL that releases are tried against", HelpName = "NAME" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what is new; download no archives, build nothing" };
        var again = new Option<bool>("--again") { Description = "Also try again what has failed before" };
        command.Arguments.Add(projects);
        foreach (var option in new System.CommandLine.Option[] { output, from, suites, postgres, optionSet, dryRun, again })
            command.Options.Add(option);

        command.SetAction(async (parsed, cancel) =>
        {
            var settings = global.Resolve(parsed);
            var asked = AskedOf(parsed.GetValue(from)!);
            var index = await Workspace.ReadIndexAsync(settings, cancel);
            var chosen = ProjectsOf(parsed.GetValue(projects)!, index);
            var scope = ScopeOf(parsed.GetValue(postgres), parsed.GetValue(optionSet), index);
            var directory = Path.GetFullPath(parsed.GetValue(output)!);
            var state = await BotState.ReadAsync(Path.Combine(directory, "state.json"), cancel);
            await using var workspace = await Workspace.OpenAsync(settings, index, global.Console, cancel);
            using var parts = new UpstreamParts(workspace, state.Web);
            var published = new PublishedReleases(parts.Web);
            var questions = new UpstreamQuestions(new UpstreamChoice
            {
                Tags = asked.Contains(Tags) ? parts.Tags : null,
                Debian = asked.Contains(Debian) ? new DebianSources(parts.Web, workspace.Downloader, workspace.Blobs, DebianMirrors.Of(Workspace.MirrorsOf(settings)), TimeProvider.System) : null,
                Suites = await SuitesOfAsync(parsed.GetValue(suites), index, settings, cancel),
                Pgxn = asked.Contains(Pgxn) ? published : null,
                Server = asked.Contains(Postgresql) ? new ServerQuestion(published, index.DefaultServer) : null,
            });
            var bot = new Bot(questions, parsed.GetValue(dryRun) ? null : ProposerOf(workspace, parts, scope), new ProposalFiles(directory), state, TimeProvider.System);
            var report = await bot.RunAsync(chosen, parsed.GetValue(again), cancel);
            workspace.ClearProgress();
            await global.Console.Out.WriteAsync(settings.Json ? BotText.Json(report).ToJsonString(JsonText.Line) + "\n" : BotText.Of(report));
            return (int)(report.Alarms.Length > 0 ? ExitCode.NotIdentical : report.Unanswered.Length > 0 ? ExitCode.Failed : ExitCode.Done);
        });
        return command;
    }

    private static ReleaseProposer ProposerOf(Workspace workspace, UpstreamParts parts, TrialScope scope) => new()
    {
        IndexDirectory = workspace.Settings.IndexDirectory,
        Prefix = PrefixOf(workspace.Settings.IndexDirectory),
        Index = workspace.Index,
        Sources = workspace.DraftSources,
        Archives = parts.Archives,
        Prover = parts.Prover(TargetId.DefaultPlatform, TargetId.DefaultToolchain),
        Payloads = new PayloadChanges(workspace.Blobs),
        Scope = scope,
        Time = TimeProvider.System,
    };

    // A patch is applied at the top of the git repository that the index is in.
    private static string PrefixOf(string index)
    {
        for (var directory = new DirectoryInfo(index); directory is not null; directory = directory.Parent)
        {
            if (Path.Exists(Path.Combine(directory.FullName, ".git")))
                return Path.GetRelativePath(directory.FullName, index) is "." ? "" : Path.GetRelativePath(directory.FullName, index) + "/";
        }

        return Path.GetFileName(index) + "/";
    }

    private static string[] AskedOf(string text)
    {
        var names = TargetOptions.Names(text);
        return Array.Find(names, name => !Upstreams.Contains(name, StringComparer.Ordinal)) is { } unknown
            ? throw new UserErrorException($"`{unknown}` is nobody whom the bot asks", $"it asks {string.Join(", ", Upstreams)}") { ExitCode = ExitCode.Usage }
            : names;
    }

    private static ImmutableArray<ExtensionProject> ProjectsOf(string[] names, MonogresIndex index)
    {
        if (names.Length == 0)
            return [.. index.Extensions.Where(extension => extension.Origin is ExtensionOrigin.Source)];

        return
        [
            .. names.Distinct(StringComparer.Ordinal).Select(name => ProjectName.TryParse(name, out var project) ? index.Extension(project)
                : throw new UserErrorException($"`{name}` cannot be the name of a project", "see `monogres list`") { ExitCode = ExitCode.Usage })
                .Select(extension => extension.Origin is ExtensionOrigin.Source ? extension
                    : throw new UserErrorException($"`{extension.Name}` is a module of PostgreSQL, which is released with it", "name an extension with a source of its own: `monogres list`")),
        ];
    }

    /// <summary>What the options say about trials.</summary>
    /// <exception cref="UserErrorException">They cannot be read.</exception>
    public static TrialScope ScopeOf(string? postgres, string? optionSet, MonogresIndex index) => new()
    {
        Postgres = postgres is null ? VersionRange.Any : VersionRange.TryParse(postgres, out var range) ? range : throw Sources.Drafts.DraftErrors.NotARange(postgres),
        OptionSet = optionSet is null ? null : TargetOptions.OptionSetOf(optionSet, index),
    };

    private static async Task<ImmutableArray<DebianSuite>> SuitesOfAsync(string? names, MonogresIndex index, Settings settings, CancellationToken cancel)
    {
        var archive = index.Platform(TargetId.DefaultPlatform).Archive;
        var keyring = Path.Combine(settings.IndexDirectory, "platforms", "keyrings", archive.Keyring);
        var keys = Keyring.Parse(await File.ReadAllBytesAsync(keyring, cancel), keyring);
        var suites = names is not null ? TargetOptions.Names(names)
            : index.Platforms.Where(platform => string.Equals(platform.Archive.Name, archive.Name, StringComparison.Ordinal)).SelectMany(platform => platform.Archive.Suites).Distinct(StringComparer.Ordinal).Append(NewestSuite);
        return [.. suites.Select(suite => new DebianSuite(archive.Name, suite, archive.Components[0], keys))];
    }
}
