using System.Diagnostics;
using System.Text;

namespace Monogres.Acceptance.Tests;

/// <summary>Runs the real binary as a user would: through the launcher, in a directory and with an environment of its own.</summary>
internal sealed class Tool
{
    /// <summary>The repository that holds the launcher.</summary>
    public static string Repository { get; } = FindRepository();

    /// <summary>The store that all tests share which do not look at the store itself: packages are downloaded and composed once.</summary>
    public static string SharedStore { get; } = System.Environment.GetEnvironmentVariable("MONOGRES_TEST_STORE")
        ?? throw new InvalidOperationException("MONOGRES_TEST_STORE is not set: run these tests with `./test Acceptance`");

    /// <summary>Variables set over the test's own environment; null removes one.</summary>
    public Dictionary<string, string?> Environment { get; } = new() { ["MONOGRES_STORE"] = SharedStore };

    /// <summary>Where it runs.</summary>
    public string Directory { get; init; } = Repository;

    /// <summary>What stands before the launcher: another user, another number of cores.</summary>
    public string[] Prefix { get; set; } = [];

    public async Task<Outcome> RunAsync(params string[] arguments)
    {
        using var process = Start(arguments);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Outcome(process.ExitCode, await output, await error);
    }

    /// <summary>Starts it, for a test that interrupts or kills it.</summary>
    public Process Start(params string[] arguments)
    {
        string[] all = [.. Prefix, Path.Combine(Repository, "monogres"), .. arguments];
        var start = new ProcessStartInfo(all[0])
        {
            UseShellExecute = false,
            WorkingDirectory = Directory,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            StandardOutputEncoding = Encoding.UTF8,
            StandardErrorEncoding = Encoding.UTF8,
        };
        foreach (var argument in all[1..])
            start.ArgumentList.Add(argument);
        foreach (var (name, value) in Environment)
        {
            if (value is null)
                start.Environment.Remove(name);
            else
                start.Environment[name] = value;
        }

        var process = Process.Start(start)!;
        process.StandardInput.Close();
        return process;
    }

    private static string FindRepository()
    {
        for (var directory = AppContext.BaseDirectory; directory is not null; directory = Path.GetDirectoryName(directory))
        {
            if (File.Exists(Path.Combine(directory, "Monogres.slnx")))
                return directory;
        }

        throw new InvalidOperationException("the repository is not above the test binaries");
    }
}

/// <summary>How a run ended.</summary>
internal sealed record Outcome(int ExitCode, string Out, string Error)
{
    /// <summary>Asserts success, showing everything otherwise.</summary>
    public Outcome Succeeded()
    {
        Assert.True(ExitCode == 0, ToString());
        return this;
    }

    /// <summary>Asserts an exit code, showing everything otherwise.</summary>
    public Outcome ExitedWith(int code)
    {
        Assert.True(ExitCode == code, $"expected exit code {code}\n{this}");
        return this;
    }

    public override string ToString() => $"exit code {ExitCode}\n--- stdout\n{Out}\n--- stderr\n{Error}";
}
