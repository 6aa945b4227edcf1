using System.Globalization;

namespace Monogres.Bench;

/// <summary>One line of the table.</summary>
/// <param name="What">What was measured.</param>
/// <param name="Bar">What it must not exceed; empty when there is no bar.</param>
/// <param name="Measured">The figure: least and median where it was taken several times.</param>
/// <param name="Ratio">To what it is compared with, in the same run; empty when with nothing.</param>
internal sealed record Row(string What, string Bar, string Measured, string Ratio = "");

/// <summary>How figures are written.</summary>
internal static class Figures
{
    public static string Seconds(IEnumerable<double> seconds)
    {
        var sorted = seconds.Order().ToArray();
        return string.Create(CultureInfo.InvariantCulture, $"{sorted[0]:0.000} / {Median(sorted):0.000} s");
    }

    public static string Milliseconds(IEnumerable<double> seconds)
    {
        var sorted = seconds.Order().ToArray();
        return string.Create(CultureInfo.InvariantCulture, $"{sorted[0] * 1000:0.0} / {Median(sorted) * 1000:0.0} ms");
    }

    public static string Megabytes(long bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0} MB");

    public static string Share(double part, double whole) => string.Create(CultureInfo.InvariantCulture, $"{part / whole:0.000}");

    public static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToArray();
        return sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;
    }
}
