namespace Monogres.Cli.Terminal;

/// <summary>Numbers as people read them.</summary>
public static class Units
{
    /// <summary>Decimal units, as disks and networks count: <c>23.4 MB</c>.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1_000 => $"{bytes} B",
        // What would be rounded to 1000.0 is said in the next unit.
        < 999_950 => $"{bytes / 1e3:0.0} kB",
        < 999_950_000 => $"{bytes / 1e6:0.0} MB",
        _ => $"{bytes / 1e9:0.00} GB",
    };

    /// <summary><c>0.4 s</c>, <c>12 s</c>, <c>4 min 03 s</c>.</summary>
    public static string Seconds(double seconds) => seconds switch
    {
        < 9.95 => $"{seconds:0.0} s",
        < 119.5 => $"{seconds:0} s",
        _ => $"{(int)(seconds + 0.5) / 60} min {(int)(seconds + 0.5) % 60:00} s",
    };

    /// <summary>A part of a size, both in the unit of the whole: <c>84 of 186 MB</c>.</summary>
    public static string BytesOf(long bytes, long size)
    {
        var (unit, name) = size switch
        {
            < 1_000 => (1.0, "B"),
            < 999_500 => (1e3, "kB"),
            < 999_500_000 => (1e6, "MB"),
            _ => (1e9, "GB"),
        };
        // Rounded down, since a download that shows its whole size is taken to be complete.
        return size / unit < 9.95 && unit > 1
            ? $"{Math.Floor(bytes / unit * 10) / 10:0.0} of {size / unit:0.0} {name}"
            : $"{Math.Floor(bytes / unit):0} of {size / unit:0} {name}";
    }

    /// <summary>An estimate, no more exact than it is: <c>less than 10 s</c>, <c>about 40 s</c>, <c>about 4 min</c>, <c>about 2 h 10 min</c>.</summary>
    public static string About(double seconds) => seconds switch
    {
        < 10 => "less than 10 s",
        < 55 => $"about {Math.Ceiling(seconds / 10) * 10:0} s",
        < 90 * 60 - 30 => $"about {Math.Max(1, Math.Round(seconds / 60)):0} min",
        _ => $"about {(int)Math.Round(seconds / 600) / 6} h {(int)Math.Round(seconds / 600) % 6 * 10:00} min",
    };
}
