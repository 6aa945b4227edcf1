using System.Collections.Immutable;

namespace Monogres.Testing;

/// <summary>
/// The release that the slow tests compile twice. The whole matrix is too much for every run, so each day takes the next
/// one of a list: two of an old major, one of them its last, and the newest of three others.
/// </summary>
public static class ReleaseOfTheDay
{
    /// <summary>The variable that names a release to take instead.</summary>
    public const string Variable = "MONOGRES_TEST_RELEASE";

    /// <summary>The list.</summary>
    public static ImmutableArray<string> Rotation { get; } = ["13.16", "13.23", "15.18", "17.11", "18.6"];

    /// <summary>The version that this run takes: one for all its tests, also when midnight passes.</summary>
    public static string Version { get; } = Of(DateOnly.FromDateTime(DateTime.UtcNow), Environment.GetEnvironmentVariable(Variable));

    /// <summary>The version of a day (UTC), or the one that was named.</summary>
    public static string Of(DateOnly day, string? named) => string.IsNullOrEmpty(named) ? Rotation[day.DayNumber % Rotation.Length] : named;
}
