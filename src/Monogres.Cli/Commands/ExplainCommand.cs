using System.CommandLine;
using Monogres.Engine.Execution;
using Monogres.Records;
using Monogres.Core;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres explain TARGET</c>: what a target is made of, and what changed since it was last built.</summary>
internal static class ExplainCommand
{
    public static Command Create(GlobalOptions global)
    {
        var command = new Verb("explain", "Show what a target is made of, whether it is built, and which input changed since it last was",
            "monogres explain postgres@15.18",
            "monogres explain postgres@15.18+minimal --json");
        var targets = new TargetOptions().AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var (opened, plan) = await targets.OpenOneAsync(parsed, global, cancel);
            await using var workspace = opened;
            var prepared = await workspace.Builder.PrepareAsync(plan, Freshness.Remembered, cancel);
            var action = prepared.Request.Action.Digest;
            var known = await workspace.Store.Actions.GetAsync(action, cancel) is not null;
            var now = TargetManifest.Of(plan, prepared);
            var last = await workspace.Records.FindAsync(plan.FileName, cancel);
            workspace.ClearProgress();

            var output = global.Console.Out;
            if (workspace.Settings.Json)
            {
                await output.WriteAsync((known && last is not null ? last : now).ToText());
                return (int)ExitCode.Done;
            }

            await output.WriteLineAsync($"{plan.Target} for {plan.Platform.Name} with {plan.Toolchain.Name}");
            await output.WriteLineAsync($"  action      {action}");
            await output.WriteLineAsync($"  source      {prepared.Source.Tree} ({(prepared.Source.File is { } file ? $"from the {file.Source}, sha256 {file.Sha256}" : "from a directory of this machine")})");
            await output.WriteLineAsync($"  root        {string.Join(" + ", prepared.Root.Layers)} ({prepared.Root.Packages.Length} packages)");
            foreach (var archive in plan.Toolchain.Archives)
                await output.WriteLineAsync($"  archive     {archive.Name} (sha256 {archive.Sha256}, in /{archive.To} of the root)");
            if (prepared.Server is { } server)
                await output.WriteLineAsync($"  PostgreSQL  {server.Payload.Tree} ({server.Plan.Target})");
            foreach (var required in prepared.Requires)
                await output.WriteLineAsync($"  requires    {required.Payload.Tree} ({required.Plan.Target})");
            await output.WriteLineAsync($"  script      {now.Script}");
            await output.WriteLineAsync($"  environment {string.Join(' ', prepared.Request.Action.Environment.Select(pair => $"{pair.Key}={pair.Value}"))}");
            await output.WriteLineAsync(known ? "built: nothing changed since" : "will be built:");
            foreach (var reason in known ? [] : now.ReasonsToBuild(last))
                await output.WriteLineAsync($"  {reason}");

            return (int)ExitCode.Done;
        });
        return command;
    }
}
