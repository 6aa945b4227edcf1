using Monogres.Acceptance.Tests.Clients;
using Monogres.Acceptance.Tests.Fixtures;
using Monogres.Testing.Repositories;

namespace Monogres.Acceptance.Tests;

/// <summary>
/// A real Debian 12 installs and upgrades what is published: apt over HTTP, dpkg with every maintainer script, the cluster that
/// Debian's own tools make, start and stop.
/// </summary>
public sealed class DebInstallTests(DebianHost host, World world) : IClassFixture<DebianHost>
{
    private const string Psql = """
        psql() { setpriv --reuid=postgres --regid=postgres --clear-groups psql -XqtA -v ON_ERROR_STOP=1 "$@"; }

        """;

    private const string Create = """
        psql -c 'create extension vector' -c "create table items (at vector(3)); insert into items values ('[1,2,3]'), ('[4,5,6]')"

        """;

    private const string Ask = """
        psql -c "select at from items order by at <-> '[3,3,3]' limit 1" -c 'show server_version'

        """;

    private const string Purge = """
        echo 'postgresql-15 postgresql-15/postrm_purge_data boolean true' | debconf-set-selections
        apt-get purge -qy 'postgresql*15*' >&2
        apt-get autoremove --purge -qy >&2
        for directory in /usr/lib /usr/share /etc /var/lib /var/log; do
            [ ! -e $directory/postgresql ] || find $directory/postgresql -mindepth 1
        done
        """;

    [Fact]
    public async Task Apt_installs_an_extension_with_its_server_which_runs_and_leaves_nothing_when_it_is_purged()
    {
        Distribution.SkipUnlessPossible();
        await host.PublishAsync("bookworm", host.Packages);
        await host.UseAsync("bookworm");
        var used = await host.ShellAsync($"""
            {Psql}
            apt-get install -qy postgresql-15-pgvector >&2
            pg_lsclusters --no-header
            {Create}
            {Ask}
            pg_ctlcluster 15 main stop
            dpkg --verify postgresql-15 postgresql-client-15 postgresql-15-pgvector
            """);
        Assert.Matches(@"\A15 +main +5432 online .*\n\[1,2,3\]\n15\.18\n\z", used);
        Assert.Contains(host.Requests, path => path.EndsWith("/Packages.xz", StringComparison.Ordinal) || path.Contains("/by-hash/", StringComparison.Ordinal));
        Assert.Equal("", await host.ShellAsync(Purge));
    }

    [Fact]
    public async Task The_distributions_server_takes_our_extension_and_a_running_cluster_keeps_its_data_when_the_server_becomes_ours_and_then_a_newer_one()
    {
        Distribution.SkipUnlessPossible();
        await host.PublishAsync("extension", PackageOf("postgresql-15-pgvector"));
        await host.PublishAsync("older", await host.OlderAsync(PackageOf("postgresql-15")), await host.OlderAsync(PackageOf("postgresql-client-15")));
        await host.PublishAsync("bookworm", host.Packages);
        await host.UseAsync("extension");
        await host.ShellAsync("sed s/extension/older/ /etc/apt/sources.list >/srv/older.list; sed s/extension/bookworm/ /etc/apt/sources.list >/srv/newer.list");
        const string install = "apt-get update -q >&2; apt-get install -qy postgresql-15 >&2; dpkg-query -W -f '${Version}\\n' postgresql-15";
        var answers = await host.ShellAsync($"""
            {Psql}
            apt-get install -qy postgresql-15-pgvector >&2
            {Create}
            {Ask}
            cp /srv/older.list /etc/apt/sources.list
            {install}
            {Ask}
            cp /srv/newer.list /etc/apt/sources.list
            {install}
            {Ask}
            pg_ctlcluster 15 main stop
            dpkg --verify postgresql-15 postgresql-client-15 postgresql-15-pgvector
            """);
        Assert.Matches(
            @"\A\[1,2,3\]\n15\.\d+ \(Debian .*\)\n15\.18-0\+mgr\..*\n\[1,2,3\]\n15\.18\n15\.18-1~mgr\..*\n\[1,2,3\]\n15\.18\n\z", answers);
        Assert.Equal("", await host.ShellAsync(Purge));
    }

