using System.Text;
using Monogres.Actions;
using Monogres.Cli.Terminal;
using Monogres.Engine.Events;
using Monogres.Testing;

namespace Monogres.Cli.Tests.Terminal;

public class ObserverTests
{
    private const string Build = "postgres@15.18+minimal build";

    private const string Tests = "postgres@15.18+minimal test";

    private static readonly EngineEvent[] Events =
    [
        new EngineEvent.Planned([new PlannedStep(Build, 243), new PlannedStep("postgres@15.18+minimal initdb", 2), new PlannedStep(Tests, 60), new PlannedStep("hstore/postgres@15.18+minimal test", 8)]),
        new EngineEvent.DownloadsPlanned(3, 20_796_000),
        new EngineEvent.Downloading("gcc-12_12.2.0.deb", 1_000_000, 20_000_000),
        new EngineEvent.Downloading("make_4.3.deb", 0, null),
        new EngineEvent.Downloaded("make_4.3.deb", 396_000),
        new EngineEvent.Downloading("gcc-12_12.2.0.deb", 12_000_000, 20_000_000),
        new EngineEvent.Downloaded("gcc-12_12.2.0.deb", 20_000_000),
        new EngineEvent.DownloadStopped("flex_2.6.4.deb", 400_000),
        new EngineEvent.StepStarted(Build, 243),
        new EngineEvent.StepAdvanced(Build, "checking for gcc... gcc", 0.02),
        new EngineEvent.Waiting("debian12-amd64 toolchain", "process 4711 (debian12-amd64 toolchain)"),
        new EngineEvent.StepAdvanced(Build, "\e[31mgcc\t-c main.c, a line that is longer than the terminal is wide, by far", 0.27),
        new EngineEvent.Repairing("action 0123456789ab", "blob 00/7 is damaged"),
        new EngineEvent.StepFinished(Build, 243.4),
        new EngineEvent.StepStarted("postgres@13.0+minimal build", null),
        new EngineEvent.StepStopped("postgres@13.0+minimal build", 61.5),
        new EngineEvent.StepCached("postgres@15.18+minimal initdb"),
        new EngineEvent.StepOmitted("hstore/postgres@15.18+minimal test"),
        new EngineEvent.StepStarted(Tests, 60),
        new EngineEvent.StepMoved(Tests, ActionStage.Queued),
        new EngineEvent.StepMoved(Tests, ActionStage.Running),
        new EngineEvent.StepFinished(Tests, 58) { Remote = new StageTimes(QueuedSeconds: 40, RunningSeconds: 15.5, TransferSeconds: 2.5) },
    ];

    [Fact]
    public void Plain_lines_say_what_began_and_what_ended_and_how_far_long_steps_are()
    {
        using var error = new StringWriter { NewLine = "\n" };
        var time = new FakeTime();
        var observer = new PlainObserver(error, time);
        foreach (var what in Events)
        {
            observer.On(what);
            time.Advance(TimeSpan.FromSeconds(31));
        }

        Golden.Match(error.ToString(), "plain.txt");
    }

    [Fact]
    public void A_step_says_once_a_minute_how_far_it_is()
    {
        using var error = new StringWriter { NewLine = "\n" };
        var time = new FakeTime();
        var observer = new PlainObserver(error, time);
        observer.On(new EngineEvent.StepStarted(Build, 240));
        for (var second = 1; second <= 150; second++)
        {
            time.Advance(TimeSpan.FromSeconds(1));
            observer.On(new EngineEvent.StepAdvanced(Build, "gcc -c main.c", second / 240.0));
        }

        Assert.Equal($"""
            {Build} ...
            {Build} 60 s of 4 min 00 s (25%), about 3 min left in all
            {Build} 2 min 00 s of 4 min 00 s (50%), about 2 min left in all

            """, error.ToString(), ignoreLineEndingDifferences: true);
    }

    [Fact]
    public void Of_many_small_downloads_every_twentieth_is_said()
    {
        using var error = new StringWriter { NewLine = "\n" };
        var observer = new PlainObserver(error, new FakeTime());
        for (var i = 1; i <= 45; i++)
            observer.On(new EngineEvent.Downloaded($"package-{i}.deb", 1_000));
        Assert.Equal("downloaded package-20.deb (1.0 kB; 20 files, 20.0 kB in all)\ndownloaded package-40.deb (1.0 kB; 40 files, 40.0 kB in all)\n", error.ToString());
    }

