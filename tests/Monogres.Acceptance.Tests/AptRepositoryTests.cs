using Monogres.Acceptance.Tests.Clients;
using Monogres.Testing;
using Monogres.Testing.Http;
using Monogres.Testing.Repositories;

namespace Monogres.Acceptance.Tests;

/// <summary>The apt and gpgv of pinned packages take what is published, over HTTP, with a root of their own.</summary>
public sealed class AptRepositoryTests : IAsyncLifetime
{
    private const string Apt = "apt-get", Gpgv = "gpgv";

    private static readonly SmallDeb Hello = new();

    private readonly TemporaryDirectory _directory = new();
    private readonly TestKey _key = new(maySign: false, subkeys: 1);
    private ClientPrograms? _clients;

    public AptRepositoryTests()
    {
        File.WriteAllBytes(_directory["release.key"], _key.Secret);
        foreach (var folder in (string[])["etc/apt/apt.conf.d", "etc/apt/preferences.d", "var/lib/apt/lists/partial", "var/cache/apt/archives/partial", "var/lib/dpkg", "got"])
            Directory.CreateDirectory(_directory[$"root/{folder}"]);
        File.WriteAllText(_directory["root/var/lib/dpkg/status"], "");
    }

    public async ValueTask InitializeAsync() => _clients = await ClientPrograms.OfAsync("apt", "gpgv", "grep", "sed");

    public async ValueTask DisposeAsync()
    {
        if (_clients is not null)
            await _clients.DisposeAsync();
        _directory.Dispose();
    }

    [Fact]
    public async Task Apt_takes_what_is_published_and_everything_that_is_added_later()
    {
        await using var server = new DirectoryServer(_directory["repository"]);
        var data = Hello with { Name = "monogres-data", Architecture = "all" };
        await PublishAsync(["--snapshot", "2026-11-28"], Hello, data);
        Listed("stable", server);
        await UpdateAsync();
        await IsHadAsync(Hello, data);

        // Older than what is there, so that the date of the suite stays.
        var older = Hello with { Version = "0.9-1", Date = Hello.Date.AddDays(-1) };
        var newer = Hello with { Version = "1:0.1-1", Date = Hello.Date.AddDays(1), Content = "newer\n" };
        foreach (var deb in (SmallDeb[])[older, newer])
        {
            await PublishAsync([], deb);
            await UpdateAsync();
            await IsHadAsync(Hello, data, deb);
        }

        await PublishAsync(["--valid-for", "1d"]);
        await UpdateAsync();

        Listed("stable/2026-11-28", server);
        await UpdateAsync();
        await IsHadAsync(Hello, data);
        Assert.NotEqual(0, (await RunAsync(Apt, [.. Root, "download", $"{newer.Name}={newer.Version}"])).ExitCode);
        Assert.Contains(server.Requests, path => path.Contains("/by-hash/SHA256/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Apt_takes_a_suite_whose_components_have_different_architectures()
    {
        await using var server = new DirectoryServer(_directory["repository"]);
        var data = Hello with { Name = "monogres-data", Architecture = "all" };
        await PublishAsync([], data);
        Listed("stable", server);
        await UpdateAsync();
        await IsHadAsync(data);

        await PublishAsync(["--component", "17"], Hello);
        Listed("stable", server, "main 17");
        await UpdateAsync();
        await IsHadAsync(data, Hello);
    }

    [Fact]
    public async Task Apt_does_not_take_what_another_key_signed()
    {
        await using var server = new DirectoryServer(_directory["repository"]);
        await PublishAsync([], Hello);
        Listed("stable", server);
        File.WriteAllBytes(_directory["keyring.gpg"], new TestKey().Public);
        Assert.NotEqual(0, (await RunAsync(Apt, [.. Root, "update"])).ExitCode);
    }

    [Fact]
    public async Task Gpgv_verifies_both_signatures()
    {
        foreach (var key in (TestKey[])[_key, new TestKey(), new TestKey(rsa: 3072), new TestKey(passphrase: "a phrase")])
        {
            File.WriteAllBytes(_directory["release.key"], key.Secret);
            File.WriteAllText(_directory["phrase"], "a phrase\n");
            File.WriteAllBytes(_directory["keyring.gpg"], key.Public);
            await PublishAsync(["--suite", $"s{key.Fingerprints[0]}", "--passphrase-file", _directory["phrase"]], Hello);
            var suite = _directory[$"repository/dists/s{key.Fingerprints[0]}"];
            (await RunAsync(Gpgv, "--keyring", _directory["keyring.gpg"], $"{suite}/InRelease")).Succeeded();
            (await RunAsync(Gpgv, "--keyring", _directory["keyring.gpg"], $"{suite}/Release.gpg", $"{suite}/Release")).Succeeded();
        }
    }

    private async Task PublishAsync(string[] options, params SmallDeb[] debs) => (await new Tool().RunAsync(
        ["publish", "apt", _directory["repository"], "--key", _directory["release.key"], .. options, .. debs.Select(deb => deb.WriteTo(_directory.Path))])).Succeeded();

    private void Listed(string suite, DirectoryServer server, string components = "main")
    {
        File.WriteAllBytes(_directory["keyring.gpg"], _key.Public);
        File.WriteAllText(_directory["root/etc/apt/sources.list"], $"deb [arch=amd64 signed-by={_directory["keyring.gpg"]}] {server.Address} {suite} {components}\n");
    }

    private string[] Root =>
    [
        "-o", $"Dir={_directory["root"]}", "-o", $"Dir::State::status={_directory["root/var/lib/dpkg/status"]}", "-o", "Dir::Etc::sourceparts=-", "-o", "Dir::Etc::trustedparts=-",
        "-o", "APT::Architecture=amd64", "-o", "APT::Architectures=amd64", "-o", "APT::Sandbox::User=", "-o", "APT::Update::Error-Mode=any", "-o", "Acquire::http::Proxy=DIRECT",
        "-o", "Acquire::Retries=0", "-o", "Acquire::Languages=none",
    ];

    private async Task UpdateAsync()
    {
        var update = (await RunAsync(Apt, [.. Root, "update"])).Succeeded();
        Assert.True(!update.Error.Contains("W:", StringComparison.Ordinal), update.ToString());
    }

    private async Task IsHadAsync(params SmallDeb[] debs)
    {
        foreach (var deb in debs)
        {
            (await RunAsync(Apt, [.. Root, "download", $"{deb.Name}={deb.Version}"])).Succeeded();
            var file = Directory.GetFiles(_directory["root/got"]).Single();
            Assert.Equal(deb.ToArray(), await File.ReadAllBytesAsync(file));
            File.Delete(file);
        }
    }

    private Task<Outcome> RunAsync(string program, params string[] arguments) => ClientProcess.RunAsync(_clients!.Start([_directory["root/got"], _directory.Path], [program, .. arguments]));
}
