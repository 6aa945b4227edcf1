using System.Diagnostics;
using Monogres.Acceptance.Tests.Fixtures;

namespace Monogres.Acceptance.Tests;

/// <summary>Every command that a document shows works as shown: those of one document in order, in one directory. <c>CONTRIBUTING.md</c> says which blocks are such commands.</summary>
public sealed class DocumentsTests
{
    private static string? Only => Environment.GetEnvironmentVariable("MONOGRES_TEST_DOCUMENT");

    public static TheoryData<string> Documents()
    {
        var all = Directory.EnumerateFiles(Path.Combine(Tool.Repository, "docs"), "*.md", SearchOption.AllDirectories)
            .Concat(Directory.EnumerateFiles(Tool.Repository, "*.md"))
            .Where(file => Commands(file).Length > 0)
            .Select(file => Path.GetRelativePath(Tool.Repository, file))
            .Where(file => Only is not { Length: > 0 } only || file.EndsWith(only, StringComparison.Ordinal))
            .Order(StringComparer.Ordinal);
        return [.. all];
    }

    [Theory]
    [MemberData(nameof(Documents))]
    public async Task Every_command_of_a_document_works(string document)
    {
        var commands = Commands(Path.Combine(Tool.Repository, document));
        await using var place = await ReadersPlace.ForAsync(commands);
        foreach (var command in commands)
        {
            // A server without a program runs until Ctrl-C.
            var serves = command.StartsWith("./monogres run", StringComparison.Ordinal) && !command.Contains(" -- ", StringComparison.Ordinal);
            using var process = Process.Start(place.Start(command))!;
            process.StandardInput.Close();
            var output = process.StandardOutput.ReadToEndAsync();
            var error = serves ? InterruptWhenServingAsync(process) : process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            Assert.True(process.ExitCode == 0, $"$ {command}\nexit code {process.ExitCode}\n--- stdout\n{await output}\n--- stderr\n{await error}");
        }
    }

    // By SIGTERM, which stops it in the same way: SIGINT is ignored by what a shell started in the background, as these tests may be.
    private static async Task<string> InterruptWhenServingAsync(Process process)
    {
        List<string> lines = [];
        while (await process.StandardError.ReadLineAsync() is { } line)
        {
            lines.Add(line);
            if (line.StartsWith("Ctrl-C", StringComparison.Ordinal))
                Process.Start("kill", ["-TERM", $"{process.Id}"]).WaitForExit();
        }

        return string.Join('\n', lines);
    }

    /// <summary>The lines of <c>console</c> blocks that begin with a dollar, without their comments; <c>./test</c> is what runs this.</summary>
    private static string[] Commands(string file)
    {
        List<string> commands = [];
        var inside = false;
        // A block in a list is indented.
        foreach (var line in File.ReadLines(file).Select(line => line.TrimStart()))
        {
            if (line.StartsWith("```", StringComparison.Ordinal))
                inside = line is "```console";
            else if (inside && line.StartsWith("$ ", StringComparison.Ordinal) && !line.StartsWith("$ ./test", StringComparison.Ordinal))
                commands.Add(line[2..].Split("  #")[0].Trim());
        }

        return [.. commands];
    }

    internal static void CopyDirectory(string from, string to)
    {
        Directory.CreateDirectory(to);
        foreach (var file in Directory.EnumerateFiles(from))
            File.Copy(file, Path.Combine(to, Path.GetFileName(file)));
        foreach (var directory in Directory.EnumerateDirectories(from))
            CopyDirectory(directory, Path.Combine(to, Path.GetFileName(directory)));
    }
}
