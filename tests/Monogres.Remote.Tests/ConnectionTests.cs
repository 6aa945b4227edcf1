using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Grpc.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Monogres.Core;
using Monogres.Remote.Connection;
using Monogres.Remote.Tests.Engine;
using Monogres.Testing;

namespace Monogres.Remote.Tests;

/// <summary>Who we are to an engine, who it is to us, and what is said when that does not fit.</summary>
public sealed class ConnectionTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();
    private readonly Authority _authority = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _authority.Dispose();
        _directory.Dispose();
    }

    [Fact]
    public async Task An_engine_whose_certificate_an_authority_signed_that_we_were_told_of_is_believed()
    {
        await using var engine = await StartAsync(_authority.Issue("127.0.0.1"));
        Assert.StartsWith("grpcs://", engine.Address.Text, StringComparison.Ordinal);
        Assert.True((await AskAsync(engine, new RemoteCredentials { AuthorityFile = AuthorityFile() })).CanExecute);
    }

    [Fact]
    public async Task One_that_nobody_signed_whom_we_believe_is_not()
    {
        await using var engine = await StartAsync(_authority.Issue("127.0.0.1"));
        var refused = await RefusedAsync(engine, new RemoteCredentials());
        Assert.Contains("its certificate is not valid here", refused.Message, StringComparison.Ordinal);
        Assert.Contains("MONOGRES_REMOTE_CA_FILE", refused.Hint, StringComparison.Ordinal);
        // Another attempt would find the same certificate.
        Assert.Empty(engine.Faults.Calls);
    }

    [Fact]
    public async Task A_certificate_of_another_name_is_not_believed()
    {
        await using var engine = await StartAsync(_authority.Issue("127.0.0.9"));
        var refused = await RefusedAsync(engine, new RemoteCredentials { AuthorityFile = AuthorityFile() });
        Assert.Contains("the name in the address must be one in the certificate", refused.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_engine_that_wants_to_know_us_gets_our_certificate(bool keyApart)
    {
        await using var engine = await StartAsync(_authority.Issue("127.0.0.1"), wantsOurs: true);
        using var ours = _authority.Issue("127.0.0.2");
        using var key = ours.GetECDsaPrivateKey()!;
        File.WriteAllText(_directory["key.pem"], key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(_directory["ours.pem"], ours.ExportCertificatePem() + "\n" + (keyApart ? "" : key.ExportPkcs8PrivateKeyPem()));
        var credentials = new RemoteCredentials { AuthorityFile = AuthorityFile(), CertificateFile = _directory["ours.pem"], KeyFile = keyApart ? _directory["key.pem"] : null };
        Assert.True((await AskAsync(engine, credentials)).CanExecute);
    }

    [Fact]
    public async Task Without_ours_it_says_nothing()
    {
        await using var engine = await StartAsync(_authority.Issue("127.0.0.1"), wantsOurs: true);
        var refused = await RefusedAsync(engine, new RemoteCredentials { AuthorityFile = AuthorityFile() });
        Assert.Contains("could not say what it can", refused.Message, StringComparison.Ordinal);
        Assert.True(refused.Hint?.Contains("MONOGRES_REMOTE_CERTIFICATE_FILE", StringComparison.Ordinal) ?? false, $"{refused}");
    }

    [Theory]
    [InlineData(true, "Bearer s3cret")]
    [InlineData(false, "Basic dTpw")]
    public async Task A_token_and_a_password_come_from_files(bool token, string expected)
    {
        File.WriteAllText(_directory["secret"], token ? "s3cret\n" : "u:p\n");
        await using var engine = await SmallEngine.StartAsync();
        engine.Authorization = expected;
        Assert.True((await AskAsync(engine, token ? new RemoteCredentials { TokenFile = _directory["secret"] } : new RemoteCredentials { PasswordFile = _directory["secret"] })).CanExecute);
    }

    [Fact]
    public async Task A_token_that_has_expired_is_told_and_not_shown()
    {
        File.WriteAllText(_directory["secret"], "s3cret");
        await using var engine = await SmallEngine.StartAsync();
        engine.Authorization = "Bearer another";
        var refused = await RefusedAsync(engine, new RemoteCredentials { TokenFile = _directory["secret"] });
        Assert.Equal(StatusCode.Unauthenticated, refused.Status);
        Assert.Contains("the token has expired", refused.Message, StringComparison.Ordinal);
        Assert.Contains("MONOGRES_REMOTE_TOKEN_FILE", refused.Hint, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", refused.Message + refused.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_secret_is_not_sent_in_the_clear_to_another_machine()
    {
        File.WriteAllText(_directory["secret"], "s3cret");
        var error = Assert.Throws<UserErrorException>(() => Connect(RemoteAddress.Parse("grpc://farm.example:8980"), new RemoteCredentials { TokenFile = _directory["secret"] }));
        Assert.Contains("grpcs://", error.Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("two\nlines\n")]
    [InlineData(null)]
    public void A_file_without_one_line_is_no_secret(string? content)
    {
        if (content is not null)
            File.WriteAllText(_directory["secret"], content);
        var error = Assert.Throws<UserErrorException>(() => Connect(RemoteAddress.Parse("grpcs://farm.example"), new RemoteCredentials { TokenFile = _directory["secret"] }));
        Assert.Contains(_directory["secret"], error.Message, StringComparison.Ordinal);
        Assert.Contains("MONOGRES_REMOTE_", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_that_is_no_certificate_is_named()
    {
        File.WriteAllText(_directory["c.pem"], "not a certificate");
        foreach (var credentials in (RemoteCredentials[])[new() { CertificateFile = _directory["c.pem"] }, new() { AuthorityFile = _directory["c.pem"] }])
            Assert.Contains("c.pem", Assert.Throws<UserErrorException>(() => Connect(RemoteAddress.Parse("grpcs://farm.example"), credentials)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://farm.example")]
    [InlineData("farm.example:8980")]
    [InlineData("grpc://")]
    [InlineData("grpc://user:password@farm.example")]
    [InlineData("grpc://farm.example/?instance=x")]
    [InlineData("")]
    public void What_is_not_an_address_is_told_with_what_one_is(string text)
    {
        var error = Assert.Throws<UserErrorException>(() => RemoteAddress.Parse(text));
        Assert.Equal(ExitCode.Usage, error.ExitCode);
        Assert.Contains("grpc://HOST:PORT", error.Hint, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_engine_with_TLS_that_is_asked_without_says_so_and_the_other_way_round()
    {
        await using var secure = await StartAsync(_authority.Issue("127.0.0.1"));
        var clear = RemoteAddress.Parse(secure.Address.Text.Replace("grpcs", "grpc", StringComparison.Ordinal));
        Assert.Contains("an engine with TLS has `grpcs://`", (await RefusedAsync(clear, new RemoteCredentials())).Hint, StringComparison.Ordinal);

        await using var plain = await SmallEngine.StartAsync();
        var encrypted = RemoteAddress.Parse(plain.Address.Text.Replace("grpc", "grpcs", StringComparison.Ordinal));
        Assert.Contains("without TLS", (await RefusedAsync(encrypted, new RemoteCredentials())).Hint, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(StatusCode.InvalidArgument)]
    [InlineData(StatusCode.NotFound)]
    public async Task An_instance_that_does_not_exist_is_named(StatusCode status)
    {
        await using var engine = await SmallEngine.StartAsync();
        engine.Faults.Plan = (_, _) => new EngineFault.Fails(status);
        Assert.Contains("check the instance name: `none`", (await RefusedAsync(RemoteAddress.Parse(engine.Address.Text + "/none"), new RemoteCredentials())).Hint, StringComparison.Ordinal);
        Assert.Contains("it may need an instance name", (await RefusedAsync(engine, new RemoteCredentials())).Hint, StringComparison.Ordinal);
    }

    private static async Task<EngineCapabilities> AskAsync(SmallEngine engine, RemoteCredentials credentials)
    {
        using var connection = Connect(engine.Address, credentials);
        return await connection.CapabilitiesAsync(Cancel);
    }

    private static Task<RemoteException> RefusedAsync(SmallEngine engine, RemoteCredentials credentials) => RefusedAsync(engine.Address, credentials);

    private static async Task<RemoteException> RefusedAsync(RemoteAddress address, RemoteCredentials credentials)
    {
        using var connection = Connect(address, credentials);
        return await Assert.ThrowsAsync<RemoteException>(async () => await connection.CapabilitiesAsync(Cancel));
    }

    private static RemoteConnection Connect(RemoteAddress address, RemoteCredentials credentials) => new(
        new RemoteOptions { Address = address, Credentials = credentials, CallLimit = RemoteFixture.CallLimit }, "test", new RetryBudget(3), new FakeTime { SkipsWaitsBelow = TimeSpan.FromSeconds(10) });

    private static Task<SmallEngine> StartAsync(X509Certificate2 certificate, bool wantsOurs = false) => SmallEngine.StartAsync(tls: new HttpsConnectionAdapterOptions
    {
        ServerCertificate = certificate,
        ClientCertificateMode = wantsOurs ? ClientCertificateMode.RequireCertificate : ClientCertificateMode.NoCertificate,
        ClientCertificateValidation = (ours, _, _) => ours.Issuer == Authority.Name,
    });

    private string AuthorityFile()
    {
        File.WriteAllText(_directory["authority.pem"], _authority.Pem);
        return _directory["authority.pem"];
    }

    /// <summary>Signs certificates.</summary>
    private sealed class Authority : IDisposable
    {
        public const string Name = "CN=authority of a test";

        private static readonly DateTimeOffset From = new(2020, 1, 1, 0, 0, 0, TimeSpan.Zero), To = new(2120, 1, 1, 0, 0, 0, TimeSpan.Zero);

        private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        private readonly X509Certificate2 _own;
        private byte _serial;

        public Authority()
        {
            var request = new CertificateRequest(Name, _key, HashAlgorithmName.SHA256);
            request.CertificateExtensions.Add(new X509BasicConstraintsExtension(certificateAuthority: true, hasPathLengthConstraint: false, 0, critical: true));
            _own = request.CreateSelfSigned(From, To);
        }

        public string Pem => _own.ExportCertificatePem();

        /// <summary>A certificate with its key for an address.</summary>
        public X509Certificate2 Issue(string address)
        {
            using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
            var request = new CertificateRequest($"CN={address}", key, HashAlgorithmName.SHA256);
            var names = new SubjectAlternativeNameBuilder();
            names.AddIpAddress(IPAddress.Parse(address));
            request.CertificateExtensions.Add(names.Build());
            using var signed = request.Create(_own, From, To, [++_serial]);
            using var whole = signed.CopyWithPrivateKey(key);
            return X509CertificateLoader.LoadPkcs12(whole.Export(X509ContentType.Pkcs12), null);
        }

        public void Dispose()
        {
            _own.Dispose();
            _key.Dispose();
        }
    }
}