    [Fact]
    public async Task A_cluster_of_an_older_minor_keeps_its_data_and_pg_upgradecluster_brings_it_to_another_major()
    {
        Distribution.SkipUnlessPossible();
        SlowTests.SkipUnlessAll();
        var (older, newer) = (await host.BuildAsync("postgres@15.17"), await host.BuildAsync("postgres@17.11", "pgvector@0.8.0/postgres@17.11"));
        await host.PublishAsync("older-minor", [.. older, PackageOf("postgresql-15-pgvector")]);
        await host.PublishAsync("newer-major", [.. host.Packages, .. newer]);
        await host.UseAsync("older-minor");
        await host.ShellAsync("sed s/older-minor/newer-major/ /etc/apt/sources.list >/srv/newer.list");
        var answers = await host.ShellAsync($"""
            {Psql}
            apt-get install -qy postgresql-15-pgvector >&2
            {Create}
            {Ask}
            cp /srv/newer.list /etc/apt/sources.list
            apt-get update -q >&2; apt-get install -qy postgresql-15 >&2
            {Ask}
            apt-get install -qy postgresql-17-pgvector >&2
            pg_dropcluster --stop 17 main 2>/dev/null || true
            pg_upgradecluster --method=upgrade 15 main >&2
            pg_lsclusters --no-header | tr -s ' ' | cut -d ' ' -f 1,2,4
            psql --cluster 17/main -c "select at from items order by at <-> '[3,3,3]' limit 1" -c 'show server_version'
            pg_dropcluster 15 main
            pg_ctlcluster 17 main stop
            """);
        Assert.Matches(@"\A\[1,2,3\]\n15\.17\n\[1,2,3\]\n15\.18\n15 main down\n17 main online\n\[1,2,3\]\n17\.11\n\z", answers);
        Assert.Equal("", await host.ShellAsync(Purge.Replace("*15*", "*", StringComparison.Ordinal).Replace("postgresql-15 postgresql-15/", "postgresql-17 postgresql-17/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Apt_does_not_install_a_server_with_another_binary_interface_or_its_extension_beside_PostgreSQL()
    {
        Distribution.SkipUnlessPossible();
        await PublishDebuggingAsync();
        await host.UseAsync("debugging");
        foreach (var package in (string[])["postgresql-15-monogres-debug", "postgresql-15-monogres-debug-pgvector"])
        {
            var refused = (await host.TryAsync($"apt-get install -qy postgresql-15 {package}")).ExitedWith(100);
            Assert.Contains(" postgresql-15-monogres-debug : Conflicts: postgresql-15", refused.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Lintian_finds_no_error_in_the_packages()
    {
        // The vendor is a link that the script of its package makes; what every Debian has is no dependency.
        await using var clients = await ClientPrograms.WithLinksAsync(
            [("etc/dpkg/origins/default", "etc/dpkg/origins/debian")], "lintian", "base-files", "bash", "diffutils", "dpkg", "findutils", "grep", "gzip", "sed", "tar");
        var directory = Path.GetDirectoryName(host.Packages[0])!;
        var found = (await clients.RunAsync(directory, ["lintian", "--allow-root", "--fail-on", "error", .. host.Packages])).Succeeded();
        Assert.DoesNotContain("E: ", found.Out, StringComparison.Ordinal);
    }

    /// <summary>
    /// Packages of a server with assertions: of a payload of scripts with the relations of the real ones, since that takes minutes to
    /// build; and one of an extension for it.
    /// </summary>
    private async Task PublishDebuggingAsync()
    {
        using var place = world.Built();
        place.Index = world.Index.CopyTo(place.Directory);
        place.Index.Edit("servers/postgres/option-sets.json", options =>
        {
            options["options"]!["cassert"] = FixtureIndex.Option("--enable-cassert");
            options["sets"]!["debug"] = FixtureIndex.OptionSet("plain", "cassert");
        });
        place.Index.AddRelease("15.6", FixtureIndex.SourceOf("15.6").Select(file => file.Name is "Makefile" ? (file.Name, file.Content.Replace("bin/hi\n", "bin/psql\n", StringComparison.Ordinal)) : file));
        (await place.RunAsync("publish", "apt", host.Repository, "--key", host.Key, "--suite", "debugging", "--source-mirror", place.Index.Sources, "postgres@15.6+debug")).Succeeded();
        var extension = new SmallDeb { Name = "postgresql-15-monogres-debug-pgvector", Fields = ["Depends: postgresql-15-monogres-debug"] };
        await host.PublishAsync("debugging", extension.WriteTo(place.Directory));
    }

    private string PackageOf(string name) => host.Packages.Single(file => Path.GetFileName(file).StartsWith($"{name}_", StringComparison.Ordinal));
}
