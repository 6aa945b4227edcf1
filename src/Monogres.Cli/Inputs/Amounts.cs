using System.Globalization;
using Monogres.Core;

namespace Monogres.Cli.Inputs;

/// <summary>Sizes and times as people type them.</summary>
public static class Amounts
{
    private static readonly (string Suffix, long Bytes)[] Sizes =
        [("TB", 1_000_000_000_000), ("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000), ("B", 1)];

    private static readonly (string Suffix, double Days)[] Times = [("d", 1), ("h", 1.0 / 24), ("m", 1.0 / 1440)];

    /// <summary>Reads <c>20GB</c>, <c>500MB</c>, <c>1.5TB</c>; decimal units.</summary>
    /// <exception cref="UserErrorException">It is anything else.</exception>
    public static long Size(string text)
    {
        foreach (var (suffix, bytes) in Sizes)
        {
            if (text.EndsWith(suffix, StringComparison.OrdinalIgnoreCase) && Number(text[..^suffix.Length]) is { } number)
                return (long)(number * bytes);
        }

        throw new UserErrorException($"`{text}` is not a size", "write it like `20GB` or `500MB`") { ExitCode = ExitCode.Usage };
    }

    /// <summary>Reads <c>30d</c>, <c>12h</c>, <c>90m</c>.</summary>
    /// <exception cref="UserErrorException">It is anything else.</exception>
    public static TimeSpan Time(string text)
    {
        foreach (var (suffix, days) in Times)
        {
            if (text.EndsWith(suffix, StringComparison.Ordinal) && Number(text[..^suffix.Length]) is { } number && number * days < 100_000)
                return TimeSpan.FromDays(number * days);
        }

        throw new UserErrorException($"`{text}` is not a time", "write it like `30d`, `12h` or `90m`") { ExitCode = ExitCode.Usage };
    }

    // The first character keeps out `NaN` and `Infinity`, which are numbers to the runtime.
    private static double? Number(string text) =>
        text is [>= '0' and <= '9' or '.', ..] && double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? number : null;
}
