using System.CommandLine;
using System.Text.Json.Nodes;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Packaging;
using Monogres.Packaging.Repositories.Yum;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres publish yum</c></summary>
internal static class PublishYumCommand
{
    public static Verb Create(GlobalOptions global, Func<string, string?> environment)
    {
        var command = new Verb("yum", "Sign rpm packages, or targets packed as such, and add them to a signed yum repository in a directory, which any web server can serve", JsonOutput.Document,
            "monogres publish yum ./repository --key release.key dist/postgresql17-server-17.11-1.x86_64.rpm",
            "monogres publish yum ./repository --key release.key postgres@15..18 '*/postgres@15..18'",
            "monogres publish yum ./repository --key release.key --url https://packages.example.org/yum --snapshot 2026-11-28");
        var common = new PublishOptions("repository");
        var address = new Option<string?>("--url") { Description = "Where clients find the repository: writes the file for their /etc/yum.repos.d beside the packages", HelpName = "URL" };
        command.Arguments.Add(common.Directory);
        var targets = new TargetOptions(TargetKind.Published).AddTo(command);
        foreach (var option in new Option[] { common.Key, common.Passphrase, address, common.Date, common.Snapshot, common.OldKey, common.Policy })
            command.Options.Add(option);

        command.SetAction(async (parsed, cancel) =>
        {
            var settings = global.Resolve(parsed);
            var publication = new YumPublication
            {
                Files = [.. targets.Files(parsed).Select(Path.GetFullPath)],
                Date = common.DateOf(parsed),
                Snapshot = parsed.GetValue(common.Snapshot),
                OldKey = await common.OldKeyOfAsync(parsed, cancel),
                Address = parsed.GetValue(address) is { } url ? AddressOf(url) : null,
            };
            await common.EnforceAsync(parsed, targets.Words(parsed), publication.Files, cancel);
            var signer = await common.SignerOfAsync(parsed, environment, cancel);
            var place = common.DirectoryOf(parsed);
            if (targets.Words(parsed) is [])
            {
                // No store is needed, and none is made.
                await PublishAsync(publication with { Redistribution = (await Workspace.ReadIndexAsync(settings, cancel)).Redistribution }, cancel);
                return (int)ExitCode.Done;
            }

            // The key, the place and the names are looked at before anything is built.
            YumRepository.Check(place, publication);
            var (opened, planned) = await targets.OpenAsync(parsed, global, cancel);
            await using var workspace = opened;
            using var packed = await PackedTargets.PackAsync(workspace, planned, PackageFormats.Parse("rpm")[0], cancel);
            await PublishAsync(publication with { Files = [.. publication.Files, .. packed.Files], Redistribution = workspace.Index.Redistribution }, cancel);
            return (int)ExitCode.Done;

            async Task PublishAsync(YumPublication all, CancellationToken stop)
            {
                var published = await new YumRepository(place, signer, TimeProvider.System).PublishAsync(all, new WaitingText(global.Console.Error), stop);
                await WriteAsync(global, settings.Json, place, published, signer.Fingerprint);
            }
        });
        return command;
    }

    private static async Task WriteAsync(GlobalOptions global, bool json, string place, YumPublished published, string fingerprint)
    {
        var date = PublishOptions.Words(published.Date);
        if (json)
        {
            await global.Console.Out.WriteLineAsync(new JsonObject
            {
                ["version"] = 1,
                ["directory"] = place,
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
        await global.Console.Error.WriteLineAsync($"repository of {date}: {published.Packages} {(published.Packages == 1 ? "package" : "packages")}, signed by {fingerprint}");
    }

    private static Uri AddressOf(string text) => Uri.TryCreate(text, UriKind.Absolute, out var address) && address.Scheme is ("http" or "https" or "file")
        ? address
        : throw new UserErrorException($"`{text}` is no address of a repository", "write it like `https://packages.example.org/yum`") { ExitCode = ExitCode.Usage };
}
