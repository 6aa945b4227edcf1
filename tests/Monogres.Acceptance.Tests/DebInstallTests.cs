using Monogres.Acceptance.Tests.Clients;
using Monogres.Testing;
using Monogres.Testing.Http;
using Monogres.Testing.Repositories;

namespace Monogres.Acceptance.Tests;

/// <summary>
/// A real Debian 12 installs what is published: apt over HTTP, dpkg with every maintainer script, the server that Debian's own tools
/// make and start. A further case, which takes longer, runs when <c>MONOGRES_TEST_WIDE</c> is <c>1</c>.
/// </summary>
public sealed class DebInstallTests : IDisposable
{
    private const string Server = "postgres@15.18", Extension = "pgvector@0.8.0/postgres@15.18";

    // The server of the cluster that installing made with Debian's tools, a table with a vector, and what was asked of it.
    private const string UseVectors = """
        pg_ctlcluster 15 main start
        pg_lsclusters --no-header
        psql() { setpriv --reuid=postgres --regid=postgres --clear-groups psql -XqtA -v ON_ERROR_STOP=1 "$@"; }
        psql -c 'create extension vector' -c "create table items (at vector(3)); insert into items values ('[1,2,3]'), ('[4,5,6]')" -c "select at from items order by at <-> '[3,3,3]' limit 1"
        pg_ctlcluster 15 main stop
        """;

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Fact]
    public async Task Apt_installs_an_extension_with_its_server_which_runs_and_leaves_nothing_when_it_is_purged()
    {
        Distribution.SkipUnlessPossible();
        await PublishAsync(Server, Extension);
        await using var distribution = await Distribution.CreateAsync();
        await using var ours = new DirectoryServer(_directory["repository"]);
        await using var debian = await SourcesAsync(distribution, ours);

        (await distribution.ShellAsync("apt-get update -q && apt-get install -qy postgresql-15-pgvector")).Succeeded();
        var used = (await distribution.ShellAsync(UseVectors)).Succeeded();
        Assert.Contains("[1,2,3]\n", used.Out, StringComparison.Ordinal);
        Assert.Matches(@"(?m)^15 +main +5432 online", used.Out);
        var verified = (await distribution.ShellAsync("dpkg --verify postgresql-15 postgresql-client-15 postgresql-15-pgvector")).Succeeded();
        Assert.Equal("", verified.Out);
        Assert.Contains(ours.Requests, path => path.EndsWith("/Packages.xz", StringComparison.Ordinal) || path.Contains("/by-hash/", StringComparison.Ordinal));

        (await distribution.ShellAsync("echo 'postgresql-15 postgresql-15/postrm_purge_data boolean true' | debconf-set-selections; apt-get purge -qy 'postgresql*15*' && apt-get autoremove --purge -qy")).Succeeded();
        var left = (await distribution.ShellAsync("find /usr/lib/postgresql /usr/share/postgresql /etc/postgresql /var/lib/postgresql /var/log/postgresql -mindepth 1 2>/dev/null || true")).Succeeded();
        Assert.Equal("", left.Out);
    }

    [Fact]
    public async Task An_extension_of_ours_serves_the_distributions_server()
    {
        Distribution.SkipUnlessPossible();
        Assert.SkipUnless(Environment.GetEnvironmentVariable("MONOGRES_TEST_WIDE") is "1", "one of the further cases: MONOGRES_TEST_WIDE=1");
        await PublishAsync(Extension);
        await using var distribution = await Distribution.CreateAsync();
        await using var ours = new DirectoryServer(_directory["repository"]);
        await using var debian = await SourcesAsync(distribution, ours);

        (await distribution.ShellAsync("apt-get update -q && apt-get install -qy postgresql-15 postgresql-15-pgvector")).Succeeded();
        Assert.Contains("deb12u", (await distribution.ShellAsync("dpkg-query -W -f '${Version}' postgresql-15")).Succeeded().Out, StringComparison.Ordinal);
        Assert.Contains("[1,2,3]\n", (await distribution.ShellAsync(UseVectors)).Succeeded().Out, StringComparison.Ordinal);
    }

    private async Task PublishAsync(params string[] targets)
    {
        if (!File.Exists(_directory["release.key"]))
        {
            var key = new TestKey();
            File.WriteAllBytes(_directory["release.key"], key.Secret);
            File.WriteAllBytes(_directory["release.gpg"], key.Public);
        }

        (await new Tool().RunAsync(["publish", "apt", _directory["repository"], "--key", _directory["release.key"], "--compress", "xz", .. targets])).Succeeded();
    }

    /// <summary>Our repository, and the distribution's packages in one of their own, as the root's only sources.</summary>
    private async Task<DirectoryServer> SourcesAsync(Distribution distribution, DirectoryServer ours)
    {
        (await new Tool().RunAsync(["publish", "apt", _directory["debian"], "--key", _directory["release.key"], "--suite", "bookworm", .. Directory.GetFiles(distribution.Pool)])).Succeeded();
        var debian = new DirectoryServer(_directory["debian"]);
        File.Copy(_directory["release.gpg"], Path.Combine(distribution.Root, "etc/apt/test.gpg"));
        File.WriteAllText(Path.Combine(distribution.Root, "etc/apt/sources.list"), $"""
            deb [signed-by=/etc/apt/test.gpg] {ours.Address} bookworm main
            deb [signed-by=/etc/apt/test.gpg] {debian.Address} bookworm main

            """);
        File.WriteAllText(Path.Combine(distribution.Root, "etc/apt/apt.conf.d/test"), "Acquire::Languages \"none\";\nAPT::Install-Recommends \"false\";\nAPT::Update::Error-Mode \"any\";\n");
        return debian;
    }
}
