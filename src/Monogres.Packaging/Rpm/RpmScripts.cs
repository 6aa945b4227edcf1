using System.Collections.Immutable;

namespace Monogres.Packaging.Rpm;

/// <summary>
/// What rpm runs when packages are installed and removed. A script that fails leaves a package half-installed, so what a system
/// does not have (systemd in a container, alternatives in a small root) is passed over.
/// </summary>
internal static class RpmScripts
{
    // PGDG's are in groups of the same names, with ten times the number that its packages give a major: 15 has 1500.
    private const int PriorityOfMajor = 100;

    private const string Alternatives = "clusterdb createdb createuser dropdb dropuser pg_basebackup pg_dump pg_dumpall pg_restore psql reindexdb vacuumdb";

    /// <summary>Of the programs that a client needs: the newest major that is installed has its programs in the path.</summary>
    public static ImmutableArray<(string Section, string Script)> OfClient(RpmNames names) =>
    [
        ("%post", $"""
            command -v update-alternatives >/dev/null || exit 0
            for program in {Alternatives}; do
                update-alternatives --install /usr/bin/$program pgsql-$program /{names.Prefix}/bin/$program {names.Major * PriorityOfMajor} || :
                page=/{names.Prefix}/share/man/man1/$program.1
                [ ! -e $page ] || update-alternatives --install /usr/share/man/man1/$program.1 pgsql-{"${program}"}man $page {names.Major * PriorityOfMajor} || :
            done
            """),
        // While the files are still there: alternatives warns of links that lead nowhere.
        ("%preun", $"""
            [ "$1" -eq 0 ] && command -v update-alternatives >/dev/null || exit 0
            for program in {Alternatives}; do
                update-alternatives --remove pgsql-$program /{names.Prefix}/bin/$program || :
                page=/{names.Prefix}/share/man/man1/$program.1
                [ ! -e $page ] || update-alternatives --remove pgsql-{"${program}"}man $page || :
            done
            """),
    ];

    /// <summary>Of a server. The user comes before the files that it owns; systemd-sysusers would come after them.</summary>
    public static ImmutableArray<(string Section, string Script)> OfServer(int major) =>
    [
        ("%pre", """
            getent group postgres >/dev/null || groupadd -r -g 26 postgres 2>/dev/null || groupadd -r postgres || :
            getent passwd postgres >/dev/null || useradd -r -M -u 26 -g postgres -d /var/lib/pgsql -s /bin/bash -c "PostgreSQL Server" postgres 2>/dev/null ||
                useradd -r -M -g postgres -d /var/lib/pgsql -s /bin/bash -c "PostgreSQL Server" postgres || :
            """),
        ("%post", $"""
            [ ! -d /run/systemd/system ] || systemctl daemon-reload || :
            if [ "$1" -eq 1 ] && command -v systemctl >/dev/null; then
                systemctl --no-reload preset postgresql-{major}.service || :
            fi
            command -v systemd-tmpfiles >/dev/null && systemd-tmpfiles --create postgresql-{major}.conf || :
            """),
        ("%preun", $"""
            [ "$1" -eq 0 ] && command -v systemctl >/dev/null || exit 0
            systemctl --no-reload disable postgresql-{major}.service || :
            [ ! -d /run/systemd/system ] || systemctl stop postgresql-{major}.service || :
            """),
        ("%postun", $"""
            [ -d /run/systemd/system ] || exit 0
            systemctl daemon-reload || :
            [ "$1" -eq 0 ] || systemctl try-restart postgresql-{major}.service || :
            """),
    ];
}
