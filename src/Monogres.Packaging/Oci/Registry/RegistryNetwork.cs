using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Monogres.Core;

namespace Monogres.Packaging.Oci.Registry;

/// <summary>How registries are reached.</summary>
public static class RegistryNetwork
{
    /// <summary>The network as it is, with the proxies of the environment.</summary>
    /// <param name="authorities">Certificates, as PEM, of the authorities that are trusted in place of this machine's; null for this machine's.</param>
    /// <param name="file">Where they are from, for messages.</param>
    /// <exception cref="UserErrorException">There is no certificate in it.</exception>
    public static SocketsHttpHandler NewHandler(string? authorities, string? file)
    {
        var handler = new SocketsHttpHandler { ConnectTimeout = TimeSpan.FromSeconds(15) };
        if (authorities is not null)
        {
            // An authority of one's own has no list of what it revoked that could be reached.
            var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
            policy.CustomTrustStore.AddRange(Read(authorities, file));
            handler.SslOptions.CertificateChainPolicy = policy;
        }

        return handler;
    }

    private static X509Certificate2Collection Read(string authorities, string? file)
    {
        var certificates = new X509Certificate2Collection();
        try
        {
            certificates.ImportFromPem(authorities);
        }
        catch (CryptographicException wrong)
        {
            throw NoCertificate(file, wrong);
        }

        return certificates.Count > 0 ? certificates : throw NoCertificate(file, inner: null);
    }

    private static UserErrorException NoCertificate(string? file, Exception? inner) =>
        new($"`{file}` has no certificate", "name a file with `-----BEGIN CERTIFICATE-----` in it", inner: inner);
}
