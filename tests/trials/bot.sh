#!/bin/sh
# Lets the bot look for real, in three parts; the page docs/reference/bot-trial.md has the last result.
#
#   tests/trials/bot.sh MIRROR CLONES [OPTION…]
#
# MIRROR is the base URL of a Debian mirror. CLONES has bare git repositories as github.com/OWNER/NAME.git, which `git http-backend` serves on
# the loopback interface, with archives of their tags, in place of the host. The options go to the bot: --store, --option-set, --postgres.
# INDEX is the index, MONOGRES the tool, where they are not those of this checkout.
#
# 1. Everything that Debian's pool has and the index lacks; nothing is built.
# 2. An index without its newest versions, over Debian's pool: built, tested, proposed; then again, which must find nothing to do.
# 3. The same over the tags of the clones; then with a tag that was moved, which must be an alarm.
set -eu

here=$(dirname -- "$(readlink -f -- "$0")")
index=${INDEX:-$here/../../index}
monogres=${MONOGRES:-$here/../../monogres}
mirror=$1
clones=$2
shift 2
work=$(mktemp -d)
host=
trap '[ -z "$host" ] || kill "$host"; rm -rf "$work"' EXIT

# A clone of each project that is looked at in the third part; its repository is the one that its entry names.
tagged="pgvector pg_cron pg_hint_plan pgaudit pgtap"

echo "== 1. What Debian's pool has and the index lacks"
$monogres bot --from debian --dry-run --mirror "$mirror" --index "$index" --output "$work/one" "$@"

echo "== 2. An index without its newest versions, over Debian's pool"
older="pg_partman pg_permissions pgtap repmgr"
python3 "$here/older-index.py" "$index" "$work/older" $older
$monogres bot $older --from debian --mirror "$mirror" --index "$work/older" --output "$work/two" "$@"
echo "-- again"
$monogres bot $older --from debian --mirror "$mirror" --index "$work/older" --output "$work/two" "$@"
echo "-- applied"
cd "$work"
git init --quiet
git add older
git -c user.name=trial -c user.email=trial@example.org commit --quiet --message older
for patch in two/*.patch; do git apply --check "$patch" && git apply "$patch" && echo "$patch applies"; done
cd - >/dev/null
$monogres index check --index "$work/older"

echo "== 3. The same over the tags of clones, served by git http-backend"
python3 "$here/older-index.py" "$index" "$work/older" $tagged
port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
python3 "$here/git-hosts.py" "$port" "$clones" >"$work/host.log" 2>&1 &
host=$!
until python3 -c "import socket; socket.create_connection(('127.0.0.1', $port))" 2>/dev/null; do sleep 0.1; done
$monogres bot $tagged --from tags --source-mirror "http://127.0.0.1:$port/" --mirror "$mirror" --index "$work/older" --output "$work/three" "$@"
echo "-- a tag that was moved"
sed -i 's/"commit": "[0-9a-f]\{40\}"/"commit": "0000000000000000000000000000000000000000"/' "$work/older/extensions/pg_cron/repo.json" "$work/older/extensions/pgvector/repo.json"
code=0
$monogres bot pg_cron pgvector --from tags --dry-run --source-mirror "http://127.0.0.1:$port/" --index "$work/older" --output "$work/four" "$@" || code=$?
[ "$code" = 3 ]
echo "-- pages"
for page in "$work"/two/*.md "$work"/three/*.md; do
    printf '\n%s\n' "--- $(basename "$page")"
    cat "$page"
done
