using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Monogres.Core;

namespace Monogres.Remote.Connection;

/// <summary>Who we are to an engine, and which certificates we believe; all from files, since arguments and variables are seen by others.</summary>
public sealed record RemoteCredentials
{
    /// <summary>A file with a token, sent as <c>Authorization: Bearer</c>.</summary>
    public string? TokenFile { get; init; }

    /// <summary>A file with <c>user:password</c>, sent as <c>Authorization: Basic</c>.</summary>
    public string? PasswordFile { get; init; }

    /// <summary>A file with the certificates (PEM) of the authorities that sign the engine's, instead of those of this machine.</summary>
    public string? AuthorityFile { get; init; }

    /// <summary>A file with our own certificate (PEM), and its key unless <see cref="KeyFile"/> has it.</summary>
    public string? CertificateFile { get; init; }

    /// <summary>A file with the key of our certificate (PEM).</summary>
    public string? KeyFile { get; init; }

    /// <summary>The value of the header <c>authorization</c>, or null.</summary>
    /// <exception cref="UserErrorException">A file cannot be read, or is empty.</exception>
    internal string? Authorization()
    {
        if (TokenFile is not null)
            return $"Bearer {Secret(TokenFile)}";
        return PasswordFile is null ? null : $"Basic {Convert.ToBase64String(Encoding.UTF8.GetBytes(Secret(PasswordFile)))}";
    }

    /// <summary>Whether there is anything in it that must not be sent in the clear.</summary>
    internal bool HasSecrets => TokenFile is not null || PasswordFile is not null;

    /// <summary>Our certificate, or null.</summary>
    /// <exception cref="UserErrorException">A file cannot be read, or is no certificate with its key.</exception>
    internal X509Certificate2? Certificate() => CertificateFile is null ? null : Read(CertificateFile, () => X509Certificate2.CreateFromPemFile(CertificateFile, KeyFile));

    /// <summary>The authorities that are believed instead of those of this machine, or null.</summary>
    /// <exception cref="UserErrorException">The file cannot be read, or has no certificate.</exception>
    internal X509Certificate2Collection? Authorities() => AuthorityFile is null ? null : Read(AuthorityFile, () =>
    {
        var authorities = new X509Certificate2Collection();
        authorities.ImportFromPemFile(AuthorityFile);
        return authorities.Count > 0 ? authorities : throw new CryptographicException("there is no certificate in it");
    });

    private static string Secret(string file) => Read(file, () => File.ReadAllText(file).Trim()) is { Length: > 0 } secret && !secret.Any(char.IsControl)
        ? secret
        : throw RemoteErrors.CredentialFile(file, "one line is expected");

    private static T Read<T>(string file, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or CryptographicException)
        {
            throw RemoteErrors.CredentialFile(file, e.Message);
        }
    }
}
