#!/bin/sh
# Builds the servers that are not PostgreSQL itself, tests them, and asks each for what PostgreSQL does not have:
#
#   tests/trials/servers.sh [OPTIONS]      each compiles a whole server: half an hour in all
#
# OPTIONS go to every command: --store DIR, --source-mirror DIR. The tool is $MONOGRES, else ./monogres. Prints a line for each; fails
# when one is not as it should be. What was said is in servers-trial.log. The last result is in docs/reference/servers-trial.md.
set -u

options=$*
monogres=${MONOGRES:-./monogres}
log=servers-trial.log
failed=0

# expect NAME TEXT COMMAND...: what the command prints has the text in it.
expect() {
    name=$1 text=$2
    shift 2
    said=$("$@" 2>>"$log")
    printf '== %s\n%s\n' "$name" "$said" >>"$log"
    case $said in
    *"$text"*) echo "ok   $name: $text" ;;
    *) failed=1 && echo "FAIL $name: \`$text\` expected, see $log" ;;
    esac
}

# shellcheck disable=SC2086 # Several words.
run() { target=$1 && shift && $monogres run "$target" $options "$@"; }

# shellcheck disable=SC2086
tested() { $monogres test "$1" $options; }

expect 'IvorySQL, its tests and those of Oracle mode' '526 of 526 tests passed' tested ivorysql@5.4
expect 'IvorySQL, Oracle mode on port 1521' 'oracle mode' run ivorysql@5.4 -- psql -At -c "select nvl(null, 'oracle mode') from dual"
expect 'IvorySQL, PostgreSQL mode on port 5432' 'pg' run ivorysql@5.4 -- psql -p 5432 -At -c 'show ivorysql.compatible_mode'
expect 'IvorySQL, a package' '42' run ivorysql@5.4 -- sh -c 'psql -At <<END
create or replace package p is function twice(n integer) return integer; end;
/
create or replace package body p is function twice(n integer) return integer is begin return n * 2; end; end;
/
select p.twice(21) from dual;
END'
expect 'AgensGraph, its tests' '279 of 279 tests passed' tested agensgraph@2.15
expect 'AgensGraph, a graph' 'Grace' run agensgraph@2.15 -- psql -At -c 'create graph g' -c 'set graph_path = g' \
    -c "create (:person {name: 'Ada'})-[:knows]->(:person {name: 'Grace'})" -c 'match (a:person)-[:knows]->(b) return b.name'
expect 'pgEdge, a row from one node to another' 'hello from one' run pgedge@17.11 --with spock,lolor,snowflake -- sh -c '
    set -e
    q() { psql -XqAt -v ON_ERROR_STOP=1 "$@"; }
    bin=/usr/lib/postgresql/17/bin
    $bin/initdb --no-sync --auth=trust --username=postgres --encoding=UTF8 --locale=C.UTF-8 -D /tmp/two >/tmp/initdb.log
    for setting in "shared_preload_libraries = spock" "wal_level = logical" "track_commit_timestamp = on" "output_plugin_libraries = spock_output" "fsync = off"; do
        echo "$setting" >>/tmp/two/postgresql.conf
    done
    $bin/pg_ctl -D /tmp/two -o "-p 5433 -c unix_socket_directories=/run/postgresql -c listen_addresses=" -l /tmp/two.log -w -s start
    for port in 5432 5433; do q -p $port -c "create extension spock" -c "create table t (id int primary key, v text)"; done
    q -p 5432 -c "select spock.node_create(\$\$one\$\$, \$\$host=/run/postgresql port=5432 dbname=postgres user=postgres\$\$)"
    q -p 5433 -c "select spock.node_create(\$\$two\$\$, \$\$host=/run/postgresql port=5433 dbname=postgres user=postgres\$\$)"
    q -p 5432 -c "select spock.repset_add_table(\$\$default\$\$, \$\$t\$\$)"
    q -p 5433 -c "select spock.sub_create(\$\$sub\$\$, \$\$host=/run/postgresql port=5432 dbname=postgres user=postgres\$\$, synchronize_structure := false, synchronize_data := false)"
    tries=0
    until [ "$(q -p 5433 -c "select status from spock.sub_show_status()")" = replicating ] || [ $tries -ge 120 ]; do tries=$((tries + 1)) && sleep 0.5; done
    q -p 5432 -c "insert into t values (1, \$\$hello from one\$\$)"
    tries=0
    until [ -n "$(q -p 5433 -c "select v from t")" ] || [ $tries -ge 120 ]; do tries=$((tries + 1)) && sleep 0.5; done
    q -p 5433 -c "select v from t"
    $bin/pg_ctl -D /tmp/two -m fast -s -w stop'
exit $failed
