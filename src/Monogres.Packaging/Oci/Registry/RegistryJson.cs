using System.Collections.Immutable;
using System.Text.Json.Serialization;

namespace Monogres.Packaging.Oci.Registry;

/// <summary>What a registry says when it refuses something.</summary>
internal sealed record RegistryErrorList
{
    public ImmutableArray<RegistryError>? Errors { get; init; }
}

/// <summary>One reason.</summary>
internal sealed record RegistryError
{
    public string Code { get; init; } = "";

    public string Message { get; init; } = "";
}

/// <summary>What a token server answers; the token stands in one of two fields.</summary>
internal sealed record RegistryToken
{
    public string? Token { get; init; }

    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }
}

/// <summary>What is kept after a login, by registry.</summary>
internal sealed record RegistryLogins
{
    public Dictionary<string, RegistryLogin>? Auths { get; init; }
}

/// <summary>A login: the user and the password in one text, or each for itself.</summary>
internal sealed record RegistryLogin
{
    public string? Auth { get; init; }

    public string? Username { get; init; }

    public string? Password { get; init; }
}

/// <summary>How these are read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(RegistryErrorList))]
[JsonSerializable(typeof(RegistryToken))]
[JsonSerializable(typeof(RegistryLogins))]
internal sealed partial class RegistryJson : JsonSerializerContext;
