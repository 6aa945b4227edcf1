using System.CommandLine;
using System.Text.Json.Nodes;
using Monogres.Engine.Execution;
using Monogres.Plans;
using Monogres.Records;
using Monogres.Core;
using Monogres.Index;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres plan TARGET…</c>: what would be built, and which actions would run for it. Downloads and builds nothing.</summary>
internal static class PlanCommand
{
    public static Command Create(GlobalOptions global)
    {
        var command = new Verb("plan", "Show what building the targets would take, and which of their actions would run now, and why; downloads and builds nothing",
            "monogres plan postgres@15.18",
            "monogres plan postgres@15..18 --json");
        var targets = new TargetOptions().AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            // Looking makes no store: without one, nothing is known.
            var (opened, plans) = await targets.LookAsync(parsed, global, cancel);
            await using var workspace = opened;
            var planned = new List<(TargetPlan Plan, PlannedAction[] Actions)>();
            foreach (var plan in plans)
                planned.Add((plan, await ActionsAsync(workspace, plan, cancel)));

            await global.Console.Out.WriteAsync(global.Resolve(parsed).Json
                ? new JsonObject { ["version"] = 1, ["targets"] = new JsonArray([.. planned.Select(one => Json(one.Plan, one.Actions))]) }.ToJsonString(JsonText.Indented) + "\n"
                : Text(planned));
            return (int)ExitCode.Done;
        });
        return command;
    }

    private const string Known = "known", WillRun = "will-run", Unknown = "unknown";

    private sealed record PlannedAction(string Name, string State, string? Why);

    private static async Task<PlannedAction[]> ActionsAsync(Workspace? workspace, TargetPlan plan, CancellationToken cancel)
    {
        var outlook = workspace is null ? new TargetOutlook(false, false, null, null) : await workspace.Builder.LookAheadAsync(plan, cancel);
        return
        [
            .. plan is ExtensionPlan extension ? NeededActions(extension, outlook, looked: workspace is not null) : [],
            new("source", outlook.HasSource ? Known : WillRun, outlook.HasSource ? null : "it was not taken in before"),
            new("toolchain", outlook.HasRoot ? Known : WillRun, outlook.HasRoot ? null : "it was not composed of these packages before"),
            outlook switch
            {
                { Known: not null } => new("build", Known, null),
                { Prepared: { } prepared } => new("build", WillRun, string.Join("; ", TargetManifest.Of(plan, prepared).ReasonsToBuild(await workspace!.Records.FindAsync(plan.FileName, cancel)))),
                _ => new("build", Unknown, plan is ServerPlan ? "its key is known once source and toolchain are" : "its key is known once all that it is built from is"),
            },
        ];
    }

    /// <summary>What an extension is built against and needs; each is an action of its own.</summary>
    private static IEnumerable<PlannedAction> NeededActions(ExtensionPlan plan, TargetOutlook outlook, bool looked) =>
        plan.Requires.Prepend<TargetPlan>(plan.Server).Select(needed => needed.Target.ToString()).Select(name =>
            !looked || outlook.Missing.Contains(name, StringComparer.Ordinal) ? new PlannedAction(name, WillRun, "it is not built in this store") : new PlannedAction(name, Known, null));

    private static string Text(List<(TargetPlan Plan, PlannedAction[] Actions)> planned)
    {
        var targets = ListCommand.Table(planned.Select(one => new[]
        {
            one.Plan.Target.ToString(), one.Plan.Platform.Name.ToString(), one.Plan.Toolchain.Name,
            one.Plan.Source.Tree is null ? string.Join(" or ", one.Plan.Source.Files.Select(file => file.FileNames.First())) : "a source of this machine",
            one.Actions[^1].State is Known ? "built" : $"{string.Join(", ", one.Actions.Where(action => action.State is not Known).Select(action => action.Name))} to do",
        }));

        // All of them have the one toolchain.
        var toolchain = planned[0].Plan.Toolchain;
        return targets + string.Concat(toolchain.Archives.Select(archive => $"{toolchain.Name} is made of {archive.Name} (sha256 {archive.Sha256})\n"));
    }

    private static JsonObject Json(TargetPlan plan, PlannedAction[] actions) => new JsonObject
    {
        ["target"] = plan.Target.ToString(),
        ["platform"] = plan.Platform.Name.ToString(),
        ["toolchain"] = plan.Toolchain.Name,
        ["sourceDateEpoch"] = plan.SourceDate.ToUnixTimeSeconds(),
        ["prefix"] = "/" + plan.Prefix,
        ["sources"] = new JsonArray([.. plan.Source.Files.Select(file => (JsonNode)new JsonObject
        {
            ["source"] = file.Source,
            ["sha256"] = file.Sha256.ToString(),
            ["size"] = file.Size,
        })]),
        ["configure"] = Strings((plan as ServerPlan)?.Configure ?? []),
        ["toolchainArchives"] = new JsonArray([.. plan.Toolchain.Archives.Select(archive => (JsonNode)new JsonObject
        {
            ["name"] = archive.Name,
            ["sha256"] = archive.Sha256.ToString(),
            ["size"] = archive.Size,
        })]),
        ["buildPackages"] = Strings(Names(plan, plan.BuildPackages)),
        ["runtimePackages"] = Strings(Names(plan, plan.RuntimePackages)),
        ["actions"] = new JsonArray([.. actions.Select(action =>
        {
            var node = new JsonObject { ["name"] = action.Name, ["state"] = action.State };
            if (action.Why is { } why)
                node["why"] = why;
            return (JsonNode)node;
        })]),
    };

    /// <summary>A package of another machine as Debian writes it, <c>gcc:amd64</c>.</summary>
    private static IEnumerable<string> Names(TargetPlan plan, PackageNames packages) =>
        packages.Own.Concat(packages.Tools.Select(name => $"{name}:{plan.Platform.Tools.Architecture}"));

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
