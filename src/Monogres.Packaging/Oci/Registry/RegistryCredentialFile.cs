using System.Text;
using System.Text.Json;
using Monogres.Core;

namespace Monogres.Packaging.Oci.Registry;

/// <summary>
/// Who pushes to which registry, as docker, podman and skopeo keep it after a login: <c>config.json</c> or <c>auth.json</c>,
/// https://github.com/containers/image/blob/main/docs/containers-auth.json.5.md. Programs that keep passwords elsewhere are not asked.
/// </summary>
public static class RegistryCredentialFile
{
    // Docker Hub is known by its first address.
    private const string DockerHub = "https://index.docker.io/v1/";

    /// <summary>The user and the password for a place; null when the file has none. The longest path that leads to the place counts.</summary>
    /// <param name="json">The file.</param>
    /// <param name="file">Its name, for messages.</param>
    /// <param name="place">Where images are pushed to.</param>
    /// <exception cref="UserErrorException">The file is no such file.</exception>
    public static RegistryCredentials? Find(ReadOnlySpan<byte> json, string file, RegistryPlace place)
    {
        RegistryLogins? logins;
        try
        {
            logins = JsonSerializer.Deserialize(json, RegistryJson.Default.RegistryLogins);
        }
        catch (JsonException wrong)
        {
            throw new UserErrorException($"`{file}` cannot be read: {wrong.Message}", "it is the file that `docker login` or `skopeo login` writes; name another with `--auth-file`", inner: wrong);
        }

        var wanted = place.ToString();
        var found = (logins?.Auths ?? []).Where(login => Leads(login.Key, wanted)).OrderByDescending(login => login.Key.Length).Select(login => login.Value).FirstOrDefault();
        return found is { Auth: { Length: > 0 } auth } ? Decode(auth, file, wanted)
            : found is { Username: { Length: > 0 } user, Password: { } password } ? new RegistryCredentials(user, password)
            : null;
    }

    private static bool Leads(string key, string wanted)
    {
        var name = key is DockerHub ? RegistryPlace.DockerHub : key[(key.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? scheme + 3 : 0)..].TrimEnd('/');
        return string.Equals(name, wanted, StringComparison.Ordinal) || wanted.StartsWith(name + "/", StringComparison.Ordinal);
    }

    private static RegistryCredentials Decode(string auth, string file, string place)
    {
        try
        {
            var text = Encoding.UTF8.GetString(Convert.FromBase64String(auth));
            if (text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon)
                return new RegistryCredentials(text[..colon], text[(colon + 1)..].TrimEnd('\0'));
        }
        catch (FormatException)
        {
            // As a text without colon.
        }

        throw new UserErrorException($"what `{file}` has for `{place}` is no user with a password", "log in again: `skopeo login`, `podman login` or `docker login`");
    }
}
