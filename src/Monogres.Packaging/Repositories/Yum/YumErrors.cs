using Monogres.Core;

namespace Monogres.Packaging.Repositories.Yum;

/// <summary>What keeps a package from being published in a yum repository.</summary>
internal static class YumErrors
{
    public static UserErrorException NothingToPublish() => new("there is nothing in the repository, and no package to begin it with", "name one or more .rpm files");

    public static UserErrorException NotAnRpm(string file, Exception reason) => new($"cannot publish `{file}`: {reason.Message}", $"it must be a package of rpm 4.14 or later; {RepositoryErrors.Unchanged}", inner: reason);
}
