#!/bin/sh
# Runs portable archives in root file systems of distributions, and says what became of each.
#
#   tests/trials/portable.sh DIST ROOT…
#
# DIST has tar.zst archives that `build --portable` wrote: a server, and extensions for it; what is not there is not tried. Each ROOT is the root of a
# distribution (debootstrap --variant=minbase …); nothing is installed in it. Must run as root, which makes mount and process
# namespaces; what is tried runs as a user without rights. Writes one line for each case; fails when one fails.
set -eu

[ -n "${PORTABLE_TRIAL:-}" ] || exec env PORTABLE_TRIAL=1 unshare --mount --pid --fork --mount-proc sh "$0" "$@"

dist=$1
shift
uid=12345
server=$(basename "$dist"/postgres-*-portable.tar.zst .tar.zst)
failed=0

# In a root: starts a new cluster of the tree in $PWD, runs SQL in it, lists what its processes have mapped from outside, and stops it.
cat >/tmp/portable-trial-run.sh <<'END'
set -eu
data=$(mktemp -d)/data
bin=$PWD/bin
"$bin/initdb" --no-sync --no-locale -A trust -U postgres -D "$data" >/dev/null
"$bin/pg_ctl" -w -s -l "$data.log" -o "-c listen_addresses= -c unix_socket_directories='$data'" -D "$data" start || { cat "$data.log"; exit 1; }
status=0
"$bin/psql" -h "$data" -U postgres -v ON_ERROR_STOP=1 -qtA -d postgres -f - >"$data.out" 2>&1 <<SQL || status=$?
$SQL
\! sh /tmp/portable-trial-maps.sh
SQL
"$bin/pg_ctl" -w -s -m fast -D "$data" stop
tr '\n' ' ' <"$data.out"
rm -rf "$(dirname "$data")"
exit $status
END

# The libraries that the processes of the tree have mapped from elsewhere, without those of the C library.
cat >/tmp/portable-trial-maps.sh <<'END'
here=$(pwd -P)
for process in /proc/[0-9]*; do
    case $(readlink "$process/exe") in "$here"/*) sed -n 's|^[^/]*\(/.*\.so[.0-9]*\)$|\1|p' "$process/maps" ;; esac
done | sort -u | grep -vF "$here/" | grep -vE '/(ld-[^/]*|lib(c|m|dl|rt|pthread|resolv|util|anl|mvec|nss_[a-z]+)[-.0-9so]*)$' | sed 's/^/from the machine: /'
END

has() { [ -e "$root/opt/moved/share/extension/$1.control" ]; }

try() { # ROOT CASE DIRECTORY SQL EXPECTED
    out=$(cd / && env -i PATH=/usr/sbin:/usr/bin:/bin HOME=/tmp SQL="$4" chroot --userspec=$uid:$uid "$1" sh -c 'cd "$1" && . /tmp/portable-trial-run.sh' sh "$3" 2>&1) || out="$out (exit $?)"
    case $out in "$5 ") verdict=ok ;; *) verdict="FAILED: $out" failed=1 ;; esac
    printf '%-34s %-42s %s\n' "$(. "$1/etc/os-release" && echo "$PRETTY_NAME")" "$2" "$verdict"
}

for root; do
    grep -q "^trial:" "$root/etc/passwd" || echo "trial:x:$uid:$uid::/tmp:/bin/sh" >>"$root/etc/passwd"
    cp /tmp/portable-trial-run.sh /tmp/portable-trial-maps.sh "$root/tmp/"
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    place="$root/opt/a place"
    rm -rf "$place" "$root/opt/moved" "$root/opt/link"
    mkdir -p "$place"
    zstd -dc "$dist/$server.tar.zst" | tar -xf - -C "$place"

    try "$root" "server alone, a path with a space" "/opt/a place/$server" \
        "create extension pgcrypto; select length(gen_random_uuid()::text), encode(hmac('a', 'b', 'sha256'), 'hex'); show ssl_library;" \
        "36|cb448b440c42ac8ad084fc8a8795c98f5b7802359c305eabd57ecdb20e248896 OpenSSL"
    mv "$place/$server" "$root/opt/moved"
    ln -s moved "$root/opt/link"
    try "$root" "moved, and by a symbolic link" "/opt/link" "select 6 * 7;" "42"
    bindir=$(chroot "$root" /opt/link/bin/pg_config --bindir)
    [ "$bindir" = /opt/moved/bin ] || { echo "pg_config says $bindir"; failed=1; }

    if [ -e "$root/opt/moved/lib/llvmjit.so" ]; then
        try "$root" "LLVM: expressions compiled and inlined" /opt/moved \
            "set jit_above_cost = 0; set jit_inline_above_cost = 0; set jit_optimize_above_cost = 0; select pg_jit_available(), sum(i * 2) from generate_series(1, 1000) i; do 'declare line text; begin for line in execute ''explain (analyze) select sum(i * 3) from generate_series(1, 1000) i'' loop if line like ''%Inlining true%'' then perform set_config(''trial.jit'', ''inlined'', false); end if; end loop; end'; show trial.jit;" \
            "t|1001000 inlined"
        try "$root" "ICU, libxml2, LZ4, Zstandard" /opt/moved \
            "create database utf8 encoding 'UTF8' template template0;
\\c utf8
select 'a' < 'B' collate \"en-x-icu\", lower('ÄÖ' collate \"de-x-icu\"); select (xpath('/a/b/text()', '<a><b>7</b></a>'))[1]; create table t (x text compression lz4); insert into t select repeat('lz4 ', 10000); select pg_column_compression(x), length(x) from t; set wal_compression = zstd; checkpoint; insert into t values ('x');" \
            "t|äö 7 lz4|40000"
    fi

    for archive in "$dist"/*-portable.tar.zst; do
        case $archive in */postgres-*) ;; *) zstd -dc "$archive" | tar -xf - -C "$root/opt/moved" --strip-components=1 ;; esac
    done
    has vector && try "$root" "pgvector" /opt/moved "create extension vector; select '[3,4]'::vector <-> '[0,0]';" "5"
    has postgis && try "$root" "PostGIS: GEOS, and PROJ with its data" /opt/moved \
        "create extension postgis; select st_astext(st_transform('SRID=4326;POINT(13.4 52.5)'::geometry, 3857), 0), st_area(st_buffer('POINT(0 0)'::geometry, 1, 1))::int;" \
        "POINT(1491681 6891042)|2"
    has pgmp && try "$root" "pgmp: GMP" /opt/moved "create extension pgmp; select (2::mpz ^ 100) % 1000007;" "$(python3 -c 'print(2**100 % 1000007)')"
    umount -R "$root/dev" "$root/proc"
done
exit $failed
