using System.Collections.Immutable;
using System.CommandLine;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Engine.Execution;
using Monogres.Index.Extensions;
using Monogres.Index.Platforms;
using Monogres.Index;
using Monogres.Plans.Targets;
using Monogres.Plans;
using Monogres.Sources.Inspection;
using Monogres.Sources.Local;
using Monogres.Sources;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres doctor SOURCE…</c>: what would go wrong with an extension, found before it is built.</summary>
internal static class DoctorCommand
{
    public const string Name = "doctor";

    public static Command Create(GlobalOptions global)
    {
        var command = new Verb(Name, "Report what would go wrong with an extension before it is built, and what to do about it; takes the source of one, or an extension of the index", JsonOutput.Document,
            "monogres doctor pgvector",
            "monogres doctor pgvector --postgres 15..17",
            "monogres doctor ./my-extension");
        var targets = new TargetOptions(TargetKind.Extensions).AddTo(command);
        command.SetAction(async (parsed, cancel) =>
        {
            var settings = global.Resolve(parsed);
            var index = await Workspace.ReadIndexAsync(settings, cancel);
            var planning = targets.PlanningOf(parsed, parsed.GetValue(targets.Targets)!, global, index);
            var words = parsed.GetValue(targets.Targets)!.Distinct(StringComparer.Ordinal).ToArray();
            var sources = LocalTargets.Among(words).ToDictionary(source => source.Text, StringComparer.Ordinal);
            var extensions = words.Where(word => !sources.ContainsKey(word)).ToDictionary(word => word, word => Plans(word, parsed.GetValue(targets.Postgres) is null, planning), StringComparer.Ordinal);
            _ = planning.Servers;

            await using var workspace = await Workspace.OpenAsync(settings, index, global.Console, cancel);
            var diagnoses = new List<Diagnosis>();
            foreach (var word in words)
            {
                if (sources.TryGetValue(word, out var source))
                    diagnoses.Add(await DiagnoseAsync(source, workspace, planning, cancel));
                else
                    diagnoses.AddRange(await DiagnoseAsync(extensions[word], workspace, planning, cancel));
            }

            workspace.ClearProgress();
            await global.Console.Out.WriteAsync(settings.Json ? DiagnosisText.Json(diagnoses).ToJsonString(JsonText.Indented) + "\n" : string.Join('\n', diagnoses.Select(DiagnosisText.Of)));
            return (int)(diagnoses.Any(diagnosis => diagnosis.CertainlyFails) ? ExitCode.Failed : ExitCode.Done);
        });
        return command;
    }

    /// <summary>The plans of an extension of the index. Its name alone is enough: then for the PostgreSQL that was asked for, or the newest that it is for.</summary>
    private static ImmutableArray<Target> Plans(string word, bool anyServer, TargetPlanning planning)
    {
        var isName = ProjectName.TryParse(word.Split('@')[0], out var name) && planning.Index.FindExtension(name) is not null && !word.Contains('/', StringComparison.Ordinal);
        ImmutableArray<Target> plans = [.. planning.Plan(isName ? $"{word}/{(anyServer ? $"{planning.Index.DefaultServer.Name}@*" : planning.Postgres)}" : word).Where(plan => plan.Id.Name.Extension is not null)];
        if (isName && anyServer && plans.LastOrDefault(plan => !plan.Postgres.IsPreRelease) is { } newest)
            plans = [newest];
        if (plans.IsEmpty)
            throw new UserErrorException($"`{word}` is not an extension", "name one of the index (`monogres list`), or the source of one: `monogres doctor ./my-extension`");
        if (plans.FirstOrDefault(plan => !plan.HasOwnBuild) is { } module)
            throw new UserErrorException($"`{module.Id.Name.Extension!.Name}` is a module of PostgreSQL, which is built with it", "it has no source of its own to inspect");
        return plans;
    }

    private static async Task<Diagnosis> DiagnoseAsync(LocalSource source, Workspace workspace, TargetPlanning planning, CancellationToken cancel)
    {
        var taken = await workspace.LocalSources.ImportAsync(source, cancel) with { PackageSets = planning.PackageSets };
        LocalTargets.ReportTrustOnFirstUse(workspace, taken);
        var inspection = await SourceInspector.InspectAsync(workspace.Blobs, taken.Tree, cancel);
        return Diagnosis.Of(taken, inspection, planning.Index, planning.Planner, planning.Platform, planning.Servers);
    }

    private static async Task<IEnumerable<Diagnosis>> DiagnoseAsync(ImmutableArray<Target> plans, Workspace workspace, TargetPlanning planning, CancellationToken cancel)
    {
        var diagnoses = new List<Diagnosis>();
        foreach (var version in plans.GroupBy(plan => plan.Id.Name.Extension!))
        {
            var build = ((ExtensionOrigin.Source)planning.Index.Extension(version.Key.Name).Origin).Build;
            diagnoses.Add(await workspace.Engine.UseAsync([version.First().Ingredients.Source], async source => Diagnosis.Of(
                [.. version], build, await SourceInspector.InspectAsync(workspace.Blobs, source[0].Tree, cancel), planning.Platform), cancel));
        }

        return diagnoses;
    }
}
