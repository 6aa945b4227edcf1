using Monogres.Core;

namespace Monogres.Packaging.Repositories;

/// <summary>What keeps packages from being published in a repository of any kind.</summary>
internal static class RepositoryErrors
{
    /// <summary>What every hint can promise.</summary>
    public const string Unchanged = "the repository is as it was";

    public static UserErrorException NotOurs(string directory, string kind) => new(
        $"`{directory}` is not empty, and not {Article(kind)} {kind} repository made by monogres",
        $"give a new or an empty directory, or one that this command made");

    public static UserErrorException BadName(string what, string name, string form) => new($"`{name}` cannot be the name of a {what}", form) { ExitCode = ExitCode.Usage };

    public static UserErrorException NoFile(string file) => new($"there is no file `{file}`", Unchanged);

    public static UserErrorException OtherContent(string file, Digest digest, RelativePath path, Digest there) => new(
        $"`{file}` would replace `{path}`, which has another content",
        $"what was published stays as it is: give the new package another version; {Unchanged}",
        [$"published: sha256 {there.Hash}, {there.Size} bytes", $"to be published: sha256 {digest.Hash}, {digest.Size} bytes"]);

    public static UserErrorException OtherSnapshot(string name, string of) => new(
        $"the snapshot `{name}` of {of} has another content",
        $"a snapshot never changes: choose another name; {Unchanged}");

    public static UserErrorException OtherKey(string what, string fingerprint, UserErrorException reason) => new(
        $"{what} is not signed by the key {fingerprint}",
        "sign with the key of the repository; to replace that, give its public key with `--old-key FILE`: clients need the new one from then on",
        reason.Details, reason);

    public static UserErrorException Damaged(string path, string reason) => new(
        $"`{path}` of the repository is damaged: {reason}",
        "restore it from a copy; nothing is signed that does not fit what was signed before");

    public static UserErrorException OlderDate(string what, DateTimeOffset date, DateTimeOffset there) => new(
        $"the date {Words(date)} is before that of {what}, {Words(there)}: clients would not take it",
        "give a later `--date`, or none");

    public static UserErrorException FutureDate(DateTimeOffset date, DateTimeOffset now) => new(
        $"the date {Words(date)} is in the future (it is {Words(now)}): clients would not take it",
        "give another `--date`; without it, the date is that of the newest package");

    public static UserErrorException CannotWrite(string directory, Exception trouble) => new(
        $"cannot publish to `{directory}`: {trouble.Message}",
        $"correct that and run the command again; {Unchanged}", inner: trouble);

    /// <summary>A time in messages.</summary>
    public static string Words(DateTimeOffset moment) => $"{moment.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}";

    private static string Article(string kind) => kind[0] is 'a' ? "an" : "a";
}
