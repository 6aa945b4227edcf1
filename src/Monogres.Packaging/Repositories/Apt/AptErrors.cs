using Monogres.Core;

namespace Monogres.Packaging.Repositories.Apt;

/// <summary>What keeps a package from being published in an apt repository.</summary>
internal static class AptErrors
{
    public static UserErrorException NothingToPublish(string suite) => new(
        $"there is no suite `{suite}` in the repository, and no package to begin it with",
        "name one or more .deb files");

    public static UserErrorException NameTaken(string what, string name, string by) => new($"the {what} cannot be called `{name}`: {by} of the suite has that name", "choose another name");

    public static UserErrorException NotADeb(string file, Exception reason) => new($"cannot publish `{file}`: {reason.Message}", $"it must be a Debian package (deb(5)); {RepositoryErrors.Unchanged}", inner: reason);

    public static UserErrorException Expired(DateTimeOffset end) => new(
        $"the suite would be valid until {RepositoryErrors.Words(end)}, which is past",
        "give a longer `--valid-for`, or no `--date`");
}
