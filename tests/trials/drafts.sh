#!/bin/sh
# Drafts entries of the index anew, from nothing but the archives, and says which fields differ from what people have written.
#
#   tests/trials/drafts.sh [DIR]
#
# It drafts the newest version of each entry of the index, and the projects of tests/trials/drafts.tsv, which had never been tried when the
# drafts were written: there, what a field should be was found out by building them by hand. Where hosts cannot be reached, their archives
# are in DIR, as NAME.tar.gz, and others of them are passed over. It takes jq. MONOGRES is the tool, STORE its store. Writes one line for
# each difference, and a count for each field; a project whose archive is not to be had is passed over, and counted.
set -eu

here=$(dirname "$(realpath "$0")")
root=$(realpath "$here/../..")
tool=${MONOGRES:-$root/monogres}
archives=${1:+$(realpath "$1")}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cp -r "$root/index" "$work/index"
: >"$work/differences"
drafted=0 missing=0

# The fields that are compared, one a line; lists in order of their words.
fields='def text: if type == "array" then (sort | join(" ")) elif type == "object" then tojson else tostring end;
{ license: .license, category: .category, postgres: (.versions[$v].postgres // .postgres), style: .build.style, arguments: .build.arguments, build_packages: .build.build_packages,
  runtime_packages: .build.runtime_packages, extensions: .extensions, requires: .requires, preload: .preload, settings: .settings, "tests.arguments": .tests.arguments,
  "tests.packages": .tests.packages, "tests.requires": .tests.requires, "tests.settings": .tests.settings, "has tests": (.tests.skip == null), parts: ((.versions[$v].parts // {}) | keys) }
| to_entries[] | "\(.key)\t\(.value // "" | text)"'

# NAME[@VERSION] SOURCE URL: leaves the draft in the index, in place of the entry. Others may need the extension, so it is put back afterwards.
draft() {
    if [ -n "$archives" ] && [ -f "$archives/${1%@*}.tar.gz" ]; then
        # Any mirror names a file of the distribution's archive.
        case $3 in debian:*) set -- "$1" "$archives/${1%@*}.tar.gz" "https://mirror.invalid/debian/${3#debian:}" ;; *) set -- "$1" "$archives/${1%@*}.tar.gz" "$3" ;; esac
    elif [ -n "$archives" ] && [ "${2#https:}" != "$2" ]; then
        echo "not in $archives" >"$work/out"
        return 1
    fi
    # shellcheck disable=SC2086 # the tool can be several words
    case $2 in
    debian:* | https:*) $tool index add "$1" --force --source "$2" --index "$work/index" ${STORE:+--store "$STORE"} >"$work/out" 2>&1 || : ;;
    *) $tool index add "$1" --force --source "$2" --url "$3" --index "$work/index" ${STORE:+--store "$STORE"} >"$work/out" 2>&1 || : ;;
    esac
    grep -q ': a draft of ' "$work/out"
}

for entry in "$root"/index/extensions/*/repo.json; do
    name=$(basename "$(dirname "$entry")")
    version=$(jq -r '.versions | keys_unsorted | last' "$entry")
    url=$(jq -r --arg v "$version" '. as $e | .versions[$v] as $r | ($r.files | to_entries[0]) as $f | ($f.value.places // $e.sources[$f.key].places)[0]
        | (if .path then "debian:" + .path else .url end) | gsub("{version}"; $v) | gsub("{tag}"; $r.tag // "") | gsub("{commit}"; $r.commit // "")' "$entry")
    if ! draft "$name@$version" "$url" "$url"; then
        missing=$((missing + 1))
        continue
    fi
    drafted=$((drafted + 1))
    jq -r --arg v "$version" "$fields" "$entry" >"$work/is"
    jq -r --arg v "$version" "$fields" "$work/index/extensions/$name/repo.json" >"$work/drafted"
    paste "$work/is" "$work/drafted" | awk -F '\t' -v name="$name" '$2 != $4 { printf "%s\t%s\tdraft: %s\tentry: %s\n", name, $1, $4, $2 }' >>"$work/differences"
    rm -rf "$work/index/extensions/$name"
    cp -r "$root/index/extensions/$name" "$work/index/extensions/$name"
done

# NAME URL FIELD=VALUE…
tab=$(printf '\t')
while IFS=$tab read -r name url right; do
    case $name in '#'*) continue ;; esac
    if ! draft "$name" "$url" "$url"; then
        missing=$((missing + 1))
        sed "s/^/# $name: /" "$work/out" | head -n 1 >&2
        continue
    fi
    drafted=$((drafted + 1))
    version=$(jq -r '.versions | keys_unsorted | last' "$work/index/extensions/$name/repo.json")
    { jq -r --arg v "$version" "$fields" "$work/index/extensions/$name/repo.json"; printf 'version\t%s\n' "$version"; } >"$work/drafted"
    printf '%s\n' "$right" | tr '\t' '\n' | while IFS= read -r pair; do
        is=$(awk -F '\t' -v field="${pair%%=*}" '$1 == field { print $2 }' "$work/drafted")
        [ "$is" = "${pair#*=}" ] || printf '%s\t%s\tdraft: %s\tright: %s\n' "$name" "${pair%%=*}" "$is" "${pair#*=}" >>"$work/differences"
    done
    rm -rf "$work/index/extensions/$name"
done <"$here/drafts.tsv"

sort "$work/differences"
echo "# $drafted drafted, $missing not to be had; differences by field:"
cut -f 2 "$work/differences" | sort | uniq -c | sort -rn
