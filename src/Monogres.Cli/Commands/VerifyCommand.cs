using System.CommandLine;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Proof.Variations;
using Monogres.Proof.Verification;
using Monogres.Sources.Local;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres verify TARGET|FILE|DIR…</c></summary>
internal static class VerifyCommand
{
    public static Command Create(GlobalOptions global)
    {
        var command = new Verb("verify", "Rebuild from source under other conditions, in an empty store, and compare; exit code 3 when anything differs", JsonOutput.Events,
            "monogres verify pgvector/postgres@17",
            "monogres verify dist/postgresql-15_15.18-1~mgr.deb12+1_amd64.deb",
            "monogres verify postgres@15.18 --vary all");
        var targets = new TargetOptions(TargetKind.Verified).AddTo(command);
        var (vary, work) = Options();
        var keep = new Option<string?>("--keep") { Description = "Keep the files of the rebuild in this directory", HelpName = "DIR" };
        var deep = new Option<bool>("--deep") { Description = "Also rebuild what a target is built against, such as the server of an extension; otherwise that is given by its digest" };
        foreach (var option in new Option[] { vary, deep, work, keep })
            command.Options.Add(option);

        command.SetAction(async (parsed, cancel) =>
        {
            var axes = ChosenAxes.Parse(parsed.GetValue(vary)!);
            if (targets.Words(parsed).FirstOrDefault(LocalSource.IsSource) is { } source)
                throw new UserErrorException($"`{source}` is a source of this machine, and only targets of an index and files can be verified", "`monogres index add` puts it into an index") { ExitCode = ExitCode.Usage };
            var artifacts = await GivenArtifacts.ReadAsync(targets.Files(parsed), cancel);
            var (workspace, planned) = await targets.OpenAsync(parsed, global, cancel);
            await using var opened = workspace;
            var run = new VerificationRun(workspace, axes, parsed.GetValue(deep), Path.GetFullPath(parsed.GetValue(work)!), parsed.GetValue(keep) is { } kept ? Path.GetFullPath(kept) : null);
            var same = true;
            foreach (var group in new VerifiedArtifacts(workspace).Plan(artifacts).Concat(await VerifiedGroup.OfAsync(workspace, planned, cancel)))
                same &= (await run.VerifyAsync(group, cancel)).IsSame;
            return (int)(same ? ExitCode.Done : ExitCode.NotIdentical);
        });
        return command;
    }

    /// <summary>The options of every command that verifies: what is varied, and where is rebuilt.</summary>
    public static (Option<string> Vary, Option<string> Work) Options() =>
    (
        new Option<string>("--vary")
        {
            Description = $"What the rebuild has otherwise: `{ChosenAxes.UsualName}`, `{ChosenAxes.EveryName}`, names of axes, `-NAME` to leave one out; comma-separated (docs/reference/variations.md)",
            HelpName = "AXES",
            DefaultValueFactory = _ => ChosenAxes.UsualName,
        },
        new Option<string>("--work") { Description = "Where to rebuild; what is written there is deleted afterwards", HelpName = "DIR", DefaultValueFactory = _ => VerificationRun.DefaultPlace }
    );
}
