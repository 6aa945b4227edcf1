using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Core;

namespace Monogres.Cli.Tests;

public class AmountsTests
{
    [Theory]
    [InlineData("20GB", 20_000_000_000)]
    [InlineData("500MB", 500_000_000)]
    [InlineData("1.5TB", 1_500_000_000_000)]
    [InlineData("12kB", 12_000)]
    [InlineData("12KB", 12_000)]
    [InlineData("7B", 7)]
    [InlineData(".5GB", 500_000_000)]
    [InlineData("0GB", 0)]
    public void A_size_has_a_decimal_unit(string text, long bytes) => Assert.Equal(bytes, Amounts.Size(text));

    [Theory]
    [InlineData("30d", 720)]
    [InlineData("12h", 12)]
    [InlineData("90m", 1.5)]
    [InlineData("0.5d", 12)]
    public void A_time_has_a_unit(string text, double hours) => Assert.Equal(hours, Amounts.Time(text).TotalHours, 6);

    [Theory]
    [InlineData("")]
    [InlineData("20")]
    [InlineData("GB")]
    [InlineData("-1GB")]
    [InlineData("1,5GB")]
    [InlineData("20 GB")]
    [InlineData("20GiB")]
    [InlineData("1e3GB")]
    [InlineData("NaNGB")]
    [InlineData("InfinityGB")]
    public void What_is_no_size_is_an_error_of_usage(string text)
    {
        var error = Assert.Throws<UserErrorException>(() => Amounts.Size(text));
        Assert.Equal(($"`{text}` is not a size", ExitCode.Usage), (error.Message, error.ExitCode));
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("d")]
    [InlineData("-1d")]
    [InlineData("30D")]
    [InlineData("NaNd")]
    [InlineData("100000d")]
    public void What_is_no_time_is_an_error_of_usage(string text)
    {
        var error = Assert.Throws<UserErrorException>(() => Amounts.Time(text));
        Assert.Equal(($"`{text}` is not a time", ExitCode.Usage), (error.Message, error.ExitCode));
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_000, "1.0 kB")]
    [InlineData(999_949, "999.9 kB")]
    [InlineData(999_999, "1.0 MB")]
    [InlineData(23_400_000, "23.4 MB")]
    [InlineData(999_999_999, "1.00 GB")]
    [InlineData(12_345_678_901, "12.35 GB")]
    public void Bytes_are_said_in_decimal_units(long bytes, string text) => Assert.Equal(text, Units.Bytes(bytes));

    [Theory]
    [InlineData(0, "0.0 s")]
    [InlineData(0.44, "0.4 s")]
    [InlineData(9.94, "9.9 s")]
    [InlineData(9.96, "10 s")]
    [InlineData(119.4, "119 s")]
    [InlineData(119.7, "2 min 00 s")]
    [InlineData(243, "4 min 03 s")]
    [InlineData(3599.6, "60 min 00 s")]
    public void Seconds_are_said_as_people_say_them(double seconds, string text) => Assert.Equal(text, Units.Seconds(seconds));
}