    [Fact]
    public void Each_event_is_one_line_of_json_and_figures_follow_once_a_second()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var time = new FakeTime();
        var observer = new JsonObserver(output, time);
        foreach (var what in Events)
        {
            observer.On(what);
            time.Advance(TimeSpan.FromMilliseconds(400));
        }

        var lines = output.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal(Events.Length, lines.Count(line => !line.StartsWith("""{"event":"progress",""", StringComparison.Ordinal)));
        Assert.Contains("\"running\":0,\"queued\":0,\"waiting\":0,", lines[^1], StringComparison.Ordinal);
        Golden.Match(output.ToString(), "events.jsonl");
    }

    [Fact]
    public void Every_kind_of_event_has_a_line_of_json() => Assert.Every(
        typeof(EngineEvent).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(EngineEvent))),
        type => Assert.Contains(Events, what => what.GetType() == type));

    [Fact]
    public async Task The_live_view_draws_how_much_is_done_and_what_runs_below_what_has_ended()
    {
        var screen = new StringWriter { NewLine = "\n" };
        var time = new FakeTime();
        await using (var observer = new LiveObserver(screen, time, () => 100))
        {
            foreach (var what in Events)
            {
                observer.On(what);
                time.Advance(TimeSpan.FromMilliseconds(100));
            }
        }

        Golden.Match(Visible(screen), "live.txt");
    }

    [Fact]
    public async Task No_line_of_the_live_view_is_longer_than_the_terminal_is_wide_nor_has_control_characters()
    {
        using var screen = new StringWriter { NewLine = "\n" };
        var time = new FakeTime();
        await using var observer = new LiveObserver(screen, time, () => 30);
        observer.On(new EngineEvent.Planned([new PlannedStep(Build, 240), new PlannedStep(Tests, 60)]));
        observer.On(new EngineEvent.StepStarted(Build, 240));
        observer.On(new EngineEvent.StepAdvanced(Build, "\e[31mred\tand\rback", 0.5));
        time.Advance(TimeSpan.FromMilliseconds(100));
        var drawn = screen.ToString().TrimEnd('\n').Split('\n');
        Assert.Equal(2, drawn.Length);
        Assert.Every(drawn, line => Assert.True(line.Length <= 29 && !line.Any(char.IsControl), line));
    }

    [Fact]
    public async Task Nothing_is_drawn_of_what_is_to_come_once_a_program_has_the_terminal()
    {
        using var screen = new StringWriter { NewLine = "\n" };
        var time = new FakeTime();
        await using var observer = new LiveObserver(screen, time, () => 60);
        observer.On(new EngineEvent.Planned([new PlannedStep(Build, 240)]));
        observer.On(new EngineEvent.DownloadsPlanned(2, 2_000));
        time.Advance(TimeSpan.FromMilliseconds(100));
        observer.Clear();
        var length = screen.ToString().Length;
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(length, screen.ToString().Length);
    }

    [Fact]
    public async Task A_step_that_failed_is_not_drawn_for_ever()
    {
        using var screen = new StringWriter { NewLine = "\n" };
        await using var observer = new LiveObserver(screen, new FakeTime(), () => 60);
        observer.On(new EngineEvent.StepStarted("postgres@13.0 build", null));
        observer.On(new EngineEvent.Repairing("x", "y"));
        observer.Clear();
        await screen.WriteLineAsync("error: it failed");
        observer.On(new EngineEvent.StepCached("postgres@14.0 build"));
        var after = screen.ToString();
        Assert.EndsWith("error: it failed\npostgres@14.0 build: already built\n", after, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clearing_leaves_the_cursor_where_the_live_lines_began()
    {
        using var screen = new StringWriter { NewLine = "\n" };
        await using var observer = new LiveObserver(screen, new FakeTime(), () => 60);
        observer.On(new EngineEvent.StepStarted("one", null));
        observer.On(new EngineEvent.StepStarted("two", null));
        observer.On(new EngineEvent.StepCached("three"));
        observer.Clear();
        Assert.EndsWith("\e[3F\e[J", screen.ToString(), StringComparison.Ordinal);
        var length = screen.ToString().Length;
        observer.Clear();
        Assert.Equal(length, screen.ToString().Length);
    }

    /// <summary>What is written with its escapes made readable.</summary>
    private static string Visible(StringWriter screen)
    {
        var text = new StringBuilder();
        foreach (var c in screen.ToString())
            text.Append(c == '\e' ? "<esc>" : c.ToString());
        return text.ToString();
    }
}
