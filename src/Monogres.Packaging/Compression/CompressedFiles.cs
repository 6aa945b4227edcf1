using System.Collections.Immutable;
using Monogres.Actions;
using Monogres.Core;
using Monogres.Engine.Steps;

namespace Monogres.Packaging.Compression;

/// <summary>
/// Every file of a tree, compressed by itself: a command in a sandbox, because compressors differ between versions and
/// implementations, and so belong to the inputs.
/// </summary>
public static class CompressedFiles
{
    private static readonly RelativePath Work = RelativePath.Parse("build");
    private static readonly RelativePath Input = Work.Child("in");
    private static readonly RelativePath Script = Work.Child("compress.sh");
    private static readonly TimeSpan Limit = TimeSpan.FromHours(1);

    private static readonly ImmutableSortedDictionary<string, string> Environment = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal,
    [
        KeyValuePair.Create("LC_ALL", "C.UTF-8"),
        KeyValuePair.Create("PATH", "/usr/bin:/usr/sbin"),
    ]);

    /// <summary>The step: a tree with the same files, each with the ending of the compressor; links and empty directories are left out.</summary>
    /// <param name="name">For people.</param>
    /// <param name="files">The tree.</param>
    /// <param name="programs">The root with a shell, <c>find</c> and the compressor.</param>
    /// <param name="compressor">The compressor.</param>
    public static Step Of(StepName name, Step files, Step programs, Compressor compressor)
    {
        var script = StepText.Of($$"""
            set -e
            cd in
            find . -type d -exec mkdir -p ../out/{} ';'
            find . -type f -exec sh -e -c 'for file do {{compressor.Command}} <"$file" >"../out/$file{{compressor.Extension}}"; done' sh {} +
            find ../out -mindepth 1 -type d -empty -delete

            """);
        return new RunStep(
            name,
            [programs, new PickStep(name, files, RelativePath.Root, Input), new WriteStep(name, [new WrittenFile(Script, script, Executable: false)], [Work.Child(CanonicalAction.OutputDirectory), Input])],
            new StepCommand(["/bin/sh", "/" + Script], Environment, Work, Limit));
    }
}
