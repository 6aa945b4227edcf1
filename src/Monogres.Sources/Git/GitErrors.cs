using Monogres.Core;

namespace Monogres.Sources.Git;

/// <summary>What can be wrong with a git repository.</summary>
internal static class GitErrors
{
    public static UserErrorException NotARepository(string path) =>
        new($"`{path}` is not a git repository", "name a clone, bare or with a work tree: the directory that has `.git`, or `HEAD` and `objects`");

    public static UserErrorException Unsupported(string path, string what) =>
        new($"the git repository `{path}` {what}, which is not supported", "make another clone of it: `git clone --bare --ref-format=files REPOSITORY DIR`");

    public static UserErrorException Damaged(string id, string what) =>
        new($"the git object {id} is damaged: {what}", "`git fsck` says what else is; fetch the repository again");

    public static UserErrorException NoAnswer(Uri repository, string commit, Exception why) =>
        new($"`{repository}` does not tell the submodules of {commit[..12]}: {why.Message}", "try again; or name their archives under `parts` of the version by hand, where the commits are what `git ls-tree -r COMMIT` shows") { Unavailable = true };

    public static UserErrorException CannotRead(string path, string reason) =>
        new($"cannot read `{path}` of the git repository: {reason}", "`git fsck` says what else is wrong; fetch the repository again");
}

/// <summary>An object that others of the repository refer to is not in it: the clone is shallow or partial.</summary>
/// <param name="id">The object.</param>
public sealed class GitObjectMissingException(string id) : Exception($"the repository lacks the object {id}: it is a shallow or partial clone");
