using System.Collections.Immutable;
using Monogres.Core;

namespace Monogres.Packaging.Rpm;

/// <summary>What the package of a server has beside the payload, at the paths that PGDG has it: the service, its user, its directories, and the script that sets it up.</summary>
internal static class RpmServerFiles
{
    /// <summary>The files.</summary>
    public static ImmutableArray<RpmFile> Of(RpmNames names)
    {
        var setup = RelativePath.Parse($"{names.Prefix}/bin/postgresql-{names.Major}-setup");
        var command = RelativePath.Parse($"usr/bin/postgresql-{names.Major}-setup");
        return
        [
            new RpmFile(RelativePath.Parse($"usr/lib/systemd/system/postgresql-{names.Major}.service"), RpmFileKind.Text, Service(names, setup)),
            new RpmFile(RelativePath.Parse($"usr/lib/sysusers.d/postgresql-{names.Major}.conf"), RpmFileKind.Text, """
                g postgres 26
                u postgres 26:postgres "PostgreSQL Server" /var/lib/pgsql /bin/bash

                """),
            new RpmFile(RelativePath.Parse($"usr/lib/tmpfiles.d/postgresql-{names.Major}.conf"), RpmFileKind.Text, "d /run/postgresql 0755 postgres postgres -\n"),
            new RpmFile(setup, RpmFileKind.Program, Setup(names)),
            new RpmFile(command, RpmFileKind.Link, command.Parent.LinkTo(setup)),
            new RpmFile(RelativePath.Parse("var/lib/pgsql"), RpmFileKind.DataDirectory),
            new RpmFile(RelativePath.Parse($"var/lib/pgsql/{names.Major}"), RpmFileKind.DataDirectory),
            new RpmFile(RelativePath.Parse($"var/lib/pgsql/{names.Major}/data"), RpmFileKind.DataDirectory),
            new RpmFile(RelativePath.Parse($"var/lib/pgsql/{names.Major}/backups"), RpmFileKind.DataDirectory),
        ];
    }

    // pg_ctl waits until the server answers, whether or not that was built to tell systemd so.
    private static string Service(RpmNames names, RelativePath setup) => $$"""
        # To change a setting, put it into a file of its own: `systemctl edit postgresql-{{names.Major}}`.
        [Unit]
        Description=PostgreSQL {{names.Major}} database server
        Documentation=https://www.postgresql.org/docs/{{names.Major}}/
        Wants=network-online.target
        After=network-online.target

        [Service]
        Type=forking
        User=postgres
        Group=postgres
        Environment=PGDATA=/var/lib/pgsql/{{names.Major}}/data
        # The kernel kills the processes of sessions before the server, which would take all of them with it.
        OOMScoreAdjust=-1000
        Environment=PG_OOM_ADJUST_FILE=/proc/self/oom_score_adj
        Environment=PG_OOM_ADJUST_VALUE=0
        ExecStartPre=/{{setup}} check
        ExecStart=/{{names.Prefix}}/bin/pg_ctl start -D ${PGDATA} -s -w -t 3600
        ExecStop=/{{names.Prefix}}/bin/pg_ctl stop -D ${PGDATA} -s -m fast -w -t 3600
        ExecReload=/{{names.Prefix}}/bin/pg_ctl reload -D ${PGDATA} -s
        KillMode=mixed
        KillSignal=SIGINT
        # Recovery after a crash, and a last checkpoint, take what they take.
        TimeoutStartSec=infinity
        TimeoutStopSec=1h

        [Install]
        WantedBy=multi-user.target

        """;

    private static string Setup(RpmNames names) => $$"""
        #!/bin/sh
        # postgresql-{{names.Major}}-setup initdb [SERVICE]   makes the data directory of a service
        # postgresql-{{names.Major}}-setup check              says what is wrong with $PGDATA; the service runs it before it starts
        #
        # PGSETUP_INITDB_OPTIONS has further options for initdb.
        set -eu

        major={{names.Major}}
        programs=/{{names.Prefix}}/bin

        fail() {
            echo "$0: $1" >&2
            exit 1
        }

        # The data directory that a service is told in its unit and in what overrides that.
        data_of() {
            found=
            if [ -d /run/systemd/system ]; then
                found=$(systemctl show -p Environment "$1.service" | sed 's/^Environment=//' | tr ' ' '\n' | sed -n 's/^PGDATA=//p' | tail -n 1)
            fi
            echo "${found:-/var/lib/pgsql/$major/data}"
        }

        as_postgres() {
            if [ "$(id -u)" -eq 0 ]; then
                runuser -u postgres -- "$@"
            else
                "$@"
            fi
        }

        case ${1-} in
        initdb)
            data=$(data_of "${2:-postgresql-$major}")
            [ ! -e "$data/PG_VERSION" ] || fail "$data has a database cluster already"
            if [ "$(id -u)" -eq 0 ]; then
                install -d -m 700 -o postgres -g postgres "$data"
                install -d -m 755 -o postgres -g postgres /run/postgresql
            fi
            cd /
            # shellcheck disable=SC2086 # several options are several words
            as_postgres "$programs/initdb" --pgdata="$data" --auth-local=peer --auth-host=scram-sha-256 ${PGSETUP_INITDB_OPTIONS-}
            # Programs of the system look for the socket in the first, those of these packages in the second.
            as_postgres sh -c 'printf "\n%s\n" "unix_socket_directories = '\''/run/postgresql, /tmp'\''" >>"$1/postgresql.conf"' sh "$data"
            if command -v restorecon >/dev/null; then
                restorecon -R "$data"
            fi
            ;;
        check)
            data=${PGDATA:-/var/lib/pgsql/$major/data}
            [ -e "$data/PG_VERSION" ] || fail "$data has no database cluster: run \`postgresql-$major-setup initdb\` first"
            found=$(cat "$data/PG_VERSION")
            [ "$found" = "$major" ] || fail "$data is a cluster of PostgreSQL $found: upgrade it with pg_upgrade, or start it with the packages of that version"
            ;;
        *)
            echo "usage: $0 initdb [SERVICE]" >&2
            exit 2
            ;;
        esac

        """;
}
