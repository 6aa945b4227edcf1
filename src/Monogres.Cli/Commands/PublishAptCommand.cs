using System.CommandLine;
using System.Text.Json.Nodes;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Packaging.Repositories.Apt;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres publish apt</c></summary>
internal static class PublishAptCommand
{
    public static Verb Create(GlobalOptions global, Func<string, string?> environment)
    {
        var command = new Verb("apt", "Add Debian packages to a signed apt repository in a directory, which any web server can serve", JsonOutput.Document,
            "monogres publish apt ./repository --key release.key dist/postgresql-17_17.11-1_amd64.deb",
            "monogres publish apt ./repository --key release.key --suite bookworm --snapshot 2026-11-28 dist/postgresql-17_17.11-1_amd64.deb",
            "monogres publish apt ./repository --key release.key --valid-for 14d");
        var common = new PublishOptions("suite", ".deb");
        var suite = new Option<string>("--suite") { Description = "The suite", HelpName = "NAME", DefaultValueFactory = _ => "stable" };
        var component = new Option<string>("--component") { Description = "The component of the suite", HelpName = "NAME", DefaultValueFactory = _ => "main" };
        var validFor = new Option<string?>("--valid-for") { Description = "Have clients refuse the suite when it was not signed again for this time (14d, 12h); its date is now, unless it is given", HelpName = "TIME" };
        command.Arguments.Add(common.Directory);
        command.Arguments.Add(common.Files);
        foreach (var option in new Option[] { common.Key, common.Passphrase, suite, component, common.Date, validFor, common.Snapshot, common.OldKey })
            command.Options.Add(option);

        command.SetAction(async (parsed, cancel) =>
        {
            var settings = global.Resolve(parsed);
            var publication = new AptPublication
            {
                Files = [.. common.FilesOf(parsed)],
                Suite = parsed.GetValue(suite)!,
                Component = parsed.GetValue(component)!,
                Date = common.DateOf(parsed),
                ValidFor = parsed.GetValue(validFor) is { } span ? Amounts.Time(span) : null,
                Snapshot = parsed.GetValue(common.Snapshot),
                OldKey = await common.OldKeyOfAsync(parsed, cancel),
            };
            var signer = await common.SignerOfAsync(parsed, environment, cancel);
            var place = common.DirectoryOf(parsed);
            var repository = new AptRepository(place, signer, compressions: [], TimeProvider.System);
            var published = await repository.PublishAsync(publication, new WaitingText(global.Console.Error), cancel);
            await WriteAsync(global, settings.Json, place, publication, published, signer.Fingerprint);
            return (int)ExitCode.Done;
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
