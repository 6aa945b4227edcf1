using System.Text.Json;
using System.Text.RegularExpressions;
using Monogres.Cli.Commands;
using Monogres.Core;
using Monogres.Index;
using Monogres.Plans;
using Monogres.Platforms.Lock;
using Monogres.Testing;

namespace Monogres.Cli.Tests.Commands;

/// <summary>What a message tells its reader to type can be typed: the real command line takes it.</summary>
public sealed partial class HintTests
{
    public static TheoryData<string> InMessages() =>
        [.. Directory.EnumerateFiles(RepositoryFiles.At("src"), "*.cs", SearchOption.AllDirectories).SelectMany(file => CommandLine.CommandsIn(File.ReadAllText(file))).Distinct().Order(StringComparer.Ordinal)];

    public static TheoryData<string> InDocuments() =>
        [.. Directory.EnumerateFiles(RepositoryFiles.At("docs"), "*.md", SearchOption.AllDirectories).SelectMany(file => CommandLine.CommandsIn(File.ReadAllText(file))).Distinct().Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(InMessages))]
    [MemberData(nameof(InDocuments))]
    public void What_a_text_tells_its_reader_to_type_is_a_command_line(string command)
    {
        // A command can be spoken of; what has more words is to be typed. What a message fills in stands for one word.
        if (CommandLine.Commands.Select(HelpText.PathOf).Contains(command))
            return;

        CommandLine.CanBeTyped(FilledIn().Replace(command, "postgres@15.18"));
    }

    [Theory]
    [InlineData("postgres@15.18+full", "debian12-amd64", "gcc")]
    [InlineData("postgres@17.11+minimal", "debian11-amd64", "llvm")]
    [InlineData("postgres@15.18+regular", "debian13-arm64", "gcc")]
    [InlineData("pgvector@0.8.0/postgres@17.11+minimal", "debian12-amd64", "gcc")]
    [InlineData("pgvector@0.8.0/postgres@15.18+full", "debian13-amd64", "llvm")]
    [InlineData("hstore@15.18/postgres@15.18+minimal", "debian11-amd64", "gcc")]
    public async Task The_hint_of_a_failed_command_names_the_very_target(string target, string platform, string toolchain)
    {
        var index = (await IndexReader.ReadAsync(RepositoryFiles.Index, TestContext.Current.CancellationToken)).OrThrow();
        var planner = new Planner(index, index.Platform(PlatformName.Parse(platform)), toolchain,
            one => PackagesLockFile.ReadFile(Path.Combine(RepositoryFiles.Index, one.Folder, PackagesLockFile.FileName), one.Name.ToString()));
        var planned = planner.Plan(TargetName.Parse(target));
        foreach (var step in new[] { planned.Build, planned.Tests?.Command, planned.SmokeTest })
        {
            if (step is null)
                continue;

            var hint = Assert.Single(CommandLine.CommandsIn(step.Hint!([])));
            CommandLine.CanBeTyped(hint);
            Assert.StartsWith("monogres shell ", hint, StringComparison.Ordinal);
            var (exitCode, output, error) = await CommandLine.RunAsync(["plan", .. CommandLine.WordsOf(hint)[2..], "--json"]);
            Assert.Equal((ExitCode.Done, ""), (exitCode, error));
            using var entered = JsonDocument.Parse(output);

            // That of a module is the build of its server.
            var owner = ReferenceEquals(step, planned.Build) && !planned.HasOwnBuild ? planned.Server : planned;
            Assert.Equal((owner.Payload.Key.ToString(), platform, toolchain), (
                entered.RootElement.GetProperty("key").GetString(), entered.RootElement.GetProperty("platform").GetString(), entered.RootElement.GetProperty("toolchain").GetString()));
        }
    }

    [GeneratedRegex(@"\{[^}]*\}", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex FilledIn();
}
