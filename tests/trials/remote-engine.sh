# Sourced by the trials with remote engines: pinned packages, and a process of them in a root of its own as an ordinary user. A line
# of a pin file is `SHA256 PATH`, the path as on a mirror.

# renew MIRROR SUITE FILE WORK PACKAGE…: writes a pin file with the packages and all that they depend on.
renew() {
    mirror=$1 suite=$2 file=$3 apt=$4/apt
    shift 4
    mkdir -p "$apt/lists/partial" "$apt/cache/archives/partial"
    : >"$apt/status"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] $mirror $suite main" >"$apt/sources.list"
    cat >"$apt/conf" <<END
Dir::State "$apt"; Dir::State::status "$apt/status"; Dir::State::lists "$apt/lists"; Dir::Cache "$apt/cache";
Dir::Etc::sourcelist "$apt/sources.list"; Dir::Etc::sourceparts "/dev/null";
APT::Install-Recommends "false"; APT::Architecture "amd64"; APT::Sandbox::User "root"; Acquire::Languages "none";
END
    APT_CONFIG=$apt/conf apt-get update -qq -o Acquire::Check-Valid-Until=false
    APT_CONFIG=$apt/conf apt-get install --yes --print-uris -o Acquire::ForceHash=SHA256 "$@" |
        sed -n "s|^'$mirror/\([^']*\)' .* SHA256:\([0-9a-f]*\)\$|\2 \1|p" | sed 's/%2b/+/g' | sort -k 2 >"$file.new"
    [ -s "$file.new" ]
    mv "$file.new" "$file"
    wc -l "$file"
}

# unpack MIRROR FILE WORK: downloads the packages and unpacks them into WORK/root; ends with 77 when one has gone.
unpack() {
    mkdir -p "$3/packages"
    for place in bin sbin lib lib64; do
        mkdir -p "$3/root/usr/$place"
        ln -s "usr/$place" "$3/root/$place"
    done
    while read -r sum path; do
        deb=$3/packages/$(basename "$path")
        if ! curl -sSfL "$1/$path" -o "$deb"; then
            echo "stale: $path is not at the mirror any more; pin what is there with --renew. Nothing was tried." >&2
            exit 77
        fi
        echo "$sum  $deb" | sha256sum --check --quiet
        dpkg-deb --fsys-tarfile "$deb" | tar -x --keep-directory-symlink -C "$3/root"
    done <"$2"
    for place in proc dev mnt tmp run engine; do mkdir -p "$3/root/$place"; done
    mkdir "$3/engine"
    chown 1000:1000 "$3/engine"
    chmod 1777 "$3/root/tmp" "$3/root/run"
    chmod 755 "$3"
    ln -sf /proc/self/mounts "$3/root/etc/mtab"
    echo 'engine:x:1000:1000::/engine:/bin/sh' >"$3/root/etc/passwd"
}

# start WORK LINE: runs a line of shell in WORK/root as user 1000, in the directory /engine; $engine is the process to end.
# Not by chroot, in which nobody can make a namespace; nor by bubblewrap, in which fusermount gains no rights.
start() {
    cat >"$1/start" <<'END'
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
exec setpriv --reuid=1000 --regid=1000 --clear-groups dash -c "$1"' sh "$2"
END
    unshare --mount --pid --fork --kill-child sh "$1/start" "$1" "$2" >"$1/log" 2>&1 &
    engine=$!
}

free_port() { perl -MIO::Socket::INET -e 'print IO::Socket::INET->new(Listen => 1, LocalAddr => "127.0.0.1")->sockport'; }

await_port() {
    for _ in $(seq 300); do
        if perl -MIO::Socket::INET -e 'exit !IO::Socket::INET->new(PeerAddr => "127.0.0.1", PeerPort => shift)' "$1"; then return; fi
        sleep 0.2
    done
    echo "nothing listens on port $1:" >&2
    cat "$2/log" >&2
    exit 1
}
