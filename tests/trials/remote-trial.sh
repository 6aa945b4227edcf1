#!/bin/sh
# Builds targets at a remote engine that runs already, and compares them with what is built here; then lets another store have
# them from the engine's cache, where nothing may be run.
#
#   tests/trials/remote-trial.sh URL TARGET… [-- OPTION…]
#
# With OTHER_STORE=no the second half is left out: it builds a server when the targets are extensions of one that the engine did not build.
# OPTIONs are those of the engine (--remote-property …). MONOGRES is the tool (default ./monogres), MONOGRES_STORE the store of this
# machine; what is not built in it yet is built here first. Writes one line for each target; fails when one fails.
set -eu

url=$1
shift
targets=
while [ $# -gt 0 ] && [ "$1" != -- ]; do targets="$targets $1" && shift; done
[ $# -eq 0 ] || shift
tool=${MONOGRES:-./monogres}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
failed=0

field() { sed -n "s/^ *\"$1\": \"\([^\"]*\)\".*/\1/p" "$2" | head -n 1; }
now() { date +%s.%N; }
took() { awk "BEGIN { printf \"%.1f s\", $(now) - $1 }"; }
report() { printf '%-42s %-18s %-12s %s\n' "$1" "$2" "$3" "$4"; }

for target in $targets; do
    rm -rf "$work/here" "$work/there"
    $tool build "$target" --output "$work/here" --no-progress >"$work/log" 2>&1 || { cat "$work/log" >&2; exit 1; }
    began=$(now)
    if ! $tool build "$target" --no-cache --output "$work/there" --remote "$url" --remote-upload --no-progress "$@" >"$work/log" 2>&1; then
        cat "$work/log" >&2
        report "$target" "" "$(took "$began")" "FAILED"
        failed=1
        continue
    fi
    seconds=$(took "$began")
    verdict=equal
    for file in "$work"/here/*.tar; do cmp -s "$file" "$work/there/$(basename "$file")" || verdict="DIFFERS: $(basename "$file")"; done
    manifest=$(grep -l '"payload"' "$work"/there/*.json | head -n 1)
    [ "$verdict" = equal ] || failed=1
    report "$target" "$(field payload "$manifest" | cut -c 1-16)" "$seconds" "$verdict $(sed -n 's/.* build: done in [^(]*\((.*)\)$/\1/p' "$work/log" | tail -n 1)"
done

[ "${OTHER_STORE:-yes}" = yes ] || exit $failed

# Another machine: a store that has nothing. It makes its inputs by itself, and takes the rest.
for target in $targets; do
    began=$(now)
    verdict="from the cache"
    $tool build "$target" --store "$work/other" --output "$work/second" --remote-cache "$url" --json >"$work/events" 2>"$work/log" || { cat "$work/log" >&2; verdict=FAILED failed=1; }
    if grep -q '"event":"started","step":"[^"]* build"' "$work/events"; then verdict="RAN: $(grep -c '"event":"started","step":"[^"]* build"' "$work/events")" failed=1; fi
    report "$target" "another store" "$(took "$began")" "$verdict"
done
exit $failed
