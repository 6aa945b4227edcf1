using System.CommandLine;
using System.Text.Json.Nodes;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Index.Extensions;
using Monogres.Index.Options;
using Monogres.Index.Platforms;
using Monogres.Index;
using Monogres.Sources.Drafts;
using Monogres.Sources.Packages;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres index add NAME --source …</c>: drafts the entry of an extension, or adds a version to it.</summary>
internal static class IndexAddCommand
{
    public static Command Create(GlobalOptions global)
    {
        var command = new Verb("add", "Draft the entry of an extension from the archive of a release, or add a version to an existing entry", JsonOutput.Document,
            "monogres index add --from-repository https://github.com/HypoPG/hypopg --versions 3",
            "monogres index add hypopg --source debian:pool/main/h/hypopg/hypopg_1.4.2.orig.tar.gz --lock",
            "monogres index add pg_thing@1.2 --source ./pg_thing.tar.gz --url https://example.org/pg_thing-1.2.tar.gz --postgres '>=15'");
        var name = new Argument<string?>("NAME")
        {
            Description = "The project, pgvector; or with the version of the release, pgvector@0.8.0, when the source states another; with --from-repository, by default the name of the repository",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var source = new Option<string?>("--source")
        {
            Description = "The archive: a file, a folder with archives, a URL, a path in Debian's archive (debian:pool/…), or https://HOST/OWNER/NAME.git@COMMIT",
            HelpName = "SOURCE",
        };
        var repository = new Option<string?>("--from-repository")
        {
            Description = "In place of --source, a git repository: its newest releases are drafted from the archives of their tags, built and tested against each PostgreSQL that they claim to work with, and written with the range that works",
            HelpName = "URL",
        };
        var versions = new Option<int>("--versions") { Description = "With --from-repository, how many releases", HelpName = "N", DefaultValueFactory = _ => 3 };
        versions.Validators.Add(given =>
        {
            if (given.GetValueOrDefault<int>() < 1)
                given.AddError("`--versions` takes a number of at least 1");
        });
        var optionSet = new Option<string?>("--option-set") { Description = "With --from-repository, the option set of the PostgreSQL that it is tried against", HelpName = "NAME" };
        var url = new Option<string?>("--url") { Description = "The public URL of a file of this machine, when its name does not tell it; with --from-repository, that of the archives, with {tag} and {version} in it", HelpName = "URL" };
        var postgres = new Option<string?>("--postgres") { Description = "The range of PostgreSQL that this version supports (>=13, <18); by default, what the source claims; with --from-repository, what to try of it", HelpName = "RANGE" };
        var withLock = new Option<bool>("--lock") { Description = "Also find the Debian packages of what the source needs and no package set has, and add them to the package sets and locks of all platforms" };
        var force = new Option<bool>("--force") { Description = "Overwrite an existing entry" };
        command.Arguments.Add(name);
        foreach (var option in new System.CommandLine.Option[] { source, repository, versions, url, postgres, optionSet, withLock, force })
            command.Options.Add(option);

        command.SetAction(async (parsed, cancel) =>
        {
            var settings = global.Resolve(parsed);
            var index = await Workspace.ReadIndexAsync(settings, cancel);
            var range = parsed.GetValue(postgres);
            if (range is not null && !VersionRange.TryParse(range, out _))
                throw DraftErrors.NotARange(range);
            if ((parsed.GetValue(source) is null) == (parsed.GetValue(repository) is null))
                throw DraftErrors.NoSource();
            if (parsed.GetValue(repository) is { } given)
            {
                var where = RepositoryAddition.RepositoryOf(given);
                return await AddAsync(
                    new RepositoryAddition
                    {
                        Repository = where,
                        Project = parsed.GetValue(name) is { } word ? NameOf(word, index).Name : NameOf(RepositoryAddition.ProjectOf(where, index).Value, index).Name,
                        Versions = parsed.GetValue(versions),
                        Pattern = parsed.GetValue(url),
                        Force = parsed.GetValue(force),
                        Lock = parsed.GetValue(withLock),
                        Scope = BotCommand.ScopeOf(range, parsed.GetValue(optionSet), index),
                        Platform = TargetId.DefaultPlatform,
                    },
                    index, settings, global, cancel);
            }

            var (project, version) = NameOf(parsed.GetValue(name) ?? throw DraftErrors.NoName(), index);
            var address = parsed.GetValue(url) is { } text ? Uri.TryCreate(text, UriKind.Absolute, out var typed) ? typed : throw DraftErrors.NotAnAddress(text) : null;

            await using var workspace = await Workspace.OpenAsync(settings, index, global.Console, cancel);
            var sources = await workspace.DraftSources.ObtainAsync(parsed.GetValue(source)!, address, Path.GetFullPath, cancel);
            var locked = parsed.GetValue(withLock) ? await LockAsync(settings, index, workspace, sources, cancel) : null;
            if (locked is not null)
                index = await Workspace.ReadIndexAsync(settings, cancel);
            var file = new EntryFile(settings.IndexDirectory, project);
            var draft = new IndexDraft(project, index, index.Platform(TargetId.DefaultPlatform));
            var entry = parsed.GetValue(force) ? null : await file.ReadAsync(cancel);
            var isNew = entry is null;
            var added = new List<string>();
            foreach (var one in sources)
            {
                if (entry is null)
                    added.AddRange(((JsonObject)(entry = draft.New(one, version, range))["versions"]!).Select(release => release.Key));
                else if (draft.AddVersion(entry, file.Path, one, version, range) is { } number)
                    added.Add(number);
            }

            var named = parsed.GetValue(withLock) && !isNew && sources.Aggregate(false, (any, one) => draft.NamePackages(entry!, one) | any);
            if (added.Count > 0 || named)
                await file.WriteAsync(entry!, cancel);
            workspace.ClearProgress();
            if (locked is not null && !settings.Json)
                await PlatformAddCommand.WriteAsync(global, settings, locked);
            await WriteAsync(global, settings, file, isNew, added, named, locked, draft.Notes);
            return await CheckAsync(global, settings, cancel);
        });
        return command;
    }

    private static async Task<int> AddAsync(RepositoryAddition addition, MonogresIndex index, Settings settings, GlobalOptions global, CancellationToken cancel)
    {
        await using var workspace = await Workspace.OpenAsync(settings, index, global.Console, cancel);
        var done = await addition.RunAsync(index, workspace, cancel);
        workspace.ClearProgress();
        await global.Console.Out.WriteAsync(settings.Json ? AdditionText.Json(done).ToJsonString(JsonText.Line) + "\n" : AdditionText.Of(done));
        if (!settings.Json)
        {
            foreach (var note in done.Notes)
                await global.Console.Error.WriteLineAsync($"- {note}");
            if (done.Locked is not null)
                await PlatformAddCommand.WriteAsync(global, settings, done.Locked);
            if (done.Proven is { Added.IsEmpty: true })
                await global.Console.Error.WriteLineAsync($"`monogres index add {addition.Project} --source ARCHIVE` writes the draft all the same; correct it, and test it");
        }

        return done.Proven is { Added.IsEmpty: true } ? (int)ExitCode.Failed : await CheckAsync(global, settings, cancel);
    }

    private static (ProjectName Name, string? Version) NameOf(string text, MonogresIndex index)
    {
        if (text.Split('@', 2) is not [var word, .. var rest] || !ProjectName.TryParse(word, out var name) || (rest is [var version] && !ExtensionVersion.IsVersion(version)))
            throw new UserErrorException($"`{text}` cannot be the name of a project", "lower-case letters, digits, `-` and `_`, a letter first; a version can follow: `pgvector@0.8.0`") { ExitCode = ExitCode.Usage };

        return index.FindExtension(name) is { Origin: ExtensionOrigin.Server } module ? throw DraftErrors.IsModule(module) : (name, rest is [var said] ? said : null);
    }

    /// <summary>Locks what the sources need; null when they need nothing that is not locked.</summary>
    public static async Task<FamilyAddition?> LockAsync(Settings settings, MonogresIndex index, Workspace workspace, IReadOnlyList<DraftSource> sources, CancellationToken cancel)
    {
        var platform = index.Platform(TargetId.DefaultPlatform);
        var asks = SourceAsks.Of(sources.Select(source => source.Inspection.Facts), platform);
        if (asks.IsEmpty)
            return null;

        using var locks = new FamilyLocks(settings);
        return await locks.AddAsync(index, platform.Archive.Name, asks, workspace.Blobs, cancel);
    }

    private static async Task WriteAsync(GlobalOptions global, Settings settings, EntryFile file, bool isNew, List<string> added, bool named, FamilyAddition? locked, IReadOnlyList<string> notes)
    {
        if (settings.Json)
        {
            var document = new JsonObject
            {
                ["version"] = 1,
                ["file"] = file.Path,
                ["new"] = isNew,
                ["added"] = new JsonArray([.. added.Select(one => (JsonNode)one)]),
                ["notes"] = new JsonArray([.. notes.Select(one => (JsonNode)one)]),
            };
            if (locked is not null)
                document["locked"] = PlatformAddCommand.Json(locked);
            await global.Console.Out.WriteLineAsync(document.ToJsonString(JsonText.Line));
            return;
        }

        await global.Console.Out.WriteLineAsync($"{file.Path}: {(added.Count == 0 ? named ? "added the package sets that it needs" : "unchanged" : isNew ? $"a draft of {string.Join(", ", added)}" : $"added {string.Join(", ", added)}")}");
        foreach (var note in notes.Distinct(StringComparer.Ordinal))
            await global.Console.Error.WriteLineAsync($"- {note}");
        if (isNew)
            await global.Console.Error.WriteLineAsync("review it before committing it");
        if (added.Count > 0)
            await global.Console.Error.WriteLineAsync("each digest was trusted on first use: compare it with one that the authors publish");
    }

    /// <summary>The whole index must be sound with the draft in it.</summary>
    private static async Task<int> CheckAsync(GlobalOptions global, Settings settings, CancellationToken cancel)
    {
        if (await IndexReader.ReadAsync(settings.IndexDirectory, cancel) is not IndexReading.InvalidIndex faulty)
            return (int)ExitCode.Done;

        foreach (var problem in faulty.Problems)
            await global.Console.Error.WriteLineAsync(problem.ToString());
        return (int)ExitCode.Failed;
    }
}
