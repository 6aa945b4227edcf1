using System.Collections.Immutable;
using Monogres.Core;
using Monogres.Payloads.Layout;

namespace Monogres.Plans.Sources;

/// <summary>Applies patches to a source. One that does not apply ends the build, and <c>patch</c> says which file and which part of it.</summary>
internal static class ServerPatches
{
    /// <summary>The script.</summary>
    /// <param name="source">Where the source is.</param>
    /// <param name="patches">Globs of the patches in it.</param>
    public static string Script(RelativePath source, ImmutableArray<string> patches) => $"""
        set -e
        exec 2>&1
        cd /{source}
        for patch in {string.Join(' ', patches)}; do
            if [ ! -f "$patch" ]; then echo "error: there is no patch $patch in the source"; exit 1; fi
            echo "== $patch"
            patch --batch --forward --no-backup-if-mismatch -p1 --input="$patch" || {"{"} echo "error: $patch does not apply to this release; the parts that failed:"; find . -name '*.rej' -exec cat {"{}"} +; exit 1; {"}"}
        done
        cp -R . /{BuildPaths.Output}/

        """;
}
