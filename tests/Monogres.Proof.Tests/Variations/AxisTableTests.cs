using Monogres.Core;
using Monogres.Proof.Variations;
using Monogres.Testing;

namespace Monogres.Proof.Tests.Variations;

public sealed class AxisTableTests
{
    private static readonly Machine Large = new()
    {
        IsRoot = true, Processors = 2, FirstProcessor = 1, FreeMemory = 64L << 30, CanShiftClock = true, Now = DateTimeOffset.FromUnixTimeSeconds(1), MakeVersion = "4.4.1", RemoteEngine = "grpc://127.0.0.1:9",
    };

    private static readonly Machine Small = new() { IsRoot = true, Processors = 1, FreeMemory = 1L << 30, UnreadableByOthers = "/root/tool", FilesToDownload = 3 };

    [Fact]
    public void Names_are_unique_and_there_are_enough_axes()
    {
        Assert.Equal(AxisTable.All.Length, AxisTable.All.Select(axis => axis.Name).Distinct(StringComparer.Ordinal).Count());
        Assert.True(AxisTable.All.Length >= 24);
        Assert.Every(AxisTable.All, axis => Assert.Matches("^[a-z]+(-[a-z]+)*$", axis.Name));
    }

    [Fact]
    public void On_a_machine_that_has_everything_only_its_processor_stays_and_what_a_rebuild_has_one_of()
    {
        var (varied, notVaried) = ChosenAxes.Parse("all").On(Large);
        Assert.Equal(["half-cache", "clock-past", "clock-overflow", "processor-model"], notVaried.Select(one => one.Axis.Name));
        Assert.Equal(AxisTable.All.Length - 4, varied.Length);
        Assert.Equal("a rebuild has one clock, and `clock` has another: `--vary usual,-clock,clock-past`", notVaried[1].Reason);
    }

    [Theory]
    [InlineData("usual,-clock,clock-past", "clock=-315576000")]
    [InlineData("clock-overflow", "clock=+2148595199")]
    public void Another_clock_can_be_chosen_in_place_of_the_usual_one(string choice, string inside)
    {
        var conditions = NewConditions();
        foreach (var axis in ChosenAxes.Parse(choice).On(Large).Varied)
            axis.Apply!(conditions);
        Assert.Contains(inside, conditions.Inside);
        Assert.Single(conditions.Inside, one => one.StartsWith("clock=", StringComparison.Ordinal));
    }

    [Fact]
    public void What_cannot_be_varied_is_said_with_its_reason()
    {
        var (_, notVaried) = ChosenAxes.Parse("all").On(Small);
        Assert.Equal(
            [
                ("user", "another user cannot read /root/tool"),
                ("processors", "there is one processor only"),
                ("file-system", "10 GiB of free memory are needed, there are 1"),
                ("network", "3 files must be downloaded"),
                ("half-cache", "a rebuild has one cache, and `cache` has another: `--vary usual,-cache,half-cache`"),
                ("clock", "the platform has no library that shows programs another time"),
                ("clock-past", "the platform has no library that shows programs another time"),
                ("clock-overflow", "the platform has no library that shows programs another time"),
                ("make-order", "the build root has no make"),
                ("runner", "no engine is named: `--remote URL`"),
                ("processor-model", "it takes another machine, or a remote engine on one"),
            ],
            notVaried.Select(one => (one.Axis.Name, one.Reason)));
    }

    [Fact]
    public void Every_axis_that_can_be_varied_changes_the_conditions_or_is_always_so()
    {
        var always = new[] { "processes", "cache" };
        foreach (var axis in ChosenAxes.Parse("all").On(Large).Varied.Where(axis => !always.Contains(axis.Name, StringComparer.Ordinal)))
        {
            var (before, after) = (NewConditions(), NewConditions());
            axis.Apply!(after);
            Assert.True(!string.Equals(Shown(before), Shown(after), StringComparison.Ordinal), axis.Name);
        }
    }

    [Fact]
    public void A_choice_is_names_and_names_that_are_left_out()
    {
        string[] all = [.. AxisTable.All.Select(axis => axis.Name)], usual = [.. AxisTable.All.Where(axis => axis.IsUsual).Select(axis => axis.Name)];
        Assert.NotEqual(all, usual);
        Assert.Equal(all, NamesOf("all"));
        Assert.Equal(usual, NamesOf("usual"));
        Assert.Equal(["umask", "clock"], NamesOf("clock, umask"));
        Assert.Equal(usual.Except(["umask"], StringComparer.Ordinal), NamesOf("-umask"));
        Assert.Equal(all.Except(["umask", "clock"], StringComparer.Ordinal), NamesOf("all,-umask,-clock"));

        static IEnumerable<string> NamesOf(string text) => ChosenAxes.Parse(text).Axes.Select(axis => axis.Name);
    }

    [Theory]
    [InlineData("umsk", "there is no axis `umsk` to vary")]
    [InlineData("umask,-umask", "`--vary umask,-umask` varies nothing")]
    [InlineData("", "`--vary ` varies nothing")]
    public void A_choice_that_is_wrong_is_refused(string text, string message)
    {
        var error = Assert.Throws<UserErrorException>(() => ChosenAxes.Parse(text));
        Assert.Equal((message, ExitCode.Usage), (error.Message, error.ExitCode));
    }

    private static Conditions NewConditions() => new() { Machine = Large, Directory = "/work" };

    private static string Shown(Conditions conditions) => string.Join('\n',
    [
        conditions.Store, $"{conditions.AsOtherUser} {conditions.StoreInMemory} {conditions.Reversed}", .. conditions.Namespaces, .. conditions.Preparation,
        .. conditions.Wrappers.Select(wrapper => string.Join(' ', wrapper)), .. conditions.Options, .. conditions.Inside,
        .. conditions.Environment.Select(variable => $"{variable.Key}={variable.Value}"),
    ]);
}
