using System.CommandLine;
using System.Text.Json.Nodes;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Engine;
using Monogres.Engine.Steps;
using Monogres.Index;
using Monogres.Index.Platforms;
using Monogres.Plans.Targets;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres plan TARGET…</c>: what would be built, and which steps would run for it. Downloads and builds nothing.</summary>
internal static class PlanCommand
{
    public static Command Create(GlobalOptions global)
    {
        var command = new Verb("plan", "Show what building the targets would take, and which steps would run now, and why; downloads and builds nothing", JsonOutput.Lines,
            "monogres plan postgres@15.18",
            "monogres plan postgres@15..18 --json");
        var targets = new TargetOptions().AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            // Looking makes no store: without one, nothing is known.
            var (opened, planned) = await targets.LookAsync(parsed, global, cancel);
            await using var workspace = opened;
            var look = new Look(workspace);
            var output = global.Console.Out;
            if (global.Resolve(parsed).Json)
            {
                // One object a line, written when it is known: a pattern can mean a million targets.
                foreach (var target in planned)
                    await output.WriteLineAsync(Json(target, await look.AtAsync(target, cancel)).ToJsonString(JsonText.Line));
                return (int)ExitCode.Done;
            }

            var rows = new List<string[]>();
            Target? first = null;
            foreach (var target in planned)
            {
                first ??= target;
                var steps = await look.AtAsync(target, cancel);
                rows.Add(
                [
                    target.Id.Name.ToString(), target.Id.Platform.ToString(), target.Id.Toolchain,
                    target.Ingredients.Archives is [var archive, ..] ? string.Join(" or ", archive.Files.Select(file => file.File.Name)) : "a local source",
                    steps.Count == 0 ? "built" : $"to run: {string.Join(", ", steps.Select(step => NameFor(target, step.Name)))}",
                ]);
            }

            await output.WriteAsync(ListCommand.Table(rows));
            // All of them have the one toolchain.
            foreach (var archive in first?.Ingredients.BuildRoot.SelectMany(root => root.Sources).OfType<ComposeSource.Archive>() ?? [])
                await output.WriteLineAsync($"{first!.Id.Toolchain} is made of {archive.File.Name} (sha256 {archive.File.Sha256})");
            return (int)ExitCode.Done;
        });
        return command;
    }

    private sealed record PlannedStep(string Name, string Why);

    /// <summary>What would run for a target, one after the other.</summary>
    private sealed class Look(Workspace? workspace)
    {
        public async Task<IReadOnlyList<PlannedStep>> AtAsync(Target target, CancellationToken cancel)
        {
            if (workspace is null)
                return [.. Everything(target.Payload, []).Select(step => new PlannedStep(step.ToString(), "there is no store yet"))];

            var steps = new List<PlannedStep>();
            foreach (var pending in (await workspace.Engine.LookAsync([target.Payload], cancel)).Where(pending => pending.IsWork))
                steps.Add(new PlannedStep(pending.Step.ToString(), await WhyAsync(target, pending, cancel)));
            return steps;
        }

        private async Task<string> WhyAsync(Target target, PendingStep pending, CancellationToken cancel) => pending switch
        {
            { Reason: PendingReason.InputsPending } => "its action is known once its inputs are",
            { Step: UnpackStep } => "it was not unpacked before",
            { Step: ComposeStep } => "it is not composed yet",
            // The build of a module is that of its server.
            _ when target.Ingredients.BuiltAgainst.Append(target).FirstOrDefault(one => ReferenceEquals(one.Build, pending.Step)) is { } built =>
                string.Join("; ", await workspace!.Reasons.OfAsync(built, cancel)),
            _ => "it is not built in this store",
        };

        private static IEnumerable<Step> Everything(Step step, HashSet<Digest> seen)
        {
            if (!seen.Add(step.Key))
                yield break;

            foreach (var input in step.Inputs)
            {
                foreach (var needed in Everything(input, seen))
                    yield return needed;
            }

            if (step is UnpackStep or ComposeStep or RunStep)
                yield return step;
        }
    }

    // `build` is enough where the line begins with the target.
    private static string NameFor(Target target, string step) => step.StartsWith($"{target.Id} ", StringComparison.Ordinal) ? step[(target.Id.ToString().Length + 1)..] : step;

    private static JsonObject Json(Target target, IReadOnlyList<PlannedStep> steps)
    {
        var made = target.Ingredients;
        return new JsonObject
        {
            ["version"] = 2,
            ["target"] = target.Id.Name.ToString(),
            ["platform"] = target.Id.Platform.ToString(),
            ["toolchain"] = target.Id.Toolchain,
            ["key"] = target.Payload.Key.ToString(),
            ["sourceDateEpoch"] = target.SourceDate.ToUnixTimeSeconds(),
            ["prefix"] = "/" + target.Prefix,
            ["sources"] = new JsonArray([.. made.Archives.SelectMany(archive => archive.Files).Select(file => (JsonNode)new JsonObject
            {
                ["source"] = file.Label,
                ["sha256"] = file.File.Sha256.ToString(),
                ["size"] = file.File.Size,
            })]),
            ["configure"] = JsonText.Strings(made.Configure),
            ["toolchainArchives"] = new JsonArray([.. made.BuildRoot.SelectMany(root => root.Sources).OfType<ComposeSource.Archive>().Select(archive => (JsonNode)new JsonObject
            {
                ["name"] = archive.File.Name,
                ["sha256"] = archive.File.Sha256.ToString(),
                ["size"] = archive.File.Size,
            })]),
            ["buildPackages"] = JsonText.Strings(Names(made.BuildPackages)),
            ["runtimePackages"] = JsonText.Strings(Names(made.RuntimePackages)),
            ["built"] = steps.Count == 0,
            ["steps"] = new JsonArray([.. steps.Select(step => (JsonNode)new JsonObject { ["name"] = step.Name, ["why"] = step.Why })]),
        };
    }

    /// <summary>A package of the machine that builds, where that is another, is marked.</summary>
    private static IEnumerable<string> Names(PackageNames packages) => packages.Own.Concat(packages.Tools.Select(name => $"{name}:build"));
}
