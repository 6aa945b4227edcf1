using System.Text;
using Monogres.Core;
using Monogres.Store.Disk;

namespace Monogres.Cli.Inputs;

/// <summary>The files of the tool that runs, for statements about what built something.</summary>
internal static class ToolFiles
{
    private const string ProgramName = "monogres";

    /// <summary>The SHA-256 of the program when it is one file; else that of the list of its files, a line <c>SHA-256 NAME</c> for each, sorted by name.</summary>
    /// <param name="hashed">Knows files that have not changed.</param>
    /// <param name="cancel">Stops.</param>
    public static async Task<Sha256Hash> HashAsync(HashedFiles hashed, CancellationToken cancel)
    {
        string[] files = [.. Directory.EnumerateFiles(AppContext.BaseDirectory).Where(IsProgram).Order(StringComparer.Ordinal)];
        var list = new StringBuilder();
        Sha256Hash? last = null;
        foreach (var file in files)
        {
            last = await hashed.HashAsync(file, new FileInfo(file).Length, cancel) ?? throw new IOException($"{file} changed while it was read");
            list.Append($"{last} {Path.GetFileName(file)}\n");
        }

        return files.Length == 1 ? last!.Value : Sha256Hash.Of(Encoding.UTF8.GetBytes(list.ToString()));
    }

    private static bool IsProgram(string file) => Path.GetFileName(file) is ProgramName || Path.GetExtension(file) is ".dll";
}
