using System.Text;
using Monogres.Core;
using Monogres.Packaging.Oci.Registry;

namespace Monogres.Packaging.Tests.Oci.Registry;

public sealed class RegistryCredentialFileTests
{
    // someone:se:cret, other:word
    private const string Logins = """{"auths":{"registry.example:5000":{"auth":"c29tZW9uZTpzZTpjcmV0"},"registry.example:5000/team":{"username":"other","password":"word"},"https://index.docker.io/v1/":{"auth":"b3RoZXI6d29yZA=="},"empty.example":{}},"credsStore":"desktop"}""";

    [Theory]
    [InlineData("registry.example:5000/monogres", "someone", "se:cret")]
    [InlineData("registry.example:5000/team/monogres", "other", "word")]
    [InlineData("registry.example:5000/teams", "someone", "se:cret")]
    [InlineData("docker.io/someone", "other", "word")]
    public void The_login_with_the_longest_path_counts(string place, string user, string password) =>
        Assert.Equal(new RegistryCredentials(user, password), Find(Logins, place));

    [Theory]
    [InlineData(Logins, "registry.example/monogres")]
    [InlineData(Logins, "empty.example")]
    [InlineData("{}", "registry.example")]
    public void Where_there_is_no_login_there_is_none(string json, string place) => Assert.Null(Find(json, place));

    [Fact]
    public void A_file_that_is_none_is_named()
    {
        var error = Assert.Throws<UserErrorException>(() => Find("not json", "registry.example"));
        Assert.StartsWith("`config.json` cannot be read: ", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bm9ib2R5")]
    [InlineData("%")]
    public void A_login_that_is_none_is_named(string auth)
    {
        var error = Assert.Throws<UserErrorException>(() => Find("""{"auths":{"registry.example":{"auth":"AUTH"}}}""".Replace("AUTH", auth, StringComparison.Ordinal), "registry.example"));
        Assert.Equal("what `config.json` has for `registry.example` is no user with a password", error.Message);
    }

    [Fact]
    public void Docker_Hub_answers_elsewhere() => Assert.Equal(
        (new Uri("https://registry-1.docker.io/"), "docker.io/someone"), (RegistryPlace.Parse("docker.io/someone").Address, RegistryPlace.Parse("docker.io/someone").ToString()));

    [Fact]
    public void A_registry_without_TLS_must_be_asked_for() => Assert.Equal(
        ("https", "http"), (RegistryPlace.Parse("registry.example").Address.Scheme, RegistryPlace.Parse("registry.example", insecure: true).Address.Scheme));

    [Theory]
    [InlineData("")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")]
    public void A_file_without_certificates_is_named(string pem) =>
        Assert.Equal("`ca.pem` has no certificate", Assert.Throws<UserErrorException>(() => RegistryNetwork.NewHandler(pem, "ca.pem")).Message);

    private static RegistryCredentials? Find(string json, string place) => RegistryCredentialFile.Find(Encoding.UTF8.GetBytes(json), "config.json", RegistryPlace.Parse(place));
}
