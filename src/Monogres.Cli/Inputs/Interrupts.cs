using System.Runtime.InteropServices;
using Monogres.Core;

namespace Monogres.Cli.Inputs;

/// <summary>
/// Ctrl-C and its like. The first asks everything to stop, which takes a moment in which the store is left tidy; the
/// second ends the process. While a program of the user's has the terminal, Ctrl-C is that program's.
/// </summary>
internal sealed class Interrupts : IDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly PosixSignalRegistration[] _registrations;
    private volatile bool _terminalIsLent;

    public Interrupts() => _registrations =
    [
        PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal),
        PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal),
        PosixSignalRegistration.Create(PosixSignal.SIGHUP, OnSignal),
    ];

    /// <summary>Cancelled by the first signal.</summary>
    public CancellationToken Token => _stop.Token;

    /// <summary>From now on Ctrl-C belongs to a program that has our terminal, and does not stop us.</summary>
    public void LendTerminal() => _terminalIsLent = true;

    public void Dispose()
    {
        foreach (var registration in _registrations)
            registration.Dispose();
        _stop.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (_terminalIsLent && context.Signal == PosixSignal.SIGINT)
            return;

        if (_stop.IsCancellationRequested)
            Environment.Exit((int)ExitCode.Interrupted);
        _stop.Cancel();
    }
}
