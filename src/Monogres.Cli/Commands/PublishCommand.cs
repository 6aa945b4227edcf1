using System.CommandLine;
using System.Globalization;
using System.Text.Json.Nodes;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Packaging.Repositories.Apt;
using Monogres.Platforms.Signatures;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres publish apt</c></summary>
internal static class PublishCommand
{
    private static readonly string[] DateForms = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss'Z'"];

    public static Command Create(GlobalOptions global, Func<string, string?> environment) =>
        new("publish", "Signed repositories of packages, and images in registries") { Apt(global, environment), PublishOciCommand.Create(global, environment) };

    private static Verb Apt(GlobalOptions global, Func<string, string?> environment)
    {
        var command = new Verb("apt", "Add Debian packages to a signed apt repository in a directory, which any web server can serve", JsonOutput.Document,
            "monogres publish apt ./repository --key release.key dist/postgresql-17_17.11-1_amd64.deb",
            "monogres publish apt ./repository --key release.key --suite bookworm --snapshot 2026-11-28 dist/postgresql-17_17.11-1_amd64.deb",
            "monogres publish apt ./repository --key release.key --valid-for 14d");
        var directory = new Argument<string>("DIRECTORY") { Description = "The repository: a new or an empty directory, or one that this command made" };
        var files = new Argument<string[]>("FILE") { Description = "The packages, .deb files; none to sign again what is there", Arity = ArgumentArity.ZeroOrMore };
        var key = new Option<string>("--key") { Description = "The secret key to sign with, as `gpg --export-secret-keys` writes it", HelpName = "FILE", Required = true };
        var passphrase = new Option<string?>("--passphrase-file") { Description = "A file with the passphrase of the key, instead of the variable MONOGRES_KEY_PASSPHRASE", HelpName = "FILE" };
        var suite = new Option<string>("--suite") { Description = "The suite", HelpName = "NAME", DefaultValueFactory = _ => "stable" };
        var component = new Option<string>("--component") { Description = "The component of the suite", HelpName = "NAME", DefaultValueFactory = _ => "main" };
        var date = new Option<string?>("--date") { Description = "The date of the suite (2026-11-28, 2026-11-28T12:00:00Z); by default that of its newest package", HelpName = "DATE" };
        var validFor = new Option<string?>("--valid-for") { Description = "Have clients refuse the suite when it was not signed again for this time (14d, 12h); its date is now, unless it is given", HelpName = "TIME" };
        var snapshot = new Option<string?>("--snapshot") { Description = "Keep the suite as it becomes under a name that begins with a digit (2026-11-28), for ever", HelpName = "NAME" };
        var oldKey = new Option<string?>("--old-key") { Description = "The public key that the suite was signed with so far, to replace it by another", HelpName = "FILE" };
        command.Arguments.Add(directory);
        command.Arguments.Add(files);
        foreach (var option in new Option[] { key, passphrase, suite, component, date, validFor, snapshot, oldKey })
            command.Options.Add(option);

        command.SetAction(async (parsed, cancel) =>
        {
            var settings = global.Resolve(parsed);
            var publication = new AptPublication
            {
                Files = [.. (parsed.GetValue(files) ?? []).Select(Path.GetFullPath)],
                Suite = parsed.GetValue(suite)!,
                Component = parsed.GetValue(component)!,
                Date = parsed.GetValue(date) is { } day ? DateOf(day) : null,
                ValidFor = parsed.GetValue(validFor) is { } span ? Amounts.Time(span) : null,
                Snapshot = parsed.GetValue(snapshot),
                OldKey = parsed.GetValue(oldKey) is { } old ? Keyring.Parse(await InputFiles.ReadAsync(old, cancel), old) : null,
            };
            var phrase = parsed.GetValue(passphrase) is { } from
                ? await ReadPassphraseAsync(from, cancel)
                : environment(EnvironmentVariables.KeyPassphrase) is { Length: > 0 } given ? given : null;
            var signer = ReleaseSigner.Read(await InputFiles.ReadAsync(parsed.GetValue(key)!, cancel), parsed.GetValue(key)!, phrase, TimeProvider.System);

            var place = Path.GetFullPath(parsed.GetValue(directory)!);
            var repository = new AptRepository(place, signer, compressions: [], TimeProvider.System);
            var published = await repository.PublishAsync(publication, new WaitingText(global.Console.Error), cancel);
            await WriteAsync(global, settings.Json, place, publication, published, signer.Fingerprint);
            return (int)ExitCode.Done;
        });
        return command;
    }

    private static async Task WriteAsync(GlobalOptions global, bool json, string place, AptPublication publication, AptPublished published, string fingerprint)
    {
        var date = published.Date.UtcDateTime.ToString(DateForms[1], CultureInfo.InvariantCulture);
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

    private static DateTimeOffset DateOf(string text) => DateTimeOffset.TryParseExact(text, DateForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)
        ? date
        : throw new UserErrorException($"`{text}` is not a date", "write it like `2026-11-28` or `2026-11-28T12:00:00Z`") { ExitCode = ExitCode.Usage };

    private static async Task<string> ReadPassphraseAsync(string file, CancellationToken cancel)
    {
        var text = System.Text.Encoding.UTF8.GetString(await InputFiles.ReadAsync(file, cancel));
        return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text.EndsWith('\n') ? text[..^1] : text;
    }
}
