using Monogres.Core;

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

    /// <summary>A file is no artifact that can be rebuilt.</summary>
    public static UserErrorException Unknown(string file) => new(
        $"nothing says what {file} was made of",
        "put the manifest beside it that `monogres build` wrote with it (`NAME.json`), or verify the target itself: `monogres verify postgres@15.18`");

    /// <summary>A manifest cannot be read.</summary>
    public static UserErrorException Manifest(string file, string reason) => new($"{file} is not a manifest: {reason}", "take the file that `monogres build` wrote");

    /// <summary>A file is not the one that its manifest describes.</summary>
    public static UserErrorException Changed(string file, string manifest) =>
        new($"{file} is not what {manifest} says: its sha256 is another", "it was changed or damaged after it was built; take it anew from where it comes from") { ExitCode = ExitCode.NotIdentical };

    /// <summary>What was built is not what this index describes.</summary>
    public static UserErrorException OtherRecipe(string file, string target, string index, string tool, IReadOnlyList<string> differences) => new(
        $"{file} was made by {tool} from another index, which described another build of `{target}`",
        $"get the index with the digest {index}, as its releases say, and give it with `--index DIR`", differences);
}
