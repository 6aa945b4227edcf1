using Monogres.Acceptance.Tests.Clients;
using Monogres.Testing;
using Monogres.Testing.Http;
using Monogres.Testing.Repositories;

namespace Monogres.Acceptance.Tests;

/// <summary>
/// rpm and dnf of pinned packages take what is built and published, over HTTP and with both signatures checked, into a root where
/// every script runs and the server is used. That root is a Debian, whose packages rpm does not know: a small package stands in for
/// them and provides what ours need.
/// </summary>
public sealed class YumRepositoryTests : IDisposable
{
    private const string Server = "postgres@15.18+minimal";

    private readonly TemporaryDirectory _directory = new();
    private readonly TestKey _key = new(rsa: 2048);

    public YumRepositoryTests()
    {
        File.WriteAllBytes(_directory["release.key"], _key.Secret);
        foreach (var folder in (string[])["dist", "repos"])
            Directory.CreateDirectory(_directory[folder]);
        // Debian's rpm has its database in the home of whoever runs it, and its dnf looks for it where other distributions have it.
        File.WriteAllText(_directory[".rpmmacros"], "%_dbpath /var/lib/rpm\n");
    }

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Dnf_installs_an_extension_with_its_server_which_runs_and_leaves_nothing_but_its_data_when_it_is_removed()
    {
        Distribution.SkipUnlessPossible();
        (await new Tool().RunAsync("build", Server, $"numeral/{Server}", "--format", "rpm", "--output", _directory["dist"])).Succeeded();
        string[] built = [.. Directory.GetFiles(_directory["dist"], "*.rpm").Order(StringComparer.Ordinal)];

        await using var clients = await ClientPrograms.OfAsync("rpm", "dnf");
        await using var distribution = await Distribution.CreateAsync();
        await using var server = new DirectoryServer(_directory["repository"]);
        async Task<string> RunAsync(params string[] command) => (await ClientProcess.RunAsync(clients.Start([_directory.Path, distribution.Root], command))).Succeeded().Out;
        Task<string> RpmAsync(params string[] arguments) => RunAsync(["rpm", "--root", distribution.Root, .. arguments]);
        Task<string> DnfAsync(params string[] arguments) => RunAsync(
            ["dnf", "--assumeyes", $"--installroot={distribution.Root}", $"--setopt=reposdir={_directory["repos"]}", "--releasever=1", "--forcearch=x86_64", .. arguments]);

        // Every file. What dnf and rpm keep for themselves is not ours, nor is what is temporary.
        async Task<string[]> FilesAsync() => Lines((await distribution.ShellAsync("""
            find / -xdev -path /etc/dnf -prune -o -path /run -prune -o -path /tmp -prune -o -path /var/cache -prune -o -path /var/log -prune -o -path /var/lib/dnf -prune -o -path /var/lib/rpm -prune -o -path '/var/lib/pgsql/15/data/*' -prune -o ! -path '/etc/*-' ! -type d -print | sort
            """)).Succeeded().Out);

        var standIn = await StandInAsync(what => RpmAsync(["-qp", "--qf", $"[%{{{what}}}\n]", .. built]));
        (await new Tool().RunAsync(
            ["publish", "yum", _directory["repository"], "--key", _directory["release.key"], "--url", server.Address, .. built, standIn.WriteTo(_directory.Path)])).Succeeded();
        File.Copy(_directory["repository/monogres.repo"], _directory["repos/monogres.repo"]);

        var before = await FilesAsync();
        await RpmAsync("--import", _directory["repository/RPM-GPG-KEY-monogres"]);
        var published = Directory.GetFiles(_directory["repository/Packages"], "*.rpm", SearchOption.AllDirectories);
        var checks = Lines(await RpmAsync(["-K", .. published]));
        Assert.Equal(built.Length + 1, checks.Length);
        Assert.Every(checks, line => Assert.EndsWith(": digests signatures OK", line, StringComparison.Ordinal));

        await DnfAsync("install", "numeral_15", "postgresql15-contrib");
        Assert.Contains(server.Requests, path => path.EndsWith("/repomd.xml.asc", StringComparison.Ordinal));
        Assert.Equal("", await RpmAsync("-Va"));

        // The link of the client's programs is that of update-alternatives.
        var used = (await distribution.ShellAsync("""
            postgresql-15-setup initdb >/dev/null
            as_postgres() { runuser -u postgres -- "$@"; }
            data=/var/lib/pgsql/15/data
            as_postgres /usr/pgsql-15/bin/pg_ctl -w -s -D $data -o '-c listen_addresses=' -l /tmp/log start || { cat /tmp/log; exit 1; }
            as_postgres psql -XqtA -v ON_ERROR_STOP=1 -c 'create extension numeral; create extension pgcrypto' -c "select 'one hundred twenty-three'::numeral + 'two'::numeral" -c 'show server_version'
            as_postgres /usr/pgsql-15/bin/pg_ctl -w -s -D $data -m fast stop
            """)).Succeeded();
        Assert.Equal("one hundred twenty-five\n15.18\n", used.Out);
        Assert.Equal("", await RpmAsync("-Va"));

        await DnfAsync("remove", "numeral_15", "postgresql15*");
        // The key that was imported.
        Assert.Equal("gpg-pubkey\n", await RpmAsync("-qa", "--qf", "%{NAME}\n"));
        // The databases stay, which are not looked at, and so does the user that owns them. Directories of the distribution are nobody's here.
        Assert.Equal("", string.Join('\n', (await FilesAsync()).Except(before)));
    }

    /// <summary>A package that provides all that these need and none of them has.</summary>
    private static async Task<SmallRpm> StandInAsync(Func<string, Task<string>> ask)
    {
        HashSet<string> needed = [.. Lines(await ask("REQUIRENAME"))];
        Assert.Contains(needed, need => need.StartsWith("libc.so.6(GLIBC_2.", StringComparison.Ordinal) && need.EndsWith(")(64bit)", StringComparison.Ordinal));
        needed.ExceptWith(Lines(await ask("PROVIDENAME")));
        return new SmallRpm { Name = "distribution", Requires = [], Provides = [.. needed.Where(need => !need.StartsWith("rpmlib(", StringComparison.Ordinal)).Order(StringComparer.Ordinal)] };
    }

    private static string[] Lines(string text) => text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
