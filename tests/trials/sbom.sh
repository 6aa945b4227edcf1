#!/bin/sh
# Has other implementations read the bills of materials that `attest` wrote, and says what became of each.
#
#   tests/trials/sbom.sh DIST [SPDX-SCHEMA]
#
# DIST has packages with their statements. It takes Node.js with npm, which fetches the library of CycloneDX, with the official
# schema of the format in it, and a validator into a directory of its own. SPDX-SCHEMA is the official schema of SPDX 2.3,
# `schemas/spdx-schema.json` of github.com/spdx/spdx-spec at v2.3; without it SPDX is left out. Writes one line for each
# document; fails when one fails.
set -eu

dist=$(realpath "$1")
schema=${2:+$(realpath "$2")}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @cyclonedx/cyclonedx-library@10.3.0 ajv@8 ajv-formats@3 ajv-formats-draft2019@1 2>/dev/null

cat >read.js <<'END'
const { readFileSync } = require('fs'), { basename } = require('path');
const [, , schema, ...files] = process.argv;
async function problems(file, text) {
    if (file.endsWith('.cdx.json')) {
        const { Validation, Spec } = require('@cyclonedx/cyclonedx-library');
        return await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(text);
    }
    // The schema of 2.3 is of draft 7, that of 2.3.1 of 2019-09.
    const rules = JSON.parse(readFileSync(schema)), formats = require('ajv-formats').default;
    const Ajv = require(rules.$schema.includes('2019-09') ? 'ajv/dist/2019' : 'ajv').default;
    const check = formats(new Ajv({ allErrors: true, strict: false })).compile(rules);
    return check(JSON.parse(text)) ? null : check.errors;
}
// Whatever a document points to is in it.
function dangling(file, all) {
    const ids = new Set(), refs = [];
    if (file.endsWith('.cdx.json')) {
        for (const one of [all.metadata.component, ...all.components]) ids.add(one['bom-ref']);
        for (const one of all.dependencies) refs.push(one.ref, ...(one.dependsOn || []));
    } else {
        ids.add(all.SPDXID);
        for (const one of all.packages) ids.add(one.SPDXID);
        for (const one of all.relationships) refs.push(one.spdxElementId, one.relatedSpdxElement);
    }
    return refs.filter(ref => !ids.has(ref));
}
(async () => {
    let failed = 0;
    for (const file of files) {
        if (file.endsWith('.spdx.json') && !schema) continue;
        const text = readFileSync(file, 'utf8'), all = JSON.parse(text);
        const wrong = await problems(file, text), lost = dangling(file, all);
        const verdict = wrong ? `FAILED: ${JSON.stringify(wrong).slice(0, 500)}` : lost.length ? `FAILED: ${lost} is not in it` : 'valid';
        failed |= verdict !== 'valid';
        console.log(`${basename(file).padEnd(72)} ${(all.components || all.packages).length} components  ${verdict}`);
        // A validator that finds nothing wrong in anything would be no judge.
        delete all.specVersion; delete all.spdxVersion;
        if (!await problems(file, JSON.stringify(all))) { failed = 1; console.log('FAILED: the validator takes a document without its version'); }
    }
    process.exit(failed);
})();
END
node read.js "$schema" "$dist"/*.cdx.json "$dist"/*.spdx.json
