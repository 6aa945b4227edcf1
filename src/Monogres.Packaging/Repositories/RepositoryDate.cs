using Monogres.Core;

namespace Monogres.Packaging.Repositories;

/// <summary>The date that stands in a repository: given, or that of its newest package, so that the same packages give the same repository. It never goes back.</summary>
internal static class RepositoryDate
{
    /// <summary>The date of a publication.</summary>
    /// <param name="what">What has the date, for messages: <c>the suite</c>.</param>
    /// <param name="given">The date that is asked for, or null.</param>
    /// <param name="newest">That of the newest package that is added; null when there is none.</param>
    /// <param name="before">That of what was published before, or null.</param>
    /// <param name="now">The present.</param>
    /// <exception cref="UserErrorException">Clients would not take the date.</exception>
    public static DateTimeOffset Of(string what, DateTimeOffset? given, DateTimeOffset? newest, DateTimeOffset? before, DateTimeOffset now)
    {
        if (given < before)
            throw RepositoryErrors.OlderDate(what, given.Value, before.Value);

        var date = given ?? (newest > before || before is null ? newest!.Value : before.Value);
        return date <= now ? date : throw RepositoryErrors.FutureDate(date, now);
    }
}
