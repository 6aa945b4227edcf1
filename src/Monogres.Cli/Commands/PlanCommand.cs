using System.CommandLine;
using System.Text.Json.Nodes;
using Monogres.Build.Planning;
using Monogres.Core;
using Monogres.Index;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres plan TARGET…</c>: what would be built, from the index alone.</summary>
internal static class PlanCommand
{
    public static Command Create(GlobalOptions global)
    {
        var command = new Verb("plan", "Show what building the targets would take; reads the index only, and builds nothing",
            "monogres plan postgres@15.18",
            "monogres plan postgres@15..18 --json");
        var targets = new TargetOptions().AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var settings = global.Resolve(parsed);
            var index = await Workspace.ReadIndexAsync(settings, cancel);
            var plans = targets.Plan(parsed, index);
            var text = settings.Json
                ? new JsonObject { ["version"] = 1, ["targets"] = new JsonArray([.. plans.Select(Json)]) }.ToJsonString(JsonText.Indented) + "\n"
                : ListCommand.Table(plans.Select(plan => new[]
                {
                    plan.Target.ToString(), plan.Platform.Name.ToString(), plan.Toolchain.Name,
                    string.Join(" or ", plan.Release.Files.Select(file => file.FileNames.First())),
                }));
            await global.Console.Out.WriteAsync(text);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static JsonNode Json(TargetPlan plan) => new JsonObject
    {
        ["target"] = plan.Target.ToString(),
        ["platform"] = plan.Platform.Name.ToString(),
        ["toolchain"] = plan.Toolchain.Name,
        ["sourceDateEpoch"] = plan.SourceDate.ToUnixTimeSeconds(),
        ["prefix"] = "/" + plan.Prefix,
        ["sources"] = new JsonArray([.. plan.Release.Files.Select(file => (JsonNode)new JsonObject
        {
            ["source"] = file.Source,
            ["sha256"] = file.Sha256.ToString(),
            ["size"] = file.Size,
        })]),
        ["configure"] = Strings(plan.Configure),
        ["buildPackages"] = Strings(plan.BuildPackages),
        ["runtimePackages"] = Strings(plan.RuntimePackages),
        ["actions"] = Strings(["build"]),
    };

    private static JsonArray Strings(IEnumerable<string> texts) => new([.. texts.Select(text => (JsonNode)text)]);
}
