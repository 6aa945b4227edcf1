using System.Collections.Immutable;
using System.Globalization;
using Monogres.Core;
using Monogres.Matrix;
using Monogres.Results.Testing;

namespace Monogres.Monobot.Trials;

/// <summary>
/// Which majors of PostgreSQL a version was seen to work with: it was built, and its smoke tests passed. Its own tests do not decide: many
/// differ in a message for a reason that is not the version's, and the evidence names them.
/// </summary>
public static class SeenRange
{
    /// <summary>Whether a row says that it works.</summary>
    public static bool Works(MatrixRow row) => row is { Payload: not null, Level: >= TestLevel.Created };

    /// <summary>Whether a row says that it does not; one that could not be tried says neither.</summary>
    public static bool Fails(MatrixRow row) => !Works(row) && row.Status is not MatrixStatus.NotRun;

    /// <summary>The range that the rows of a version show: from the lowest to the highest major that works, without those between that do not; null when none works.</summary>
    /// <param name="claimed">What its authors say; what that says of single releases stays.</param>
    /// <param name="rows">What was seen.</param>
    public static string? Of(string claimed, IEnumerable<MatrixRow> rows)
    {
        var majors = rows.GroupBy(row => TargetName.Parse(row.Target).Version.Major).ToDictionary(major => major.Key, major => (Works: major.Any(Works), Fails: major.All(Fails)));
        var working = majors.Where(major => major.Value.Works).Select(major => major.Key).Order().ToImmutableArray();
        if (working.IsEmpty)
            return null;

        string[] parts =
        [
            $">={Number(working[0])}",
            $"<{Number(working[^1] + 1)}",
            .. majors.Where(major => major.Value.Fails && major.Key > working[0] && major.Key < working[^1]).Select(major => major.Key).Order().Select(major => $"!={Number(major)}"),
            .. claimed.Split(',', StringSplitOptions.TrimEntries).Where(IsOfOneRelease),
        ];
        return string.Join(", ", parts);
    }

    // Anything but a bare major.
    private static bool IsOfOneRelease(string comparison) => comparison.AsSpan().TrimStart("<>=! ") is { IsEmpty: false } version && version is not "*" && version.ContainsAnyExceptInRange('0', '9');

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
