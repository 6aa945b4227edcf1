using System.Diagnostics;
using Monogres.Core;
using Monogres.Index.Platforms;
using Monogres.Testing;

namespace Monogres.Index.Tests;

/// <summary>The stand-in before Zig, with a program behind it that only says how it was called.</summary>
public sealed class ZigShimTests : IDisposable
{
    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("cc", "-c", "a b.c")]
    [InlineData("c++", "-O2")]
    public async Task As_a_compiler_it_is_told_what_it_would_ask_the_machine(params string[] arguments) => Assert.Equal(
        (0, $"{arguments[0]}|-target|x86_64-linux-gnu.2.36|-mcpu=baseline|-fno-sanitize=undefined|{string.Join('|', arguments[1..])}"
            + "|-idirafter|/usr/include/x86_64-linux-gnu|-idirafter|/usr/include|-L/usr/lib/x86_64-linux-gnu|-Werror=date-time\n"),
        await RunAsync(arguments));

    [Theory]
    [InlineData("version")]
    [InlineData("ar", "crs", "-march=native")]
    public async Task Anything_else_goes_to_it_as_it_is(params string[] arguments) =>
        Assert.Equal((0, $"{string.Join('|', arguments)}\n"), await RunAsync(arguments));

    [Theory]
    [InlineData("cc", "-march=native", "a.c")]
    [InlineData("c++", "a.c", "-mtune=native")]
    [InlineData("cc", "-mcpu=native")]
    public async Task What_makes_results_depend_on_the_machine_is_refused(params string[] arguments) =>
        Assert.Equal((1, ""), await RunAsync(arguments));

    private async Task<(int ExitCode, string Out)> RunAsync(string[] arguments)
    {
        var shims = (await Repository.ReadAsync()).Platform(PlatformName.Parse("debian12-amd64")).Toolchain("zig").Shims.Files.ToDictionary(file => file.Path.Value, file => file.Content);
        var shim = shims["usr/bin/zig"]
            .Replace("exec /usr/lib/zig/zig ", $"exec sh {_directory["behind"]} ", StringComparison.Ordinal)
            .Replace("/usr/libexec/monogres/zig-target", _directory["target"], StringComparison.Ordinal);
        await File.WriteAllTextAsync(_directory["zig"], shim, TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_directory["target"], shims["usr/libexec/monogres/zig-target"], TestContext.Current.CancellationToken);
        await File.WriteAllTextAsync(_directory["behind"], "IFS='|'; printf '%s\\n' \"$*\"\n", TestContext.Current.CancellationToken);
        using var process = Process.Start(new ProcessStartInfo("sh", [_directory["zig"], .. arguments]) { UseShellExecute = false, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output);
    }
}
