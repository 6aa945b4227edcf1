using System.Runtime.CompilerServices;
using Monogres.Testing;

namespace Monogres.Index.Tests;

/// <summary>The index of this repository, and copies of it that a test can break.</summary>
internal static class Repository
{
    public static string IndexDirectory { get; } = Find();

    public static async Task<MonogresIndex> ReadAsync() =>
        (await IndexReader.ReadAsync(IndexDirectory, TestContext.Current.CancellationToken)).OrThrow();

    /// <summary>Copies the index, replaces texts in one of its files, and reads it. Each text to replace must be there.</summary>
    public static async Task<IndexReading> ReadWithAsync(string file, params (string Old, string New)[] changes)
    {
        using var copy = new TemporaryDirectory();
        CopyTo(copy.Path);
        Change(copy[file], changes);
        return await IndexReader.ReadAsync(copy.Path, TestContext.Current.CancellationToken);
    }

    /// <summary>The problems of such an index, one line each.</summary>
    public static async Task<string[]> ProblemsWithAsync(string file, params (string Old, string New)[] changes) =>
        [.. Assert.IsType<IndexReading.InvalidIndex>(await ReadWithAsync(file, changes)).Problems.Select(problem => problem.ToString())];

    public static void CopyTo(string directory)
    {
        foreach (var file in Directory.EnumerateFiles(IndexDirectory, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(directory, Path.GetRelativePath(IndexDirectory, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    public static void Change(string file, params (string Old, string New)[] changes)
    {
        var text = File.ReadAllText(file);
        foreach (var (old, @new) in changes)
        {
            Assert.Contains(old, text, StringComparison.Ordinal);
            var at = text.IndexOf(old, StringComparison.Ordinal);
            text = text[..at] + @new + text[(at + old.Length)..];
        }

        File.WriteAllText(file, text);
    }

    private static string Find([CallerFilePath] string source = "") =>
        Path.GetFullPath(Path.Combine(Path.GetDirectoryName(source)!, "../../index"));
}
