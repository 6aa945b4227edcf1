using System.Collections.Immutable;
using System.CommandLine;
using System.Text.Json.Nodes;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Core;
using Monogres.Packaging.Oci.Images;
using Monogres.Packaging.Oci.Registry;
using Monogres.Store.Disk;

namespace Monogres.Cli.Commands;

/// <summary><c>monogres publish oci</c></summary>
internal static class PublishOciCommand
{
    public static Verb Create(GlobalOptions global, Func<string, string?> environment)
    {
        var command = new Verb("oci", "Push images to a registry: of servers and extensions, which are built, or of files", JsonOutput.Document,
            "monogres publish oci registry.example:5000/monogres postgres@17 dist/pgvector-0.8.0-postgres-17.11-minimal-debian12-amd64.oci.tar",
            "monogres publish oci registry.example/monogres postgres@17 --with pgvector --platform debian12-amd64,debian12-arm64",
            "monogres publish oci registry.example/monogres postgres@18 pgvector/postgres@18 --format cnpg --catalog catalog.yaml");
        var place = new Argument<string>("REGISTRY") { Description = "The registry, and what the names of repositories begin with: registry.example:5000/monogres" };
        command.Arguments.Add(place);
        var targets = new TargetOptions(TargetKind.Images, platforms: true).AddTo(command);
        var format = new Option<string>("--format", "-f") { Description = "What images of servers are for: oci as the official image, cnpg for CloudNativePG", HelpName = "FORMAT", DefaultValueFactory = _ => "oci" };
        format.AcceptOnlyFromAmong("oci", "cnpg");
        var with = new Option<string?>("--with") { Description = "Extensions for the images of servers, comma-separated: pgvector, pgaudit@1.7.0", HelpName = "NAMES" };
        var tag = new Option<string[]>("--tag") { Description = "A further tag, where there is one image", HelpName = "NAME" };
        var catalog = new Option<string?>("--catalog") { Description = "Write a ClusterImageCatalog of CloudNativePG that names the images by digest", HelpName = "FILE" };
        var authFile = new Option<string?>("--auth-file") { Description = "The file with the logins (default: those of docker and podman)", HelpName = "FILE" };
        var authorities = new Option<string?>("--ca-file") { Description = "Certificates of the authorities to trust in place of this machine's, PEM", HelpName = "FILE" };
        var insecure = new Option<bool>("--insecure") { Description = "Speak to the registry without TLS; one of this machine always is" };
        foreach (var option in new Option[] { format, with, tag, catalog, authFile, authorities, insecure })
            command.Options.Add(option);

        command.SetAction(async (parsed, cancel) =>
        {
            var settings = global.Resolve(parsed);
            var to = RegistryPlace.Parse(parsed.GetValue(place)!, parsed.GetValue(insecure));
            var user = parsed.GetValue(format) is "cnpg" ? ServerUser.CloudNativePg : ServerUser.Official;
            if (settings.Offline)
                throw new UserErrorException($"`{to}` cannot be reached with `--offline`", "leave it out, or build image files: `monogres build TARGET --format oci --offline`");
            if (parsed.GetValue(catalog) is not null && user != ServerUser.CloudNativePg)
                throw new UserErrorException("`--catalog` is for images of CloudNativePG", "add `--format cnpg`") { ExitCode = ExitCode.Usage };
            var (files, extensions) = (targets.Files(parsed), ServerRequest.NamesIn(parsed.GetValue(with)));
            if (files.Length > 0 && parsed.GetValue(catalog) is not null)
                throw new UserErrorException($"`{files[0]}` cannot be in a catalogue, which says more of an image than a file does", "name targets in place of files, or leave out `--catalog`") { ExitCode = ExitCode.Usage };
            if (targets.Words(parsed) is [] && extensions.Length > 0)
                throw new UserErrorException($"`--with {extensions[0]}` is for images of servers that are built, and no target is named", "name the server: `postgres@17`") { ExitCode = ExitCode.Usage };

            var options = new RegistryOptions { Address = to.Address, Credentials = await CredentialsAsync(to, parsed.GetValue(authFile), environment, cancel) };
            using var network = RegistryNetwork.NewHandler(
                parsed.GetValue(authorities) is { } pem ? System.Text.Encoding.ASCII.GetString(await InputFiles.ReadAsync(pem, cancel)) : null, parsed.GetValue(authorities));
            var (opened, images) = await targets.OpenImagesAsync(parsed, extensions, global, cancel);
            await using var workspace = opened;
            using var registry = new OciRegistry(network, options, TimeProvider.System);
            var publication = new ImagePublication(workspace, to, new OciPackager(user), registry);
            var published = await publication.PublishAsync(images, files, [.. parsed.GetValue(tag) ?? []], cancel);
            if (parsed.GetValue(catalog) is { } file)
                await WriteCatalogAsync(file, published.ToCatalog(to), cancel);
            await WriteAsync(global, settings.Json, published);
            return (int)ExitCode.Done;
        });
        return command;
    }

