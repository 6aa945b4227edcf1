using Monogres.Core;

namespace Monogres.Remote.Connection;

/// <summary>Where an engine is: <c>grpc://HOST:PORT/INSTANCE</c> in the clear, <c>grpcs://HOST:PORT/INSTANCE</c> over TLS; most engines have no instance name.</summary>
public sealed record RemoteAddress
{
    private const int Port = 443, PortInTheClear = 80;

    private RemoteAddress(Uri server, string instance, string text) => (Server, Instance, Text) = (server, instance, text);

    /// <summary>The server, as <c>http://</c> or <c>https://</c>.</summary>
    public Uri Server { get; }

    /// <summary>The instance name, without slashes at its ends; often empty.</summary>
    public string Instance { get; }

    /// <summary>What was given.</summary>
    public string Text { get; }

    /// <summary>Whether the connection is encrypted.</summary>
    public bool IsSecure => string.Equals(Server.Scheme, Uri.UriSchemeHttps, StringComparison.Ordinal);

    /// <summary>Reads an address.</summary>
    /// <exception cref="UserErrorException">It is none.</exception>
    public static RemoteAddress Parse(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || uri.Scheme is not ("grpc" or "grpcs") || uri.Host.Length == 0
            || uri.Query.Length + uri.Fragment.Length + uri.UserInfo.Length > 0)
            throw RemoteErrors.NotAnAddress(text);

        var secure = uri.Scheme is "grpcs";
        var port = uri.Port > 0 ? uri.Port : secure ? Port : PortInTheClear;
        return new RemoteAddress(new UriBuilder(secure ? Uri.UriSchemeHttps : Uri.UriSchemeHttp, uri.IdnHost, port).Uri, Uri.UnescapeDataString(uri.AbsolutePath).Trim('/'), text);
    }

    /// <summary>What was given.</summary>
    public override string ToString() => Text;
}
