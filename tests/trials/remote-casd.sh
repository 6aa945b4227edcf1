#!/bin/sh
# Starts buildbox-casd out of pinned packages of Debian unstable, as an ordinary user, and runs remote-trial.sh against it.
#
#   tests/trials/remote-casd.sh MIRROR TARGET…         MIRROR is the base URL of a Debian mirror
#   tests/trials/remote-casd.sh MIRROR --renew         pins what is there today
#
# Must run as root, which makes the root directory of the engine; the engine and its actions are user 1000. Needs /dev/fuse.
# Unstable changes daily: when a pinned package has gone the trial says so, and ends with 77 without having tried anything.
set -eu

here=$(dirname -- "$(readlink -f -- "$0")")
pins=$here/remote-casd.packages
mirror=$1
shift
work=$(mktemp -d)

. "$here/remote-engine.sh"
if [ "$1" = --renew ]; then
    renew "$mirror" sid "$pins" "$work" buildbox util-linux dash
    exit
fi

engine=
trap '[ -z "$engine" ] || kill "$engine"; rm -rf "$work"' EXIT
unpack "$mirror" "$pins" "$work"
chmod 4755 "$work/root/usr/bin/fusermount3"
port=$(free_port)
start "$work" "exec buildbox-casd --bind=127.0.0.1:$port --buildbox-run=/usr/bin/buildbox-run-bubblewrap /engine/store"
await_port "$port" "$work"
"$here/remote-trial.sh" "grpc://127.0.0.1:$port" "$@" -- \
    --remote-property OSFamily=linux --remote-property ISA=x86-64 --remote-property unixUID=1000 --remote-property unixGID=1000

# Another client reads what we wrote: casdownload of buildbox, which is told nothing but the digest of our action.
for target in "$@"; do
    case $target in */*) ;; *) continue ;; esac
    action=$(${MONOGRES:-./monogres} explain "$target" --json | sed -n 's/^ *"action": "\([^"]*\)".*/\1/p' | head -n 1)
    rm -rf "$work/root/tmp/got"
    chroot "$work/root" /usr/bin/casdownload --remote="http://127.0.0.1:$port" --action-digest="$action" --destination-dir=/tmp/got >"$work/casdownload" 2>&1 || { cat "$work/casdownload" >&2; exit 1; }
    printf '%-42s %-18s %s\n' "$target" casdownload "$(find "$work/root/tmp/got" -type f | wc -l) files, $(find "$work/root/tmp/got" -name '*.control' | wc -l) of them control files"
    find "$work/root/tmp/got" -name '*.control' | grep -q .
done
