using System.CommandLine;
using Monogres.Cli.Commands;
using Monogres.Cli.Inputs;
using Monogres.Cli.Terminal;
using Monogres.Core;

namespace Monogres.Cli;

/// <summary>From the arguments to the exit code: parses, runs one command, words every error once.</summary>
public static class Application
{
    /// <summary>Runs the command that the arguments name.</summary>
    /// <param name="args">The command line, without the program.</param>
    /// <param name="console">The streams.</param>
    /// <param name="environment">The value of an environment variable, or null.</param>
    public static async Task<ExitCode> RunAsync(string[] args, Streams console, Func<string, string?> environment)
    {
        // Everything after `--` belongs to the program that `run` starts; System.CommandLine would take its options for ours.
        var separator = Array.IndexOf(args, "--");
        var (ours, theirs) = separator < 0 ? (args, []) : (args[..separator], args[(separator + 1)..]);

        using var interrupts = new Interrupts();
        var root = CommandTree.Create(console, environment, interrupts, theirs);
        var parsed = root.Parse(ours);
        if (UsageErrors.Has(parsed))
            return UsageErrors.Write(parsed, console.Error);

        if (separator >= 0 && !CommandTree.TakesProgram(parsed.CommandResult.Command))
            return UsageErrors.Write("this command takes no program after `--`", "only `run` and `shell` start a program", console.Error);

        try
        {
            var configuration = new InvocationConfiguration
            {
                Output = console.Out,
                Error = console.Error,
                EnableDefaultExceptionHandler = false,
                // Signals are ours: see Interrupts.
                ProcessTerminationTimeout = null,
            };
            return (ExitCode)await parsed.InvokeAsync(configuration, interrupts.Token);
        }
        catch (UserErrorException error)
        {
            ErrorText.Write(error, console.Error, console.ErrorColor);
            return error.ExitCode;
        }
        catch (OperationCanceledException)
        {
            console.Error.WriteLine("interrupted");
            return ExitCode.Interrupted;
        }
#pragma warning disable CA1031 // The last catch: anything that reaches it is our bug, and is reported as one.
        catch (Exception bug)
#pragma warning restore CA1031
        {
            CrashReport.Write(bug, args, console.Error, environment);
            return ExitCode.Bug;
        }
    }
}
