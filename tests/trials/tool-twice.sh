#!/bin/sh
# Builds the tool twice, as unlike as one machine allows, and compares every file:  tests/trials/tool-twice.sh [--native]
# The second build has another directory, user (when run by root), umask, time zone, locale, home and number of cores.
set -eu
self=$(readlink -f -- "$0")
cd "$(dirname -- "$self")/../.."
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
chmod 755 "$work"
packages=${NUGET_PACKAGES:-$HOME/.nuget/packages}
one=$work/one two=$work/two/of/another/depth/and/a/longer/name
for place in "$one" "$two"; do
    mkdir -p "$place"
    git archive HEAD | tar -x -C "$place"
done

# Prints nothing but where the files are.
build() {
    case ${2:-} in
    --native) (cd "$1" && ./native >&2) && echo "$1/artifacts/native" ;;
    *) (cd "$1" && dotnet publish src/Monogres.Cli/Monogres.Cli.csproj -c Release -o "$1/published" --nologo -v quiet -clp:NoSummary -p:UseSharedCompilation=false >&2) && echo "$1/published" ;;
    esac
}

(umask 022 && TZ=UTC LC_ALL=C NUGET_PACKAGES=$packages build "$one" "$@") >"$work/first"
umask 077
if [ "$(id -u)" = 0 ]; then
    # A copy of the packages, since another user cannot read root's.
    cp -R "$packages" "$work/packages" && packages=$work/packages
    mkdir "$work/home"
    chown -R 54321:54321 "$work/two" "$work/home" "$work/packages"
    as="setpriv --reuid 54321 --regid 54321 --clear-groups"
else
    mkdir "$work/home"
    as=
fi
# shellcheck disable=SC2086 # Several words.
TZ=Pacific/Kiritimati LC_ALL=tr_TR.UTF-8 HOME=$work/home NUGET_PACKAGES=$packages TMPDIR=$work/home \
    $as taskset --cpu-list 0 sh -c "$(sed -n '/^build() {/,/^}/p' "$self")"' && build "$@"' sh "$two" "$@" >"$work/second"

list() { (cd "$1" && find . -type f ! -name .built -exec sha256sum {} + | LC_ALL=C sort -k 2); }
list "$(cat "$work/first")" >"$work/first.sums"
list "$(cat "$work/second")" >"$work/second.sums"
[ -s "$work/first.sums" ] || { echo "error: nothing was built" >&2; exit 1; }
if diff "$work/first.sums" "$work/second.sums" >&2; then
    echo "$(wc -l <"$work/first.sums") files, all equal: $(sha256sum <"$work/first.sums" | cut -d' ' -f1)"
else
    echo "error: the two builds differ" >&2
    exit 3
fi
