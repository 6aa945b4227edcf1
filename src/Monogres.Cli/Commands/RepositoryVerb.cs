using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Packaging;
using Monogres.Packaging.Repositories;
using Monogres.Plans.Targets;

namespace Monogres.Cli.Commands;

/// <summary>What the commands have in common that publish in a signed repository in a directory: packages that are files as they are, and targets built and packed.</summary>
/// <typeparam name="T">What is published in a repository of one kind.</typeparam>
/// <param name="global">The options of every command.</param>
/// <param name="environment">The variables.</param>
/// <param name="format">The format that targets are packed in.</param>
/// <param name="what">What is signed, and has a date: <c>suite</c>.</param>
internal abstract class RepositoryVerb<T>(GlobalOptions global, Func<string, string?> environment, string format, string what)
    where T : Publication
{
    private readonly PublishOptions _common = new(what);
    private readonly TargetOptions _targets = new(TargetKind.Published);

    /// <summary>What is asked for by the options of this kind alone.</summary>
    protected abstract T Read(ParseResult parsed);

    /// <summary>Whether a store is needed although no target is named.</summary>
    protected virtual bool NeedsStore(ParseResult parsed) => false;

    /// <summary>What follows from the targets that are published.</summary>
    protected virtual T With(T publication, ParseResult parsed, Workspace workspace, IReadOnlyList<Target> targets) => publication;

    /// <summary>Refuses what can be seen to be wrong.</summary>
    protected abstract void Check(string directory, T publication);

    /// <summary>Publishes.</summary>
    /// <param name="run">Where, and with which key.</param>
    /// <param name="publication">What.</param>
    /// <param name="parsed">The options.</param>
    /// <param name="workspace">The store; null where none is needed.</param>
    /// <param name="cancel">Stops.</param>
    protected abstract Task<Published> PublishAsync(RepositoryRun run, T publication, ParseResult parsed, Workspace? workspace, CancellationToken cancel);

    /// <summary>What it is called in the summary.</summary>
    protected abstract string TitleOf(T publication);

    /// <summary>What the result says of it besides what every result says.</summary>
    protected virtual IEnumerable<KeyValuePair<string, JsonNode?>> DetailsOf(T publication) => [];

    /// <summary>Gives a verb its arguments, options and action.</summary>
    /// <param name="command">The verb.</param>
    /// <param name="own">The options of this kind alone.</param>
    protected Verb Complete(Verb command, params Option[] own)
    {
        command.Arguments.Add(_common.Directory);
        _targets.AddTo(command);
        foreach (var option in (Option[])[_common.Key, _common.Passphrase, .. own, _common.Date, _common.Snapshot, _common.OldKey, _common.Policy])
            command.Options.Add(option);
        command.SetAction(RunAsync);
        return command;
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken cancel)
    {
        var settings = global.Resolve(parsed);
        var publication = (T)((Publication)Read(parsed) with
        {
            Files = [.. _targets.Files(parsed).Select(Path.GetFullPath)],
            Date = _common.DateOf(parsed),
            Snapshot = parsed.GetValue(_common.Snapshot),
            OldKey = await _common.OldKeyOfAsync(parsed, cancel),
        });
        await _common.EnforceAsync(parsed, _targets.Words(parsed), publication.Files, cancel);
        var run = new RepositoryRun(_common.DirectoryOf(parsed), await _common.SignerOfAsync(parsed, environment, cancel), new WaitingText(global.Console.Error));
        if (_targets.Words(parsed) is [] && !NeedsStore(parsed))
        {
            // No store is needed, and none is made.
            var index = await Workspace.ReadIndexAsync(settings, cancel);
            await FinishAsync((T)((Publication)publication with { Redistribution = index.Redistribution }), store: null);
            return (int)ExitCode.Done;
        }

        // The key, the place and the names are looked at before anything is built.
        Check(run.Directory, publication);
        var (opened, planned) = await _targets.OpenAsync(parsed, global, cancel);
        await using var workspace = opened;
        using var packed = await PackedTargets.PackAsync(workspace, planned, PackageFormats.Parse(format)[0], cancel);
        var all = (T)((Publication)publication with { Files = [.. publication.Files, .. packed.Files], Redistribution = workspace.Index.Redistribution });
        await FinishAsync(With(all, parsed, workspace, planned), workspace);
        return (int)ExitCode.Done;

        async Task FinishAsync(T whole, Workspace? store) =>
            await WriteAsync(settings.Json, run, whole, await PublishAsync(run, whole, parsed, store, cancel));
    }

    private async Task WriteAsync(bool json, RepositoryRun run, T publication, Published published)
    {
        var date = PublishOptions.Words(published.Date);
        var fingerprint = run.Signer.Fingerprint;
        if (json)
        {
            await global.Console.Out.WriteLineAsync(new JsonObject(
            [
                new("version", 1), new("directory", run.Directory), .. DetailsOf(publication), new("date", date), new("fingerprint", fingerprint), new("packages", published.Packages),
                new("added", JsonText.Strings(published.Added.Select(path => path.Value))), new("kept", JsonText.Strings(published.Kept.Select(path => path.Value))),
            ]).ToJsonString(JsonText.Indented));
            return;
        }

        foreach (var path in published.Added)
            await global.Console.Out.WriteLineAsync(path.Value);
        foreach (var path in published.Kept)
            await global.Console.Error.WriteLineAsync($"{path}: unchanged");
        await global.Console.Error.WriteLineAsync($"{TitleOf(publication)} of {date}: {published.Packages} {(published.Packages == 1 ? "package" : "packages")}, signed by {fingerprint}");
    }
}
