using Monogres.Core;

namespace Monogres.Build.Planning;

/// <summary>What cannot be planned.</summary>
public static class PlanErrors
{
    /// <summary>The index holds no extensions yet.</summary>
    public static UserErrorException ExtensionsAreNotBuilt(ExtensionVersion extension) =>
        new($"`{extension}` is an extension, and the index holds PostgreSQL itself only", "name a PostgreSQL, such as `postgres@17`");
}
