using System.Diagnostics;
using System.Text.Json.Nodes;
using Monogres.Testing;

namespace Monogres.Index.Tests;

/// <summary>The step that splits debug information off, up to where it begins to rewrite files: whether it may.</summary>
public sealed class SplitSymbolsTests : IDisposable
{
    private const string Rewriting = "find {out} ";

    private readonly TemporaryDirectory _directory = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("444", "644")]
    [InlineData("555", "755")]
    [InlineData("000", "600")]
    [InlineData("111", "711")]
    [InlineData("640", "640")]
    public async Task What_was_installed_with_any_mode_can_be_rewritten_and_is_a_program_if_it_was(string installed, string expected)
    {
        var lib = Directory.CreateDirectory(_directory["lib"]);
        await File.WriteAllTextAsync(_directory["lib/x.so"], "", Cancel);
        File.SetUnixFileMode(_directory["lib/x.so"], ModeOf(installed));
        lib.UnixFileMode = ModeOf("555");
        File.CreateSymbolicLink(_directory["link"], "/nonexistent");

        var step = JsonNode.Parse(await File.ReadAllTextAsync(Path.Combine(Repository.IndexDirectory, "styles", "steps", "split-symbols.json"), Cancel))!;
        var lines = step["run"]!.AsArray().Select(line => (string)line!).TakeWhile(line => !line.StartsWith(Rewriting, StringComparison.Ordinal)).ToArray();
        Assert.Contains(lines, line => !line.StartsWith('#'));
        await File.WriteAllTextAsync(_directory["run.sh"], string.Join('\n', lines).Replace("{out}", _directory.Path, StringComparison.Ordinal), Cancel);
        using var process = Process.Start(new ProcessStartInfo("sh", ["-e", _directory["run.sh"]]) { UseShellExecute = false })!;
        await process.WaitForExitAsync(Cancel);
        Assert.Equal(0, process.ExitCode);
        Assert.Equal((ModeOf("755"), ModeOf(expected)), (new DirectoryInfo(lib.FullName).UnixFileMode, File.GetUnixFileMode(_directory["lib/x.so"])));
    }

    private static UnixFileMode ModeOf(string octal) => (UnixFileMode)Convert.ToInt32(octal, 8);
}
