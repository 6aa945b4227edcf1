using Monogres.Core;

namespace Monogres.Packaging.Repositories.Apt;

/// <summary>What keeps a package from being published in an apt repository.</summary>
internal static class AptErrors
{
    private const string Unchanged = "the repository is as it was";

    public static UserErrorException NotOurs(string directory) => new(
        $"`{directory}` is not empty, and not an apt repository made by monogres",
        "give a new or an empty directory, or one that `monogres publish apt` made");

    public static UserErrorException NothingToPublish(string suite) => new(
        $"there is no suite `{suite}` in the repository, and no package to begin it with",
        "name one or more .deb files");

    public static UserErrorException BadName(string what, string name, string form) => new($"`{name}` cannot be the name of a {what}", form) { ExitCode = ExitCode.Usage };

    public static UserErrorException NameTaken(string what, string name, string by) => new($"the {what} cannot be called `{name}`: {by} of the suite has that name", "choose another name");

    public static UserErrorException NoFile(string file) => new($"there is no file `{file}`", Unchanged);

    public static UserErrorException NotADeb(string file, Exception reason) => new($"cannot publish `{file}`: {reason.Message}", $"it must be a Debian package (deb(5)); {Unchanged}", inner: reason);

    public static UserErrorException OtherContent(string file, Digest digest, RelativePath path, Digest there) => new(
        $"`{file}` would replace `{path}`, which has another content",
        $"what was published stays as it is: give the new package another version; {Unchanged}",
        [$"published: sha256 {there.Hash}, {there.Size} bytes", $"to be published: sha256 {digest.Hash}, {digest.Size} bytes"]);

    public static UserErrorException OtherSnapshot(string name, string suite) => new(
        $"the snapshot `{name}` of `{suite}` has another content",
        $"a snapshot never changes: choose another name; {Unchanged}");

    public static UserErrorException OtherKey(string suite, string fingerprint, UserErrorException reason) => new(
        $"the suite `{suite}` is not signed by the key {fingerprint}",
        "sign with the key of the repository; to replace that, give its public key with `--old-key FILE`: clients need the new one from then on",
        reason.Details, reason);

    public static UserErrorException Damaged(string path, string reason) => new(
        $"`{path}` of the repository is damaged: {reason}",
        "restore it from a copy; nothing is signed that does not fit what was signed before");

    public static UserErrorException OlderDate(DateTimeOffset date, DateTimeOffset there) => new(
        $"the date {Words(date)} is before that of the suite, {Words(there)}: clients would not take it",
        "give a later `--date`, or none");

    public static UserErrorException FutureDate(DateTimeOffset date, DateTimeOffset now) => new(
        $"the date {Words(date)} is in the future (it is {Words(now)}): clients would not take it",
        "give another `--date`; without it, the date is that of the newest package");

    public static UserErrorException Expired(DateTimeOffset end) => new(
        $"the suite would be valid until {Words(end)}, which is past",
        "give a longer `--valid-for`, or no `--date`");

    public static UserErrorException CannotWrite(string directory, Exception trouble) => new(
        $"cannot publish to `{directory}`: {trouble.Message}",
        $"correct that and run the command again; {Unchanged}", inner: trouble);

    private static string Words(DateTimeOffset moment) => $"{moment.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss'Z'}";
}
