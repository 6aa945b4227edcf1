using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Packaging;
using Monogres.Packaging.Repositories.Apt;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres publish apt</c></summary>
internal static class PublishAptCommand
{
    public static Verb Create(GlobalOptions global, Func<string, string?> environment)
    {
        var command = new Verb("apt", "Add Debian packages, or targets packed as such, to a signed apt repository in a directory, which any web server can serve", JsonOutput.Document,
            "monogres publish apt ./repository --key release.key dist/postgresql-17_17.11-1_amd64.deb",
            "monogres publish apt ./repository --key release.key postgres@15..18 '*/postgres@15..18'",
            "monogres publish apt ./repository --key release.key --suite bookworm --snapshot 2026-11-28 --valid-for 14d");
        var common = new PublishOptions("suite");
        var suite = new Option<string?>("--suite") { Description = "The suite; by default `stable` or, where targets are named, the release of their platform (bookworm)", HelpName = "NAME" };
        var component = new Option<string>("--component") { Description = "The component of the suite", HelpName = "NAME", DefaultValueFactory = _ => "main" };
        var validFor = new Option<string?>("--valid-for") { Description = "Have clients refuse the suite when it was not signed again for this time (14d, 12h); its date is now, unless it is given", HelpName = "TIME" };
        var compress = new Option<string?>("--compress") { Description = $"Publish the indices compressed as well, by pinned programs: {string.Join(", ", IndexCompressor.Names)}, comma-separated", HelpName = "FORMS" };
        command.Arguments.Add(common.Directory);
        var targets = new TargetOptions(TargetKind.Published).AddTo(command);
        foreach (var option in new Option[] { common.Key, common.Passphrase, suite, component, common.Date, validFor, common.Snapshot, common.OldKey, common.Policy, compress })
            command.Options.Add(option);

        command.SetAction(async (parsed, cancel) =>
        {
            var settings = global.Resolve(parsed);
            var compressors = parsed.GetValue(compress) is { } forms ? IndexCompressor.Parse(forms) : [];
            var publication = new AptPublication
            {
                Files = [.. targets.Files(parsed).Select(Path.GetFullPath)],
                Suite = parsed.GetValue(suite) ?? "stable",
                Component = parsed.GetValue(component)!,
                Date = common.DateOf(parsed),
                ValidFor = parsed.GetValue(validFor) is { } span ? Amounts.Time(span) : null,
                Snapshot = parsed.GetValue(common.Snapshot),
                OldKey = await common.OldKeyOfAsync(parsed, cancel),
            };
            await common.EnforceAsync(parsed, targets.Words(parsed), publication.Files, cancel);
            var signer = await common.SignerOfAsync(parsed, environment, cancel);
            var place = common.DirectoryOf(parsed);
            if (targets.Words(parsed) is [] && compressors.IsEmpty)
            {
                // No store is needed, and none is made.
                await PublishAsync(publication with { Redistribution = (await Workspace.ReadIndexAsync(settings, cancel)).Redistribution }, [], cancel);
                return (int)ExitCode.Done;
            }

            // The key, the place and the names are looked at before anything is built.
            AptRepository.Check(place, publication);
            var (opened, planned) = await targets.OpenAsync(parsed, global, cancel);
            await using var workspace = opened;
            using var packed = await PackedTargets.PackAsync(workspace, planned, PackageFormats.Parse("deb")[0], cancel);
            await PublishAsync(publication with
            {
                Files = [.. publication.Files, .. packed.Files],
                Suite = parsed.GetValue(suite) ?? (planned.Count == 0 ? publication.Suite : workspace.Index.Platform(planned[0].Id.Platform).Release),
                Redistribution = workspace.Index.Redistribution,
            }, [.. compressors.Select(compressor => IndexCompressor.Of(workspace, compressor))], cancel);
            return (int)ExitCode.Done;

            async Task PublishAsync(AptPublication all, ImmutableArray<IndexCompression> compressions, CancellationToken stop)
            {
                var published = await new AptRepository(place, signer, compressions, TimeProvider.System).PublishAsync(all, new WaitingText(global.Console.Error), stop);
                await WriteAsync(global, settings.Json, place, all, published, signer.Fingerprint);
            }
        });
        return command;
    }

    private static async Task WriteAsync(GlobalOptions global, bool json, string place, AptPublication publication, AptPublished published, string fingerprint)
    {
        var date = PublishOptions.Words(published.Date);
        if (json)
        {
            await global.Console.Out.WriteLineAsync(new JsonObject
            {
                ["version"] = 1,
                ["directory"] = place,
                ["suite"] = publication.Suite,
                ["component"] = publication.Component,
                ["date"] = date,
                ["fingerprint"] = fingerprint,
                ["packages"] = published.Packages,
                ["added"] = JsonText.Strings(published.Added.Select(path => path.Value)),
                ["kept"] = JsonText.Strings(published.Kept.Select(path => path.Value)),
            }.ToJsonString(JsonText.Indented));
            return;
        }

        foreach (var path in published.Added)
            await global.Console.Out.WriteLineAsync(path.Value);
        foreach (var path in published.Kept)
            await global.Console.Error.WriteLineAsync($"{path}: unchanged");
        await global.Console.Error.WriteLineAsync($"{publication.Suite}/{publication.Component} of {date}: {published.Packages} {(published.Packages == 1 ? "package" : "packages")}, signed by {fingerprint}");
    }
}
