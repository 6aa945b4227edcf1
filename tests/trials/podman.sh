#!/bin/sh
# Loads an image into podman, runs it as users do, and says what became of each case.
#
#   tests/trials/podman.sh IMAGE.oci.tar [USER]
#
# IMAGE.oci.tar is what `build postgres@15 --with numeral --format oci` wrote. Must run as root; needs podman and crun, whose storage is a
# temporary directory. Control groups are those of version 2 in a mount namespace of its own, and limits are low, so that it also works
# where root cannot raise them. With USER, that is all that root does: podman and its containers are that user's, who needs newuidmap and
# users of its own (subuid(5)). Containers have no network but loopback. Writes one line for each case; fails when one fails.
set -eu

image=$(realpath "$1")
case ${PODMAN_TRIAL:-} in
"") exec env PODMAN_TRIAL=namespace unshare --mount sh "$(realpath "$0")" "$image" ${2:+"$2"} ;;
namespace)
    umount -R /sys/fs/cgroup 2>/dev/null || :
    mount -t cgroup2 cgroup2 /sys/fs/cgroup
    if [ -n "${2:-}" ]; then
        cd "$(getent passwd "$2" | cut -d: -f6)"
        exec runuser -u "$2" -- env -i PODMAN_TRIAL=user PODMAN_STORAGE="${PODMAN_STORAGE:-overlay}" HOME="$PWD" USER="$2" PATH=/usr/sbin:/usr/bin:/bin sh "$(realpath "$0")" "$image"
    fi
    ;;
esac

place=$(mktemp -d)
failed=0
podman() { command podman --root "$place/root" --runroot "$place/run" --storage-driver "${PODMAN_STORAGE:-overlay}" "$@"; }
# With the users of an ordinary user's containers, whose files only these can change and remove.
inside() { if [ "$(id -u)" -eq 0 ]; then "$@"; else command podman unshare "$@"; fi; }
trap 'podman rm --all --force >/dev/null 2>&1 || :; podman rmi --all --force >/dev/null 2>&1 || :; command podman system migrate >/dev/null 2>&1 || :; inside rm -rf "$place"' EXIT

says() { # CASE EXPECTED COMMAND…
    what=$1 expected=$2
    shift 2
    out=$("$@" 2>&1) || out="$out (exit $?)"
    case $out in "$expected") verdict=ok ;; *) verdict="FAILED: $out" failed=1 ;; esac
    printf '%-62s %s\n' "$what" "$verdict"
}

# A container that runs until it is stopped: NAME, then options.
begin() {
    name=$1
    shift
    podman run --detach --name "$name" --network=none --cgroups=disabled --ulimit nofile=1024:1024 --ulimit nproc=4096:4096 \
        --env POSTGRES_PASSWORD_FILE=/run/secrets/password --volume "$place/password:/run/secrets/password:ro" "$@" "$id" >/dev/null
    until podman exec "$name" pg_isready --quiet --host=127.0.0.1 --username=postgres; do
        [ "$(podman inspect --format '{{.State.Running}}' "$name")" = true ] || { podman logs "$name"; return 1; }
        sleep 0.2
    done
}

ask() { podman exec --env PGPASSWORD=secret "$1" psql --host=127.0.0.1 --username=postgres --no-psqlrc --quiet --tuples-only --no-align --set=ON_ERROR_STOP=1 --command="$2"; }

# How a container ended: by the signal that the image names.
end() { podman stop --time 30 "$1" >/dev/null && podman inspect --format '{{.State.ExitCode}}' "$1" && podman rm "$1" >/dev/null; }

echo secret >"$place/password"
chmod 644 "$place/password"
mkdir "$place/scripts" "$place/data" "$place/anyone"
echo "create extension numeral; create table words (number int, word text); insert into words values (1, 'eins');" >"$place/scripts/1.sql"
echo "insert into words values (2, 'zwei');" | gzip -n >"$place/scripts/2.sql.gz"

# What an earlier podman of the user left running would bring its control groups.
[ "$(id -u)" -eq 0 ] || command podman system migrate
command podman --version
id=$(podman load --quiet --input "$image" >/dev/null && podman images --quiet)
begin first --env LANG=de_DE.utf8 --env TZ=Europe/Berlin --volume "$place/scripts:/docker-entrypoint-initdb.d:ro" --volume "$place/data:/var/lib/postgresql/data"
says "first start: scripts, an extension" "eins zwei XLII" ask first "select string_agg(word, ' ' order by number) || ' ' || ('VI'::roman * 'VII'::roman) from words"
says "the locale and the time zone that were asked for" "de_DE.utf8 Europe/Berlin" ask first "select datcollate || ' ' || current_setting('TimeZone') from pg_database where datname = 'postgres'"
says "the server is the user of the image" "999" podman exec first stat --format=%u /proc/1
says "podman stop: it ends well" "0" end first
begin second --volume "$place/data:/var/lib/postgresql/data"
says "second start with the same volume" "2" ask second "select count(*) from words"
says "podman stop" "0" end second
inside chown 12345 "$place/anyone"
begin anyone --user 12345 --read-only --read-only-tmpfs=false --tmpfs /tmp --tmpfs /run/postgresql:mode=1777 --volume "$place/anyone:/var/lib/postgresql/data"
says "another user, a root that nobody can write to" "12345" podman exec anyone stat --format=%u /proc/1
says "an extension there" "XLII" ask anyone "create extension numeral; select 'VI'::roman * 'VII'::roman"
says "podman stop" "0" end anyone
says "without a password, it does not start" "1" sh -c "command podman --root '$place/root' --runroot '$place/run' --storage-driver '${PODMAN_STORAGE:-overlay}' run --rm --network=none --cgroups=disabled --ulimit nofile=1024:1024 --ulimit nproc=4096:4096 $id >/dev/null 2>&1; echo \$?"
exit $failed
