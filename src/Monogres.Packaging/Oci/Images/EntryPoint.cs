namespace Monogres.Packaging.Oci.Images;

/// <summary>
/// What a container with a server starts: a shell script, read by bash because scripts for the first start are written for that. It understands the variables, the directories and the file
/// names that users of the official image know (https://hub.docker.com/_/postgres); docs/reference/packages.md lists them.
/// </summary>
internal static class EntryPoint
{
    /// <summary>The script of an image.</summary>
    public static string Script { get; } = Render($"/var/{ServerImage.Sockets}", $"/{ServerImage.InitScripts}", $"/{ServerImage.Home}", "/usr/lib/*");

    /// <summary>The script with directories of its own.</summary>
    /// <param name="sockets">Where the sockets are.</param>
    /// <param name="initScripts">Where scripts for the first start are looked for.</param>
    /// <param name="home">The home of the user, which the data directory is in by default.</param>
    /// <param name="libraries">The directories of libraries, as a pattern of the shell.</param>
    public static string Render(string sockets, string initScripts, string home, string libraries) => $$"""
        #!/bin/bash
        # Starts PostgreSQL in a container. The first start makes a database cluster in $PGDATA and runs what is in
        # {{initScripts}}; later ones leave the cluster as it is.
        set -e

        sockets={{sockets}}
        init_scripts={{initScripts}}
        home={{home}}

        say() {
            printf '%s: %s\n' "${0##*/}" "$*" >&2
        }

        fail() {
            say "error: $*"
            exit 1
        }

        # setting NAME DEFAULT: exports NAME, which may also be in the file that NAME_FILE names.
        setting() {
            eval "value=\${${1}-} file=\${${1}_FILE-}"
            if [ -n "$file" ]; then
                [ -z "$value" ] || fail "both $1 and ${1}_FILE are set"
                [ -r "$file" ] || fail "${1}_FILE names $file, which cannot be read"
                value=$(cat "$file")
            fi
            export "$1=${value:-$2}"
            unset "${1}_FILE"
        }

        own() {
            find "$1" ! -user postgres -exec chown postgres:postgres {} +
        }

        make_directories() {
            mkdir -p "$PGDATA" "$sockets" ${POSTGRES_INITDB_WALDIR:+"$POSTGRES_INITDB_WALDIR"}
        }

        # Root prepares what a volume may have changed, and starts again as the user.
        become_postgres() {
            command -v setpriv >/dev/null || fail "there is no setpriv in this image, so it cannot be started as root: start it with --user postgres"
            make_directories
            own "$PGDATA"
            own "$sockets"
            [ -z "$POSTGRES_INITDB_WALDIR" ] || own "$POSTGRES_INITDB_WALDIR"
            chmod 3777 "$sockets" 2>/dev/null || :
            export HOME="$home"
            exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
        }

        check_first_start() {
            for other in "$home" "$home/data"; do
                if [ "$other" != "$PGDATA" ] && [ -s "$other/PG_VERSION" ]; then
                    fail "$other has a cluster of PostgreSQL $(cat "$other/PG_VERSION"), and the data directory is $PGDATA: upgrade it with pg_upgrade, or set PGDATA to use it"
                fi
            done

            if [ "$POSTGRES_HOST_AUTH_METHOD" = trust ]; then
                say "warning: POSTGRES_HOST_AUTH_METHOD=trust lets everyone who reaches the server in as anyone, without a password"
            elif [ -z "$POSTGRES_PASSWORD" ]; then
                fail "the superuser has no password: set POSTGRES_PASSWORD, or POSTGRES_PASSWORD_FILE to a file with it (or POSTGRES_HOST_AUTH_METHOD=trust, which lets everyone in without one)"
            fi
        }

        # initdb asks for the name of its user, and any number may have been chosen for a container.
        name_user() {
            ! id -un >/dev/null 2>&1 || return 0
            for library in {{libraries}}/libnss_wrapper.so; do
                [ -e "$library" ] || continue
                names=$(mktemp -d)
                printf 'postgres:x:%s:%s::%s:/bin/sh\n' "$(id -u)" "$(id -g)" "$home" >"$names/passwd"
                printf 'postgres:x:%s:\n' "$(id -g)" >"$names/group"
                export LD_PRELOAD="$library" NSS_WRAPPER_PASSWD="$names/passwd" NSS_WRAPPER_GROUP="$names/group"
                return 0
            done
            fail "user $(id -u) has no name, which initdb needs, and libnss_wrapper is not in this image: start it as a user of its /etc/passwd"
        }

        # In a subshell: the name of the user is for initdb only. Quotes in POSTGRES_INITDB_ARGS count, as on a command line.
        make_cluster() (
            name_user
            eval "set -- $POSTGRES_INITDB_ARGS"
            [ -z "$POSTGRES_INITDB_WALDIR" ] || set -- "--waldir=$POSTGRES_INITDB_WALDIR" "$@"
            if [ -n "$POSTGRES_PASSWORD" ]; then
                printf '%s\n' "$POSTGRES_PASSWORD" | initdb --pgdata="$PGDATA" --username="$POSTGRES_USER" --pwfile=/dev/stdin "$@"
            else
                initdb --pgdata="$PGDATA" --username="$POSTGRES_USER" "$@"
            fi
            [ -z "${names-}" ] || rm -r "$names"
        )

        # allow_hosts ARGUMENTS: lets users in from other hosts, by the method that their passwords are stored for.
        allow_hosts() {
            method=${POSTGRES_HOST_AUTH_METHOD:-$(postgres -D "$PGDATA" -C password_encryption "$@")}
            printf '\nhost all all all %s\n' "$method" >>"$PGDATA/pg_hba.conf"
        }

        quoted() {
            for argument; do
                printf "'%s' " "$(printf %s "$argument" | sed "s/'/'\\\\''/g")"
            done
        }

        # Nobody can connect from outside while the first start is not over.
        start_for_scripts() {
            NOTIFY_SOCKET= pg_ctl -D "$PGDATA" -w start \
                -o "$(quoted "$@" -c listen_addresses= -c "unix_socket_directories=$sockets" -p "${PGPORT:-5432}")"
        }

        # Under this name, scripts that were written for the official image find it.
        docker_process_sql() {
            PGHOST=$sockets PGHOSTADDR= PGPASSWORD=$POSTGRES_PASSWORD \
                psql -v ON_ERROR_STOP=1 --username "$POSTGRES_USER" --no-password --no-psqlrc --dbname "${database:-$POSTGRES_DB}" "$@"
        }

        # unpacked FILE PROGRAM: the shell says nothing of a program in a pipe that fails, unless it is not the last.
        unpacked() {
            command -v "$2" >/dev/null || fail "$1 cannot be unpacked: there is no $2 in this image"
            failed=$({ { "$2" -dc "$1" || echo "$2" >&3; } | docker_process_sql >&2; } 3>&1)
            [ -z "$failed" ] || fail "$1 cannot be unpacked"
        }

        run_init_script() {
            say "running $1"
            case $1 in
                *.sh)
                    if [ -x "$1" ]; then "$1"; else . "$1"; fi ;;
                *.sql) docker_process_sql -f "$1" ;;
                *.sql.gz) unpacked "$1" gzip ;;
                *.sql.xz) unpacked "$1" xz ;;
                *.sql.zst) unpacked "$1" zstd ;;
                *) say "ignoring $1" ;;
            esac
        }

        first_start_failed() {
            pg_ctl -D "$PGDATA" -m immediate -w stop >/dev/null 2>&1 || :
            say "error: the first start was not completed: remove what is in $PGDATA before the next one"
        }

        first_start() {
            check_first_start
            make_directories
            chmod 700 "$PGDATA" || :
            make_cluster
            trap first_start_failed EXIT
            allow_hosts "$@"
            start_for_scripts "$@"
            if [ "$POSTGRES_DB" != postgres ]; then
                printf 'CREATE DATABASE :"name";\n' | database=postgres docker_process_sql --set name="$POSTGRES_DB"
            fi
            for script in "$init_scripts"/*; do
                [ ! -f "$script" ] || run_init_script "$script"
            done
            pg_ctl -D "$PGDATA" -m fast -w stop
            trap - EXIT
            say "the first start is complete"
        }

        case ${1-} in
            '' | -*) set -- postgres "$@" ;;
        esac

        # Anything else than a server is started as it is.
        [ "$1" = postgres ] || exec "$@"
        for argument; do
            case $argument in
                '-?' | --help | -V | --version | --describe-config) exec "$@" ;;
            esac
        done

        export PGDATA="${PGDATA:-$home/data}"
        setting POSTGRES_PASSWORD ''
        setting POSTGRES_USER postgres
        setting POSTGRES_DB "$POSTGRES_USER"
        setting POSTGRES_INITDB_ARGS ''
        setting POSTGRES_INITDB_WALDIR ''
        setting POSTGRES_HOST_AUTH_METHOD ''

        [ "$(id -u)" != 0 ] || become_postgres "$@"
        if [ ! -s "$PGDATA/PG_VERSION" ]; then
            shift
            first_start "$@"
            set -- postgres "$@"
        fi
        exec "$@"

        """;
}
