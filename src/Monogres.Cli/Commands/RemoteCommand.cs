using System.CommandLine;
using System.Text.Json.Nodes;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Remote.Connection;
using Monogres.Remote.Running;
using Monogres.Store;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres remote check URL</c></summary>
internal static class RemoteCommand
{
    public static Command Create(GlobalOptions global)
    {
        var command = new Command("remote", "Look into remote engines and caches");
        command.Subcommands.Add(CreateCheck(global));
        return command;
    }

    private static Verb CreateCheck(GlobalOptions global)
    {
        var check = new Verb("check", "Report what a remote engine or cache can do, and what stands in the way of using it", JsonOutput.Document,
            "monogres remote check grpc://127.0.0.1:8980",
            "monogres remote check grpcs://farm.example/main --remote-property OSFamily=linux");
        var url = new Argument<string>("url") { Description = "Its address", HelpName = "URL" };
        check.Arguments.Add(url);
        check.SetAction(async (parsed, cancel) =>
        {
            var settings = global.ResolveFor(parsed, parsed.GetValue(url)!);
            var index = await Workspace.ReadIndexAsync(settings, cancel);
            await using var workspace = await Workspace.OpenAsync(settings, index, global.Console, cancel);
            try
            {
                var report = await CheckAsync(workspace, cancel);
                workspace.ClearProgress();
                await global.Console.Out.WriteAsync(settings.Json ? report.ToJson().ToJsonString(JsonText.Indented) + "\n" : report.ToText());
                return (int)(report.IsUsable ? ExitCode.Done : ExitCode.Failed);
            }
            catch (RemoteException failure)
            {
                throw failure.ToUserError();
            }
        });
        return check;
    }

    private static async Task<RemoteReport> CheckAsync(Workspace workspace, CancellationToken cancel)
    {
        var engine = workspace.Remote!.Engine!;
        var can = await engine.Connection.CapabilitiesAsync(cancel);
        var written = await engine.PutAsync("a blob that monogres writes to see whether it can be read back\n"u8.ToArray(), cancel);
        await engine.ReadAllAsync(written, cancel);
        return new RemoteReport(engine.Connection.Address.Text, can, can.CanExecute ? await workspace.Remote.Dialects!.ProbeAsync(cancel) : null);
    }

    private sealed record RemoteReport(string Address, EngineCapabilities Can, EngineProbe? Probe)
    {
        public bool IsUsable => Probe is null || Probe.Dialect is not null;

        private string Runs => Probe switch
        {
            null => "no: it is a cache",
            { Dialect: Dialect.EngineRoot } => "yes, with the input root as their root",
            { Dialect: Dialect.SelfEnter } => "yes, in a sandbox that they make themselves",
            _ => "no",
        };

        public string ToText() => string.Concat(new[]
        {
            $"{Address}\n",
            $"  API version:      {Can.HighVersion}\n",
            $"  blobs:            written and read back, up to {Can.BatchBytes / 1024} KiB in a call\n",
            $"  results:          {(Can.CanUpdateResults ? "read, and written by us with --remote-upload" : "read only")}\n",
            $"  runs actions:     {Runs}\n",
        }.Concat(Probe?.Remarks().Select(remark => $"  note: {remark}\n") ?? []));

        public JsonObject ToJson() => new()
        {
            ["address"] = Address,
            ["apiVersion"] = Can.HighVersion.ToString(),
            ["batchBytes"] = Can.BatchBytes,
            ["updatesResults"] = Can.CanUpdateResults,
            ["runsActions"] = Can.CanExecute,
            ["dialect"] = Probe?.Dialect switch { Dialect.EngineRoot => "engine-root", Dialect.SelfEnter => "self-enter", _ => null },
            ["usable"] = IsUsable,
            ["notes"] = new JsonArray([.. Probe?.Remarks().Select(remark => (JsonNode)remark) ?? []]),
        };
    }
}
