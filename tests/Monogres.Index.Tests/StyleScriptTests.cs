using System.Diagnostics;
using Monogres.Index.Styles;
using Monogres.Testing;

namespace Monogres.Index.Tests;

/// <summary>Steps of styles, run by the shell over a small source, with programs that only say how they were called.</summary>
public sealed class StyleScriptTests : IDisposable
{
    private static readonly string[] Recorded = ["meson", "make"];

    private readonly TemporaryDirectory _directory = new();

    public void Dispose() => _directory.Dispose();

    [Theory]
    [InlineData("pgxs")]
    [InlineData("autoconf")]
    public async Task What_is_built_is_named_whatever_the_first_target_of_a_makefile_is(string style)
    {
        var (exitCode, output) = await RunAsync(style, "make");
        Assert.Equal(0, exitCode);
        Assert.StartsWith("make|-j1|all|", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("meson.options", "option('pg_config', type: 'string')", true)]
    [InlineData("meson_options.txt", "option(\n    'pg_config',\n    type: 'string')", true)]
    [InlineData("meson.options", "# option('pg_config')\noption('other', type: 'string')", false)]
    [InlineData("README", "pg_config", false)]
    public async Task Meson_is_given_an_option_that_the_project_declares(string file, string text, bool isGiven)
    {
        Write(file, text);
        var (exitCode, output) = await RunAsync("meson", "setup");
        Assert.Equal((0, isGiven), (exitCode, output.Contains($"|-Dpg_config={_directory["pg_config"]}", StringComparison.Ordinal)));
        Assert.StartsWith("meson|setup|build|", output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configure_that_lost_its_mode_is_run_by_what_its_first_line_names()
    {
        Write("configure", $"#!{_directory["interpreter"]}\n");
        WriteProgram(_directory["interpreter"], "echo as its first line says");
        Assert.Equal((0, "as its first line says\n"), await RunAsync("autoconf", "configure"));
    }

    [Fact]
    public async Task Control_files_and_their_scripts_are_copied_and_nothing_else_is()
    {
        foreach (var file in (string[])
        [
            "tally.control", "tally--1.0.sql", "sql/tally--1.0--1.1.sql", "sql/tally--1.1.sql", "sql/old/tally--0.9.sql", "sql/tally.sql",
            "test/tally--9.9.sql", "tests/other.control", "examples/tally--2.0.sql", "stray--1.0.sql",
        ])
            Write(file, $"-- {file}\n");
        Write("extra.sql--", "");

        var (exitCode, output) = await RunAsync("sql-only", "install");
        Assert.True(exitCode == 0, output);
        Assert.Equal(
            ["tally--1.0--1.1.sql", "tally--1.0.sql", "tally--1.1.sql", "tally.control"],
            Directory.EnumerateFiles(_directory["out/share/extension"]).Select(Path.GetFileName).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Two_different_files_for_one_place_are_refused_and_equal_ones_are_not()
    {
        Write("tally.control", "");
        Write("tally--1.0.sql", "select 1;\n");
        Write("sql/tally--1.0.sql", "select 1;\n");
        Assert.Equal(0, (await RunAsync("sql-only", "install")).ExitCode);

        Write("sql/tally--1.0.sql", "select 2;\n");
        var (exitCode, output) = await RunAsync("sql-only", "install");
        Assert.Equal(1, exitCode);
        Assert.Contains("the source has two different files tally--1.0.sql", output, StringComparison.Ordinal);
    }

    private void Write(string path, string text)
    {
        var file = Path.Combine(_directory["src"], path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }

    private async Task<(int ExitCode, string Out)> RunAsync(string style, string step)
    {
        Directory.CreateDirectory(_directory["src"]);
        Directory.CreateDirectory(_directory["prefix/bin"]);
        foreach (var program in Recorded)
            WriteProgram(_directory[$"prefix/bin/{program}"], $"IFS='|'; printf '%s\\n' \"{program}|$*\"");
        WriteProgram(_directory["pg_config"], "echo /share");
        if (Directory.Exists(_directory["out"]))
            Directory.Delete(_directory["out"], recursive: true);

        var values = ExtensionPlaceholders.All.ToDictionary(name => name, name => name switch
        {
            ExtensionPlaceholders.Out => _directory["out"],
            ExtensionPlaceholders.Prefix => _directory["prefix"],
            ExtensionPlaceholders.PgConfig => _directory["pg_config"],
            ExtensionPlaceholders.Jobs => "1",
            _ => "",
        }, StringComparer.Ordinal);
        var script = (await Repository.ReadAsync()).ExtensionStyles.Single(one => one.Name == style).Steps.Single(one => one.Name == step).Run.Expand(values);
        using var process = Process.Start(new ProcessStartInfo("sh", ["-ec", $"exec 2>&1\n{script}"]) { UseShellExecute = false, WorkingDirectory = _directory["src"], RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output);
    }

    private static void WriteProgram(string path, string body)
    {
        File.WriteAllText(path, $"#!/bin/sh\n{body}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
