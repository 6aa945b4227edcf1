#!/bin/sh
# Compiles the remote worker of Bazel 4.2.3 out of pinned packages of Debian 12, starts it as an ordinary user, and runs
# remote-trial.sh against it. What is changed in its source is what tests/Monogres.Acceptance.Tests/Engines says.
#
#   tests/trials/remote-bazel.sh MIRROR TARGET…        MIRROR is the base URL of a Debian mirror
#   tests/trials/remote-bazel.sh MIRROR --renew        pins what is there today
#
# Must run as root, which makes the root directory of the engine; the engine and its actions are user 1000.
set -eu

here=$(dirname -- "$(readlink -f -- "$0")")
pins=$here/remote-bazel.packages
mirror=$1
shift
work=$(mktemp -d)

. "$here/remote-engine.sh"
if [ "$1" = --renew ]; then
    renew "$mirror" bookworm "$pins" "$work" bazel-bootstrap-data bazel-bootstrap-source ecj openjdk-17-jre-headless util-linux mount dash coreutils
    exit
fi

engine=
trap '[ -z "$engine" ] || kill "$engine"; rm -rf "$work"' EXIT
unpack "$mirror" "$pins" "$work"
worker=$work/root/usr/src/bazel-bootstrap/src/tools/remote/src/main/java/com/google/devtools/build/remote/worker
sed -i 's|^    for (DirectoryNode child : directory.getDirectoriesList()) {|    for (build.bazel.remote.execution.v2.SymlinkNode link : directory.getSymlinksList()) rootLocation.getRelative(link.getName()).createSymbolicLink(com.google.devtools.build.lib.vfs.PathFragment.create(link.getTarget()));\n&|' \
    "$worker/OnDiskBlobStoreCache.java"
sed -i 's|NettyServerBuilder.forPort(workerOptions.listenPort)|NettyServerBuilder.forAddress(new java.net.InetSocketAddress(java.net.InetAddress.getLoopbackAddress(), workerOptions.listenPort))|' \
    "$worker/RemoteWorker.java"
port=$(free_port)
start "$work" "set -e
java=/usr/lib/jvm/java-17-openjdk-amd64/bin/java
server=/usr/share/bazel/A-server.jar
mkdir store work
\$java -cp /usr/share/java/eclipse-jdt-core.jar org.eclipse.jdt.internal.compiler.batch.Main -nowarn -source 11 -target 11 -proc:none -cp \$server -d classes \
    ${worker#"$work/root"}/*.java ${worker#"$work/root"}/http/*.java
exec \$java -cp classes:\$server com.google.devtools.build.remote.worker.RemoteWorker --listen_port=$port --cas_path=/engine/store --work_path=/engine/work"
await_port "$port" "$work"
"$here/remote-trial.sh" "grpc://127.0.0.1:$port" "$@"
