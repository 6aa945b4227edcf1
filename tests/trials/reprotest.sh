#!/bin/sh
# Debian's reprotest around the build of one extension, as an outside judge:  tests/trials/reprotest.sh STORE TOOL...
# STORE has the server built; TOOL is how the tool is started, absolute: /x/monogres/monogres, or /x/monogres/artifacts/tool/monogres.
# Needs reprotest, faketime and disorderfs, and root for the order of directories.
set -eu
store=$(readlink -f -- "$1")
shift
here=$(dirname -- "$(dirname -- "$(dirname -- "$(readlink -f -- "$0")")")")

work=$(mktemp -d)
trap 'rm -rf "$work" "$work.result"' EXIT
cp -R "$here/index" "$work/index"
mkdir "$work/dist"

# Not varied: the user, for which Debian's sudo lacks an option that reprotest uses. The time is pinned, since reprotest leaves it as it
# is in every other run.
reprotest --no-diffoscope --min-cpus 1 --variations '+all,-user_group,-domain_host.use_sudo,time.faketimes+=+398days' --source-root "$work" --store-dir "$work.result" \
    "$* build numeral/postgres@15.18+minimal --no-cache --format tar,zip,deb --store $store --index index --output dist --no-progress" 'dist/*'
