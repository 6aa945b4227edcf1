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

. "$here/remote-packages.sh"
if [ "$1" = --renew ]; then
    renew "$mirror" sid "$pins" "$work" buildbox util-linux dash
    exit
fi

engine=
trap '[ -z "$engine" ] || kill "$engine"; rm -rf "$work"' EXIT
unpack "$mirror" "$pins" "$work"
root=$work/root
for place in proc dev mnt tmp run engine; do mkdir -p "$root/$place"; done
mkdir "$work/engine"
chown 1000:1000 "$work/engine"
chmod 1777 "$root/tmp" "$root/run"
chmod 755 "$work"
chmod 4755 "$root/usr/bin/fusermount3"
ln -s /proc/self/mounts "$root/etc/mtab"
echo 'engine:x:1000:1000::/engine:/bin/sh' >"$root/etc/passwd"

# Not chroot, in which nobody can make a namespace; not bubblewrap, in which fusermount gains no rights.
cat >"$work/start" <<'END'
set -eu
mount --make-rprivate /
mount --bind "$1/root" "$1/root"
mount --bind "$1/engine" "$1/root/engine"
mount --rbind /dev "$1/root/dev"
mknod "$1/root/fuse" c 10 229
chmod 666 "$1/root/fuse"
mount --bind "$1/root/fuse" "$1/root/dev/fuse"
mount -t proc proc "$1/root/proc"
cd "$1/root"
pivot_root . mnt
exec /usr/bin/dash -euc 'umount -l /mnt
cd /engine
export HOME=/engine PATH=/usr/bin
exec setpriv --reuid=1000 --regid=1000 --clear-groups buildbox-casd --bind="127.0.0.1:$1" --buildbox-run=/usr/bin/buildbox-run-bubblewrap /engine/store' sh "$2"
END

port=$(free_port)
unshare --mount --pid --fork --kill-child sh "$work/start" "$work" "$port" >"$work/log" 2>&1 &
engine=$!
await_port "$port"
"$here/remote-trial.sh" "grpc://127.0.0.1:$port" "$@" -- \
    --remote-property OSFamily=linux --remote-property ISA=x86-64 --remote-property unixUID=1000 --remote-property unixGID=1000
