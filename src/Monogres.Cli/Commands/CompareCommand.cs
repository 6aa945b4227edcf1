using System.CommandLine;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Proof.Comparison;
using Monogres.Proof.Comparison.Reports;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres compare A B</c>: in what two artifacts or trees differ, and what probably made them differ.</summary>
internal static class CompareCommand
{
    public static Command Create(GlobalOptions global)
    {
        var command = new Verb("compare", "Show in what two artifacts or trees differ, and what probably made them differ", JsonOutput.Document,
            "monogres compare dist/numeral.deb ../other/dist/numeral.deb",
            "monogres compare one.tar.gz other.tar.gz",
            "monogres compare tree other-tree --json");
        Argument<string> one = new("A") { Description = "A directory, an archive, a package, an image or any other file" };
        Argument<string> other = new("B") { Description = "What to compare it with" };
        command.Arguments.Add(one);
        command.Arguments.Add(other);
        command.SetAction(async (parsed, cancel) =>
        {
            var report = await ArtifactComparer.CompareAsync(PathOf(parsed.GetValue(one)!), PathOf(parsed.GetValue(other)!), cancel);
            await global.Console.Out.WriteAsync(parsed.GetValue(global.Json) ? ReportJson.Of(report).ToJsonString(JsonText.Indented) + "\n" : ReportText.Of(report));
            return (int)(report.Identical ? ExitCode.Done : ExitCode.NotIdentical);
        });
        return command;
    }

    private static string PathOf(string word) => word.Length > 0
        ? Path.GetFullPath(word)
        : throw new UserErrorException("an empty path names nothing", "give two files or directories: `monogres compare A B`") { ExitCode = ExitCode.Usage };
}
