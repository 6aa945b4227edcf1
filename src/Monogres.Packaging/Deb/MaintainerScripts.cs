using System.Collections.Immutable;

namespace Monogres.Packaging.Deb;

/// <summary>
/// What dpkg runs when packages are installed and removed (Debian policy 6). postgresql-common does the work: it creates the
/// first cluster of a major, and stops and starts clusters around an upgrade, as it does for the distribution's packages.
/// </summary>
internal static class MaintainerScripts
{
    /// <summary>The control file with what debconf asks.</summary>
    public const string Questions = "templates";

    private const string Functions = ". /usr/share/postgresql-common/maintscripts-functions";

    /// <summary>Of the programs that a client needs.</summary>
    public static ImmutableArray<(string Name, string Text, bool Executable)> OfClient(int major) =>
    [
        ("postinst", $"""
            #!/bin/sh
            set -e
            if [ "$1" = configure ]; then
                {Functions}
                configure_client_version {major} "$2"
            fi

            """, true),
        ("prerm", $"""
            #!/bin/sh
            set -e
            if [ "$1" = remove ]; then
                {Functions}
                remove_client_version {major}
            fi

            """, true),
    ];

    /// <summary>Of a server. Who purges it is asked whether its clusters go too; where nobody can be asked, they do, as with the distribution's packages.</summary>
    public static ImmutableArray<(string Name, string Text, bool Executable)> OfServer(int major, string package) =>
    [
        ("postinst", $"""
            #!/bin/sh
            set -e
            if [ "$1" = configure ]; then
                . /usr/share/debconf/confmodule
                {Functions}
                configure_version {major} "$2"
            fi

            """, true),
        ("prerm", $"""
            #!/bin/sh
            set -e
            {Functions}
            stop_version {major}
            if [ "$1" = remove ]; then
                remove_version {major}
            fi

            """, true),
        ("postrm", $"""
            #!/bin/sh
            set -e
            [ "$1" = purge ] || exit 0
            answer=true
            if [ -e /usr/share/debconf/confmodule ]; then
                . /usr/share/debconf/confmodule
                if [ -n "$(ls /etc/postgresql/{major} 2>/dev/null)" ]; then
                    db_input high {package}/purge_clusters || true
                    db_go || true
                    db_get {package}/purge_clusters && answer=$RET
                fi
                db_purge
            fi
            if [ "$answer" = true ] && command -v pg_dropcluster >/dev/null; then
                for settings in /etc/postgresql/{major}/*/postgresql.conf; do
                    [ -e "$settings" ] || continue
                    pg_dropcluster --stop {major} "$(basename "$(dirname "$settings")")" >&2
                done
            fi
            for directory in /etc/postgresql/{major} /var/lib/postgresql/{major} /var/log/postgresql/{major}; do
                rmdir "$directory" 2>/dev/null || true
            done

            """, true),
        (Questions, $"""
            Template: {package}/purge_clusters
            Type: boolean
            Default: true
            Description: Remove the clusters of PostgreSQL {major} with their data?
             The package is being purged, and there are clusters of its version.
             Without the package they can no longer be started.

            """, false),
    ];
}
