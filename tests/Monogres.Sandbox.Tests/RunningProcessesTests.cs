namespace Monogres.Sandbox.Tests;

/// <summary>That nothing is left running means something only where what runs is found.</summary>
public class RunningProcessesTests
{
    [Fact]
    public void What_runs_is_found_by_its_arguments()
    {
        var marker = $"{TimeProvider.System.GetTimestamp()}";
        using var sleeping = System.Diagnostics.Process.Start("sleep", marker);
        try
        {
            Assert.Equal($"{sleeping.Id}: sleep {marker} ", Assert.Single(RunningProcesses.WithArgument(marker)));
        }
        finally
        {
            sleeping.Kill();
        }
    }
}
