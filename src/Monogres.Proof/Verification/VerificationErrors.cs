using Monogres.Core;
using Monogres.Packaging.Formats;

namespace Monogres.Proof.Verification;

/// <summary>What can go wrong with a verification, apart from a difference.</summary>
public static class VerificationErrors
{
    /// <summary>There is no place for the rebuild.</summary>
    public static UserErrorException NoPlace(string directory, string reason) =>
        new($"nothing can be rebuilt in {directory}: {reason}", "give another directory with `--work DIR`; a rebuild of PostgreSQL takes about 4 GB");

    /// <summary>The rebuild ended before it said what became of the targets.</summary>
    public static UserErrorException Ended(int code, IReadOnlyList<string> lastLines) =>
        new($"the rebuild ended with exit code {code} and said nothing of the targets", "`--vary=-NAME` leaves an axis out, when it stands in the way here", lastLines);

    /// <summary>An artifact does not say what it is.</summary>
    public static UserErrorException Unknown(string path) => new(
        $"nothing says what {path} was made of: it does not itself, and no manifest beside it names it",
        "it was not made by Monogres, or by a version before packages said it: put the manifest beside it that `monogres build` wrote with it (`NAME.json`), or verify the target: `monogres verify postgres@15.18`");

    /// <summary>A directory is nothing that can be rebuilt, and holds nothing.</summary>
    public static UserErrorException UnknownDirectory(string directory) => new(
        $"{directory} is neither an unpacked archive nor an image of ours, and has no packages",
        $"name packages, a directory or a repository of them, an archive that was unpacked without changing its top directory (it has a file `{PackageIdentity.FileName}`), or a layout of images");

    /// <summary>There are only files that accompany packages.</summary>
    public static UserErrorException NoPackages(IReadOnlyList<string> paths) => new($"there is no package among {string.Join(", ", paths)}", "name the packages, too, as `dist/*` does");

    /// <summary>A directory holds several targets.</summary>
    public static UserErrorException SeveralTargets(string directory, IEnumerable<string> files) => new(
        $"{directory} holds several targets, and each can be verified by itself only", "unpack each archive to a directory of its own", [.. files]);

    /// <summary>An artifact is damaged.</summary>
    public static UserErrorException Damaged(string path, Exception damage) =>
        new($"{path} is damaged: {damage.Message}", "take it anew from where it comes from", inner: damage) { ExitCode = ExitCode.NotIdentical };

    /// <summary>An image lacks a part.</summary>
    public static UserErrorException MissingPart(string directory, string digest) =>
        new($"the image in {directory} lacks {digest}", "take it anew from where it comes from") { ExitCode = ExitCode.NotIdentical };

    /// <summary>A part of an image is another.</summary>
    public static UserErrorException OtherPart(string file, string digest) =>
        new($"{file} is not {digest}", "it was changed or damaged after it was built; take the image anew from where it comes from") { ExitCode = ExitCode.NotIdentical };

    /// <summary>A manifest cannot be read.</summary>
    public static UserErrorException Manifest(string file, string reason) => new($"{file} is not a manifest: {reason}", "take the file that `monogres build` wrote");

    /// <summary>A file is not the one that its manifest describes.</summary>
    public static UserErrorException Changed(string file, string manifest) =>
        new($"{file} is not what {manifest} says: its sha256 is another", "it was changed or damaged after it was built; take it anew from where it comes from") { ExitCode = ExitCode.NotIdentical };

    /// <summary>What was built is not what this index and this tool describe.</summary>
    /// <param name="given">The artifact.</param>
    /// <param name="planned">The key of the recipe of today; null when the index has no such target any more.</param>
    /// <param name="index">The index of today.</param>
    /// <param name="tool">The tool of today.</param>
    /// <param name="differences">What the recipes differ in, in words.</param>
    public static UserErrorException OtherRecipe(GivenArtifact given, Digest? planned, Digest index, string tool, IEnumerable<string> differences)
    {
        var (target, recipe) = (given.Identity.Target.ToArguments(), given.Identity.Recipe);
        List<string> details = [$"recipe: it was {recipe}, {(planned is { } now ? $"is {now}" : "and there is none now")}"];
        if (given.Manifest?.Recipe is { } then)
        {
            if (then.Index != index)
                details.Add($"index: it was {then.Index}, is {index}");
            if (!string.Equals(then.Tool, tool, StringComparison.Ordinal))
                details.Add($"tool: it was {then.Tool}, is {tool}");
        }

        details.AddRange(differences);
        return new(
            $"{given.Path} was made from another index, or by another version of the tool: they described another build of `{target}`",
            "in a checkout of Monogres, this finds the index of then and verifies by it; when none is found, the tool of then is needed, too (`git checkout COMMIT`): "
            + $"`for c in $(git rev-list HEAD -- index); do rm -rf then; mkdir then; git archive $c index | tar -xC then; monogres plan {target} --index then/index --json 2>/dev/null | grep -q {recipe.Hash} && break; done; monogres verify {given.Path} --index then/index`",
            details);
    }
}
