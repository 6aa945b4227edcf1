using Monogres.Engine.Events;

namespace Monogres.Cli.Terminal;

/// <summary>One line for each thing that began or ended, for logs and pipes. No line for what merely goes on.</summary>
/// <param name="error">The stream for people.</param>
public sealed class PlainObserver(TextWriter error) : IEngineObserver
{
    private readonly Lock _lock = new();
    private int _downloads;
    private long _downloaded;

    /// <inheritdoc/>
    public void On(EngineEvent what)
    {
        lock (_lock)
        {
            switch (what)
            {
                case EngineEvent.Downloaded done:
                    _downloads++;
                    _downloaded += done.Bytes;
                    if (done.Bytes > 4_000_000 || _downloads % 20 == 0)
                        error.WriteLine($"downloaded {done.Name} ({Units.Bytes(done.Bytes)}; {_downloads} files, {Units.Bytes(_downloaded)} in all)");
                    break;

                case EngineEvent.StepStarted step:
                    error.WriteLine($"{step.Step} ...");
                    break;

                case EngineEvent.StepFinished step:
                    error.WriteLine($"{step.Step}: done in {Units.Seconds(step.Seconds)}");
                    break;

                case EngineEvent.StepStopped step:
                    error.WriteLine($"{step.Step}: stopped after {Units.Seconds(step.Seconds)}");
                    break;

                case EngineEvent.StepCached step:
                    error.WriteLine($"{step.Step}: already built");
                    break;

                case EngineEvent.Waiting step:
                    error.WriteLine($"{step.Step}: waiting for {step.Holder}");
                    break;

                case EngineEvent.Repairing step:
                    error.WriteLine($"{step.Step}: {step.Reason}; restoring it");
                    break;
            }
        }
    }
}
