using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Monogres.Core;

namespace Monogres.Packaging.Oci.Registry;

/// <summary>
/// Proves who pushes, once a registry asks: by user and password (RFC 7617), or by a token (RFC 6750) from the server that the
/// registry names, https://distribution.github.io/distribution/spec/auth/token/. A token is for a scope, and is kept for it.
/// </summary>
/// <param name="client">Sends the requests.</param>
/// <param name="options">The registry, and who pushes.</param>
internal sealed partial class RegistryAuthentication(HttpClient client, RegistryOptions options)
{
    private readonly ConcurrentDictionary<string, AuthenticationHeaderValue> _proofs = new(StringComparer.Ordinal);

    /// <summary>What was proved for a scope; null before the registry has asked.</summary>
    /// <param name="scope">What is to be done, as token servers know it; several are separated by spaces.</param>
    public AuthenticationHeaderValue? ProofFor(string scope) => _proofs.GetValueOrDefault(scope);

    /// <summary>Answers a refusal, so that the request can be sent again.</summary>
    /// <exception cref="UserErrorException">What is asked for cannot be given.</exception>
    public async Task AnswerAsync(HttpResponseMessage refusal, string scope, CancellationToken cancel)
    {
        var challenges = refusal.Headers.WwwAuthenticate;
        if (challenges.FirstOrDefault(one => Is(one, "Bearer")) is { } bearer)
            _proofs[scope] = await TokenAsync(bearer.Parameter ?? "", scope, cancel);
        else if (challenges.Any(one => Is(one, "Basic")))
            _proofs[scope] = Basic() ?? throw RegistryErrors.NoCredentials(options.Address);
        else
            throw RegistryErrors.UnknownChallenge(options.Address, challenges.ToString());
    }

    private async Task<AuthenticationHeaderValue> TokenAsync(string challenge, string scope, CancellationToken cancel)
    {
        var fields = Fields().Matches(challenge).ToDictionary(field => field.Groups["name"].Value, field => field.Groups["value"].Value, StringComparer.OrdinalIgnoreCase);
        if (!Uri.TryCreate(fields.GetValueOrDefault("realm"), UriKind.Absolute, out var realm))
            throw RegistryErrors.UnknownChallenge(options.Address, $"Bearer {challenge}");

        if (IsSecure(options.Address) && !IsSecure(realm))
            throw RegistryErrors.InsecureRealm(options.Address, realm);

        var query = new StringBuilder(realm.Query.Length > 1 ? realm.Query + "&" : "?");
        if (fields.TryGetValue("service", out var service))
            query.Append("service=").Append(Uri.EscapeDataString(service)).Append('&');
        query.AppendJoin('&', scope.Split(' ').Select(one => $"scope={Uri.EscapeDataString(one)}"));

        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(realm, query.ToString()));
        request.Headers.Authorization = Basic();
        using var answer = await client.SendAsync(request, cancel);
        var body = await answer.Content.ReadAsStringAsync(cancel);
        return answer.IsSuccessStatusCode && TokenIn(body) is { } token
            ? new AuthenticationHeaderValue("Bearer", token)
            : throw RegistryErrors.NoToken(options.Address, realm, answer.StatusCode, body);
    }

    private static string? TokenIn(string body)
    {
        try
        {
            return JsonSerializer.Deserialize(body, RegistryJson.Default.RegistryToken) is { } answer ? answer.Token ?? answer.AccessToken : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private AuthenticationHeaderValue? Basic() => options.Credentials is { } who
        ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes($"{who.User}:{who.Password}")))
        : null;

    private static bool IsSecure(Uri address) => string.Equals(address.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal);

    private static bool Is(AuthenticationHeaderValue challenge, string scheme) => string.Equals(challenge.Scheme, scheme, StringComparison.OrdinalIgnoreCase);

    [GeneratedRegex(@"(?<name>[A-Za-z_-]+)\s*=\s*(""(?<value>[^""]*)""|(?<value>[^"",\s]+))", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Fields();
}
