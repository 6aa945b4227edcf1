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
}
