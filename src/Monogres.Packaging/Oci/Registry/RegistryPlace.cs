using System.Text.RegularExpressions;
using Monogres.Core;

namespace Monogres.Packaging.Oci.Registry;

/// <summary>Where images are pushed to: <c>registry.example:5000/monogres</c>.</summary>
/// <param name="Address">The registry. Spoken to without TLS only when it is on this machine, or when that was asked for.</param>
/// <param name="Host">The registry as it was written, with its port.</param>
/// <param name="Path">What the names of repositories begin with; empty when nothing does.</param>
public sealed partial record RegistryPlace(Uri Address, string Host, string Path)
{
    /// <summary>What Docker Hub is called in the names of images.</summary>
    internal const string DockerHub = "docker.io";

    // Where it answers.
    private const string DockerHubAddress = "registry-1.docker.io";

    /// <summary>Reads a host, with a port where needed, and a path.</summary>
    /// <param name="text">The text.</param>
    /// <param name="insecure">Whether a registry of another machine is spoken to without TLS.</param>
    /// <exception cref="UserErrorException">It is no such text.</exception>
    public static RegistryPlace Parse(string text, bool insecure = false)
    {
        if (Syntax().Match(text) is not { Success: true } place)
            throw new UserErrorException($"`{text}` is not a place in a registry", "write `registry.example/path` or `registry.example:5000/path`, in lower case and without a scheme") { ExitCode = ExitCode.Usage };

        var (host, port) = (place.Groups["host"].Value, place.Groups["port"].Value);
        var isPlain = insecure || host is "localhost" or "127.0.0.1" or "[::1]";
        return new RegistryPlace(new Uri($"{(isPlain ? "http" : "https")}://{(host is DockerHub ? DockerHubAddress : host)}{port}/"), host + port, place.Groups["path"].Value);
    }

    /// <summary>The repository of that name.</summary>
    public string Repository(string name) => Path.Length == 0 ? name : $"{Path}/{name}";

    /// <summary>The place as it was written.</summary>
    public override string ToString() => Path.Length == 0 ? Host : $"{Host}/{Path}";

    // The path as the distribution specification has names: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pulling-manifests.
    [GeneratedRegex(@"^(?<host>[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:]+\])(?<port>:[0-9]{1,5})?(/(?<path>[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*))?/?\z", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Syntax();
}
