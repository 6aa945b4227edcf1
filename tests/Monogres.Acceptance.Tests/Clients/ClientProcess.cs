using System.Diagnostics;

namespace Monogres.Acceptance.Tests.Clients;

/// <summary>Processes of clients.</summary>
internal static class ClientProcess
{
    /// <summary>Runs a command to its end.</summary>
    public static async Task<Outcome> RunAsync(params string[] command)
    {
        using var process = Begin(command);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Outcome(process.ExitCode, await output, await error);
    }

    /// <summary>Starts a command, a server for one; its standard input is empty. Whoever starts it ends it: <c>Kill(entireProcessTree: true)</c>.</summary>
    public static Process Begin(params string[] command)
    {
        var process = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        process.StandardInput.Close();
        return process;
    }
}
