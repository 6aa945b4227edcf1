#!/bin/sh
# Has other implementations verify what `attest --bundle` signed, and says what became of each.
#
#   tests/trials/signatures.sh DIST KEY.pub
#
# DIST has packages with their statements, written by `attest --bundle`; KEY.pub is the public key. It takes Node.js with npm,
# which fetches the verifier of Sigstore into a directory of its own, and openssl. Writes one line for each case; fails when
# one fails.
set -eu

dist=$(realpath "$1")
key=$(realpath "$2")
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work"
npm install --silent --no-audit --no-fund --ignore-scripts @sigstore/verify@4.1.3 @sigstore/bundle@5.0.1 @sigstore/protobuf-specs@0.5.2 2>/dev/null

cat >verify.js <<'END'
const { readFileSync } = require('fs'), { createPublicKey } = require('crypto');
const { bundleFromJSON } = require('@sigstore/bundle'), { TrustedRoot } = require('@sigstore/protobuf-specs');
const { Verifier, toSignedEntity, toTrustMaterial } = require('@sigstore/verify');
const [, , file, pem] = process.argv;
const key = createPublicKey(readFileSync(pem));
const trust = toTrustMaterial(TrustedRoot.fromJSON({}), () => ({ publicKey: key, validFor: () => true }));
try {
    // The key pair is all that vouches: no log, no certificate, no timestamp.
    new Verifier(trust, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 }).verify(toSignedEntity(bundleFromJSON(JSON.parse(readFileSync(file)))));
    console.log('verified');
} catch (error) {
    console.log(`refused: ${error.message}`);
}
END

# One byte of the statement changed, and a signature by nobody.
cat >spoil.js <<'END'
const { readFileSync, writeFileSync } = require('fs');
const [, , from, to, what] = process.argv;
const bundle = JSON.parse(readFileSync(from)), envelope = bundle.dsseEnvelope;
const spoilt = text => { const bytes = Buffer.from(text, 'base64'); bytes[bytes.length >> 1] ^= 1; return bytes.toString('base64'); };
if (what === 'payload') envelope.payload = spoilt(envelope.payload);
else envelope.signatures[0].sig = spoilt(envelope.signatures[0].sig);
writeFileSync(to, JSON.stringify(bundle));
END

# What is signed, as the specification of DSSE has it, and the signature.
cat >signed.js <<'END'
const { readFileSync, writeFileSync } = require('fs');
const [, , file, number] = process.argv;
const envelope = JSON.parse(readFileSync(file, 'utf8').split('\n')[number]), payload = Buffer.from(envelope.payload, 'base64');
writeFileSync('signed', Buffer.concat([Buffer.from(`DSSEv1 ${envelope.payloadType.length} ${envelope.payloadType} ${payload.length} `), payload]));
writeFileSync('signature', Buffer.from(envelope.signatures[0].sig, 'base64'));
END

failed=0
say() { # CASE EXPECTED GOT
    case $3 in "$2"*) verdict=ok ;; *) verdict="FAILED: $3" failed=1 ;; esac
    printf '%-20s %-95s %s\n' "$4" "$1" "$verdict"
}

openssl_verifies() {
    if openssl pkey -pubin -in "$key" -noout -text 2>/dev/null | grep -q ED25519; then
        openssl pkeyutl -verify -pubin -inkey "$key" -rawin -in signed -sigfile signature
    else
        openssl dgst -sha256 -verify "$key" -signature signature signed
    fi 2>&1 | grep -q -e 'Verified OK' -e 'Signature Verified Successfully' && echo verified || echo refused
}

for bundle in "$dist"/*.sigstore.json; do
    name=$(basename "$bundle")
    say "$name" verified "$(node verify.js "$bundle" "$key")" @sigstore/verify
    for what in payload signature; do
        node spoil.js "$bundle" spoilt.json $what
        say "$name, $what changed" refused "$(node verify.js spoilt.json "$key")" @sigstore/verify
    done
done
for statements in "$dist"/*.intoto.jsonl; do
    for line in 0 1; do
        node signed.js "$statements" $line
        say "$(basename "$statements"), line $((line + 1))" verified "$(openssl_verifies)" "$(openssl version | cut -d' ' -f1,2)"
        printf x >>signed
        say "$(basename "$statements"), line $((line + 1)) changed" refused "$(openssl_verifies)" "$(openssl version | cut -d' ' -f1,2)"
    done
done
exit $failed
