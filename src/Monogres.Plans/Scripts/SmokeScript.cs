using Monogres.Engine.Steps;
using Monogres.Core;
using Monogres.Payloads.Layout;
using Monogres.Index;
using Monogres.Index.Extensions;

namespace Monogres.Plans.Scripts;

/// <summary>
/// The smoke tests of an installed extension, the same for each: the server starts with the libraries and
/// settings that it needs; each of its SQL names can be created, with all that it requires; and from each version whose
/// script it brings, it can be updated. Runs in the run-time root, so a library that is missing there shows. Reported in TAP.
/// </summary>
internal sealed class SmokeScript(RelativePath prefix, ExtensionProject project, ServerSettings settings) : StepText
{
    /// <inheritdoc/>
    public override void Describe(KeyWriter key)
    {
        key.Add("extension smoke tests 1").Add(prefix.Value).Add(project.SqlNames);
        settings.Describe(key);
    }

    /// <inheritdoc/>
    public override string Render()
    {
        var tests = project.SqlNames.IsEmpty ? LoadAll : string.Concat(project.SqlNames.Select(name => $"check_extension {ShellText.Quote(name)}\n"));
        return $$"""
            exec 2>&1
            n=0 failed=0
            check() {
                n=$((n + 1))
                if sh -ec "$2" > /tmp/check.log 2>&1; then echo "ok $n - $1"; else failed=$((failed + 1)); echo "not ok $n - $1"; sed 's/^/# /' /tmp/check.log; fi
            }
            psql() { "$bin/psql" -X -q -A -t -v ON_ERROR_STOP=1 "$@"; }
            check_extension() {
                check "create:$1" "\"$bin/psql\" -X -q -v ON_ERROR_STOP=1 -c begin -c 'create extension if not exists \"$1\" cascade' -c rollback"
                psql -c "select v.version from pg_available_extension_versions v join pg_available_extensions e using (name) where name = '$1' and v.version <> e.default_version and exists (select from pg_extension_update_paths('$1') where source = v.version and target = e.default_version and path is not null) order by 1" > /tmp/versions
                while read -r version; do
                    check "update:$1:$version" "\"$bin/psql\" -X -q -v ON_ERROR_STOP=1 -c begin -c 'create extension \"$1\" version \"$version\" cascade' -c 'alter extension \"$1\" update' -c rollback"
                done < /tmp/versions
            }
            {{ServerScripts.StartForTests(prefix, settings)}}
            check start true
            {{tests}}"$bin/pg_ctl" -D "$data" -s -w -m fast stop > /tmp/stop.log || cat /tmp/stop.log
            if [ $failed -gt 0 ]; then sed 's/^/# /' "$log"; exit 1; fi

            """;
    }

    // Of a project that is only libraries, each must load. Which there are is known once it is built.
    private static readonly string LoadAll = $$"""
        while read -r library; do
            check "load:$library" "\"$bin/psql\" -X -q -v ON_ERROR_STOP=1 -c \"load '$library'\""
        done < /{{BuildPaths.Libraries.Value}}

        """;
}
