using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using System.Text.Json.Nodes;
using Monogres.Actions;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Proof.Attestations;
using Monogres.Proof.Provenance;
using Monogres.Proof.Signatures;
using Monogres.Store;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres attest FILE…</c></summary>
internal static class AttestCommand
{
    public static Verb Create(GlobalOptions global, Func<string, string?> environment)
    {
        var command = new Verb("attest", "Write provenance and bills of materials beside packages, and sign them", JsonOutput.Document,
            "monogres attest dist/* --key release.key",
            "monogres attest dist/* --key release.pub --sign-with ./ask-the-card",
            "monogres attest dist/* --key release.key --bundle --output statements");
        var files = new Argument<string[]>("FILE") { Description = "Packages that `build` has written, with the manifests beside them", Arity = ArgumentArity.OneOrMore };
        var key = new Option<string>("--key") { Description = "The private key to sign with, as PEM: Ed25519 or ECDSA P-256; with --sign-with, the public key", HelpName = "FILE", Required = true };
        var passphrase = new Option<string?>("--passphrase-file") { Description = "A file with the passphrase of the key, instead of the variable MONOGRES_KEY_PASSPHRASE", HelpName = "FILE" };
        var signWith = new Option<string?>("--sign-with") { Description = "A command that signs in place of a key on disk: it reads the bytes from stdin, or their SHA-256 from MONOGRES_DIGEST, and prints the signature", HelpName = "COMMAND" };
        var builder = new Option<string?>("--builder") { Description = "A URI that names the builder; by default, one made of the key", HelpName = "URI" };
        var bundle = new Option<bool>("--bundle") { Description = "Write each statement as a Sigstore bundle as well" };
        var output = new Option<string?>("--output", "-o") { Description = "Where the statements go, instead of beside the packages", HelpName = "DIR" };
        command.Arguments.Add(files);
        foreach (var option in new Option[] { key, passphrase, signWith, builder, bundle, output })
            command.Options.Add(option);

        command.SetAction(async (parsed, cancel) =>
        {
            // Key and files are looked at before a store is opened.
            var pem = Encoding.UTF8.GetString(await InputFiles.ReadAsync(parsed.GetValue(key)!, cancel));
            ISigner signer = parsed.GetValue(signWith) is { } external
                ? new SigningCommand(external, VerificationKey.Parse(pem, parsed.GetValue(key)!))
                : SigningKey.Parse(pem, parsed.GetValue(key)!, await KeyPassphrase.ReadAsync(parsed.GetValue(passphrase), environment, cancel));
            var named = BuilderOf(parsed.GetValue(builder), signer.Key);
            var sets = await ArtifactFiles.SetsOfAsync([.. parsed.GetValue(files)!.Select(Path.GetFullPath)], cancel);
            if (sets.Count == 0)
                throw new UserErrorException("none of these files is a package or the manifest of one", "`dist/*` names all that `monogres build` has written") { ExitCode = ExitCode.Usage };

            // The files of a target are read while the index is, or while what is said of the target before is written.
            var next = sets[0].SubjectsAsync(cancel);
            var settings = global.Resolve(parsed);
            await using var workspace = await Workspace.OpenAsync(settings, await Workspace.ReadIndexAsync(settings, cancel), global.Console, cancel);
            var attestor = new Attestor(signer, new Builder(named, Terminal.VersionText.Line, await ToolFiles.HashAsync(workspace.Hashed, cancel)));
            var options = new AttestationOptions(parsed.GetValue(output) is { } directory ? Path.GetFullPath(directory) : null, parsed.GetValue(bundle));
            var planning = new ManifestPlanning(workspace);
            var written = new List<(ArtifactSet Set, ImmutableArray<string> Files)>();
            for (var i = 0; i < sets.Count; i++)
            {
                var (set, artifacts) = (sets[i], next);
                next = i + 1 < sets.Count ? sets[i + 1].SubjectsAsync(cancel) : next;
                var target = planning.Plan(set);
                var bill = await TargetBills.OfAsync(workspace, target, set.Manifest, planning.PlanIncluded(set), cancel);
                var run = await workspace.Records.FindRunAsync(target, set.Manifest.Result.Payload, cancel);
                written.Add((set, await attestor.WriteAsync(set, await artifacts, target, bill, run, await OutputOfAsync(workspace, set, cancel), options, cancel)));
            }

            workspace.ClearProgress();
            await WriteAsync(global, settings.Json, signer.Key, written);
            return (int)ExitCode.Done;
        });
        return command;
    }

    // Who took a result from others has not seen what the action gives, and does not state it.
    private static async Task<Digest?> OutputOfAsync(Workspace workspace, ArtifactSet set, CancellationToken cancel) =>
        await workspace.Store.Actions.GetAsync(set.Manifest.Recipe.Action, cancel) is { OutputDirectories: [var output] } result && !ResultOrigin.IsTaken(result) ? output.RootDirectoryDigest.ToDigest() : null;

    // Who trusts the key trusts the builder, so a builder that has no address is named by its key.
    private static string BuilderOf(string? given, VerificationKey key) => given is null ? $"urn:monogres:key:{key.Id}"
        : Uri.TryCreate(given, UriKind.Absolute, out _) ? given
        : throw new UserErrorException($"`{given}` is not a URI", "write it like `https://builds.example.org/monogres`") { ExitCode = ExitCode.Usage };

    private static async Task WriteAsync(GlobalOptions global, bool json, VerificationKey key, List<(ArtifactSet Set, ImmutableArray<string> Files)> written)
    {
        if (json)
        {
            await global.Console.Out.WriteLineAsync(new JsonObject
            {
                ["version"] = 1,
                ["key"] = key.Id,
                ["targets"] = new JsonArray(
                [
                    .. written.Select(one => (JsonNode)new JsonObject { ["target"] = one.Set.Manifest.Recipe.Target, ["platform"] = one.Set.Manifest.Recipe.Platform, ["files"] = JsonText.Strings(one.Files) }),
                ]),
            }.ToJsonString(JsonText.Indented));
            return;
        }

        foreach (var file in written.SelectMany(one => one.Files))
            await global.Console.Out.WriteLineAsync(file);
        await global.Console.Error.WriteLineAsync($"{written.Count} {(written.Count == 1 ? "target" : "targets")}, signed by the key {key.Id}");
    }
}
