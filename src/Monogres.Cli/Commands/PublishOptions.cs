using System.CommandLine;
using System.Globalization;
using Monogres.Cli.Inputs;
using Monogres.Core;
using Monogres.Platforms.Signatures;
using Monogres.Proof.Policies;

namespace Monogres.Cli.Commands;

/// <summary>What all commands take that publish: a directory, the key, and what a snapshot and a date are.</summary>
/// <param name="what">What has the date: <c>suite</c>.</param>
internal sealed class PublishOptions(string what)
{
    private static readonly string[] DateForms = ["yyyy-MM-dd", "yyyy-MM-dd'T'HH:mm:ss'Z'"];

    public Argument<string> Directory { get; } = new("DIRECTORY") { Description = "The repository: a new or an empty directory, or one that this command made" };

    public Option<string> Key { get; } = new("--key") { Description = "The secret key to sign with, as `gpg --export-secret-keys` writes it", HelpName = "FILE", Required = true };

    public Option<string?> Passphrase { get; } = new("--passphrase-file") { Description = "A file with the passphrase of the key, instead of the variable MONOGRES_KEY_PASSPHRASE", HelpName = "FILE" };

    public Option<string?> Date { get; } = new("--date") { Description = $"The date of the {what} (2026-11-28, 2026-11-28T12:00:00Z); by default that of its newest package", HelpName = "DATE" };

    public Option<string?> Snapshot { get; } = new("--snapshot") { Description = $"Keep the {what} as it becomes under a name that begins with a digit (2026-11-28), for ever", HelpName = "NAME" };

    public Option<string?> OldKey { get; } = new("--old-key") { Description = $"The public key that the {what} was signed with so far, to replace it by another", HelpName = "FILE" };

    public Option<string?> Policy { get; } = new("--policy") { Description = "Publish only packages that this policy accepts, by the signed statements beside them", HelpName = "FILE" };

    /// <summary>The repository, by its absolute path.</summary>
    public string DirectoryOf(ParseResult parsed) => Path.GetFullPath(parsed.GetValue(Directory)!);

    /// <summary>The date, if one is given.</summary>
    /// <exception cref="UserErrorException">It is none.</exception>
    public DateTimeOffset? DateOf(ParseResult parsed)
    {
        if (parsed.GetValue(Date) is not { } text)
            return null;

        return DateTimeOffset.TryParseExact(text, DateForms, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out var date)
            ? date
            : throw new UserErrorException($"`{text}` is not a date", "write it like `2026-11-28` or `2026-11-28T12:00:00Z`") { ExitCode = ExitCode.Usage };
    }

    /// <summary>Refuses what a policy does not accept, when one is given.</summary>
    /// <param name="parsed">The command line.</param>
    /// <param name="targets">The targets that are to be built and published.</param>
    /// <param name="files">The packages that are to be published.</param>
    /// <param name="cancel">Stops.</param>
    /// <exception cref="UserErrorException">A package is not accepted; or there are targets, for which nobody can have signed anything.</exception>
    public async Task EnforceAsync(ParseResult parsed, string[] targets, IReadOnlyList<string> files, CancellationToken cancel)
    {
        if (parsed.GetValue(Policy) is not { } policy)
            return;
        if (targets is [var target, ..])
            throw new UserErrorException($"`{target}` is built now, and a policy is about packages that others have signed", "build it, collect the statements of the builders, and publish the files") { ExitCode = ExitCode.Usage };

        (await new ArtifactCheck(await Proof.Policies.Policy.ReadAsync(policy, cancel), []).RunAsync(files, cancel)).OrThrow(policy);
    }

    /// <summary>The key that is to be replaced, if one is given.</summary>
    /// <exception cref="UserErrorException">It cannot be read.</exception>
    public async Task<Keyring?> OldKeyOfAsync(ParseResult parsed, CancellationToken cancel) => parsed.GetValue(OldKey) is { } old ? Keyring.Parse(await InputFiles.ReadAsync(old, cancel), old) : null;

    /// <summary>What signs.</summary>
    /// <exception cref="UserErrorException">The key cannot be read, or may not sign.</exception>
    public async Task<ReleaseSigner> SignerOfAsync(ParseResult parsed, Func<string, string?> environment, CancellationToken cancel)
    {
        var phrase = await KeyPassphrase.ReadAsync(parsed.GetValue(Passphrase), environment, cancel);
        return ReleaseSigner.Read(await InputFiles.ReadAsync(parsed.GetValue(Key)!, cancel), parsed.GetValue(Key)!, phrase, TimeProvider.System);
    }

    /// <summary>A date as it is shown.</summary>
    public static string Words(DateTimeOffset date) => date.UtcDateTime.ToString(DateForms[1], CultureInfo.InvariantCulture);
}
