using Monogres.Acceptance.Tests.Clients;
using Monogres.Testing;
using Monogres.Testing.Http;
using Monogres.Testing.Repositories;

namespace Monogres.Acceptance.Tests;

/// <summary>
/// rpm and dnf of pinned packages take what is built and published, over HTTP and with both signatures checked, into a root that
/// has nothing. A small package stands in for the distribution: it provides what ours need of it. Scripts are not run, since that
/// root has no shell; <c>docs/reference/packages.md</c> says what they do.
/// </summary>
public sealed class YumRepositoryTests : IDisposable
{
    private const string Server = "postgres@15.18+minimal";

    private readonly TemporaryDirectory _directory = new();
    private readonly TestKey _key = new(rsa: 2048);

    public YumRepositoryTests()
    {
        File.WriteAllBytes(_directory["release.key"], _key.Secret);
        foreach (var folder in (string[])["dist", "root", "repos"])
            Directory.CreateDirectory(_directory[folder]);
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Dnf_installs_an_extension_with_its_server_and_rpm_finds_nothing_wrong_and_removes_everything()
    {
        (await new Tool().RunAsync("build", Server, $"numeral/{Server}", "--format", "rpm", "--output", _directory["dist"])).Succeeded();
        string[] built = [.. Directory.GetFiles(_directory["dist"], "*.rpm").Order(StringComparer.Ordinal)];
        Assert.Contains(built, file => Path.GetFileName(file).StartsWith("postgresql15-server-15.18-1~mgr1.glibc", StringComparison.Ordinal));
        Assert.Contains(built, file => Path.GetFileName(file).StartsWith("numeral_15-", StringComparison.Ordinal));

        await using var clients = await ClientPrograms.OfAsync("rpm", "dnf");
        await using var server = new DirectoryServer(_directory["repository"]);
        var distribution = await DistributionAsync(clients, built);
        (await new Tool().RunAsync(
            ["publish", "yum", _directory["repository"], "--key", _directory["release.key"], "--url", server.Address, .. built, distribution.WriteTo(_directory.Path)])).Succeeded();
        File.Copy(_directory["repository/monogres.repo"], _directory["repos/monogres.repo"]);

        await RunAsync(clients, "rpm", "--root", _directory["root"], "--import", _directory["repository/RPM-GPG-KEY-monogres"]);
        var published = Directory.GetFiles(_directory["repository/Packages"], "*.rpm", SearchOption.AllDirectories);
        var checks = (await RunAsync(clients, ["rpm", "--root", _directory["root"], "-K", .. published])).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(published.Length, checks.Length);
        Assert.Every(checks, line => Assert.EndsWith(": digests signatures OK", line, StringComparison.Ordinal));

        await RunAsync(clients,
            "dnf", "--assumeyes", $"--installroot={_directory["root"]}", $"--setopt=reposdir={_directory["repos"]}", "--setopt=tsflags=noscripts", "--setopt=ignorearch=True", "--releasever=1", "--forcearch=x86_64",
            "install", "numeral_15", "postgresql15-contrib");
        Assert.Contains(server.Requests, path => path.EndsWith("/repomd.xml.asc", StringComparison.Ordinal));
        Assert.True(File.Exists(_directory["root/usr/pgsql-15/share/extension/numeral.control"]));
        Assert.True(File.Exists(_directory["root/usr/lib/systemd/system/postgresql-15.service"]));

        // The user of the server is made by a script, so in this root its directories are root's.
        Assert.Equal("", await RunAsync(clients, "rpm", "--root", _directory["root"], "-Va", "--nouser", "--nogroup", "--noscripts"));
        string[] ours = [.. (await RunAsync(clients, "rpm", "--root", _directory["root"], "-qa")).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(name => !name.StartsWith("gpg-pubkey", StringComparison.Ordinal))];
        await RunAsync(clients, ["rpm", "--root", _directory["root"], "--erase", "--noscripts", .. ours]);
        Assert.False(Directory.Exists(_directory["root/usr/pgsql-15"]));
        Assert.False(Directory.Exists(_directory["root/var/lib/pgsql"]));
    }

    /// <summary>A package that provides all that these need and none of them has.</summary>
    private async Task<SmallRpm> DistributionAsync(ClientPrograms clients, string[] built)
    {
        async Task<HashSet<string>> AskAsync(string what) =>
            [.. (await RunAsync(clients, ["rpm", "-qp", "--qf", $"[%{{{what}}}\\n]", .. built])).Split('\n', StringSplitOptions.RemoveEmptyEntries)];

        var needed = await AskAsync("REQUIRENAME");
        Assert.Contains(needed, need => need.StartsWith("libc.so.6(GLIBC_2.", StringComparison.Ordinal) && need.EndsWith(")(64bit)", StringComparison.Ordinal));
        needed.ExceptWith(await AskAsync("PROVIDENAME"));
        return new SmallRpm { Name = "distribution", Requires = [], Provides = [.. needed.Where(need => !need.StartsWith("rpmlib(", StringComparison.Ordinal)).Order(StringComparer.Ordinal)] };
    }

    private async Task<string> RunAsync(ClientPrograms clients, params string[] command) => (await clients.RunAsync(_directory.Path, command)).Succeeded().Out;
}
