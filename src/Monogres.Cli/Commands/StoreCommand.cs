using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Store;
using Monogres.Store.Upkeep;
using Monogres.Index.Options;
using Monogres.Index;
using Monogres.Store.Local;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres store stats|gc|check|cat</c></summary>
internal static class StoreCommand
{
    public static Command Create(GlobalOptions global) =>
        new("store", "The local store of downloads and build results") { Stats(global), Collect(global), Check(global), Cat(global) };

    private static Verb Stats(GlobalOptions global)
    {
        var command = new Verb("stats", "Show how much the store holds", JsonOutput.Document,
            "monogres store stats",
            "monogres store stats --json");
        command.SetAction(async (parsed, cancel) =>
        {
            var settings = global.Resolve(parsed);
            using var store = LocalStore.Open(settings.StoreDirectory, TimeProvider.System);
            var stats = StoreStats.Of(store, cancel);
            var output = global.Console.Out;
            if (settings.Json)
            {
                await output.WriteLineAsync(new JsonObject
                {
                    ["version"] = 1,
                    ["directory"] = store.Directory,
                    ["bytes"] = stats.Bytes,
                    ["shares"] = new JsonArray([.. stats.Shares.Select(share => (JsonNode)new JsonObject
                    {
                        ["kind"] = share.Kind.ToString(),
                        ["count"] = share.Count,
                        ["bytes"] = share.Bytes,
                        ["oldestUse"] = share.OldestUse?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
                    })]),
                }.ToJsonString(JsonText.Indented));
                return (int)ExitCode.Done;
            }

            await output.WriteLineAsync($"{store.Directory}: {Units.Bytes(stats.Bytes)}");
            await output.WriteAsync(ListCommand.Table(stats.Shares.Where(share => share.Count > 0).Select(share => new[]
            {
                $"  {Words(share.Kind)}", share.Count.ToString(CultureInfo.InvariantCulture), Units.Bytes(share.Bytes),
                share.OldestUse is { } used ? $"used since {used:yyyy-MM-dd}" : "",
            })));
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static Verb Collect(GlobalOptions global)
    {
        var command = new Verb("gc", "Remove what was not used for some time; whatever is needed later is downloaded or rebuilt", JsonOutput.Document,
            "monogres store gc --older-than 30d --dry-run",
            "monogres store gc --older-than 30d",
            "monogres store gc --max-size 20GB");
        var olderThan = new Option<string?>("--older-than") { Description = "Remove what was last used longer ago than this: 30d, 12h", HelpName = "TIME" };
        var maxSize = new Option<string?>("--max-size") { Description = "Then remove what was used longest ago, until the store is no larger than this: 20GB, 500MB", HelpName = "SIZE" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Show what would be removed, and remove nothing" };
        command.Options.Add(olderThan);
        command.Options.Add(maxSize);
        command.Options.Add(dryRun);
        command.SetAction(async (parsed, cancel) =>
        {
            var request = new CollectRequest
            {
                OlderThan = parsed.GetValue(olderThan) is { } age ? Amounts.Time(age) : null,
                MaxSize = parsed.GetValue(maxSize) is { } size ? Amounts.Size(size) : null,
                DryRun = parsed.GetValue(dryRun),
            };
            if (request is { OlderThan: null, MaxSize: null })
                throw new UserErrorException("`store gc` needs to know how much to keep", "give `--older-than 30d`, `--max-size 20GB`, or both") { ExitCode = ExitCode.Usage };

            var settings = global.Resolve(parsed);
            using var store = LocalStore.Open(settings.StoreDirectory, TimeProvider.System);
            using var alone = request.DryRun ? null : await store.Locks.LockExclusiveAsync("removing what is not used", new WaitingText(global.Console.Error), cancel);
            var report = new StoreCollector(store, TimeProvider.System).Run(request, cancel);
            await global.Console.Out.WriteLineAsync(settings.Json
                ? new JsonObject
                {
                    ["version"] = 1,
                    ["dryRun"] = request.DryRun,
                    ["bytes"] = report.Bytes,
                    ["blobs"] = report.Blobs.Length,
                    ["results"] = report.Entries.Length,
                    ["materialisedTrees"] = report.Roots.Length,
                    ["partialDownloads"] = report.PartialDownloads.Length,
                    ["bytesLeft"] = report.BytesLeft,
                }.ToJsonString(JsonText.Indented)
                : $"{(request.DryRun ? "would remove" : "removed")} {Units.Bytes(report.Bytes)}: {report.Blobs.Length} blobs, {report.Entries.Length} results, "
                + $"{report.Roots.Length} materialised trees, {report.PartialDownloads.Length} partial downloads; {Units.Bytes(report.BytesLeft)} left");
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static Verb Check(GlobalOptions global)
    {
        var command = new Verb("check", "Verify the digest of everything in the store", JsonOutput.Document,
            "monogres store check",
            "monogres store check --repair");
        var repair = new Option<bool>("--repair") { Description = "Remove what is damaged, so that it is downloaded or rebuilt" };
        command.Options.Add(repair);
        command.SetAction(async (parsed, cancel) =>
        {
            var settings = global.Resolve(parsed);
            using var store = LocalStore.Open(settings.StoreDirectory, TimeProvider.System);
            using var held = parsed.GetValue(repair)
                ? await store.Locks.LockExclusiveAsync("repairing", new WaitingText(global.Console.Error), cancel)
                : await store.Locks.LockSharedAsync(new WaitingText(global.Console.Error), cancel);
            var report = await new StoreCheck(store).RunAsync(parsed.GetValue(repair), checkedBytes: null, cancel);
            if (settings.Json)
            {
                await global.Console.Out.WriteLineAsync(new JsonObject
                {
                    ["version"] = 1,
                    ["blobs"] = report.Blobs,
                    ["bytes"] = report.Bytes,
                    ["results"] = report.Entries,
                    ["repaired"] = report.Repaired,
                    ["problems"] = new JsonArray([.. report.Problems.Select(problem => (JsonNode)Words(problem))]),
                }.ToJsonString(JsonText.Indented));
                return (int)(report.Problems.IsEmpty || report.Repaired ? ExitCode.Done : ExitCode.Failed);
            }

            foreach (var problem in report.Problems)
                await global.Console.Out.WriteLineAsync(Words(problem));

            var read = $"{report.Blobs} blobs ({Units.Bytes(report.Bytes)}) and {report.Entries} results";
            if (report.Problems.IsEmpty)
            {
                await global.Console.Out.WriteLineAsync($"the store is intact: {read}");
                return (int)ExitCode.Done;
            }

            await global.Console.Error.WriteLineAsync($"error: {report.Problems.Length} problems in {read}");
            await global.Console.Error.WriteLineAsync();
            await global.Console.Error.WriteLineAsync(report.Repaired
                ? "hint: they were removed; whatever is needed later is downloaded or rebuilt"
                : "hint: `monogres store check --repair` removes them; whatever is needed later is downloaded or rebuilt");
            return (int)(report.Repaired ? ExitCode.Done : ExitCode.Failed);
        });
        return command;
    }

    private static Verb Cat(GlobalOptions global)
    {
        var command = new Verb("cat", "Write a blob to stdout: a log, a source file", JsonOutput.None,
            "monogres store cat e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "monogres store cat e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 --store /srv/monogres");
        var hash = new Argument<string>("SHA256") { Description = "The digest of the blob, 64 hexadecimal digits; an error message names that of a log" };
        command.Arguments.Add(hash);
        command.SetAction(async (parsed, cancel) =>
        {
            using var store = LocalStore.Open(global.Resolve(parsed).StoreDirectory, TimeProvider.System);
            var text = parsed.GetValue(hash)!;
            if (!Sha256Hash.TryParse(text, out var wanted))
                throw new UserErrorException($"`{text}` is not a SHA-256", "64 digits of 0-9 and a-f are needed");
            if (store.Blobs.Find(wanted) is not { } digest)
                throw new UserErrorException($"the store has no blob `{text}`", "`monogres store stats` shows which store is used");

            var content = await store.Blobs.OpenAsync(digest, cancel);
            await using (content)
            await using (var output = Streams.OpenOutput())
                await content.CopyToAsync(output, cancel);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static string Words(StoredKind kind) => kind switch
    {
        StoredKind.Blob => "blobs",
        StoredKind.ExecutableTwin => "executable copies",
        StoredKind.ActionResult => "results",
        StoredKind.MemoEntry => "memo entries",
        StoredKind.Root => "materialised trees",
        StoredKind.PartialDownload => "partial downloads",
        StoredKind.Log => "logs",
        _ => "in progress",
    };

    private static string Words(StoreProblem problem) => problem switch
    {
        StoreProblem.DamagedBlob blob => $"{blob.Path}: the content is not {blob.Digest}",
        StoreProblem.DamagedEntry entry => $"{entry.Path}: the entry cannot be read",
        StoreProblem.IncompleteEntry entry => $"{entry.Path}: the entry needs {entry.Missing}, which is missing",
        StoreProblem.ContradictingEntry entry => $"{entry.Path}: the step gave another tree than the result of its action says, {entry.ActionPath}",
        StoreProblem.DamagedRoot root => $"{root.Path}: `{root.File}` of the materialised tree differs",
        StoreProblem.UnknownFile file => $"{file.Path}: does not belong here",
        _ => throw new InvalidOperationException($"no words for {problem.GetType().Name}"),
    };
}