    /// <summary>Who pushes: by variables, or else by the first file that has a login for the place.</summary>
    private static async Task<RegistryCredentials?> CredentialsAsync(RegistryPlace place, string? file, Func<string, string?> environment, CancellationToken cancel)
    {
        if (environment(EnvironmentVariables.RegistryUser) is { Length: > 0 } user)
            return new RegistryCredentials(user, environment(EnvironmentVariables.RegistryPassword) ?? "");
        if (file is not null)
            return RegistryCredentialFile.Find(await InputFiles.ReadAsync(file, cancel), file, place);

        foreach (var known in LoginFiles(environment).Where(File.Exists))
        {
            if (RegistryCredentialFile.Find(await InputFiles.ReadAsync(known, cancel), known, place) is { } found)
                return found;
        }

        return null;
    }

    private static IEnumerable<string> LoginFiles(Func<string, string?> environment)
    {
        if (environment(EnvironmentVariables.DockerConfig) is { Length: > 0 } docker)
            yield return Path.Combine(docker, "config.json");
        else if (environment(EnvironmentVariables.Home) is { Length: > 0 } home)
            yield return Path.Combine(home, ".docker/config.json");
        if (environment(EnvironmentVariables.XdgRuntimeDir) is { Length: > 0 } runtime)
            yield return Path.Combine(runtime, "containers/auth.json");
    }

    private static async Task WriteCatalogAsync(string file, ImageCatalog catalog, CancellationToken cancel)
    {
        try
        {
            await AtomicFile.WriteTextAsync(Path.GetFullPath(file), catalog.ToYaml(), cancel);
        }
        catch (Exception trouble) when (trouble is IOException or UnauthorizedAccessException)
        {
            throw new UserErrorException($"cannot write `{file}`: {trouble.Message}", "choose another file with `--catalog`; the images are in the registry", inner: trouble);
        }
    }

    private static async Task WriteAsync(GlobalOptions global, bool json, PublishedImages published)
    {
        if (json)
        {
            await global.Console.Out.WriteLineAsync(new JsonObject
            {
                ["version"] = 1,
                ["images"] = new JsonArray([.. published.Images.Select(image => (JsonNode)new JsonObject
                {
                    ["name"] = image.Name,
                    ["digest"] = image.Pushed.Image.Digest,
                    ["tags"] = JsonText.Strings(image.Tags),
                    ["targets"] = JsonText.Strings(image.Targets),
                    ["sent"] = image.Pushed.Sent,
                    ["sent_bytes"] = image.Pushed.SentBytes,
                })]),
            }.ToJsonString(JsonText.Indented));
            return;
        }

        foreach (var image in published.Images)
        {
            await global.Console.Out.WriteLineAsync($"{image.Name}@{image.Pushed.Image.Digest}");
            await global.Console.Error.WriteLineAsync($"{image.Name}: {string.Join(", ", image.Tags)}; {image.Pushed.Sent} {(image.Pushed.Sent == 1 ? "blob" : "blobs")} sent, {Units.Bytes(image.Pushed.SentBytes)}");
        }
    }
}
