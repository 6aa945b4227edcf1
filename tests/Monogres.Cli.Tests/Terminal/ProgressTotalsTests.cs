using Monogres.Actions;
using Monogres.Cli.Terminal;
using Monogres.Engine.Events;
using Monogres.Testing;

namespace Monogres.Cli.Tests.Terminal;

public class ProgressTotalsTests
{
    private readonly FakeTime _time = new();
    private readonly ProgressTotals _totals;

    public ProgressTotalsTests() => _totals = new ProgressTotals(_time);

    [Fact]
    public void Before_anything_happened_there_is_nothing_to_say() => Assert.Null(_totals.Now().ToText());

    [Fact]
    public void Every_step_is_in_one_state_and_the_states_add_up()
    {
        Plan(("a", 10), ("b", 20), ("c", 30), ("d", 40), ("e", 50));
        Start("a", 10);
        Finish("a");
        _totals.On(new EngineEvent.StepCached("b"));
        Start("c", 30);
        _totals.On(new EngineEvent.StepStopped("c", 1));
        Start("d", 40);
        var now = _totals.Now();
        Assert.Equal((1, 1, 1, 1, 1, 5), (now.Done, now.Cached, now.Stopped, now.Running, now.Waiting, now.Total));
        Assert.Equal("1 of 5 done, 1 cached, 1 stopped, 1 running, 1 waiting · about 2 min left", now.ToText());
    }

    [Fact]
    public void A_step_in_the_queue_of_an_engine_elsewhere_neither_runs_nor_has_come_nearer_to_its_end()
    {
        Plan(("a", 60), ("b", 60));
        Start("a", 60);
        Start("b", 60);
        Move("a", ActionStage.Running);
        Move("b", ActionStage.Queued);
        _time.Advance(TimeSpan.FromSeconds(30));
        var now = _totals.Now();
        Assert.Equal((1, 1, 0, 2), (now.Running, now.Queued, now.Waiting, now.Total));
        Assert.StartsWith("0 of 2 done, 1 running, 1 queued", now.ToText(), StringComparison.Ordinal);

        _time.Advance(TimeSpan.FromHours(1));
        _totals.On(new EngineEvent.StepFinished("a", 3630));
        Move("b", ActionStage.Running);
        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal((1, 0), (_totals.Now().Running, _totals.Now().Queued));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Equal(0, _totals.Now().SecondsLeft);
    }

    [Fact]
    public void A_step_that_is_not_needed_is_no_longer_counted()
    {
        Plan(("a", 10), ("b", 1000));
        Start("a", 10);
        Finish("a");
        _totals.On(new EngineEvent.StepOmitted("b"));
        Assert.Equal((1, 1), (_totals.Now().Done, _totals.Now().Total));
        Assert.Null(_totals.Now().ToText());
    }

    [Fact]
    public void Steps_that_nobody_announced_and_steps_that_run_again_add_to_the_total()
    {
        Plan(("a", 10));
        foreach (var step in new[] { "sandbox root", "a", "a", "initdb" })
        {
            Start(step, 1);
            Assert.InRange(_totals.Now().Done, 0, _totals.Now().Total - 1);
            Finish(step);
        }

        Assert.Equal((4, 4), (_totals.Now().Done, _totals.Now().Total));
    }

    [Fact]
    public void Two_steps_of_one_name_are_two()
    {
        Plan(("root", 10), ("root", 10));
        Start("root", 10);
        Start("root", 10);
        Finish("root");
        Assert.Equal((1, 1, 0), (_totals.Now().Done, _totals.Now().Running, _totals.Now().Waiting));
    }

    [Fact]
    public void Downloads_are_counted_in_files_and_bytes_and_never_exceed_their_total()
    {
        _totals.On(new EngineEvent.DownloadsPlanned(3, 186_000_000));
        _totals.On(new EngineEvent.Downloaded("a", 80_000_000));
        _totals.On(new EngineEvent.Downloading("b", 4_000_000, 100_000_000));
        Assert.Equal("84 of 186 MB", _totals.Now().ToText());
        _totals.On(new EngineEvent.Downloading("of nobody", 10_000_000, 50_000_000));
        var now = _totals.Now();
        Assert.Equal((1, 3, 94_000_000, 230_000_000), (now.DownloadedFiles, now.Files, now.DownloadedBytes, now.Bytes));
        _totals.On(new EngineEvent.Downloaded("b", 100_000_000));
        _totals.On(new EngineEvent.Downloaded("of nobody", 50_000_000));
        _totals.On(new EngineEvent.DownloadStopped("c", 6_000_000));
        now = _totals.Now();
        Assert.Equal((3, 3, 230_000_000, 230_000_000), (now.DownloadedFiles, now.Files, now.DownloadedBytes, now.Bytes));
        Assert.Null(now.ToText());
    }

    [Fact]
    public void Files_of_unknown_size_are_counted()
    {
        _totals.On(new EngineEvent.DownloadsPlanned(2, 0));
        Assert.Equal("0 of 2 files", _totals.Now().ToText());
    }

