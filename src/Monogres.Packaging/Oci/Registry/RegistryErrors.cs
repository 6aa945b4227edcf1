using System.Net;
using System.Text.Json;
using Monogres.Core;

namespace Monogres.Packaging.Oci.Registry;

/// <summary>What a registry does not do.</summary>
internal static class RegistryErrors
{
    private const string RunAgain = "run the command again: what the registry has is not sent again";

    /// <summary>It did not answer, or broke off again and again.</summary>
    public static UserErrorException Unreachable(Uri registry, string doing, string reason, Exception? inner) =>
        new($"{doing} to `{registry.Authority}` failed: {reason}", RunAgain, inner: inner) { Unavailable = true };

    /// <summary>It is spoken to over TLS, and cannot be, or is not trusted.</summary>
    public static UserErrorException NotSecure(Uri registry, string doing, string reason, Exception inner) => new(
        $"{doing} to `{registry.Authority}` failed: no secure connection: {reason}",
        "name the certificate of the authority that the registry has its own from with `--ca-file`; for a registry without TLS, add `--insecure`", inner: inner);

    /// <summary>It answered with an error.</summary>
    public static UserErrorException Refused(Uri registry, string doing, HttpStatusCode status, string body) => new(
        $"{doing} to `{registry.Authority}` was refused: {(int)status} {status}",
        status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => "check the user and the password, and that they may write to the repository",
            // Servers with TLS answer so to whom speaks without; one of this machine is spoken to so by its address.
            HttpStatusCode.BadRequest when registry is { Scheme: "http" } => "it was spoken to without TLS: where it has TLS, leave out `--insecure`, and call one of this machine by its name in place of an address",
            HttpStatusCode.NotFound or HttpStatusCode.MethodNotAllowed => "check the address: the registry has no such repository, or cannot be pushed to",
            _ => RunAgain,
        },
        [.. ErrorsIn(body)]);

    /// <summary>Nothing was said of who pushes, or it was not believed.</summary>
    public static UserErrorException NoToken(Uri registry, Uri realm, HttpStatusCode status, string body) => new(
        $"`{realm.Authority}` gives no token for `{registry.Authority}`: {(int)status} {status}", "check the user and the password, and that they may write to the repository", [.. ErrorsIn(body)]);

    /// <summary>It asks for a user and a password, and there is none.</summary>
    public static UserErrorException NoCredentials(Uri registry) => new($"`{registry.Authority}` asks for a user and a password", "log in with `skopeo login`, `podman login` or `docker login`, or set MONOGRES_REGISTRY_USER and MONOGRES_REGISTRY_PASSWORD");

    /// <summary>It asks for something that is not understood.</summary>
    public static UserErrorException UnknownChallenge(Uri registry, string challenge) =>
        new($"`{registry.Authority}` asks for a proof of identity that is not understood: {challenge}", "use a registry with tokens, or with user and password");

    /// <summary>It would have the password sent where everyone can read it.</summary>
    public static UserErrorException InsecureRealm(Uri registry, Uri realm) =>
        new($"`{registry.Authority}` asks to send the password to `{realm}`, without TLS", "do not use this registry before its administrator has changed that");

    /// <summary>It says that it has something else than was sent.</summary>
    public static UserErrorException OtherDigest(Uri registry, string doing, string expected, string actual) =>
        new($"{doing} to `{registry.Authority}`: it says that it has {actual}, not {expected}", RunAgain);

    // https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes
    private static IEnumerable<string> ErrorsIn(string body)
    {
        RegistryErrorList? list = null;
        try
        {
            list = JsonSerializer.Deserialize(body, RegistryJson.Default.RegistryErrorList);
        }
        catch (JsonException)
        {
            // A proxy's page, or nothing.
        }

        return (list?.Errors ?? []).Select(error => $"{error.Code}: {error.Message}");
    }
}
