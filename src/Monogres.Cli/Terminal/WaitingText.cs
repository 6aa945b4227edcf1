using Monogres.Store.Locks;

namespace Monogres.Cli.Terminal;

/// <summary>Says once whom the tool waits for.</summary>
internal sealed class WaitingText(TextWriter error) : IProgress<LockHolder>
{
    private bool _said;

    /// <inheritdoc/>
    public void Report(LockHolder value)
    {
        if (_said)
            return;

        _said = true;
        error.WriteLine($"waiting for {value}");
    }
}