    [Fact]
    public void What_is_left_is_what_the_steps_took_before()
    {
        Plan(("a", 100), ("b", 50));
        Start("a", 100);
        Assert.Equal(150, _totals.Now().SecondsLeft);
        _time.Advance(TimeSpan.FromSeconds(40));
        Assert.Equal(110, _totals.Now().SecondsLeft!.Value, 0);
    }

    [Fact]
    public void The_log_of_a_step_overrules_the_clock()
    {
        Plan(("a", 100));
        Start("a", 100);
        _totals.Now();
        // Twice as slow as before.
        for (var second = 0; second < 100; second++)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            _totals.On(new EngineEvent.StepAdvanced("a", "gcc", second / 200.0));
            _totals.Now();
        }

        Assert.InRange(_totals.Now().SecondsLeft!.Value, 42, 52);
    }

    [Fact]
    public void While_a_step_has_no_known_time_there_is_no_estimate()
    {
        Plan(("a", 100), ("b", null));
        Start("a", 100);
        Assert.Null(_totals.Now().SecondsLeft);
        Start("b", null);
        _time.Advance(TimeSpan.FromSeconds(10));
        Assert.Null(_totals.Now().SecondsLeft);
        // It tells how far it is: half of it took ten seconds.
        _totals.On(new EngineEvent.StepAdvanced("b", "unpacked 5 of 10", 0.5));
        Assert.Equal(90, _totals.Now().SecondsLeft!.Value, 0);
    }

    [Fact]
    public void What_runs_side_by_side_takes_less_time()
    {
        Plan(("a", 100), ("b", 100), ("c", 100), ("d", 100));
        Start("a", 100);
        Start("b", 100);
        Assert.Equal(200, _totals.Now().SecondsLeft);
        _time.Advance(TimeSpan.FromSeconds(50));
        Assert.Equal(150, _totals.Now().SecondsLeft!.Value, 0);
    }

    [Fact]
    public void The_estimate_does_not_jump()
    {
        Plan(("a", 100));
        Start("a", 100);
        var before = _totals.Now().SecondsLeft!.Value;
        Plan(("b", 500));
        for (var tick = 0; tick < 600; tick++)
        {
            _time.Advance(TimeSpan.FromMilliseconds(100));
            var now = _totals.Now().SecondsLeft!.Value;
            Assert.InRange(now - before, -6, 6);
            before = now;
        }

        Assert.InRange(before, 530, 545);
    }

    [Fact]
    public void Whatever_is_reported_in_whatever_order_the_figures_are_consistent()
    {
        var random = new Random(1);
        for (var i = 0; i < 5_000; i++)
        {
            var step = $"{random.Next(5)}";
            _totals.On(random.Next(12) switch
            {
                0 => new EngineEvent.Planned([new PlannedStep(step, random.Next(2) == 0 ? null : 10)]),
                1 or 2 => new EngineEvent.StepStarted(step, 10),
                3 => new EngineEvent.StepAdvanced(step, "line", random.NextDouble() * 2),
                4 or 5 => new EngineEvent.StepFinished(step, 1),
                6 => new EngineEvent.StepStopped(step, 1),
                7 => new EngineEvent.StepCached(step),
                8 => new EngineEvent.StepOmitted(step),
                9 => new EngineEvent.DownloadsPlanned(1, 100),
                10 => new EngineEvent.Downloaded(step, 100),
                _ => new EngineEvent.DownloadStopped(step, 100),
            });
            _time.Advance(TimeSpan.FromMilliseconds(random.Next(500)));
            var now = _totals.Now();
            Assert.True(now is { Running: >= 0, Waiting: >= 0 } && now.Ended <= now.Total && now.DownloadedFiles <= now.Files && now.DownloadedBytes <= now.Bytes, $"{now}");
            Assert.True(now.SecondsLeft is null or >= 0, $"{now}");
        }
    }

    [Theory]
    [InlineData(84_000_000, 186_000_000, "84 of 186 MB")]
    [InlineData(1_260_000, 9_840_000, "1.2 of 9.8 MB")]
    [InlineData(5, 10, "5 of 10 B")]
    [InlineData(999_000, 999_700, "0.9 of 1.0 MB")]
    [InlineData(2_340_000_000, 12_000_000_000, "2 of 12 GB")]
    public void A_part_of_a_size_is_shown_in_the_unit_of_the_whole(long bytes, long size, string text) => Assert.Equal(text, Units.BytesOf(bytes, size));

    [Theory]
    [InlineData(3, "less than 10 s")]
    [InlineData(31, "about 40 s")]
    [InlineData(58, "about 1 min")]
    [InlineData(243, "about 4 min")]
    [InlineData(7_800, "about 2 h 10 min")]
    public void An_estimate_is_no_more_exact_than_it_is(double seconds, string text) => Assert.Equal(text, Units.About(seconds));

    private void Plan(params (string Step, double? Seconds)[] steps) =>
        _totals.On(new EngineEvent.Planned([.. steps.Select(step => new PlannedStep(step.Step, step.Seconds))]));

    private void Start(string step, double? seconds) => _totals.On(new EngineEvent.StepStarted(step, seconds));

    private void Move(string step, ActionStage stage) => _totals.On(new EngineEvent.StepMoved(step, stage));

    private void Finish(string step) => _totals.On(new EngineEvent.StepFinished(step, 1));
}
