using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using Monogres.Cli.Inputs;
using Monogres.Core;
using Monogres.Proof.Policies;
using Monogres.Proof.Provenance;
using Monogres.Proof.Sbom;
using Monogres.Proof.Signatures;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres check FILE…</c></summary>
internal static class CheckCommand
{
    public static Verb Create(GlobalOptions global)
    {
        var command = new Verb("check", "Check packages against signed statements of one builder or of several, or ask what they hold and need", JsonOutput.Document,
            "monogres check dist/* --key release.pub",
            "monogres check dist/* --key alice.pub,bob.pub --builders bob --threshold 2",
            "monogres check dist/* --key release.pub --needs 'libssl3<3.0.17-1'");
        var files = new Argument<string[]>("FILE") { Description = "Packages, with their statements beside them; with the file of statements itself, as in dist/*, nothing that it states may be missing", Arity = ArgumentArity.OneOrMore };
        var key = new Option<string?>("--key") { Description = "The public keys of the builders whose statements count, comma-separated", HelpName = "FILES" };
        var builders = new Option<string?>("--builders") { Description = "Statements of other builders: files, or directories with files of the same names, comma-separated", HelpName = "PATHS" };
        var threshold = new Option<int>("--threshold") { Description = "How many builders must state the same", HelpName = "K", DefaultValueFactory = _ => 1 };
        var policy = new Option<string?>("--policy") { Description = "A file with keys, threshold and formats, instead of --key and --threshold", HelpName = "FILE" };
        var needs = new Option<string?>("--needs") { Description = "Say which of the packages hold or need a component: libssl3, libssl3@3.0, 'libssl3<3.0.17-1'", HelpName = "COMPONENT" };
        command.Arguments.Add(files);
        foreach (var option in new Option[] { key, builders, threshold, policy, needs })
            command.Options.Add(option);

        command.SetAction(async (parsed, cancel) =>
        {
            var query = parsed.GetValue(needs) is { } asked ? PackageQuery.Parse(asked) : null;
            var rule = await PolicyOfAsync(parsed.GetValue(policy), ServerRequest.NamesIn(parsed.GetValue(key)), parsed.GetResult(threshold) is { Implicit: false } ? parsed.GetValue(threshold) : null, cancel);
            if (rule is null && query is null)
                throw new UserErrorException("there is nothing to check with", "name a public key with `--key FILE`, a policy with `--policy FILE`, or ask with `--needs COMPONENT`") { ExitCode = ExitCode.Usage };

            string[] named = [.. parsed.GetValue(files)!.Select(Path.GetFullPath)];
            string[] bills = query is null ? [] : await BillsOfAsync(named, cancel);
            var report = rule is null ? null
                : await new ArtifactCheck(rule, [.. ServerRequest.NamesIn(parsed.GetValue(builders)).Select(Path.GetFullPath)]).RunAsync([.. named.Concat(bills).Distinct(StringComparer.Ordinal)], cancel);
            var text = new CheckText(global, parsed.GetValue(global.Json));
            if (report is not null && (query is null || report.ExitCode is not ExitCode.Done))
            {
                await text.WriteAsync(report);
                return (int)report.ExitCode;
            }

            await text.WriteAsync(query!, [.. bills.Select(bill => (bill, FindIn(bill, named, query!)))], isChecked: report is not null);
            return (int)ExitCode.Done;
        });
        return command;
    }

    /// <summary>What is found in the packages that were named; in all of a bill of which none was.</summary>
    private static ImmutableArray<Finding> FindIn(string bill, string[] named, PackageQuery query)
    {
        var read = BillReader.Parse(File.ReadAllBytes(bill), bill);
        var directory = Path.GetDirectoryName(bill);
        var files = named.Where(file => string.Equals(Path.GetDirectoryName(file), directory, StringComparison.Ordinal)).Select(Path.GetFileName).ToHashSet(StringComparer.Ordinal);
        var areNamed = read.Artifacts.Any(files.Contains);
        return [.. read.Find(query).Where(found => !areNamed || files.Contains(found.Artifact))];
    }

    private static async Task<Policy?> PolicyOfAsync(string? file, string[] keys, int? threshold, CancellationToken cancel)
    {
        if (file is not null)
        {
            return keys.Length == 0 && threshold is null ? await Policy.ReadAsync(file, cancel)
                : throw new UserErrorException("`--policy` says which keys count and how many must agree", "leave out `--key` and `--threshold`, or the policy") { ExitCode = ExitCode.Usage };
        }

        if (keys.Length == 0)
            return null;

        var read = new List<VerificationKey>();
        foreach (var key in keys)
            read.Add(VerificationKey.Parse(Encoding.UTF8.GetString(await InputFiles.ReadAsync(key, cancel)), key).Called(Path.GetFileName(key)));
        return Policy.Of(read, threshold ?? 1, formats: null);
    }

    /// <summary>The bills of materials among the files, and those of the sets that the others belong to.</summary>
    private static async Task<string[]> BillsOfAsync(string[] named, CancellationToken cancel)
    {
        var given = named.Where(file => file.EndsWith(ArtifactFiles.Spdx, StringComparison.Ordinal)).ToArray();
        var beside = (await ArtifactFiles.SetsOfAsync(named, cancel)).Select(set => Path.Combine(set.Directory, set.Name + ArtifactFiles.Spdx));
        string[] all = [.. given.Concat(beside).Distinct(StringComparer.Ordinal)];
        return all.FirstOrDefault(bill => !File.Exists(bill)) is not { } missing ? all
            : throw new UserErrorException($"there is no bill of materials `{missing}`", "`monogres attest` writes it beside the packages");
    }
}
