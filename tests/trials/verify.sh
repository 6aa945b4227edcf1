#!/bin/sh
# Verifies many targets with everything varied, and says what became of each: rows of the tables in docs/reference/verify-trial.md.
#
#   tests/trials/verify.sh extensions|formats|servers [OPTIONS]
#
# OPTIONS go to every command: --store DIR, --source-mirror DIR. The tool is $MONOGRES, else ./monogres. Extensions are of all
# styles, against postgres@15.18+minimal, and are rebuilt together; formats are those of one extension; servers are two majors
# with two option sets each, which take an hour. Fails when anything differs; what was said is in verify-trial.log.
set -u

part=${1:?extensions, formats or servers}
shift
options=$*
monogres=${MONOGRES:-./monogres}
log=verify-trial.log
failed=0

# verify WHAT TARGETS-OR-FILES...: says under what it was, then a row for each target.
verify() {
    what=$1
    shift
    begin=$(date +%s)
    said=$($monogres verify "$@" --vary all $options 2>&1) || failed=1
    printf '== %s\n%s\n' "$what" "$said" >>"$log"
    printf '%s\n' "$said" | sed -n 's/^rebuilding \(.*\): path.*/\1/p; s/^not varied: \(.*\)/not varied: \1/p'
    printf 'took %s seconds in all\n\n' $(($(date +%s) - begin))
    printf '%s\n' "$said" | sed -n "s/^\([^ ]*@[^ ]*\): the same, .*/| \1 | $what | the same |/p; s/^\([^ ]*@[^ ]*\): not \(.*\)/| \1 | $what | **not \2** |/p; s/^error: \(.*\)/| - | $what | **\1** |/p"
    printf '\n'
}

c='ip4r prefix hypopg pg_dirtyread pg_similarity semver q3c pgpcre pgmp'
cxx='pgsphere pgagent'
parsers='numeral jsquery plproxy unit'
sql='pg_permissions pg_track_settings pgtap pg_partman@5.2.4'
others='repmgr plsh'

case $part in
    extensions)
        verify 'as a target' $(for one in $c $cxx $parsers $sql $others; do echo "$one/postgres@15.18+minimal"; done)
        ;;
    formats)
        dist=$(mktemp -d)
        trap 'rm -rf "$dist"' EXIT
        $monogres build numeral/postgres@15.18+minimal --format tar,tar.gz,tar.xz,tar.zst,zip,deb,rpm,oci --output "$dist" $options >>"$log" 2>&1 || failed=1
        # Without the manifest: what a file is, it says itself.
        rm -f "$dist"/*.json
        for file in "$dist"/*; do
            case $file in *.oci.tar) kind=oci ;; *.tar.*) kind=tar.${file##*.} ;; *) kind=${file##*.} ;; esac
            verify "$kind" "$file"
        done
        mkdir "$dist/unpacked"
        tar -C "$dist/unpacked" -xf "$dist"/numeral-1.3-postgres-15.18-minimal-debian12-amd64.tar
        verify 'unpacked tree' "$dist"/unpacked/*
        ;;
    servers)
        for target in postgres@15.18+minimal postgres@15.18+full postgres@17.11+minimal postgres@17.11+full; do verify 'as a target' "$target"; done
        ;;
    *)
        echo "extensions, formats or servers, not $part" >&2
        exit 2
        ;;
esac
exit $failed
