using System.Text;
using Monogres.Cli.Terminal;
using Monogres.Engine.Events;
using Monogres.Testing;

namespace Monogres.Cli.Tests.Terminal;

public class ObserverTests
{
    private const string Build = "postgres@15.18+minimal build";

    private static readonly EngineEvent[] Events =
    [
        new EngineEvent.Downloading("gcc-12_12.2.0.deb", 1_000_000, 20_000_000),
        new EngineEvent.Downloading("make_4.3.deb", 0, null),
        new EngineEvent.Downloaded("make_4.3.deb", 396_000),
        new EngineEvent.Downloading("gcc-12_12.2.0.deb", 12_000_000, 20_000_000),
        new EngineEvent.Downloaded("gcc-12_12.2.0.deb", 20_000_000),
        new EngineEvent.StepStarted(Build, 240),
        new EngineEvent.StepAdvanced(Build, "checking for gcc... gcc", 0.25),
        new EngineEvent.Waiting("debian12-amd64 toolchain", "process 4711 (debian12-amd64 toolchain)"),
        new EngineEvent.StepAdvanced(Build, "\e[31mgcc\t-c main.c, a line that is longer than the terminal is wide, by far", null),
        new EngineEvent.Repairing("action 0123456789ab", "blob 00/7 is damaged"),
        new EngineEvent.StepFinished(Build, 243.4),
        new EngineEvent.StepStopped("postgres@13.0+minimal build", 61.5),
        new EngineEvent.StepCached("postgres@15.18+minimal initdb"),
        new EngineEvent.Planned(3, 300.5),
        new EngineEvent.Planned(1, null),
        new EngineEvent.DownloadsPlanned(2, 20_396_000),
    ];

    [Fact]
    public void Plain_lines_say_what_began_and_what_ended()
    {
        using var error = new StringWriter { NewLine = "\n" };
        var observer = new PlainObserver(error);
        foreach (var what in Events)
            observer.On(what);
        Golden.Match(error.ToString(), "plain.txt");
    }

    [Fact]
    public void Of_many_small_downloads_every_twentieth_is_said()
    {
        using var error = new StringWriter { NewLine = "\n" };
        var observer = new PlainObserver(error);
        for (var i = 1; i <= 45; i++)
            observer.On(new EngineEvent.Downloaded($"package-{i}.deb", 1_000));
        Assert.Equal("downloaded package-20.deb (1.0 kB; 20 files, 20.0 kB in all)\ndownloaded package-40.deb (1.0 kB; 40 files, 40.0 kB in all)\n", error.ToString());
    }

    [Fact]
    public void Each_event_is_one_line_of_json()
    {
        using var output = new StringWriter { NewLine = "\n" };
        var observer = new JsonObserver(output);
        foreach (var what in Events)
            observer.On(what);
        Assert.Equal(Events.Length, output.ToString().Split('\n').Length - 1);
        Golden.Match(output.ToString(), "events.jsonl");
    }

    [Fact]
    public void Every_kind_of_event_has_a_line_of_json() => Assert.All(
        typeof(EngineEvent).GetNestedTypes().Where(type => type.IsSubclassOf(typeof(EngineEvent))),
        type => Assert.Contains(Events, what => what.GetType() == type));

    [Fact]
    public async Task The_live_view_draws_what_runs_below_what_has_ended()
    {
        var screen = new StringWriter { NewLine = "\n" };
        var time = new FakeTime();
        await using (var observer = new LiveObserver(screen, time, () => 60))
        {
            foreach (var what in Events)
            {
                observer.On(what);
                time.Advance(TimeSpan.FromMilliseconds(100));
                observer.On(new EngineEvent.StepCached("tick"));
            }
        }

        Golden.Match(Visible(screen), "live.txt");
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
        Assert.EndsWith("\e[2F\e[J", screen.ToString(), StringComparison.Ordinal);
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
