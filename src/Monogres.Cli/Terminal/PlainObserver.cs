using Monogres.Build;

namespace Monogres.Cli.Terminal;

/// <summary>One line for each thing that began or ended, for logs and pipes. No line for what merely goes on.</summary>
/// <param name="error">The stream for people.</param>
public sealed class PlainObserver(TextWriter error) : IBuildObserver
{
    private readonly Lock _lock = new();
    private int _downloads;
    private long _downloaded;

    /// <inheritdoc/>
    public void On(BuildEvent what)
    {
        lock (_lock)
        {
            switch (what)
            {
                case BuildEvent.Downloaded done:
                    _downloads++;
                    _downloaded += done.Bytes;
                    if (done.Bytes > 4_000_000 || _downloads % 20 == 0)
                        error.WriteLine($"downloaded {done.Name} ({Units.Bytes(done.Bytes)}; {_downloads} files, {Units.Bytes(_downloaded)} in all)");
                    break;

                case BuildEvent.StepStarted step:
                    error.WriteLine($"{step.Step} ...");
                    break;

                case BuildEvent.StepFinished step:
                    error.WriteLine($"{step.Step}: done in {Units.Seconds(step.Seconds)}");
                    break;

                case BuildEvent.StepStopped step:
                    error.WriteLine($"{step.Step}: stopped after {Units.Seconds(step.Seconds)}");
                    break;

                case BuildEvent.StepCached step:
                    error.WriteLine($"{step.Step}: already built");
                    break;

                case BuildEvent.Waiting step:
                    error.WriteLine($"{step.Step}: waiting for {step.Holder}");
                    break;

                case BuildEvent.Repairing step:
                    error.WriteLine($"{step.Step}: {step.Reason}; getting it again");
                    break;

                case BuildEvent.TargetFailed target:
                    error.WriteLine($"{target.Target}: failed: {target.Reason}");
                    break;
            }
        }
    }
}
