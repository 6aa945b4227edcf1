namespace Monogres.Actions.Tests;

public sealed class ActionLimitsTests
{
    private static readonly ActionLimits Some = ActionLimits.Default(16L << 30);

    [Fact]
    public void A_setting_names_what_it_changes_and_later_ones_win()
    {
        var limits = Some.With("memory=8G, processes=500,tmp=512M,log=100,output=2t,memory=9g");
        Assert.Equal((9L << 30, 500L, 512L << 20, 100L, 2L << 40), (limits.Memory, limits.Processes, limits.Temporary, limits.Log, limits.Output));
        Assert.Equal(Some, Some.With(""));
    }

    [Theory]
    [InlineData("memory")]
    [InlineData("memroy=1G")]
    [InlineData("memory=")]
    [InlineData("memory=0")]
    [InlineData("memory=-1")]
    [InlineData("memory=1.5G")]
    [InlineData("memory=1GB")]
    [InlineData("memory=9999999999G")]
    [InlineData("processes=5K")]
    public void What_is_no_limit_is_refused_by_its_text(string setting) =>
        Assert.Contains($"`{setting}`", Assert.Throws<FormatException>(() => Some.With(setting)).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData(ActionLimit.Memory, 8L << 30, "8G")]
    [InlineData(ActionLimit.Log, 1536L << 20, "1536M")]
    [InlineData(ActionLimit.Log, 1000, "1000")]
    [InlineData(ActionLimit.Processes, 4096, "4096")]
    public void A_limit_is_written_as_it_is_read(ActionLimit limit, long value, string text)
    {
        Assert.Equal(text, ActionLimits.Text(limit, value));
        Assert.Equal(value, Some.With($"{ActionLimits.NameOf(limit)}={text}")[limit]);
    }

    [Fact]
    public void Each_limit_has_a_name_and_a_value_of_its_own()
    {
        var limits = Some.With("memory=1,processes=2,tmp=3,output=4,log=5");
        Assert.Equal([1, 2, 3, 4, 5], Enum.GetValues<ActionLimit>().Select(limit => limits[limit]));
        Assert.Equal(ActionLimits.Names, Enum.GetValues<ActionLimit>().Select(ActionLimits.NameOf));
    }

    [Theory]
    [InlineData(1L << 20)]
    [InlineData(4L << 30)]
    [InlineData(1L << 50)]
    public void The_limits_of_any_machine_let_a_build_run(long memory)
    {
        var limits = ActionLimits.Default(memory);
        Assert.True(limits.Memory >= 1L << 30 && limits.Temporary >= 1L << 28);
    }
}
